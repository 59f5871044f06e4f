import type { TextStyle } from "./blocks.ts";

/** Whether text can be seen where it was written. */
export type Look = { readonly isTiny: boolean; readonly colour: number; readonly hasGround: boolean };

export const PLAIN_LOOK: Look = { isTiny: false, colour: 0, hasGround: false };
/** In half points: what nobody can read. */
const TINY_SIZE_MAX = 6;

/** What a control word changes in how text looks; undefined for any other word. */
export function styleChange(word: string, isOn: boolean): Partial<TextStyle> | undefined {
  switch (word) {
    case "b":
      return { bold: isOn };
    case "i":
      return { italic: isOn };
    case "ulnone":
      return { underlined: false };
    case "ul":
    case "uld":
    case "uldb":
    case "ulw":
      return { underlined: isOn };
    case "strike":
    case "striked":
    case "deleted":
      return { struck: isOn };
    // Raised or lowered by a height: the same to a reader.
    case "up":
    case "super":
      return { raised: isOn ? "sup" : undefined };
    case "dn":
    case "sub":
      return { raised: isOn ? "sub" : undefined };
    case "nosupersub":
      return { raised: undefined };
    default:
      return undefined;
  }
}

/** Whether text can be seen after a control word: the same object where it changes nothing; undefined for any other word. */
export function lookAfter(word: string, number: number | undefined, look: Look): Look | undefined {
  const value = number ?? 0;
  switch (word) {
    case "fs":
      return look.isTiny === value <= TINY_SIZE_MAX ? look : { ...look, isTiny: !look.isTiny };
    case "cf":
      return look.colour === value ? look : { ...look, colour: value };
    case "cb":
    case "highlight":
    case "chcbpat":
      return { ...look, hasGround: value !== 0 };
    default:
      return undefined;
  }
}
