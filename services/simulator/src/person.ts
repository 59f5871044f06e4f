import { type BirthSex, type Community, drawGivenName } from "./given-names.ts";
import type { Role } from "./household.ts";
import type { Address } from "./places.ts";
import type { Practice } from "./practices.ts";
import { type Random, type WeightedTable, weighted } from "./random.ts";

/** One synthetic person as they truly are now. Sources know less, and know it worse. */
export type Person = {
  /** The truth's own name for the person: `person-000042`. It never leaves in a message. */
  readonly id: string;
  readonly index: number;
  readonly household: number;
  readonly role: Role;
  readonly community: Community;
  readonly sex: BirthSex;
  /** `YYYYMMDD`. */
  readonly birthDate: string;
  readonly title: string;
  family: string;
  /** The name borne before marriage, or before it ended. */
  previousFamily: string | undefined;
  given: readonly string[];
  readonly nhsNumber: string | undefined;
  address: Address;
  previousAddress: Address | undefined;
  landline: string | undefined;
  mobile: string | undefined;
  readonly email: string | undefined;
  practice: Practice;
  readonly doctor: Practice["doctors"][number];
  /** NHS ethnic category 2001. */
  readonly ethnicity: string;
  /** NHS marital status code. */
  marital: string;
  /** Index of the twin, when there is one. */
  twin: number | undefined;
  /** Index of the father whose name a son bears. */
  namesake: number | undefined;
  /** When the person died, in milliseconds, once they have. */
  diedAtMs: number | undefined;
};

export const COMMUNITIES: WeightedTable<Community> = weighted([
  ["british", 90],
  ["south-asian", 3],
  ["polish", 3],
  ["european", 2.5],
  ["african", 1],
  ["chinese", 0.5],
]);

const ETHNICITIES: Record<Community, WeightedTable<string>> = {
  british: weighted([
    ["A", 92],
    ["Z", 5],
    ["B", 2],
    ["G", 1],
  ]),
  "south-asian": weighted([
    ["H", 50],
    ["J", 25],
    ["K", 15],
    ["L", 10],
  ]),
  polish: weighted([
    ["C", 95],
    ["Z", 5],
  ]),
  european: weighted([
    ["C", 95],
    ["Z", 5],
  ]),
  african: weighted([
    ["N", 80],
    ["M", 10],
    ["P", 10],
  ]),
  chinese: weighted([
    ["R", 95],
    ["S", 5],
  ]),
};

const MIDDLE_NAME_SHARE = 0.72;
const SECOND_MIDDLE_NAME_SHARE = 0.08;

export const drawEthnicity = (random: Random, community: Community): string => random.from(ETHNICITIES[community]);

/** One to three given names, no name twice. */
export function drawGivenNames(random: Random, community: Community, sex: BirthSex, birthYear: number): string[] {
  const given = [drawGivenName(random, community, sex, birthYear)];
  if (random.chance(MIDDLE_NAME_SHARE)) given.push(drawGivenName(random, community, sex, birthYear - 25));
  if (random.chance(SECOND_MIDDLE_NAME_SHARE)) given.push(drawGivenName(random, community, sex, birthYear - 50));
  return [...new Set(given)];
}

/** How clerks address somebody. */
export function drawTitle(random: Random, sex: BirthSex, age: number, married: boolean): string {
  if (random.chance(0.02) && age >= 26) return "Dr";
  if (sex === "M") return age < 16 ? "Master" : "Mr";
  if (age < 18) return "Miss";
  if (married) return random.chance(0.8) ? "Mrs" : "Ms";
  return random.chance(0.6) ? "Miss" : "Ms";
}
