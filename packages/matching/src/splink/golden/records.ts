import { defaultModel, type MatchingModel } from "../../model.ts";
import { type Prepared, prepare } from "../../prepare.ts";
import type { MatchRecord } from "../../record.ts";
import { mix32 } from "../../training/random.ts";

/** The default model with two declared columns, so that every comparison that Chesil has is held against Splink. */
export const goldenModel: MatchingModel = {
  ...defaultModel,
  version: "splink-golden",
  comparisons: [
    ...defaultModel.comparisons,
    {
      name: "birth_place",
      kind: "fuzzy",
      levels: [
        { name: "exact", m: 0.8, u: 0.02, termFrequencyWeight: 1 },
        { name: "close", m: 0.07, u: 0.002, termFrequencyWeight: 0.5 },
        { name: "part", m: 0.03, u: 0.008 },
        { name: "similar", m: 0.02, u: 0.01 },
        { name: "else", m: 0.08, u: 0.96 },
      ],
    },
    {
      name: "occupation",
      kind: "exact",
      levels: [
        { name: "exact", m: 0.6, u: 0.05 },
        { name: "else", m: 0.4, u: 0.95 },
      ],
    },
  ],
  termFrequencies: {
    ...defaultModel.termFrequencies,
    birth_place: { floor: 0.001, other: 0.01, frequencies: { dorchester: 0.09, poole: 0.12, lymeregis: 0.004 } },
  },
};

const FAMILIES = [
  "Smith",
  "Jones",
  "O'Neill",
  "Smith-Jones",
  "van der Berg",
  "Kowalski",
  "Hardy",
  "Pitt-Rivers",
  "Lulworth",
];
const GIVENS = [
  "David",
  "Christopher",
  "Anna",
  "Margaret",
  "Mohammed",
  "Jayden",
  "Alexandra",
  "Hardy",
  "Zoë",
  "Peter",
  "Marlene",
  "Martine",
];
const MIDDLES = ["", "", "James", "Rose", "Grace", "William", "J"];
const STREETS = ["High Street", "Mill Lane", "Cove Road", "Church Lane"];
const POSTCODES = ["BH1 1AA", "BH1 1AB", "BH1 1CD", "BH1 2CD", "BH12 3EF", "DT1 1XJ", "DT11 1XJ", "2119"];
const PLACES = ["Dorchester", "Poole", "Lyme Regis", "Corfe Mullen", "Corfe Castle", "Unknown", ""];
const NUMBERS = ["9990004951", "9990238359", "9990556512", "9990082545", "9990123810", "9990165084", ""];
const OCCUPATIONS = ["nurse", "farmer", "teacher", ""];

/** Synthetic people, each in several versions with the slips of clerks; NHS numbers of the 999 range. */
export function goldenRecords(): Prepared[] {
  let state = 0;
  const random = (): number => mix32(++state) / 2 ** 32;
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? "";
  const slip = (text: string): string => {
    const at = 1 + Math.floor(random() * Math.max(1, text.length - 2));
    return random() < 0.5
      ? text.slice(0, at) + text.slice(at + 1)
      : text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
  };
  const sometimes = (chance: number, other: (text: string) => string) => (text: string) =>
    random() < chance ? other(text) : text;
  const day = (max: number) => String(1 + Math.floor(random() * max)).padStart(2, "0");
  const records: Prepared[] = [];
  for (let person = 0; person < 40; person++) {
    const truth = {
      family: pick(FAMILIES),
      given: pick(GIVENS),
      middle: pick(MIDDLES),
      birth: `${1940 + Math.floor(random() * 70)}-${person % 8 === 0 ? "01-01" : `${day(12)}-${day(random() < 0.6 ? 12 : 28)}`}`,
      number: pick(NUMBERS),
      street: `${1 + Math.floor(random() * 20)} ${pick(STREETS)}`,
      postcode: pick(POSTCODES),
      phone: `01632 960${String(100 + person)}`,
      email: `person.${person % 7}@example.org`,
      place: pick(PLACES),
      occupation: pick(OCCUPATIONS),
      sex: random() < 0.5 ? ("male" as const) : ("female" as const),
    };
    for (let version = 0; version < 4; version++) {
      const swapped = random() < 0.06;
      const family = sometimes(0.2, slip)(sometimes(0.05, (text) => `${text}-Hardy`)(truth.family));
      const other = truth.given === "Marlene" && random() < 0.3 ? "Martine" : truth.given;
      const shortened = sometimes(0.1, (text) => text.slice(0, random() < 0.5 ? 1 : 3))(other);
      const given = sometimes(0.15, slip)(shortened);
      const middle = sometimes(0.2, () => pick(MIDDLES))(truth.middle);
      const birthDate = sometimes(0.3, () =>
        pick([
          truth.birth.slice(0, 4),
          `${truth.birth.slice(0, 4)}-01-01`,
          truth.birth.slice(0, 7),
          `${truth.birth.slice(0, 8)}${day(28)}`,
          `19${day(28)}${truth.birth.slice(4)}`,
          `${truth.birth.slice(0, 2)}${day(9).slice(1)}${truth.birth.slice(3)}`,
          [truth.birth.slice(0, 4), truth.birth.slice(8), truth.birth.slice(5, 7)].join("-"),
        ]),
      )(truth.birth);
      const number = sometimes(0.1, slip)(truth.number);
      const record: MatchRecord = {
        ...(number && { nhsNumber: { value: number, trust: "unverified" } }),
        names: [
          {
            family: swapped ? given : family,
            given: (swapped ? [family, middle] : random() < 0.05 ? [middle, given] : [given, middle]).filter(Boolean),
          },
        ],
        birthDate,
        ...(random() < 0.9 && { sex: truth.sex }),
        postcodes: [sometimes(0.2, () => pick(POSTCODES))(truth.postcode)],
        addressLines: random() < 0.9 ? [sometimes(0.3, slip)(truth.street)] : [],
        phones: random() < 0.7 ? [truth.phone] : [],
        emails: random() < 0.7 ? [sometimes(0.2, slip)(truth.email)] : [],
        ...(random() < 0.8 && { gpPractice: pick(["J81001", "J81002"]) }),
      };
      records.push(
        prepare(record, [sometimes(0.3, () => pick(PLACES))(sometimes(0.3, slip)(truth.place)), truth.occupation]),
      );
    }
  }
  return records;
}
