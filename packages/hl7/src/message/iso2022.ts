import { Buffer } from "node:buffer";

/**
 * Text that changes its character set on the way, by the escape sequences of ISO 2022: what a repeated MSH-18 allows.
 * The lower half of a byte (G0) and the upper half (G1) are designated apart; both return to what the message began
 * with at the end of a line, so that one forgotten return spoils one segment.
 */

/** How the bytes of one half are read: by a decoder of the platform, which may want them moved to the upper half. */
interface Designation {
  readonly half: "lower" | "upper";
  readonly label: string;
  readonly isMoved?: boolean;
  /** Stands before every pair of bytes: how EUC-JP says JIS X 0212. */
  readonly prefix?: number;
}

const ASCII: Designation = { half: "lower", label: "ascii" };
const KATAKANA: Designation = { half: "upper", label: "shift_jis" };

/** By the bytes after ESC. CNS 11643 is missing: the platform has no decoder for it. */
const DESIGNATIONS = new Map<string, Designation>([
  ["(B", ASCII],
  ["(J", ASCII], // ISO IR14: JIS X 0201 Roman, which senders write with the backslash it has not.
  ["(I", { half: "lower", label: "shift_jis", isMoved: true }],
  [")I", KATAKANA],
  ["$@", { half: "lower", label: "euc-jp", isMoved: true }],
  ["$B", { half: "lower", label: "euc-jp", isMoved: true }],
  ["$(D", { half: "lower", label: "euc-jp", isMoved: true, prefix: 0x8f }],
  ["$A", { half: "lower", label: "gb18030", isMoved: true }],
  ["$)A", { half: "upper", label: "gb18030" }],
  ["$(C", { half: "lower", label: "euc-kr", isMoved: true }],
  ["$)C", { half: "upper", label: "euc-kr" }],
  ...[..."ABCDLGFHMVYTb_"].map((final, index): [string, Designation] => [
    `-${final}`,
    { half: "upper", label: `iso-8859-${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 11, 15, 14][index]}` },
  ]),
]);

/** The upper half a message begins with: the set that MSH-18 names first, or katakana in a Japanese one. */
function initialUpper(base: string): Designation | undefined {
  if (base === "ascii") return undefined;
  return base === "iso-2022-jp" ? KATAKANA : { half: "upper", label: base };
}

/** An escape sequence, line ends, a run of the upper half, or a run of the lower: blanks and controls belong there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const TOKEN = /\x1b(\$?[()-]?[@-Z_b])|[\r\n]+|[\x80-\xff]+|[^\x1b\r\n\x80-\xff]+/gy;

/** The text, or undefined where a byte or an escape sequence means nothing that can be read here. */
export function decodeIso2022(bytes: Uint8Array, base: string): string | undefined {
  const initial = { lower: ASCII, upper: initialUpper(base) };
  let now = initial;
  let text = "";
  let read = 0;
  for (const [token, sequence] of bufferOver(bytes).toString("latin1").matchAll(TOKEN)) {
    read += token.length;
    if (sequence !== undefined) {
      const designated = DESIGNATIONS.get(sequence);
      if (designated === undefined) return undefined;
      now = { ...now, [designated.half]: designated };
    } else if (token.startsWith("\r") || token.startsWith("\n")) {
      now = initial;
      text += token;
    } else {
      const run = token >= "\x80" ? textOfRun(token, now.upper) : textOfLowerRun(token, now.lower);
      if (run === undefined) return undefined;
      text += run;
    }
  }
  return read === bytes.length ? text : undefined;
}

/** In a set of two bytes a character, blanks and controls are still single. */
function textOfLowerRun(run: string, designation: Designation): string | undefined {
  if (designation === ASCII) return run;
  let text = "";
  for (const piece of run.split(/([\0-\x20]+)/)) {
    const decoded = piece > "\x20" ? textOfRun(piece, designation) : piece;
    if (decoded === undefined) return undefined;
    text += decoded;
  }
  return text;
}

function textOfRun(run: string, designation: Designation | undefined): string | undefined {
  if (designation === undefined) return undefined;
  try {
    return new TextDecoder(designation.label, { fatal: true }).decode(asDecoded(run, designation));
  } catch {
    return undefined;
  }
}

function asDecoded(run: string, { isMoved, prefix }: Designation): Uint8Array {
  const bytes = Buffer.from(run, "latin1");
  if (isMoved !== true) return bytes;
  const moved = bytes.map((byte) => byte | 0x80);
  if (prefix === undefined) return moved;
  return Uint8Array.from([...moved.keys()].flatMap((at) => [...(at % 2 === 0 ? [prefix] : []), moved[at] ?? 0]));
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
