import { Agenda } from "./agenda.ts";
import { ageInYears, DAY_MS, londonHour } from "./calendar.ts";
import { type Clinical, writeClinical } from "./clinical-message.ts";
import { type Cleared, type Sent, type Trigger, type Visit, writeMessage } from "./message.ts";
import type { OnFile } from "./on-file.ts";
import type { Person } from "./person.ts";
import type { Population } from "./population.ts";
import { hashText, type Random } from "./random.ts";
import { Register, type SourceRecord, type TruthRow } from "./sources.ts";
import { SYSTEMS, type System } from "./systems.ts";

/** One message of the simulated day, with the truth about it. */
export type SimulatedMessage = {
  /** Simulated time of sending (MSH-7). */
  readonly at: Date;
  /** The sending system: `poole-pas`, `council-social-care`, … */
  readonly feed: string;
  /** MSH-10; no two messages of any system share one. */
  readonly controlId: string;
  /** The message as sent, without MLLP framing. */
  readonly bytes: Uint8Array;
  /** Who it is really about. */
  readonly truth: TruthRow;
  /** An A40's prior registration (MRG-1): the same person, by the truth. */
  readonly retired?: TruthRow;
};

export type Telling = {
  readonly trigger: Trigger;
  readonly record: SourceRecord;
  readonly onFile?: OnFile | undefined;
  /** EVN-2; now, unless the message comes late. */
  readonly recordedAtMs?: number | undefined;
  readonly occurredAtMs?: number | undefined;
  readonly visit?: Visit | undefined;
  readonly retired?: SourceRecord | undefined;
  readonly cleared?: Cleared | undefined;
};

/** Weights of the 24 hours of the day; only their proportions matter. */
export type Hours = readonly number[];
export const ROUND_THE_CLOCK: Hours = [
  4, 3, 2, 2, 2, 2, 3, 5, 8, 10, 12, 12, 11, 11, 11, 11, 11, 11, 12, 11, 10, 9, 7, 5,
];
export const OFFICE_HOURS: Hours = [
  0, 0, 0, 0, 0, 0, 0.1, 1, 6, 12, 12, 11, 7, 8, 12, 12, 9, 4, 1, 0.5, 0.3, 0.1, 0, 0,
];

const RUN_TAG_LENGTH = 5;
const SEQUENCE_LENGTH = 7;
const SOMEBODY_TRIES = 100;

/** The simulated region: who lives there, what the systems know, what is due, and what has just been said. */
export class World {
  readonly random: Random;
  /** For what is found and given: who comes and goes is the same with it and without. */
  readonly clinicalRandom: Random;
  readonly population: Population;
  readonly register: Register;
  readonly startMs: number;
  readonly endMs: number;
  readonly activity: number;
  /** People in a hospital bed or an emergency department now. */
  readonly inCare = new Set<Person>();
  readonly #agenda = new Agenda();
  readonly #runTag: string;
  readonly #outbox: SimulatedMessage[] = [];
  readonly #visits = new Map<System, number>();
  #nowMs: number;
  #sequence = 0;

  constructor(options: {
    random: Random;
    population: Population;
    seed: string;
    startMs: number;
    endMs: number;
    agesOnMs: number;
    activity: number;
  }) {
    const { seed, startMs, endMs, agesOnMs, activity, population } = options;
    this.random = options.random;
    this.clinicalRandom = options.random.fork("clinical");
    this.population = population;
    this.startMs = startMs;
    this.endMs = endMs;
    this.activity = activity;
    this.#nowMs = startMs;
    this.register = new Register(options.random.fork("register"), population, { startMs, agesOnMs }, seed);
    // Two runs that differ in anything must not use one control id for two contents.
    const run = [seed, startMs, endMs, activity, population.people.length].join("/");
    this.#runTag = hashText(run).toString(36).toUpperCase().padStart(7, "0").slice(-RUN_TAG_LENGTH);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Has something happen later. What falls after the end of the day does not happen. */
  after(delayMs: number, act: () => void): void {
    const atMs = this.#nowMs + delayMs;
    if (atMs < this.endMs) this.#agenda.add(atMs, act);
  }

  /** Has something happen again and again, so many times a person a day, more in some hours than in others. */
  often(perPersonPerDay: number, hours: Hours, act: () => void): void {
    const busiest = Math.max(...hours);
    const mean = hours.reduce((sum, weight) => sum + weight, 0) / hours.length;
    const perDay = perPersonPerDay * this.population.people.length * this.activity * (busiest / mean);
    if (perDay <= 0) return;
    const tick = (): void => {
      if (this.random.chance((hours[londonHour(this.#nowMs)] ?? 0) / busiest)) act();
      this.after(this.#gapMs(perDay), tick);
    };
    this.after(this.#gapMs(perDay), tick);
  }

  /** Lets the next thing happen and hands over what was said; undefined when the day is over. */
  step(): SimulatedMessage[] | undefined {
    const due = this.#agenda.take();
    if (due === undefined) return undefined;
    this.#nowMs = due.atMs;
    due.act();
    return this.#outbox.splice(0);
  }

  /** A message leaves its system now. */
  say(telling: Telling): void {
    const { record, retired } = telling;
    const onFile = telling.onFile ?? record.onFile;
    const recordedAtMs = telling.recordedAtMs ?? this.#nowMs;
    this.#send(record, retired, (sent) => writeMessage({ ...telling, ...sent, onFile, recordedAtMs }));
  }

  /** What was found, given, written or arranged leaves now, with who it is and on which visit. */
  sayClinical(record: SourceRecord, clinical: Clinical): void {
    this.#send(record, undefined, (sent) => writeClinical(sent, clinical));
  }

  #send(record: SourceRecord, retired: SourceRecord | undefined, write: (sent: Sent) => Uint8Array): void {
    const controlId = record.system.prefix + this.#runTag + this.#number(this.#sequence++, SEQUENCE_LENGTH);
    const bytes = write({ controlId, record, onFile: record.onFile, sentAtMs: this.#nowMs });
    record.sent = true;
    const message = { at: new Date(this.#nowMs), feed: record.system.feed, controlId, bytes, truth: truthOf(record) };
    this.#outbox.push(retired === undefined ? message : { ...message, retired: truthOf(retired) });
  }

  /** The same, but the message waits at the source first: recorded now, sent later, perhaps after newer ones. */
  sayLate(telling: Telling, delayMs: number): void {
    const late = { ...telling, onFile: telling.onFile ?? telling.record.onFile };
    const recordedAtMs = telling.recordedAtMs ?? this.#nowMs;
    this.after(delayMs, () => {
      if (telling.record.mergedInto === undefined) this.say({ ...late, recordedAtMs });
    });
  }

  /** Somebody alive, the old and the very young oftener, as hospitals see them; undefined when chance found nobody. */
  somebody(): Person | undefined {
    for (let tries = 0; tries < SOMEBODY_TRIES; tries++) {
      const person = this.random.pick(this.population.people);
      if (person.diedAtMs === undefined && this.random.chance(needOf(ageInYears(person.birthDate, this.startMs)))) {
        return person;
      }
    }
    return undefined;
  }

  /** Somebody's registration somewhere, in use, of a living person; undefined when chance found none. */
  someRecord(suits: (record: SourceRecord) => boolean, tries = 1): SourceRecord | undefined {
    if (this.register.records.length === 0) return undefined;
    for (let number = 0; number < tries; number++) {
      const record = this.random.pick(this.register.records);
      if (record.mergedInto === undefined && record.person.diedAtMs === undefined && suits(record)) return record;
    }
    return undefined;
  }

  /** A visit number of its own for a system. */
  visitNumber(system: System): string {
    const number = (this.#visits.get(system) ?? 0) + 1;
    this.#visits.set(system, number);
    return `${system.prefix}V${this.#runTag}${this.#number(number, 6)}`;
  }

  /** Changes what a system has on file; the former file stays as it was for messages still under way. */
  amend(record: SourceRecord, change: Partial<OnFile>): void {
    record.onFile = { ...record.onFile, ...change };
    record.updatedAtMs = this.#nowMs;
  }

  /** A length of time between two, in milliseconds. */
  between(minMs: number, maxMs: number): number {
    return minMs + this.random.float() * (maxMs - minMs);
  }

  #gapMs(perDay: number): number {
    return (this.random.float() * 2 * DAY_MS) / perDay;
  }

  #number(value: number, length: number): string {
    return value.toString(36).toUpperCase().padStart(length, "0");
  }
}

function needOf(age: number): number {
  if (age < 5) return 0.6;
  if (age < 18) return 0.22;
  if (age < 45) return 0.34;
  if (age < 65) return 0.45;
  return age < 80 ? 0.75 : 1;
}

const truthOf = ({ system, localId, person }: SourceRecord): TruthRow => ({
  authority: system.authority,
  localId,
  personId: person.id,
});

/** The registration that speaks for this one now, through however many merges. */
export function inUse(record: SourceRecord): SourceRecord {
  let current = record;
  while (current.mergedInto !== undefined) current = current.mergedInto;
  return current;
}

export const ACUTE_SYSTEMS: readonly System[] = SYSTEMS.filter((system) => system.kind === "acute");
