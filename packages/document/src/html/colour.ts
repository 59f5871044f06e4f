/** How light a colour is, to tell whether text can be seen on what is behind it. */

const NAMES: Readonly<Record<string, string>> = {
  ...{ black: "000000", white: "ffffff", red: "ff0000", green: "008000", blue: "0000ff", yellow: "ffff00" },
  ...{ gray: "808080", grey: "808080", silver: "c0c0c0", maroon: "800000", navy: "000080", purple: "800080" },
  ...{ teal: "008080", olive: "808000", lime: "00ff00", aqua: "00ffff", cyan: "00ffff", fuchsia: "ff00ff" },
  ...{ magenta: "ff00ff", orange: "ffa500", orangered: "ff4500", crimson: "dc143c", firebrick: "b22222" },
  ...{ darkred: "8b0000", darkgreen: "006400", darkblue: "00008b", brown: "a52a2a", tomato: "ff6347" },
  ...{ pink: "ffc0cb", gold: "ffd700", indigo: "4b0082", violet: "ee82ee", salmon: "fa8072", coral: "ff7f50" },
  ...{ dimgray: "696969", dimgrey: "696969", darkgray: "a9a9a9", darkgrey: "a9a9a9", lightgray: "d3d3d3" },
  ...{ lightgrey: "d3d3d3", gainsboro: "dcdcdc", whitesmoke: "f5f5f5", snow: "fffafa", ivory: "fffff0" },
  ...{ ghostwhite: "f8f8ff", floralwhite: "fffaf0", aliceblue: "f0f8ff", mintcream: "f5fffa", azure: "f0ffff" },
  ...{ honeydew: "f0fff0", seashell: "fff5ee", linen: "faf0e6", beige: "f5f5dc", lightyellow: "ffffe0" },
  ...{ lightblue: "add8e6", lightgreen: "90ee90", lightcyan: "e0ffff", steelblue: "4682b4", royalblue: "4169e1" },
  ...{ darkorange: "ff8c00", chocolate: "d2691e", slategray: "708090", darkslategray: "2f4f4f", windowtext: "000000" },
  ...{ window: "ffffff", forestgreen: "228b22", dodgerblue: "1e90ff", darkmagenta: "8b008b", khaki: "f0e68c" },
};
const RGB = /^rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?(?:[\s,/]+([\d.]+)(%?))?\s*\)$/;
const HEX = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
/** Less of a colour than this is none. */
const ALPHA_MIN = 0.15;

/** From 0, black, to 1, white; undefined for a colour that is not known here; `none` for one that can not be seen. */
export function lightnessOf(colour: string): number | "none" | undefined {
  const word = colour.trim().toLowerCase();
  if (word === "transparent") return "none";
  const rgb = RGB.exec(word);
  if (rgb !== null) {
    const [, red, percent, green, blue, alpha, alphaPercent] = rgb;
    if (alpha !== undefined && Number(alpha) / (alphaPercent ? 100 : 1) < ALPHA_MIN) return "none";
    const scale = percent ? 100 : 255;
    return luminance([red, green, blue].map((each) => Math.min(1, Number(each) / scale)));
  }
  const hex = (Object.hasOwn(NAMES, word) ? NAMES[word] : undefined) ?? HEX.exec(word)?.[1];
  if (hex === undefined) return undefined;
  const size = hex.length < 6 ? 1 : 2;
  const parts = [0, 1, 2, 3].map((n) => hex.slice(n * size, (n + 1) * size));
  const [, , , alpha = ""] = parts;
  const shareOf = (part: string) => Number.parseInt(part.padStart(2, part), 16) / 255;
  if (alpha !== "" && shareOf(alpha) < ALPHA_MIN) return "none";
  return luminance(parts.slice(0, 3).map(shareOf));
}

/** WCAG 2, relative luminance. */
function luminance(parts: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 asks for 4.5 to be read with ease, and 21 is black on white. */
const CONTRAST_MIN = 1.3;

/** Whether text of that colour can be told from what is behind it. */
export function isSeen(ink: number, ground: number): boolean {
  return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) >= CONTRAST_MIN;
}
