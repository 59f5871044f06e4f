import { ageInYears, DAY_MS, HOUR_MS, YEAR_MS } from "./calendar.ts";
import { DUPLICATE_CARELESSNESS } from "./calibration.ts";
import { type OnFile, OUTDATED_SHARE, writeOnFile } from "./on-file.ts";
import type { Person } from "./person.ts";
import { areaOfTown } from "./places.ts";
import type { Population } from "./population.ts";
import { hashText, type Random } from "./random.ts";
import { SYSTEMS, type System, shareKnown } from "./systems.ts";

/** What each source system knows: its own local ids, and its own, worse, idea of every person on its files. */

export type SourceRecord = {
  readonly system: System;
  readonly localId: string;
  readonly person: Person;
  onFile: OnFile;
  /** When the file was last touched at the source: EVN-2 of its back-load. */
  updatedAtMs: number;
  /** The registration that took this one over, once an A40 said so. */
  mergedInto: SourceRecord | undefined;
  /** Whether the region has heard of it. */
  sent: boolean;
};

/** One line of the truth: which person a source record really is. */
export type TruthRow = { readonly authority: string; readonly localId: string; readonly personId: string };

const LOCAL_ID_FIRST_MAX = 0.5;

/** All the registrations of a region, oldest first per system. */
export class Register {
  readonly #random: Random;
  readonly #people: readonly Person[];
  readonly #startMs: number;
  readonly #agesOnMs: number;
  readonly #byPerson: SourceRecord[][];
  readonly #nextLocal = new Map<System, number>();
  readonly records: SourceRecord[] = [];

  /** @param agesOnMs when ages are reckoned: equal ages draw equal files, and equal local ids, whenever the day begins. */
  constructor(
    random: Random,
    { people }: Population,
    { startMs, agesOnMs }: { startMs: number; agesOnMs: number },
    seed: string,
  ) {
    this.#random = random;
    this.#people = people;
    this.#startMs = startMs;
    this.#agesOnMs = agesOnMs;
    this.#byPerson = people.map(() => []);
    for (const system of SYSTEMS) {
      // Each seed numbers from its own place, so that two regions sent to one installation seldom share a local id.
      const first = (hashText(`${seed}/${system.feed}`) / 2 ** 32) * 10 ** system.localId.digits * LOCAL_ID_FIRST_MAX;
      this.#nextLocal.set(system, Math.floor(first) + 1);
    }
    for (const person of people) this.#registerKnown(person);
  }

  /** The registrations of a person in one system that are still in use. */
  find(person: Person, system: System): SourceRecord | undefined {
    return this.#of(person).find((record) => record.system === system && record.mergedInto === undefined);
  }

  /** Every registration of a person still in use. */
  live(person: Person): SourceRecord[] {
    return this.#of(person).filter((record) => record.mergedInto === undefined);
  }

  /** A new registration; `careless` when the clerk did not find the one there is. */
  register(person: Person, system: System, atMs: number, careless = false): SourceRecord {
    const number = this.#nextLocal.get(system) ?? 1;
    this.#nextLocal.set(system, number + 1);
    const localId = system.localId.prefix + String(number).padStart(system.localId.digits, "0");
    const record: SourceRecord = {
      system,
      localId,
      person,
      onFile: writeOnFile(this.#random, person, system, {
        carelessness: careless ? DUPLICATE_CARELESSNESS : 1,
        again: careless,
        onMs: this.#agesOnMs,
        housemate: this.#housemate(person),
      }),
      updatedAtMs: atMs,
      mergedInto: undefined,
      sent: false,
    };
    this.records.push(record);
    this.#of(person).push(record);
    return record;
  }

  /** Every registration there ever was, merged ones too: each belongs to the person it always belonged to. */
  *truth(): Generator<TruthRow> {
    for (const { system, localId, person } of this.records) {
      yield { authority: system.authority, localId, personId: person.id };
    }
  }

  #of(person: Person): SourceRecord[] {
    const records = this.#byPerson[person.index];
    if (records === undefined) throw new RangeError("A person of another region.");
    return records;
  }

  /** The files as they stand when the day begins. */
  #registerKnown(person: Person): void {
    const random = this.#random;
    const age = ageInYears(person.birthDate, this.#agesOnMs);
    const home = areaOfTown(person.address.town);
    for (const system of SYSTEMS) {
      if (!random.chance(shareKnown(system, age, !system.areas.includes(home)))) continue;
      this.#registerBefore(person, system, false);
      if (random.chance(system.duplicates)) this.#registerBefore(person, system, true);
    }
  }

  #registerBefore(person: Person, system: System, careless: boolean): void {
    const random = this.#random;
    const { birthDate } = person;
    const record = this.register(person, system, this.#startMs, careless);
    const outdated = person.previousAddress !== undefined && random.chance(OUTDATED_SHARE);
    if (outdated && record.onFile.address === person.address) record.onFile.address = person.previousAddress;
    const yearsAgo = outdated ? 1 + random.float() * 9 : random.float() * 3;
    const bornMs = Date.UTC(
      Number(birthDate.slice(0, 4)),
      Number(birthDate.slice(4, 6)) - 1,
      Number(birthDate.slice(6)),
    );
    // Nobody is on file before birth, and everybody here is before the day.
    const touchedMs = Math.max(this.#startMs - yearsAgo * YEAR_MS, bornMs + DAY_MS);
    record.updatedAtMs = Math.min(touchedMs, this.#startMs - HOUR_MS);
  }

  #housemate(person: Person): Person | undefined {
    const beside = [this.#people[person.index - 1], this.#people[person.index + 1]];
    return beside.find((other) => other?.household === person.household);
  }
}
