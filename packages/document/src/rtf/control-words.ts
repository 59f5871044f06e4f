import type { FindingCode } from "../finding.ts";

/** Control words that are characters. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["tab", "\t"],
  ["nestcell", "\t"],
  ["bullet", "•"],
  ["emdash", "—"],
  ["endash", "–"],
  ["lquote", "‘"],
  ["rquote", "’"],
  ["ldblquote", "“"],
  ["rdblquote", "”"],
  ["emspace", "\u2003"],
  ["enspace", "\u2002"],
]);

/** Groups of which nothing is text of the document. */
export const SKIPPED: ReadonlySet<string> = new Set([
  ...["stylesheet", "listtable", "listoverridetable", "revtbl", "rsidtbl", "info", "generator", "xmlnstbl"],
  ...["pict", "nonshppict", "objdata", "datafield", "themedata", "colorschememapping"],
  ...["latentstyles", "datastore", "sp", "annotation", "atnid", "atnauthor", "atntime", "atnicn", "atnref", "atndate"],
  ...["bkmkstart", "bkmkend", "xe", "tc", "rxe", "pn", "pnseclvl", "nonesttables", "template", "filetbl", "mmathPr"],
  ...["ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "private1", "keycode", "fchars", "lchars"],
]);

/** Marked to be passed over by readers that do not know them, and known here: they hold text of the document. */
export const READ_IF_UNKNOWN: ReadonlySet<string> = new Set([
  ...["shpinst", "shppict", "shptxt", "do", "dptxbxtext", "nesttableprops", "fldrslt"],
]);

/** Groups that are read for what they tell of the text. */
export const TOLD: ReadonlyMap<string, "fonts" | "colours" | "instruction" | "choice" | "twice"> = new Map([
  ["fonttbl", "fonts"],
  ["colortbl", "colours"],
  ["fldinst", "instruction"],
  ["formfield", "instruction"],
  ["ffl", "choice"],
  ["upr", "twice"],
]);

/** What is told to be left out. */
export const COUNTED: ReadonlyMap<string, FindingCode> = new Map([
  ["pict", "picture"],
  ["object", "object"],
  ["field", "field"],
  ["annotation", "annotation"],
]);
