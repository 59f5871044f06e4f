import { HOUR_MS } from "./calendar.ts";
import { mergeRegistrations } from "./enrolment.ts";
import { openHospitals } from "./hospital.ts";
import { letLifeGoOn } from "./life.ts";
import { buildPopulation, type Population } from "./population.ts";
import { Random } from "./random.ts";
import type { SourceRecord, TruthRow } from "./sources.ts";
import { type SimulatedMessage, World } from "./world.ts";

/** A day, or any hours, of a synthetic region. */

/** 366 days: the day is a day, not a history. */
export const HOURS_MAX = 24 * 366;
/** The default `activity`: a small population then fills a screen as a large one does in life. */
export const DEFAULT_ACTIVITY = 20;
/** The share of the time in which the systems tell what they have on file already. */
const LOAD_SHARE = 0.25;
/** Of the double registrations there are when the day begins, those found out and merged during it. */
const MERGED_DURING_THE_DAY = 0.35;
/** Of those on file already, the ones told with an A31 because their first telling was long ago. */
const TOLD_AS_UPDATE = 0.1;

export type DayOptions = {
  /** How many people live in the region: 1 to PEOPLE_MAX. */
  readonly people: number;
  /** Simulated hours, above 0, up to HOURS_MAX. */
  readonly hours: number;
  readonly seed: string | number;
  /** When the simulated time begins. For a receiver that distrusts the future: now less `hours`. */
  readonly startAt: Date;
  /** How many times busier than life; DEFAULT_ACTIVITY. 0: only what is on file already is told. */
  readonly activity?: number;
  /** Whether the systems first tell everything on their files (A28, A31); true. */
  readonly load?: boolean;
};

export type SimulatedDay = {
  /** The messages in order of sending. One pass: a second iteration goes on where the first stopped. */
  readonly messages: Generator<SimulatedMessage, void, undefined>;
  /** The truth about every registration made so far; complete once the messages have been read to the end. */
  truth(): Iterable<TruthRow>;
  readonly population: Population;
};

/**
 * Simulates the region: equal options give equal bytes, on any machine.
 *
 * Messages are made as they are read, so a day of any length takes the memory of its people only. Throws a RangeError
 * when an option is out of its limits.
 */
export function simulateDay(options: DayOptions): SimulatedDay {
  const { people, hours, startAt, activity = DEFAULT_ACTIVITY, load = true } = options;
  if (!(hours > 0 && hours <= HOURS_MAX)) throw new RangeError(`The hours must be above 0 and at most ${HOURS_MAX}.`);
  if (!(activity >= 0 && Number.isFinite(activity))) throw new RangeError("The activity must be 0 or more.");
  const startMs = startAt.getTime();
  if (Number.isNaN(startMs)) throw new RangeError("The start is not a time.");
  const seed = String(options.seed);
  const random = new Random(seed);
  // Ages are reckoned at New Year: two runs on different days of a year are two days of the same people and files.
  const newYearMs = Date.UTC(startAt.getUTCFullYear(), 0, 1);
  const population = buildPopulation(random.fork("population"), people, newYearMs);
  const world = new World({
    random: random.fork("day"),
    population,
    seed,
    startMs,
    endMs: startMs + hours * HOUR_MS,
    agesOnMs: newYearMs,
    activity,
  });
  const loadMs = hours * HOUR_MS * LOAD_SHARE;
  if (load) loadFiles(world, loadMs);
  if (activity > 0) {
    mergeDuplicates(world, loadMs);
    openHospitals(world, load ? loadMs : HOUR_MS);
    letLifeGoOn(world);
  }
  return { messages: run(world), truth: () => world.register.truth(), population };
}

function* run(world: World): Generator<SimulatedMessage, void, undefined> {
  for (let said = world.step(); said !== undefined; said = world.step()) yield* said;
}

/** Every system tells its files, in an order of its own, evenly over the first hours. */
function loadFiles(world: World, loadMs: number): void {
  const files = world.random.shuffled(world.register.records);
  const gapMs = loadMs / Math.max(1, files.length);
  let next = 0;
  const tell = (): void => {
    const record = files[next++];
    if (record === undefined) return;
    // Live traffic may have told it already.
    if (!record.sent && record.mergedInto === undefined) {
      const trigger = world.random.chance(TOLD_AS_UPDATE) ? "A31" : "A28";
      world.say({ trigger, record, recordedAtMs: record.updatedAtMs });
    }
    world.after(gapMs, tell);
  };
  world.after(0, tell);
}

/** Some registrations made twice before the day are found out during it, once both have been told. */
function mergeDuplicates(world: World, loadMs: number): void {
  const firsts = new Map<string, SourceRecord>();
  for (const record of world.register.records) {
    const key = `${record.system.feed}/${record.person.index}`;
    const first = firsts.get(key);
    firsts.set(key, first ?? record);
    if (first === undefined || !world.random.chance(MERGED_DURING_THE_DAY)) continue;
    const delayMs = loadMs + world.random.float() * (world.endMs - world.startMs - loadMs);
    world.after(delayMs, () => mergeRegistrations(world, first, record));
  }
}
