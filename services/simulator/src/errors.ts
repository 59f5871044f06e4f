import { isRealDate } from "./calendar.ts";
import { BIRTH_DATE_SLIPS, PAIRS_THAT_DIFFER, wrongRecords } from "./calibration.ts";
import { otherSpelling, shortForm, slip } from "./name-variants.ts";
import type { Person } from "./person.ts";
import type { Random, WeightedTable } from "./random.ts";
import { weighted } from "./random.ts";

/** What a clerk gets wrong when a person is put on file: names, date of birth and sex, at the calibrated rates. */

export type WrittenName = { readonly family: string; readonly given: readonly string[] };

type GivenSlip = "short" | "spelling" | "typing" | "middle" | "initial";
const GIVEN_SLIPS: WeightedTable<GivenSlip> = weighted([
  ["short", 40],
  ["typing", 28],
  ["spelling", 15],
  ["middle", 12],
  ["initial", 5],
]);
type FamilySlip = "former" | "typing" | "half";
/** Most of what differs in the names of women is marriage, not spelling. */
const FAMILY_SLIPS: Record<Person["sex"], WeightedTable<FamilySlip>> = {
  F: weighted([
    ["former", 75],
    ["typing", 17],
    ["half", 8],
  ]),
  M: weighted([
    ["typing", 70],
    ["half", 20],
    ["former", 10],
  ]),
};

/** The name as a clerk writes it; `carelessness` multiplies the calibrated error rates. */
export function writeName(random: Random, person: Person, carelessness: number): WrittenName {
  const pairs = PAIRS_THAT_DIFFER;
  const familyPairs = person.sex === "F" ? pairs.familyNameOfWomen : pairs.familyNameOfMen;
  const right = { family: person.family, given: person.given };
  if (random.chance(carelessness * wrongRecords(pairs.bothNames))) {
    const swapped = random.chance(pairs.swappedNames / pairs.bothNames);
    if (swapped) return { family: person.given[0] ?? "", given: [person.family, ...person.given.slice(1)] };
    return { family: wrongFamily(random, person), given: wrongGiven(random, person.given) };
  }
  const wrongFamilyShare = carelessness * wrongRecords(familyPairs - pairs.bothNames);
  const wrongGivenShare = carelessness * wrongRecords(pairs.givenName - pairs.bothNames);
  return {
    family: random.chance(wrongFamilyShare) ? wrongFamily(random, person) : right.family,
    given: random.chance(wrongGivenShare) ? wrongGiven(random, person.given) : right.given,
  };
}

function wrongGiven(random: Random, given: readonly string[]): readonly string[] {
  const [first = "", ...middle] = given;
  const kind = random.from(GIVEN_SLIPS);
  if (kind === "middle" && middle[0] !== undefined) return middle;
  if (kind === "initial") return [first.charAt(0), ...middle];
  const changed =
    kind === "short" ? shortForm(random, first) : kind === "spelling" ? otherSpelling(random, first) : undefined;
  return [changed ?? slip(random, first), ...middle];
}

function wrongFamily(random: Random, person: Person): string {
  const kind = random.from(FAMILY_SLIPS[person.sex]);
  if (kind === "former" && person.previousFamily !== undefined) return person.previousFamily;
  const parts = person.family.split("-");
  if (kind === "half" && parts.length > 1) return random.pick(parts);
  return slip(random, person.family);
}

/** The date of birth as a clerk writes it on `today` (both `YYYYMMDD`): always a day that exists and has been. */
export function writeBirthDate(random: Random, birthDate: string, carelessness: number, today: string): string {
  if (!random.chance(carelessness * wrongRecords(PAIRS_THAT_DIFFER.birthDate))) return birthDate;
  for (let tries = 0; tries < 40; tries++) {
    const wrong = wrongBirthDate(random, birthDate);
    if (wrong !== birthDate && wrong <= today && isRealDate(wrong)) return wrong;
  }
  return birthDate;
}

const two = (value: number): string => String(value).padStart(2, "0");
const swapLastTwo = (text: string): string => text.slice(0, -2) + text.slice(-1) + text.slice(-2, -1);

function wrongBirthDate(random: Random, birthDate: string): string {
  const year = birthDate.slice(0, 4);
  const month = birthDate.slice(4, 6);
  const day = birthDate.slice(6, 8);
  const slips = BIRTH_DATE_SLIPS;
  const draw = random.float();
  const component = random.between(0, 2);
  let reached: number = slips.oneOff;
  if (draw < reached) return shifted(year, month, day, component, random.pick([-1, 1]));
  reached += slips.twoOff;
  if (draw < reached) return shifted(year, month, day, component, random.pick([-2, 2]));
  reached += slips.digitsSwapped;
  if (draw < reached) {
    if (component === 0) return swapLastTwo(year) + month + day;
    return component === 1 ? year + swapLastTwo(month) + day : year + month + swapLastTwo(day);
  }
  reached += slips.dayAndMonthSwapped;
  if (draw < reached) return year + day + month;
  reached += slips.severalComponents;
  const other = two(random.between(1, 12));
  if (draw < reached) return year + other + two(random.between(1, 28));
  if (component === 0) return String(Number(year) + random.pick([-10, 10, -9, 9, -5, 3])) + month + day;
  return component === 1 ? year + other + day : year + month + two(random.between(1, 28));
}

function shifted(year: string, month: string, day: string, component: number, by: number): string {
  if (component === 0) return String(Number(year) + by) + month + day;
  if (component === 1) return year + two(Number(month) + by) + day;
  return year + month + two(Number(day) + by);
}

/** The sex as a clerk ticks it. */
export function writeSex(random: Random, sex: Person["sex"], carelessness: number): Person["sex"] {
  if (!random.chance(carelessness * wrongRecords(PAIRS_THAT_DIFFER.sex))) return sex;
  return sex === "M" ? "F" : "M";
}
