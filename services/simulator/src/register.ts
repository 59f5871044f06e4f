import { ageInYears } from "./calendar.ts";
import { DUPLICATE_CARELESSNESS } from "./calibration.ts";
import { type OnFile, OUTDATED_SHARE, writeOnFile } from "./on-file.ts";
import type { Person } from "./person.ts";
import { areaOfTown } from "./places.ts";
import { PEOPLE_MAX, type Settling, settle } from "./population.ts";
import { Random } from "./random.ts";
import { type RegisterRow, writeRow, writeUnknownRow } from "./register-row.ts";
import { REGISTER_SOURCES, type RegisterSource } from "./register-sources.ts";
import { truthName } from "./register-truth.ts";

/** A region on file: what its hospitals, practices and councils hold about the same people, as flat rows with truth. */

export type RegisterOptions = {
  /** How many people live in the region, or else how many rows there are to be, exactly. */
  readonly people?: number;
  readonly records?: number;
  readonly seed: string | number;
  /**
   * `test-range` (default): of the range that is never issued, for up to PEOPLE_MAX people. `unlisted`: also of ranges
   * in nobody's list, for larger regions; such rows are made where they are used and kept nowhere. `none`: the same
   * rows with the column empty.
   */
  readonly nhsNumbers?: "test-range" | "unlisted" | "none";
};

/** The day of the register: ages are reckoned and nobody is born after. */
const ON_MS = Date.UTC(2026, 0, 1);
/** Rows a person has in all sources, as measured. Used only to size a region asked for in rows. */
const ROWS_A_PERSON = 2.05;
/** Rows come in the order of no household and no source: each waits for a random while among so many others. */
const WAITING_ROWS = 20_000;
const SHARES = {
  /** Of files with the address before, those with the practice before. */
  earlierPractice: 0.4,
  /** Of children without a telephone of their own, the files that have a parent's. */
  parentsPhone: 0.7,
  parentsMail: 0.2,
};
const CHILD_BEFORE_AGE = 16;

/**
 * The rows of a synthetic region, made as they are read: of a million only WAITING_ROWS are in memory at a time. Equal
 * options give equal rows on any machine. The `person` column is the truth; `relationOf` reads from it who is who's twin.
 *
 * Throws a RangeError when neither or both of `people` and `records` are given, or they are not whole and positive, or
 * there are more people than NHS numbers.
 */
export function simulateRegister(options: RegisterOptions): Generator<RegisterRow, void, undefined> {
  const { people, records, seed, nhsNumbers = "test-range" } = options;
  if ((people === undefined) === (records === undefined)) throw new RangeError("Give people or records, not both.");
  const asked = people ?? records ?? 0;
  if (!Number.isSafeInteger(asked) || asked < 1) throw new RangeError("A register has one row or person at least.");
  const count = people ?? Math.ceil(asked / ROWS_A_PERSON);
  if (nhsNumbers !== "unlisted" && count > PEOPLE_MAX) {
    throw new RangeError(`The test range of NHS numbers has enough for ${PEOPLE_MAX} people.`);
  }
  const random = new Random(String(seed));
  const range = nhsNumbers === "unlisted" ? "unlisted" : "test-range";
  const settling = settle(random.fork("population"), count, ON_MS, range);
  const rows = registerRows(random.fork("register"), settling, people, nhsNumbers !== "none");
  return numbered(mixed(random.fork("order"), upTo(rows, records)));
}

type Draft = Omit<RegisterRow, "id">;

function* registerRows(
  random: Random,
  settling: Settling,
  people: number | undefined,
  nhsNumbers: boolean,
): Generator<Draft, void, undefined> {
  let settled = 0;
  for (const household of settling.households) {
    for (const person of household) {
      if (settled++ === people) return;
      yield* rowsOf(random, settling, household, person, nhsNumbers);
    }
  }
}

/** All that the sources hold about one person. */
function* rowsOf(
  random: Random,
  { practices }: Settling,
  household: readonly Person[],
  person: Person,
  nhsNumbers: boolean,
): Generator<Draft, void, undefined> {
  const first = household[0]?.index ?? person.index;
  const name = truthName(person, first);
  const age = ageInYears(person.birthDate, ON_MS);
  const home = areaOfTown(person.address.town);
  const parent = age < CHILD_BEFORE_AGE ? household.find((other) => other.role === "adult") : undefined;
  const earlierTown = person.previousAddress?.town ?? person.address.town;
  const earlierPractice = random.pick(practices.filter((practice) => practice.area === areaOfTown(earlierTown)));
  for (const source of REGISTER_SOURCES) {
    if (!random.chance(source.known(age, !source.areas.includes(home)))) continue;
    const registrations = random.chance(source.duplicates) ? 2 : 1;
    for (let registration = 1; registration <= registrations; registration++) {
      if (random.chance(source.unknownPatients)) {
        yield writeUnknownRow(source, person.sex, name);
        continue;
      }
      const file = openFile(random, source, person, household, registration > 1);
      if (file.address === person.previousAddress && random.chance(SHARES.earlierPractice)) {
        file.practice = earlierPractice;
      }
      if (parent !== undefined) lendContacts(random, source, file, parent);
      yield writeRow(random, source, file, { person: name, year: person.birthDate.slice(0, 4), nhsNumbers });
    }
  }
}

function openFile(
  random: Random,
  source: RegisterSource,
  person: Person,
  household: readonly Person[],
  again: boolean,
): OnFile {
  const others = household.filter((other) => other !== person);
  const file = writeOnFile(random, person, source, {
    carelessness: source.carelessness * (again ? DUPLICATE_CARELESSNESS : 1),
    again,
    onMs: ON_MS,
    housemate: others.length === 0 ? undefined : random.pick(others),
  });
  const outdated = person.previousAddress !== undefined && random.chance(OUTDATED_SHARE);
  if (outdated && file.address === person.address) file.address = person.previousAddress;
  return file;
}

/** A child's file mostly has the telephone, and sometimes the mail, of a parent. */
function lendContacts(random: Random, source: RegisterSource, file: OnFile, parent: Person): void {
  if (random.chance(source.diligence.phoneMissing)) return;
  if (file.mobile === undefined && random.chance(SHARES.parentsPhone)) file.mobile = parent.mobile;
  if (file.email === undefined && random.chance(SHARES.parentsMail)) file.email = parent.email;
}

function* upTo(rows: Iterable<Draft>, count: number | undefined): Generator<Draft, void, undefined> {
  let given = 0;
  for (const row of rows) {
    if (given++ === count) return;
    yield row;
  }
}

/** The same rows in another order, in the memory of WAITING_ROWS: each newcomer takes the place of one that waits. */
function* mixed(random: Random, rows: Iterable<Draft>): Generator<Draft, void, undefined> {
  const waiting: Draft[] = [];
  for (const row of rows) {
    if (waiting.length < WAITING_ROWS) {
      waiting.push(row);
      continue;
    }
    const place = random.between(0, WAITING_ROWS - 1);
    const next = waiting[place];
    waiting[place] = row;
    if (next !== undefined) yield next;
  }
  yield* random.shuffled(waiting);
}

/** Each source numbers its rows as they come, so that an id tells nothing of who lives with whom. */
function* numbered(rows: Iterable<Draft>): Generator<RegisterRow, void, undefined> {
  const numbers = new Map<string, number>();
  for (const row of rows) {
    const number = (numbers.get(row.source) ?? 0) + 1;
    numbers.set(row.source, number);
    yield { id: `${row.source}-${number}`, ...row };
  }
}
