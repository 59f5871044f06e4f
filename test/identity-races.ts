import { setTimeout as sleep } from "node:timers/promises";
import { type EventLog, LeaseLostError, postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver } from "@chesil/resolve";
import type { Database, Transaction } from "@chesil/store";
import { Random } from "../services/simulator/src/random.ts";
import { activateFeeds, adt, DIALECT, FEED, type Patient, receiveAs } from "./region.ts";
import { WIPE } from "./resolve-dump.ts";

/**
 * Feeds race to register one new person, each under its own id, while deciders race for the lease. Whatever comes first,
 * and whoever decides: as many persons are made as there are people.
 */

export type Races = {
  readonly races: number;
  readonly seed: string;
  /** Called now and then with how many are over. */
  readonly onProgress?: (races: number) => void;
};
export type RacesResult = {
  readonly races: number;
  readonly registrations: number;
  readonly messages: number;
  readonly people: number;
  /** Of any status: a record that is linked on arrival never has another person first. */
  readonly persons: number;
  /** Races whose records are not by person as the truth is. */
  readonly wrong: readonly string[];
  /** Deciders that were overtaken between deciding and committing. */
  readonly takeovers: number;
  /** Of those, how many committed all the same or left a trace. */
  readonly zombies: number;
  readonly seconds: number;
};

/** Raced together on an emptied store. */
const RACES_PER_ROUND = 250;
const FEEDS_MAX = 8;
const TWINS_SHARE = 0.2;
const APPENDERS = 4;
const DECIDERS = 3;
const OVERTAKEN_SHARE = 0.2;
const LEASE_MS = 60_000;
/** Deciders look for the lease far more often; but all of them may believe that they have it, when the fence is broken. */
const TAKEOVER_MS_MAX = 2_000;

/** @param database migrated; what it holds is deleted. */
export async function race(database: Database, { races, seed, onProgress }: Races): Promise<RacesResult> {
  const began = performance.now();
  const total = { registrations: 0, messages: 0, people: 0, persons: 0, takeovers: 0, zombies: 0 };
  const wrong: string[] = [];
  await activateFeeds(database, FEED.name);
  for (let first = 0; first < races; first += RACES_PER_ROUND) {
    const random = new Random(`${seed} ${first}`);
    await database.pool.query(WIPE);
    await activateFeeds(database, FEED.name);
    const drawn = Array.from({ length: Math.min(RACES_PER_ROUND, races - first) }, (_, at) =>
      drawRace(random, first + at),
    );
    const round = new Round(database, random.fork("deciders"));
    const lanes = drawn.flatMap(({ lanes }) => lanes);
    await Promise.all([
      append(database, lanes, random.fork("appenders")).then(() => round.end()),
      ...Array.from({ length: DECIDERS }, (_, at) => round.decide(`decider ${at}`)),
    ]);
    const found = await personsFound(database);
    wrong.push(...drawn.filter((each) => !isRight(each, found)).map(({ name }) => name));
    total.registrations += drawn.reduce((sum, { truth }) => sum + truth.size, 0);
    total.messages += lanes.reduce((sum, lane) => sum + lane.length, 0);
    total.people += drawn.reduce((sum, { truth }) => sum + new Set(truth.values()).size, 0);
    total.persons += (await database.pool.query("select count(*)::int as n from person")).rows[0].n;
    total.takeovers += round.takeovers;
    total.zombies += round.zombies;
    onProgress?.(first + drawn.length);
  }
  return { races, ...total, wrong, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

type Race = {
  readonly name: string;
  /** What each feed sends, in its order. */
  readonly lanes: readonly (readonly Uint8Array[])[];
  /** By id, who it is. */
  readonly truth: ReadonlyMap<string, string>;
};

const NAMES = {
  family: ["ABBOT", "BRIDPORT", "CORFE", "DURLSTON", "ELDON", "FLEET", "HENGIST", "KIMMERIDGE", "LULWORTH", "PURBECK"],
  given: ["ANNA", "BEN", "CARA", "DAN", "EVE", "GEORGE", "HARRIET", "IVOR"],
};
const DAY_MS = 86_400_000;

/** Everybody is born on a day of their own: one race is none of another's. */
function drawRace(random: Random, number: number): Race {
  const born = new Date(Date.UTC(1950, 0, 1) + number * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
  const [given, other] = random.shuffled(NAMES.given) as [string, string];
  const base = {
    family: random.pick(NAMES.family),
    birthDate: born,
    sex: random.pick(["F", "M"]),
    postcode: `BH${random.between(1, 25)} ${random.between(1, 9)}AB`,
    street: `${random.between(1, 99)} ${random.pick(NAMES.family)} Lane`,
  };
  const people = [
    { ...base, given, nhsNumber: nhsNumberOf(2 * number) },
    ...(random.chance(TWINS_SHARE) ? [{ ...base, given: other, nhsNumber: nhsNumberOf(2 * number + 1) }] : []),
  ];
  const truth = new Map<string, string>();
  const feeds = random.between(2, FEEDS_MAX);
  const lanes = Array.from({ length: feeds }, (_, feed) => {
    // Of twins a feed knows one or both, and each of them is known to one feed at least.
    const known = people.filter((_, at) => feed === at || random.chance(people.length === 1 ? 1 : 0.6));
    return random.shuffled(known.length > 0 ? known : people).flatMap((person) => {
      const id = `R${number}F${feed}${person.given}`;
      truth.set(id, person.given);
      const patient: Patient = { ...person, id, authority: `F${feed}` };
      const again = random.chance(0.5) ? [adt(random.pick(["A31", "A08"]), patient)] : [];
      return [adt(random.pick(["A28", "A04", "A01"]), patient), ...again];
    });
  });
  return { name: `race ${number}`, lanes, truth };
}

/** Of the range that is never issued: 999, six figures and the check digit. One in eleven has none: it gets one further on. */
function nhsNumberOf(place: number): string {
  for (let number = 999_000_000 + place; ; number += 100_000) {
    const digits = [...String(number)].map(Number);
    const sum = digits.reduce((total, digit, at) => total + digit * (10 - at), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check !== 10) return `${number}${check}`;
  }
}

/** Several connections at once, each with feeds of its own, some messages at a time. */
async function append(database: Database, lanes: readonly (readonly Uint8Array[])[], random: Random): Promise<void> {
  const shares = Map.groupBy(lanes.keys(), () => random.between(1, APPENDERS));
  await Promise.all(
    [...shares].map(async ([share, places]) => {
      const own = random.fork(`appender ${share}`);
      const turns = own.shuffled(places.flatMap((place) => (lanes[place] ?? []).map(() => place)));
      const next = new Map<number, number>();
      const messages = turns.flatMap((place) => {
        const at = next.get(place) ?? 0;
        next.set(place, at + 1);
        return lanes[place]?.[at] ?? [];
      });
      for (let from = 0; from < messages.length; ) {
        const upTo = from + own.between(1, 20);
        await receiveAs(database, DIALECT, messages.slice(from, upTo));
        from = upTo;
      }
    }),
  );
}

/** Deciders on one store, until all that was appended is decided. */
class Round {
  takeovers = 0;
  zombies = 0;
  readonly #database: Database;
  readonly #random: Random;
  #appended = false;
  #decided = false;

  constructor(database: Database, random: Random) {
    this.#database = database;
    this.#random = random;
  }

  /** Nothing more is appended. */
  end(): void {
    this.#appended = true;
  }

  /** One decider: takes the lease whenever it is free, and decides until it is overtaken. */
  async decide(owner: string): Promise<void> {
    const log = this.#withTakeovers(postgresLog(this.#database.pool));
    while (!this.#decided) {
      const consumer = await log.consume(RESOLVE_CONSUMER, { owner, leaseMs: LEASE_MS });
      if (!consumer) {
        await sleep(2);
        continue;
      }
      try {
        const options = {
          database: this.#database,
          log,
          model: defaultModel,
          now: () => new Date(),
          onEvent: () => {},
        };
        const resolver = await Resolver.open({ ...options, batchMessagesMax: this.#random.between(1, 60) }, consumer);
        while (!this.#decided) {
          const wasLast = this.#appended;
          if ((await resolver.step()) > 0) continue;
          if (wasLast) this.#decided = true;
          else await sleep(1);
        }
      } catch (error) {
        if (!(error instanceof LeaseLostError)) throw error;
      } finally {
        await consumer.close();
      }
    }
  }

  /** Now and then another decider has the lease when a commit comes: it must fail, and leave nothing. */
  #withTakeovers(log: EventLog<Transaction>): EventLog<Transaction> {
    return {
      consume: async (name, options) => {
        const consumer = await log.consume(name, options);
        return (
          consumer && {
            epoch: consumer.epoch,
            get position() {
              return consumer.position;
            },
            read: (entriesMax, after) => consumer.read(entriesMax, after),
            close: () => consumer.close(),
            commit: async (position, effects) => {
              if (!this.#random.chance(OVERTAKEN_SHARE)) return consumer.commit(position, effects);
              const epoch = await this.#epoch();
              await this.#database.pool.query("update log_consumer set lease_until = now() - interval '1 second'");
              const until = performance.now() + TAKEOVER_MS_MAX;
              while ((await this.#epoch()) === epoch && performance.now() < until) await sleep(1);
              if ((await this.#epoch()) === epoch) return consumer.commit(position, effects);
              this.takeovers++;
              return consumer
                .commit(position, async (transaction) => {
                  const result = await effects(transaction);
                  // Whoever overtook may commit while this one hesitates.
                  await sleep(this.#random.between(0, 3));
                  return result;
                })
                .then((result) => {
                  this.zombies++;
                  this.#decided = true;
                  return result;
                });
            },
          }
        );
      },
    };
  }

  async #epoch(): Promise<number> {
    const { rows } = await this.#database.pool.query("select lease_epoch from log_consumer where consumer = $1", [
      RESOLVE_CONSUMER,
    ]);
    return rows[0]?.lease_epoch;
  }
}

async function personsFound({ pool }: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ local_id: string; person_id: string }>(
    "select local_id, person_id from source_record where status = 'active'",
  );
  return new Map(rows.map(({ local_id, person_id }) => [local_id, person_id]));
}

/** Two ids have one person where they are one human being, and two where they are two. */
function isRight({ truth }: Race, found: ReadonlyMap<string, string>): boolean {
  const pairs = new Set([...truth].map(([id, who]) => `${who} ${found.get(id)}`));
  const persons = new Set([...truth.keys()].map((id) => found.get(id)));
  return !persons.has(undefined) && pairs.size === new Set(truth.values()).size && persons.size === pairs.size;
}
