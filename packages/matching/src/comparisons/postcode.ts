import { isPseudoPostcode, normalPostcode } from "@chesil/model";
import { editDistance } from "../similarity.ts";
import { anyValue } from "./comparison.ts";

/** `BH1 1AA` in its parts: outcode `BH1`, inward `1AA`, sector `BH1 1`, area `BH`; "" for another country's code. */
export type PreparedPostcode = {
  readonly text: string;
  readonly outcode: string;
  readonly inward: string;
  readonly sector: string;
  readonly area: string;
};

const POSTCODE_LEVELS = [
  /** The same UK unit, current or former: some fifteen addresses. */
  "exact",
  /** The same code of another country, which is a whole district. */
  "exact-foreign",
  /** One letter or digit mistyped, missing or swapped with its neighbour. */
  "slip",
  "sector",
  "outcode",
  "area",
  "else",
] as const;
type PostcodeLevel = (typeof POSTCODE_LEVELS)[number];

const FOREIGN_DIGITS_MIN = 4;

/** Undefined for the ZZ99 codes, which stand for "no fixed abode" and countries, and for text that is no code. */
export function preparePostcode(text: string): PreparedPostcode | undefined {
  const normal = normalPostcode(text);
  if (normal === undefined) return foreignCode(text);
  if (isPseudoPostcode(normal)) return undefined;
  const outcode = normal.slice(0, -4);
  const area = /^[A-Z]+/.exec(outcode)?.[0] ?? "";
  return { text: normal, outcode, inward: normal.slice(-3), sector: normal.slice(0, -2), area };
}

function foreignCode(text: string): PreparedPostcode | undefined {
  const code = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const digits = code.replace(/\D/g, "");
  if (digits.length < FOREIGN_DIGITS_MIN || code.length > 10 || /^(\d)\1*$/.test(digits)) return undefined;
  return { text: code, outcode: "", inward: "", sector: "", area: "" };
}

/** The closest of all pairs, so that a former address counts as much as the present one. */
export const postcodeComparison = anyValue<PreparedPostcode>({
  name: "postcode",
  levels: POSTCODE_LEVELS,
  of: (record) => record.postcodes,
  rankOf,
  textOf: ({ text }) => text,
  termOf: ({ text }) => text,
});

const RANK = Object.fromEntries(POSTCODE_LEVELS.map((level, rank) => [level, rank])) as Record<PostcodeLevel, number>;

function rankOf(a: PreparedPostcode, b: PreparedPostcode): number {
  if (a.text === b.text) return a.outcode === "" ? RANK["exact-foreign"] : RANK.exact;
  if (a.outcode === "" || b.outcode === "") return RANK.else;
  // A slip leaves the outward or the inward part whole.
  const halfEqual = a.outcode === b.outcode || a.inward === b.inward;
  if (halfEqual && editDistance(a.text, b.text, 1) <= 1) return RANK.slip;
  if (a.sector === b.sector) return RANK.sector;
  if (a.outcode === b.outcode) return RANK.outcode;
  return a.area === b.area ? RANK.area : RANK.else;
}
