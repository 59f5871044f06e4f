/** What the codes of symbol fonts look like, in Unicode. A letter typed in one of these fonts is none: `m` in Symbol is µ. */

/** The encoding of Adobe's Symbol font; a line is what begins at its code. */
const SYMBOL_ROWS: readonly (readonly [first: number, characters: string])[] = [
  [0x20, " !∀#∃%&∋()∗+,−./"],
  [0x30, "0123456789:;<=>?"],
  [0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟ"],
  [0x50, "ΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"],
  [0x60, "‾αβχδεφγηιϕκλµνο"],
  [0x70, "πθρστυϖωξψζ{|}∼"],
  [0xa0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓"],
  [0xb0, "°±″≥×∝∂•÷≠≡≈…⏐⎯↵"],
  [0xc0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉"],
  [0xd0, "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"],
  [0xe0, "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"],
  [0xf1, "⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"],
];

/** Of the picture fonts the marks that carry meaning in a letter. Others are pictures, which no character stands for surely. */
const WINGDINGS_ROWS: readonly (readonly [first: number, characters: string])[] = [
  [0x28, "☎✆✉"],
  [0x43, "👍👎☜☞☝☟"],
  [0x4a, "☺😐☹"],
  [0x6c, "●❍■□□❑❒"],
  [0x75, "◆❖◆☒"],
  [0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"],
  [0x9e, "·•▪○"],
  [0xa7, "▪□"],
  [0xaa, "✦★"],
  [0xd8, "➢"],
  [0xdf, "←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩"],
  [0xfb, "✗✔☒☑"],
];
const WINGDINGS_2_ROWS = [
  [0x4f, "✗✓☒☑☒☒"],
  [0xa3, "□"],
] as const;
const WINGDINGS_3_ROWS = [
  [0x21, "←→↑↓"],
  [0x70, "▲▼△▽◀▶◁▷"],
] as const;
const WEBDINGS_ROWS = [
  [0x33, "◀▶▲▼"],
  [0x59, "♥"],
  [0x61, "✔"],
  [0x63, "□"],
  [0x67, "■"],
  [0x69, "ℹ"],
  [0x6e, "●"],
  [0x72, "✖"],
] as const;
const DINGBATS_ROWS = [
  [0x33, "✓✔✕✖✗✘"],
  [0x6c, "●"],
  [0x6e, "■❏❐❑❒▲▼◆❖"],
] as const;

type Rows = readonly (readonly [first: number, characters: string])[];

/** By code, 0x20 to 0xFF. */
const tableOf = (rows: Rows): ReadonlyMap<number, string> =>
  new Map([
    [0x20, " "],
    ...rows.flatMap(([first, characters]) =>
      [...characters].map((character, place): [number, string] => [first + place, character]),
    ),
  ]);

export const TABLES = {
  symbol: tableOf(SYMBOL_ROWS),
  wingdings: tableOf(WINGDINGS_ROWS),
  wingdings2: tableOf(WINGDINGS_2_ROWS),
  wingdings3: tableOf(WINGDINGS_3_ROWS),
  webdings: tableOf(WEBDINGS_ROWS),
  dingbats: tableOf(DINGBATS_ROWS),
  /** A symbol font of which no table is known. */
  unknown: tableOf([]),
} as const;

export type SymbolFont = keyof typeof TABLES;
