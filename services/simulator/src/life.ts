import { ageInYears, HOUR_MS } from "./calendar.ts";
import { enrol } from "./enrolment.ts";
import { drawFamilyName, familyNameFor } from "./family-names.ts";
import type { OnFile } from "./on-file.ts";
import type { Person } from "./person.ts";
import { areaOfTown, drawAddress } from "./places.ts";
import type { SourceRecord } from "./sources.ts";
import { SYSTEMS } from "./systems.ts";
import { OFFICE_HOURS, ROUND_THE_CLOCK, type World } from "./world.ts";

/** What happens to people outside hospitals, and how, and how late, the systems come to hear of it: A28 and A31. */

/** Events a person a day, in life; the day's `activity` multiplies them. */
const RATES = {
  move: 0.00027,
  marriage: 0.00004,
  death: 0.00005,
  phoneGivenUp: 0.0002,
  editOfAFile: 0.008,
  correction: 0.0012,
  trace: 0.001,
  newToCommunity: 0.0006,
  newToSocialCare: 0.0003,
};
const SHARES = {
  systemHears: 0.6,
  wholeHouseMoves: 0.5,
  newPractice: 0.4,
  /** News that another, older message about the same person overtakes: it was held at the source. */
  late: 0.12,
  middleNameDropped: 0.03,
  deathTakenBack: 0.02,
};
const HEARS_AFTER_MS = [0, 20 * HOUR_MS] as const;
const LATE_BY_MS = [HOUR_MS, 10 * HOUR_MS] as const;

export function letLifeGoOn(world: World): void {
  world.often(RATES.move, ROUND_THE_CLOCK, () => move(world));
  world.often(RATES.marriage, OFFICE_HOURS, () => marriage(world));
  world.often(RATES.death, ROUND_THE_CLOCK, () => death(world));
  world.often(RATES.phoneGivenUp, OFFICE_HOURS, () => phoneGivenUp(world));
  world.often(RATES.editOfAFile, OFFICE_HOURS, () => edit(world));
  world.often(RATES.correction, OFFICE_HOURS, () => correction(world));
  world.often(RATES.trace, ROUND_THE_CLOCK, () => trace(world));
  world.often(RATES.newToCommunity, OFFICE_HOURS, () => contact(world, "community"));
  world.often(RATES.newToSocialCare, OFFICE_HOURS, () => contact(world, "social-care"));
}

/** Some of the systems that know somebody learn something, each in its own time; some with older news behind it. */
function spread(world: World, person: Person, change: () => Partial<OnFile>): void {
  for (const record of world.register.live(person)) {
    if (!world.random.chance(SHARES.systemHears)) continue;
    world.after(world.between(...HEARS_AFTER_MS), () => {
      if (record.mergedInto !== undefined) return;
      if (world.random.chance(SHARES.late)) {
        // Recorded before the change with what was on file then, and held up: it must not undo the newer one.
        world.sayLate({ trigger: "A31", record, recordedAtMs: world.nowMs - 1000 }, world.between(...LATE_BY_MS));
      }
      world.amend(record, change());
      world.say({ trigger: "A31", record });
    });
  }
}

function move(world: World): void {
  const person = world.somebody();
  if (person === undefined) return;
  const { random, population } = world;
  const from = person.address;
  const street = population.gazetteer.streetNear(random, from.town);
  const to = drawAddress(random, street);
  const local = population.practices.filter((practice) => practice.area === areaOfTown(to.town));
  const practice = random.chance(SHARES.newPractice) ? random.pick(local) : person.practice;
  const movers = random.chance(SHARES.wholeHouseMoves) ? housemates(world, person) : [person];
  for (const mover of movers) {
    mover.previousAddress = from;
    mover.address = to;
    mover.practice = practice;
    spread(world, mover, () => ({ address: mover.address, practice: mover.practice }));
  }
}

/** The people of one home: a household's indexes are consecutive. */
function housemates({ population: { people } }: World, person: Person): Person[] {
  const home: Person[] = [person];
  for (const step of [-1, 1]) {
    for (let index = person.index + step; people[index]?.household === person.household; index += step) {
      const other = people[index];
      if (other !== undefined && other.address === person.address) home.push(other);
    }
  }
  return home;
}

function marriage(world: World): void {
  const person = world.somebody();
  if (person === undefined || person.sex !== "F" || person.marital !== "S") return;
  const age = ageInYears(person.birthDate, world.nowMs);
  if (age < 18 || age > 70) return;
  person.previousFamily = person.family;
  person.family = familyNameFor("F", drawFamilyName(world.random, person.community), person.community);
  person.marital = "M";
  spread(world, person, () => ({
    family: person.family,
    formerFamily: person.previousFamily,
    title: "Mrs",
    marital: "M",
  }));
}

function death(world: World): void {
  const person = world.somebody();
  if (person === undefined || world.inCare.has(person)) return;
  if (ageInYears(person.birthDate, world.nowMs) < 50 && world.random.chance(0.95)) return;
  const records = world.register.live(person);
  const wrongly = records[0];
  if (wrongly !== undefined && world.random.chance(SHARES.deathTakenBack)) {
    // Put on the wrong file, and taken back: `""` in PID-29.
    world.amend(wrongly, { diedAtMs: world.nowMs });
    world.say({ trigger: "A31", record: wrongly });
    world.after(world.between(HOUR_MS, 6 * HOUR_MS), () => {
      if (wrongly.mergedInto !== undefined) return;
      world.amend(wrongly, { diedAtMs: undefined });
      world.say({ trigger: "A31", record: wrongly, cleared: "death" });
    });
    return;
  }
  hearOfDeath(world, person, undefined);
}

/** Somebody died. `witness` knows at once and tells it itself; the others hear later. */
export function hearOfDeath(world: World, person: Person, witness: SourceRecord | undefined): void {
  person.diedAtMs = world.nowMs;
  if (witness !== undefined) world.amend(witness, { diedAtMs: person.diedAtMs });
  for (const record of world.register.live(person)) {
    if (record === witness || !world.random.chance(SHARES.systemHears)) continue;
    world.after(world.between(...HEARS_AFTER_MS), () => {
      if (record.mergedInto !== undefined) return;
      world.amend(record, { diedAtMs: person.diedAtMs });
      world.say({ trigger: "A31", record });
    });
  }
}

/** The number no longer answers: `""` in PID-13. */
function phoneGivenUp(world: World): void {
  const record = world.someRecord(({ onFile }) => onFile.landline !== undefined || onFile.mobile !== undefined, 20);
  if (record === undefined) return;
  world.amend(record, { landline: undefined, mobile: undefined, email: undefined });
  world.say({ trigger: "A31", record, cleared: "phones" });
}

/** The daily round of a records office: something is filled in or asked again, and everything is sent. */
function edit(world: World): void {
  const record = world.someRecord(() => true, 5);
  if (record === undefined) return;
  const { person, onFile } = record;
  if (onFile.given.length > 1 && world.random.chance(SHARES.middleNameDropped)) {
    world.amend(record, { given: onFile.given.slice(0, 1) });
    world.say({ trigger: "A31", record, cleared: "middle-name" });
    return;
  }
  world.amend(record, { ethnicity: person.ethnicity, marital: person.marital, practice: person.practice });
  world.say({ trigger: "A31", record });
}

/** A mistake is found and put right; a baby gets its name. */
function correction(world: World): void {
  const isWrong = ({ person, onFile }: SourceRecord): boolean =>
    onFile.family !== person.family ||
    onFile.given[0] !== person.given[0] ||
    onFile.birthDate !== person.birthDate ||
    onFile.sex !== person.sex;
  const record = world.someRecord(isWrong, 40);
  if (record === undefined) return;
  const { family, previousFamily, given, birthDate, sex } = record.person;
  world.amend(record, { family, formerFamily: previousFamily, given, birthDate, sex });
  world.say({ trigger: "A31", record });
}

/** A trace finds the NHS number, or confirms it. */
function trace(world: World): void {
  const untraced = ({ person, system, onFile }: SourceRecord): boolean =>
    person.nhsNumber !== undefined && !onFile.nhsNumberTraced && system.diligence.nhsNumberTraced > 0;
  const record = world.someRecord(untraced, 40);
  if (record === undefined) return;
  world.amend(record, { nhsNumber: record.person.nhsNumber, nhsNumberTraced: true });
  world.say({ trigger: "A31", record });
}

/** A service outside hospital meets somebody: put on its files, or its file brought up to date. */
function contact(world: World, kind: "community" | "social-care"): void {
  const person = world.somebody();
  if (person === undefined) return;
  const area = areaOfTown(person.address.town);
  const system = SYSTEMS.find((other) => other.kind === kind && other.areas.includes(area));
  if (system === undefined) return;
  const known = world.register.find(person, system);
  const record = enrol(world, person, system);
  if (record === known) world.say({ trigger: "A31", record });
}
