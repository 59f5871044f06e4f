import {
  type Address,
  type DemographicValues,
  type Identifier,
  isValidNhsNumber,
  NHS_AUTHORITY,
  nhsNumberDigits,
  type Sex,
} from "@chesil/model";

/** What matching reads of a person or a source record: every value, present and former, in any order. */
export type MatchRecord = {
  nhsNumber?: { value: string; trust: "verified" | "unverified" | "invalid" };
  names: { family?: string; given: string[] }[];
  /** ISO, as precise as known: `1950`, `1950-07` or `1950-07-31`. */
  birthDate?: string;
  sex?: Sex;
  postcodes: string[];
  /** One string an address: its lines joined, without town and postcode. */
  addressLines: string[];
  phones: string[];
  emails: string[];
  /** ODS code. */
  gpPractice?: string;
};

type ReadField = "names" | "birthDate" | "sex" | "addresses" | "telecoms" | "generalPractice";

/** Plain demographic values, of a source record or reconciled, with the identifiers beside them. */
export type MatchDemographics = { readonly [F in ReadField]?: DemographicValues[F] | undefined } & {
  readonly identifiers?: readonly Identifier[] | undefined;
};

/** The record that matching reads: homes only (a work address or telephone is shared by colleagues), all names. */
export function matchRecordOf(demographics: MatchDemographics): MatchRecord {
  const { birthDate, sex } = demographics;
  const homes = (demographics.addresses ?? []).filter(isHome);
  const telecoms = (demographics.telecoms ?? []).filter((telecom) => telecom.use !== "work");
  const nhsNumber = nhsNumberOf(demographics.identifiers ?? []);
  const practice = demographics.generalPractice?.code;
  return {
    ...(nhsNumber ? { nhsNumber } : {}),
    names: (demographics.names ?? []).map(({ family, given }) =>
      family === undefined ? { given } : { family, given },
    ),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
    postcodes: homes.flatMap((home) => (home.postcode ? [home.postcode] : [])),
    addressLines: homes.map((home) => home.lines.join(", ")).filter((lines) => lines !== ""),
    phones: telecoms.filter(({ kind }) => kind === "phone" || kind === "mobile").map(({ value }) => value),
    emails: telecoms.filter(({ kind }) => kind === "email").map(({ value }) => value),
    ...(practice ? { gpPractice: practice } : {}),
  };
}

const isHome = (address: Address): boolean => address.use !== "work" && address.use !== "birth";

const TRUSTS = ["verified", "unverified", "invalid"] as const;

/**
 * The most trusted NHS number. None where two different ones are trusted alike: a record that contradicts itself is
 * no evidence for either, and which came first must not matter.
 */
function nhsNumberOf(identifiers: readonly Identifier[]): MatchRecord["nhsNumber"] {
  const numbers = identifiers.filter(({ authority }) => authority === NHS_AUTHORITY);
  for (const trust of TRUSTS) {
    const ofTrust = numbers.filter((number) => trustOf(number) === trust);
    const values = new Set(ofTrust.map(({ value }) => nhsNumberDigits(value) ?? value));
    const [value] = values;
    if (value !== undefined) return values.size === 1 ? { value, trust } : undefined;
  }
  return undefined;
}

function trustOf({ value, trust }: Identifier): (typeof TRUSTS)[number] {
  return isValidNhsNumber(value) ? (trust ?? "unverified") : "invalid";
}
