import type { Condition } from "./recognise.ts";

/**
 * Where a condition of Splink's finds its level of ours, by comparison. `undefined`: no level is like it, and its pairs
 * are counted with `else`, which is sound, as a mixture of levels is a level, and coarser.
 */
type Landing = (condition: Condition) => { readonly level: string; readonly exactly: boolean } | undefined;

type LevelMap = {
  readonly landing: Landing;
  /** Of a level that Splink does not tell apart: among which pairs Splink counts it, the first that is there. */
  readonly within: Readonly<Record<string, readonly string[]>>;
};

/** Nearer than these count as the level; a text less alike is counted with `else`. */
const CLOSE_MIN = 0.9;
const SIMILAR_MIN = 0.8;

/** By similarity or edits: a level of near spellings, and a second one of likeness. */
function byLikeness(condition: Condition, { close, similar }: { close: number; similar: number }) {
  if (condition.kind === "similar") {
    if (condition.min >= CLOSE_MIN) return { level: "close", exactly: condition.min === close };
    if (condition.min >= SIMILAR_MIN) return { level: "similar", exactly: condition.min === similar };
  }
  if (condition.kind === "edits" && condition.max <= 2)
    return { level: condition.max === 1 ? "close" : "similar", exactly: false };
  return undefined;
}

const exactly = (level: string) => ({ level, exactly: true });
const nearly = (level: string) => ({ level, exactly: false });
const onlyEqual =
  (level: string): Landing =>
  ({ kind }) =>
    kind === "equal" ? exactly(level) : undefined;

const MAPS: Readonly<Record<string, LevelMap>> = {
  nhsNumber: {
    landing: onlyEqual("equal"),
    within: { "equal-verified": ["equal"], "near-miss": ["different-verified"], different: ["different-verified"] },
  },
  familyName: {
    landing: (it) => (it.kind === "equal" ? exactly("exact") : byLikeness(it, { close: 0.92, similar: 0.85 })),
    within: { swapped: ["else"], close: ["similar", "else"], part: ["else"], similar: ["else"] },
  },
  givenName: {
    landing: (it) => (it.kind === "equal" ? exactly("exact") : byLikeness(it, { close: 0.92, similar: 0.85 })),
    within: {
      nickname: ["else"],
      close: ["similar", "else"],
      "middle-differs": ["exact"],
      part: ["else"],
      initial: ["else"],
      similar: ["else"],
    },
  },
  birthDate: {
    landing(it) {
      if (it.kind === "equal") return exactly("exact");
      return it.kind === "edits" && it.max === 1 ? nearly("slip") : undefined;
    },
    within: {
      "exact-default": ["exact"],
      partial: ["else"],
      "day-month-swap": ["else"],
      slip: ["else"],
      "decade-slip": ["slip", "else"],
      "two-parts": ["else"],
    },
  },
  sex: { landing: onlyEqual("equal"), within: {} },
  postcode: {
    landing(it) {
      if (it.kind === "equal") return exactly("exact");
      if (it.kind === "beginning" && it.part !== "local") return exactly(it.part);
      return it.kind === "edits" && it.max === 1 ? nearly("slip") : undefined;
    },
    within: {
      "exact-foreign": ["exact"],
      slip: ["sector", "outcode", "area", "else"],
      sector: ["outcode", "area", "else"],
      outcode: ["area", "else"],
      area: ["else"],
    },
  },
  address: {
    landing(it) {
      if (it.kind === "equal") return nearly("exact");
      const like = byLikeness(it, { close: 0.9, similar: 0.8 });
      return like && nearly("similar");
    },
    within: { similar: ["else"], street: ["else"] },
  },
  phone: { landing: onlyEqual("equal"), within: {} },
  email: {
    landing(it) {
      if (it.kind === "equal") return exactly("exact");
      return (it.kind === "beginning" && it.part === "local") || (it.kind === "edits" && it.max === 1)
        ? nearly("similar")
        : undefined;
    },
    within: { similar: ["else"] },
  },
  practice: { landing: onlyEqual("equal"), within: {} },
  exact: { landing: onlyEqual("exact"), within: {} },
  fuzzy: {
    landing: (it) => (it.kind === "equal" ? exactly("exact") : byLikeness(it, { close: 0.92, similar: 0.8 })),
    within: { close: ["similar", "else"], part: ["else"], similar: ["else"] },
  },
};

/** @param name of a built-in comparison, or the kind of a declared column. */
export const levelMapOf = (name: string): LevelMap | undefined => (Object.hasOwn(MAPS, name) ? MAPS[name] : undefined);

/** The usual names of columns, in lower case with nothing but letters, by comparison. */
const COLUMN_NAMES: Readonly<Record<string, readonly string[]>> = {
  nhsNumber: ["nhsnumber", "nhsno", "nhs"],
  familyName: ["familyname", "surname", "lastname", "family", "sname"],
  givenName: ["givenname", "firstname", "forename", "given", "fname"],
  birthDate: ["dateofbirth", "dob", "birthdate", "birthdt"],
  sex: ["sex", "gender"],
  postcode: ["postcode", "postcodefake", "postalcode"],
  address: ["address", "addressline", "addressl", "street", "streetaddress"],
  phone: ["phone", "telephone", "mobile", "phonenumber"],
  email: ["email", "emailaddress"],
  practice: ["gppractice", "practice", "practicecode", "gpcode"],
};

/** The built-in comparison that a column is for; undefined for a column to be declared. */
export function comparisonOfColumn(column: string): string | undefined {
  const key = column.toLowerCase().replace(/[^a-z]/g, "");
  return Object.keys(COLUMN_NAMES).find((name) => COLUMN_NAMES[name]?.includes(key));
}
