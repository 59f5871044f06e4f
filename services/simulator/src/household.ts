import type { BirthSex } from "./given-names.ts";
import { type Random, type WeightedTable, weighted } from "./random.ts";

/** Who lives behind one door: ages and ties, before anybody has a name. */

export type Role = "adult" | "partner" | "child" | "resident";
export type Member = {
  readonly role: Role;
  readonly sex: BirthSex;
  readonly age: number;
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
const CARE_HOME_PLACES: Band = [8, 20];

const drawAge = (random: Random, table: WeightedTable<Band>): number => random.between(...random.from(table));
const drawSex = (random: Random, shareOfWomen = 0.5): BirthSex => (random.chance(shareOfWomen) ? "F" : "M");
const otherSex = (sex: BirthSex): BirthSex => (sex === "M" ? "F" : "M");

function withChildren(random: Random, members: Member[]): Member[] {
  const youngest = Math.min(...members.map((member) => member.age));
  const count = random.from(CHILD_COUNTS);
  for (let child = 0; child < count; child++) {
    const age = Math.min(CHILD_AGE_MAX, youngest - random.between(19, 40));
    if (age < 0) continue;
    const sex = drawSex(random, 0.49);
    members.push({ role: "child", sex, age });
    if (!random.chance(TWIN_SHARE)) continue;
    const twinSex = random.chance(TWINS_SAME_SEX_SHARE) ? sex : otherSex(sex);
    members.push({ role: "child", sex: twinSex, age, twinOf: members.length - 1 });
  }
  return members;
}

function drawCouple(random: Random, ages: WeightedTable<Band>): Member[] {
  const age = drawAge(random, ages);
  const sex = drawSex(random);
  const partnerSex = random.chance(0.97) ? otherSex(sex) : sex;
  const partnerAge = Math.max(18, age + random.between(-6, 6));
  return [
    { role: "adult", sex, age },
    { role: "partner", sex: partnerSex, age: partnerAge },
  ];
}

/** The members of one household, adults first. */
export function drawHousehold(random: Random): Member[] {
  const kind = random.from(KINDS);
  if (kind === "couple") return drawCouple(random, COUPLE_AGES);
  if (kind === "family") return withChildren(random, drawCouple(random, PARENT_AGES));
  if (kind === "care-home") {
    const places = random.between(...CARE_HOME_PLACES);
    return Array.from({ length: places }, () => {
      return { role: "resident" as const, sex: drawSex(random, 0.68), age: random.between(76, 101) };
    });
  }
  if (kind === "sharers") {
    const count = random.between(2, 5);
    return Array.from({ length: count }, () => {
      return { role: "resident" as const, sex: drawSex(random), age: random.between(18, 34) };
    });
  }
  if (kind === "lone-parent") {
    return withChildren(random, [{ role: "adult", sex: drawSex(random, 0.86), age: drawAge(random, PARENT_AGES) }]);
  }
  const age = drawAge(random, SINGLE_AGES);
  return [{ role: "adult", sex: drawSex(random, age >= 75 ? 0.66 : 0.48), age }];
}
