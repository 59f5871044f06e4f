/**
 * How often two NHS systems disagree about one person, and what sources leave out.
 *
 * Measured on 126,904 people of two systems of one trust, joined on their NHS number: CRATE, BMC Med Inform Decis Mak
 * 2023, s12911-023-02176-6. Each figure is a share of pairs of records.
 */
export const PAIRS_THAT_DIFFER = {
  birthDate: 0.0049,
  givenName: 0.0236,
  familyNameOfWomen: 0.068,
  familyNameOfMen: 0.022,
  /** Given and family name both; part of each of the two above. */
  bothNames: 0.0044,
  /** The two names in each other's place; part of `bothNames`. */
  swappedNames: 0.00077,
  sex: 0.0033,
  postcode: 0.31,
} as const;

/** What differs when two dates of birth of one person differ (the same study; the rest is one other component). */
export const BIRTH_DATE_SLIPS = {
  oneOff: 0.309,
  twoOff: 0.147,
  digitsSwapped: 0.027,
  dayAndMonthSwapped: 0.005,
  severalComponents: 0.07,
} as const;

/** The share of single records that must be wrong for this share of pairs to differ, errors being independent. */
export function wrongRecords(pairsThatDiffer: number): number {
  return 1 - Math.sqrt(1 - pairsThatDiffer);
}

/**
 * The share of records that still hold the address before, for this share of pairs to differ when only `movers` of
 * the people have one: 2 q (1 - q) movers = pairs.
 */
export function outdatedRecords(pairsThatDiffer: number, movers: number): number {
  return (1 - Math.sqrt(Math.max(0, 1 - (2 * pairsThatDiffer) / movers))) / 2;
}

/** How one kind of source keeps its register. Shares of its records. Set by us from what such systems are known for. */
export type Diligence = {
  readonly nhsNumberMissing: number;
  /** Of the numbers it has, how many it has traced (status 01). */
  readonly nhsNumberTraced: number;
  readonly nhsNumberMistyped: number;
  /** The number of somebody else of the household. */
  readonly nhsNumberOfAnother: number;
  readonly birthDateMissing: number;
  readonly sexUnknown: number;
  readonly postcodeMissing: number;
  /** `ZZ99 3VZ` no fixed abode, or `ZZ99 3WZ` not known. */
  readonly postcodePseudo: number;
  readonly phoneMissing: number;
  readonly middleNamesMissing: number;
  /** Infants still on file as "Baby", "Twin 1". */
  readonly infantUnnamed: number;
};

export const HOSPITAL_DILIGENCE: Diligence = {
  nhsNumberMissing: 0.03,
  nhsNumberTraced: 0.94,
  nhsNumberMistyped: 0.001,
  nhsNumberOfAnother: 0.0004,
  birthDateMissing: 0.0005,
  sexUnknown: 0.002,
  postcodeMissing: 0.006,
  postcodePseudo: 0.004,
  phoneMissing: 0.2,
  middleNamesMissing: 0.35,
  infantUnnamed: 0.12,
};
export const COMMUNITY_DILIGENCE: Diligence = {
  ...HOSPITAL_DILIGENCE,
  nhsNumberMissing: 0.05,
  nhsNumberTraced: 0.9,
  phoneMissing: 0.15,
  middleNamesMissing: 0.5,
  infantUnnamed: 0,
};
export const SOCIAL_CARE_DILIGENCE: Diligence = {
  nhsNumberMissing: 0.38,
  nhsNumberTraced: 0,
  nhsNumberMistyped: 0.006,
  nhsNumberOfAnother: 0.002,
  birthDateMissing: 0.012,
  sexUnknown: 0.01,
  postcodeMissing: 0.015,
  postcodePseudo: 0.012,
  phoneMissing: 0.3,
  middleNamesMissing: 0.7,
  infantUnnamed: 0,
};

/** A second registration of one person happens because the first was not found: more is wrong with it. */
export const DUPLICATE_CARELESSNESS = 5;
export const DUPLICATE_WITHOUT_NHS_NUMBER = 0.6;
