import { isPseudoPostcode, normalPostcode } from "@chesil/model";
import { editDistance } from "../similarity.ts";
import { anyValue, bestRank } from "./comparison.ts";

/**
 * `BH1 1AA` in its parts: outcode `BH1`, and as numbers, which are quicker to compare, its outward part, its inward part
 * `1AA`, the sector's digit `1` and the area `BH`. For another country's code "" and zeros.
 */
export type PreparedPostcode = {
  readonly text: string;
  readonly outcode: string;
  readonly outward: number;
  readonly inward: number;
  readonly sector: number;
  readonly area: number;
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
  return {
    text: normal,
    outcode,
    outward: numberOf(outcode),
    inward: numberOf(normal.slice(-3)),
    sector: numberOf(normal.slice(-3, -2)),
    area: numberOf(area),
  };
}

function foreignCode(text: string): PreparedPostcode | undefined {
  const code = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const digits = code.replace(/\D/g, "");
  if (digits.length < FOREIGN_DIGITS_MIN || code.length > 10 || /^(\d)\1*$/.test(digits)) return undefined;
  return { text: code, outcode: "", outward: 0, inward: 0, sector: 0, area: 0 };
}

/** Letters and digits as a number; two of one length are equal where their numbers are. */
const numberOf = (part: string): number => Number.parseInt(part, 36);

/** The closest of all pairs, so that a former address counts as much as the present one. */
export const postcodeComparison = anyValue<PreparedPostcode>({
  name: "postcode",
  levels: POSTCODE_LEVELS,
  of: (record) => record.postcodes,
  rank: (a, b) =>
    a.onlyPostcode && b.onlyPostcode
      ? rankOf(a.onlyPostcode, b.onlyPostcode)
      : bestRank(a.postcodes, b.postcodes, rankOf),
  rankOf,
  textOf: ({ text }) => text,
  termOf: ({ text }) => text,
});

const RANK = Object.fromEntries(POSTCODE_LEVELS.map((level, rank) => [level, rank])) as Record<PostcodeLevel, number>;

function rankOf(a: PreparedPostcode, b: PreparedPostcode): number {
  if (a.outward === 0 || b.outward === 0) return a.text === b.text ? RANK["exact-foreign"] : RANK.else;
  // A slip leaves the outward or the inward part whole.
  const sameOutward = a.outward === b.outward;
  const sameInward = a.inward === b.inward;
  if (sameOutward && sameInward) return RANK.exact;
  if ((sameOutward || sameInward) && editDistance(a.text, b.text, 1) <= 1) return RANK.slip;
  if (sameOutward) return a.sector === b.sector ? RANK.sector : RANK.outcode;
  return a.area === b.area ? RANK.area : RANK.else;
}
