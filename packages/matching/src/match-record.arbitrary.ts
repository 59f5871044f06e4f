import fc from "fast-check";
import type { MatchRecord } from "./record.ts";

/** Records for properties: small pools, so that agreement, near agreement and emptiness all happen often. */

const families = [
  "Smith",
  "Smyth",
  "O'Neill",
  "ONeil",
  "Smith-Jones",
  "SmithJones",
  "van der Berg",
  "Kowalski",
  "Ali",
  "Unknown",
  "",
];
const givens = ["David", "Dave", "Kathryn", "Catherine", "Ali", "Smith", "J", "Zoë", "Jayden", "Kayden", "Baby", ""];
const numbers = ["9990004951", "9990238359", "9990556512", "9990004952", "9999999999", "12345"];
const dates = [
  "1957-03-12",
  "1975-03-12",
  "1957-12-03",
  "1957-03-13",
  "1967-03-12",
  "1957-01-01",
  "1900-01-01",
  "1957",
];
const postcodes = ["BH1 1AA", "bh11ab", "BH1 2CD", "BH12 3EF", "DT1 1XJ", "ZZ99 3VZ", "2119", "2119 AB", "rubbish"];
const addresses = ["12 High Street", "12, High St, Flat 3", "14 High Street", "Rose Cottage, Mill Lane", "Bournemouth"];
const phones = ["07700 900123", "+44 7700 900123", "01202 900456", "0000000000"];
const emails = ["a.smith@example.org", "a.smith@example.com", "as@example.org", "none@none.com"];

const optional = <T, K extends string>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> =>
  fc.option(value, { nil: undefined }).map((it) => (it === undefined ? {} : { [key]: it }) as { [P in K]?: T });

const name: fc.Arbitrary<MatchRecord["names"][number]> = fc
  .tuple(optional("family", fc.constantFrom(...families)), fc.array(fc.constantFrom(...givens), { maxLength: 2 }))
  .map(([family, given]) => ({ ...family, given }));

const nhsNumber = fc.record({
  value: fc.constantFrom(...numbers),
  trust: fc.constantFrom("verified" as const, "unverified" as const, "invalid" as const),
});

export const matchRecord: fc.Arbitrary<MatchRecord> = fc
  .tuple(
    fc.record({
      names: fc.array(name, { maxLength: 3 }),
      postcodes: fc.array(fc.constantFrom(...postcodes), { maxLength: 2 }),
      addressLines: fc.array(fc.constantFrom(...addresses), { maxLength: 2 }),
      phones: fc.array(fc.constantFrom(...phones), { maxLength: 2 }),
      emails: fc.array(fc.constantFrom(...emails), { maxLength: 2 }),
    }),
    optional("nhsNumber", nhsNumber),
    optional("birthDate", fc.constantFrom(...dates)),
    optional("sex", fc.constantFrom("male" as const, "female" as const, "indeterminate" as const, "unknown" as const)),
    optional("gpPractice", fc.constantFrom("J81001", "j81001", "J81002", "V81999")),
  )
  .map((parts) => Object.assign({}, ...parts) as MatchRecord);

/** A record of names, values and texts that nobody would write. */
export const anyRecord: fc.Arbitrary<MatchRecord> = fc.record({
  names: fc.array(
    fc.record({ family: fc.string({ unit: "grapheme" }), given: fc.array(fc.string({ unit: "binary" })) }),
  ),
  birthDate: fc.string(),
  postcodes: fc.array(fc.string()),
  addressLines: fc.array(fc.string({ unit: "grapheme" })),
  phones: fc.array(fc.string()),
  emails: fc.array(fc.string()),
  gpPractice: fc.string(),
});
