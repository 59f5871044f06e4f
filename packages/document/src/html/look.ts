import type { SymbolFont } from "../symbols/tables.ts";
import { allowedStyle } from "./allow-list.ts";
import { isSeen, lightnessOf } from "./colour.ts";
import type { Meaning } from "./meaning.ts";

/** How an element's text looks to its author's readers, as far as it matters to what it says. Elements within inherit it. */
export type Look = {
  readonly font: SymbolFont | undefined;
  readonly isInvisible: boolean;
  readonly isTiny: boolean;
  readonly isFaint: boolean;
  /** How light they are; undefined where that is not known. */
  readonly ink: number | "none" | undefined;
  readonly ground: number | undefined;
  /** A reader of the original can not see its text. */
  readonly isUnseen: boolean;
  /** The same of what is written here, where not all of it is. */
  readonly written: { readonly ink: number; readonly ground: number };
};

export const PLAIN_LOOK: Look = {
  ...{ font: undefined, isInvisible: false, isTiny: false, isFaint: false, ink: 0, ground: 1 },
  isUnseen: false,
  written: { ink: 0, ground: 1 },
};

/** Of the element alone. */
export type OwnLook = {
  readonly look: Look;
  readonly isHidden: boolean;
  readonly isStruck: boolean;
  readonly raised: "sup" | "sub" | undefined;
};

/** An element's look within what it inherits. */
export function lookOf(name: string, meaning: Meaning, inherited: Look): OwnLook {
  const { isTiny = inherited.isTiny, isFaint = inherited.isFaint } = meaning;
  const ink = "ink" in meaning ? meaning.ink : inherited.ink;
  const ground = "ground" in meaning && meaning.ground !== "none" ? meaning.ground : inherited.ground;
  const isOfGround = typeof ink === "number" && ground !== undefined && !isSeen(ink, ground);
  return {
    isHidden: meaning.isHidden === true,
    isStruck: meaning.isStruck === true && !STRUCK.has(name),
    raised: PLACED.has(name) ? undefined : meaning.raised,
    look: {
      font: "font" in meaning ? meaning.font : inherited.font,
      isInvisible: meaning.isInvisible ?? inherited.isInvisible,
      isTiny,
      isFaint,
      ink,
      ground,
      isUnseen: isTiny || isFaint || ink === "none" || isOfGround,
      written: inherited.written,
    },
  };
}

/** Whether a style takes the line from an element that strikes its text out: is it struck out or not? */
export const isUnstruck = (name: string, { isStruck }: Meaning): boolean => isStruck === false && STRUCK.has(name);

const STRUCK: ReadonlySet<string> = new Set(["s", "strike", "del"]);
/** They are raised already, or `vertical-align` says where in a cell or beside a picture the text stands. */
const PLACED: ReadonlySet<string> = new Set([
  "sup",
  "sub",
  "td",
  "th",
  "tr",
  "thead",
  "tbody",
  "tfoot",
  "img",
  "table",
]);

/**
 * The style as it is written. A colour of the text without what was behind it, which may come from elsewhere, would hide
 * the text: such colours are left out.
 */
export function writtenStyle(name: string, style: string, written: Look["written"]): [string, Look["written"]] {
  const declarations = allowedStyle(style)
    .split(";")
    .filter((each) => !isWrittenOtherwise(name, each));
  const colours = declarations.filter((each) => COLOUR.test(each));
  if (colours.length === 0) return [declarations.join(";"), written];
  const said: { ink: number; ground: number } = { ...written };
  for (const each of colours) {
    const lightness = lightnessOf(each.slice(each.indexOf(":") + 1));
    if (typeof lightness === "number") said[each.startsWith("color") ? "ink" : "ground"] = lightness;
  }
  if (isSeen(said.ink, said.ground)) {
    const isKnown = (each: string) => typeof lightnessOf(each.slice(each.indexOf(":") + 1)) === "number";
    return [declarations.filter((each) => !COLOUR.test(each) || isKnown(each)).join(";"), said];
  }
  return [declarations.filter((each) => !COLOUR.test(each)).join(";"), written];
}

const COLOUR = /^(?:background-)?color:/;

/** What is written as an element, and what would undo one. */
function isWrittenOtherwise(name: string, declaration: string): boolean {
  if (/^vertical-align:(?:super|sub)$/i.test(declaration)) return true;
  if (STRUCK.has(name)) return declaration.startsWith("text-decoration");
  return (name === "sup" || name === "sub") && declaration.startsWith("vertical-align");
}
