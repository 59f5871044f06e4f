import { DAY_MS, YEAR_MS } from "./calendar.ts";
import type { BirthSex } from "./given-names.ts";
import { type Random, type WeightedTable, weighted } from "./random.ts";

/** Who lives behind one door: ages and ties, before anybody has a name. */

export type Role = "adult" | "partner" | "child" | "resident";
export type Member = {
  readonly role: Role;
  readonly sex: BirthSex;
  /** In whole years, and the same in days. */
  readonly age: number;
  readonly daysOld: number;
  /** Place in the household of the child born in the same hour, for the second of two twins. */
  readonly twinOf?: number;
};

type Kind = "single" | "couple" | "family" | "lone-parent" | "sharers" | "care-home";
type Band = readonly [youngest: number, oldest: number];

/** Shares of households chosen so that ages come out as Dorset's do: one in six a child, three in ten over 65. */
const KINDS: WeightedTable<Kind> = weighted([
  ["single", 32],
  ["couple", 32],
  ["family", 27],
  ["lone-parent", 7],
  ["sharers", 4],
  ["care-home", 0.4],
]);
const SINGLE_AGES: WeightedTable<Band> = weighted([
  [[18, 29], 10],
  [[30, 44], 15],
  [[45, 64], 28],
  [[65, 79], 28],
  [[80, 97], 19],
]);
const COUPLE_AGES: WeightedTable<Band> = weighted([
  [[20, 29], 9],
  [[30, 44], 12],
  [[45, 64], 35],
  [[65, 79], 33],
  [[80, 94], 11],
]);
const PARENT_AGES: WeightedTable<Band> = weighted([
  [[22, 29], 12],
  [[30, 39], 42],
  [[40, 49], 36],
  [[50, 60], 10],
]);
const CHILD_COUNTS: WeightedTable<number> = weighted([
  [1, 44],
  [2, 41],
  [3, 12],
  [4, 3],
]);
/** Maternities with twins in England and Wales: about 1.5 in 100. */
const TWIN_SHARE = 0.015;
const TWINS_SAME_SEX_SHARE = 0.65;
/** Children over this age have mostly left. */
const CHILD_AGE_MAX = 24;
/** From the youngest parent's birth to the eldest child's, in years; nobody is born to somebody older than the last. */
const FIRST_BIRTH_AGES: Band = [19, 38];
const LAST_BIRTH_AGE_MAX = 44;
/**
 * Days between the births of two siblings who are no twins, set by us: mostly two to four years, and never less than
 * ten months: no mother has children a month apart.
 */
const BIRTH_INTERVAL_MIN_DAYS = 306;
const BIRTH_INTERVALS_DAYS: WeightedTable<Band> = weighted([
  [[BIRTH_INTERVAL_MIN_DAYS, 547], 12],
  [[548, 1095], 42],
  [[1096, 1825], 30],
  [[1826, 3650], 16],
]);
const YEAR_DAYS = YEAR_MS / DAY_MS;
const CARE_HOME_PLACES: Band = [8, 20];

const drawAge = (random: Random, table: WeightedTable<Band>): number => random.between(...random.from(table));
const drawSex = (random: Random, shareOfWomen = 0.5): BirthSex => (random.chance(shareOfWomen) ? "F" : "M");
const otherSex = (sex: BirthSex): BirthSex => (sex === "M" ? "F" : "M");

/** Some time in the year of life that follows this birthday. */
const daysOldAt = (random: Random, age: number): number => Math.floor(age * YEAR_DAYS) + random.between(1, 364);

const member = (role: Role, sex: BirthSex, daysOld: number): Member => ({
  role,
  sex,
  age: Math.floor(daysOld / YEAR_DAYS),
  daysOld,
});

/** The children still at home, eldest first. */
function withChildren(random: Random, members: Member[]): Member[] {
  const parentDays = Math.min(...members.map((parent) => parent.daysOld));
  const births = random.from(CHILD_COUNTS);
  let daysOld = parentDays - daysOldAt(random, random.between(...FIRST_BIRTH_AGES));
  for (let birth = 0; birth < births; birth++) {
    if (birth > 0) daysOld -= random.between(...random.from(BIRTH_INTERVALS_DAYS));
    if (daysOld < 1 || (parentDays - daysOld) / YEAR_DAYS > LAST_BIRTH_AGE_MAX) break;
    const child = member("child", drawSex(random, 0.49), daysOld);
    const isTwin = random.chance(TWIN_SHARE);
    const twinSex = random.chance(TWINS_SAME_SEX_SHARE) ? child.sex : otherSex(child.sex);
    if (child.age > CHILD_AGE_MAX) continue;
    members.push(child);
    if (isTwin) members.push({ ...child, sex: twinSex, twinOf: members.length - 1 });
  }
  return members;
}

function drawCouple(random: Random, ages: WeightedTable<Band>): Member[] {
  const age = drawAge(random, ages);
  const sex = drawSex(random);
  const partnerSex = random.chance(0.97) ? otherSex(sex) : sex;
  const partnerAge = Math.max(18, age + random.between(-6, 6));
  return [member("adult", sex, daysOldAt(random, age)), member("partner", partnerSex, daysOldAt(random, partnerAge))];
}

/** The members of one household, adults first. */
export function drawHousehold(random: Random): Member[] {
  const kind = random.from(KINDS);
  if (kind === "couple") return drawCouple(random, COUPLE_AGES);
  if (kind === "family") return withChildren(random, drawCouple(random, PARENT_AGES));
  if (kind === "care-home") {
    const places = random.between(...CARE_HOME_PLACES);
    return Array.from({ length: places }, () =>
      member("resident", drawSex(random, 0.68), daysOldAt(random, random.between(76, 101))),
    );
  }
  if (kind === "sharers") {
    const count = random.between(2, 5);
    return Array.from({ length: count }, () =>
      member("resident", drawSex(random), daysOldAt(random, random.between(18, 34))),
    );
  }
  if (kind === "lone-parent") {
    const sex = drawSex(random, 0.86);
    return withChildren(random, [member("adult", sex, daysOldAt(random, drawAge(random, PARENT_AGES)))]);
  }
  const age = drawAge(random, SINGLE_AGES);
  return [member("adult", drawSex(random, age >= 75 ? 0.66 : 0.48), daysOldAt(random, age))];
}
