import { setTimeout as sleep } from "node:timers/promises";
import { type LogConsumer, postgresLog } from "@chesil/log";
import {
  ASIDE_SCHEMA,
  beginAside,
  completeAside,
  copyRefused,
  countDifferences,
  type Database,
  type Difference,
  dropAside,
  dropStoreBefore,
  giveBackPlace,
  isWithinCommand,
  keepRowHashes,
  openAside,
  readArchivedPartitions,
  readAside,
  readPosition,
  readStateHash,
  type StateHash,
  switchStores,
  type Transaction,
  takePlace,
} from "@chesil/store";
import { DecidingAside, type DecidingOptions, type RebuildStage } from "./rebuild-deciding.ts";
import { RESOLVE_CONSUMER } from "./start.ts";

/** The consumer of whoever decides aside. */
const REBUILD_CONSUMER = "rebuild";
/** How long a rebuild that vanished holds up the next one. */
const LEASE_MS = 30_000;
/** How long the live decider waits for the switch at most: after that it goes on as before, and nothing was switched. */
const PAUSE_MS_MAX = 30_000;
const WITHIN_COMMAND_PAUSE_MS = 50;

export type RebuildOptions = DecidingOptions & {
  /** Whom the lease is taken for; the same one need not wait for its own. */
  readonly owner: string;
  /** Whether the stores change places: where they are equal, also where they are not, or not at all. */
  readonly switchWhen: "same" | "always" | "never";
  /** What an earlier run has decided is forgotten. */
  readonly isAnew?: boolean;
};

export type Rebuilt = {
  readonly messages: number;
  readonly seconds: number;
  /** The journal entry at which the stores were compared. */
  readonly position: number;
  readonly before: StateHash;
  readonly after: StateHash;
  readonly isSame: boolean;
  readonly differences: readonly Difference[];
  readonly isSwitched: boolean;
  /** How long the live decider stood still. */
  readonly pausedMs: number;
};

/** Another rebuild has the lease. */
export class RebuildRunningError extends Error {
  override name = "RebuildRunningError";
}

/** The journal has not all that was ever decided. */
export class JournalArchivedError extends Error {
  override name = "JournalArchivedError";
}

/**
 * Decides the whole store anew from the journal (law 8), in tables of its own beside the live ones, while the live decider,
 * the listeners and the readers go on. At one place of the journal both are compared; then, if that is wanted, the live
 * decider's place is taken, what came meanwhile is decided, and the tables change places in one transaction.
 *
 * A crash at any moment leaves the live store as it was, or whole as it is to be: run again, it goes on where it stood.
 *
 * @returns undefined when it was interrupted.
 * @throws RebuildRunningError; JournalArchivedError; LeaseLostError when another rebuild took over; NotSwitchedError when the pause was too short.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt | undefined> {
  await refuseWithoutWholeJournal(options.database);
  const aside = await openAside(options.database, ASIDE_SCHEMA);
  let consumer: LogConsumer<Transaction> | undefined;
  try {
    consumer = await takeLease(aside, options);
    const stands = await readAside(options.database.pool);
    const goesOn = (stands === "begun" || stands === "complete") && options.isAnew !== true;
    if (!goesOn) {
      await beginAside(options.database, REBUILD_CONSUMER);
      // Taken anew, it begins where it stands now.
      consumer = await takeLease(aside, options);
    }
    const deciding = await DecidingAside.open({ ...options, aside, consumer });
    const rebuilt = await new Rebuild(options, aside, deciding).run();
    if (rebuilt?.isSame && rebuilt.isSwitched) await dropStoreBefore(options.database.pool);
    if (rebuilt?.isSame && !rebuilt.isSwitched) await dropAside(options.database, REBUILD_CONSUMER);
    return rebuilt;
  } finally {
    await consumer?.close().catch(() => {});
    await aside.close();
  }
}

/** What was decided aside is not wanted any more. */
export const forgetRebuild = (database: Database): Promise<void> => dropAside(database, REBUILD_CONSUMER);

async function refuseWithoutWholeJournal({ pool }: Database): Promise<void> {
  const archived = await readArchivedPartitions(pool);
  if (archived.length === 0) return;
  const folders = archived.map(({ archive }) => `chesil import journal ${archive}`);
  throw new JournalArchivedError(
    `The journal is not whole: old entries are in an archive. Bring them back first:\n${folders.join("\n")}`,
  );
}

async function takeLease(aside: Database, { owner }: RebuildOptions): Promise<LogConsumer<Transaction>> {
  const consumer = await postgresLog(aside.pool).consume(REBUILD_CONSUMER, { owner, leaseMs: LEASE_MS });
  if (consumer) return consumer;
  throw new RebuildRunningError(
    `A rebuild runs already, or one was killed within the last ${LEASE_MS / 1_000} seconds. Wait, and run it again.`,
  );
}

type Hashes = Pick<Rebuilt, "position" | "before" | "after">;
type Compared = Hashes & Pick<Rebuilt, "isSame" | "differences">;

class Rebuild {
  readonly #options: RebuildOptions;
  readonly #aside: Database;
  readonly #deciding: DecidingAside;
  readonly #started = performance.now();
  #alive: NodeJS.Timeout | undefined;

  constructor(options: RebuildOptions, aside: Database, deciding: DecidingAside) {
    this.#options = options;
    this.#aside = aside;
    this.#deciding = deciding;
  }

  async run(): Promise<Rebuilt | undefined> {
    // Making indexes and comparing may take longer than a lease lasts.
    this.#alive = setInterval(() => void this.#deciding.signOfLife(), LEASE_MS / 3);
    try {
      const compared = await this.#decideAndCompare();
      if (!compared) return undefined;
      const { switchWhen } = this.#options;
      const isSwitched = switchWhen === "always" || (switchWhen === "same" && compared.isSame);
      const pausedMs = isSwitched ? await this.#switch(compared.isSame) : 0;
      const { messages } = this.#deciding;
      return { ...compared, messages, seconds: (performance.now() - this.#started) / 1_000, isSwitched, pausedMs };
    } finally {
      clearInterval(this.#alive);
    }
  }

  async #decideAndCompare(): Promise<Compared | undefined> {
    const { database } = this.#options;
    this.#tell("deciding");
    if (!(await this.#deciding.catchUp())) return undefined;
    if ((await readAside(database.pool)) !== "complete") {
      this.#tell("completing");
      await completeAside(this.#aside);
      if (!(await this.#deciding.catchUp())) return undefined;
    }
    this.#tell("comparing");
    for (;;) {
      const hashes = await database.transaction((snapshot) => this.#hash(snapshot));
      if (hashes === undefined) return undefined;
      if (hashes !== "within-command") return this.#compare(hashes);
      await sleep(WITHIN_COMMAND_PAUSE_MS);
    }
  }

  /** At one place of the journal: the live store as a snapshot has it there, the other once it has come there. */
  async #hash(snapshot: Transaction): Promise<Hashes | undefined | "within-command"> {
    await snapshot.query("set transaction isolation level repeatable read");
    const position = await readPosition(snapshot, RESOLVE_CONSUMER);
    if (await isWithinCommand(snapshot, position)) return "within-command";
    const [before, after] = await Promise.all([readStateHash(snapshot, position), this.#hashAside(position)]);
    if (after === undefined) return undefined;
    await keepRowHashes(snapshot, ASIDE_SCHEMA, tablesThatDiffer(before, after), position);
    return { position, before, after };
  }

  /** @returns undefined when it was interrupted. */
  async #hashAside(position: number): Promise<StateHash | undefined> {
    if (!(await this.#deciding.decideUpTo(position))) return undefined;
    await copyRefused(this.#aside, position);
    return readStateHash(this.#aside.pool, position);
  }

  async #compare(hashes: Hashes): Promise<Compared> {
    const { before, after, position } = hashes;
    const tables = tablesThatDiffer(before, after);
    const differences = await countDifferences(this.#aside.pool, ASIDE_SCHEMA, tables, position);
    return { ...hashes, isSame: tables.length === 0, differences };
  }

  /** @returns how long the live decider stood still, in milliseconds. */
  async #switch(isSame: boolean): Promise<number> {
    const { database, owner } = this.#options;
    const paused = performance.now();
    const place = await takePlace(database, RESOLVE_CONSUMER, { owner, leaseMs: PAUSE_MS_MAX });
    try {
      this.#tell("switching");
      await this.#deciding.decideUpTo(place.position);
      await switchStores(database, {
        consumer: RESOLVE_CONSUMER,
        place,
        asideConsumer: REBUILD_CONSUMER,
        isDifferent: !isSame,
      });
      this.#tell("switched");
    } finally {
      await giveBackPlace(database, RESOLVE_CONSUMER, place).catch(() => {});
    }
    return performance.now() - paused;
  }

  #tell(stage: RebuildStage): void {
    this.#options.onProgress(this.#deciding.progress(stage));
  }
}

const tablesThatDiffer = (before: StateHash, after: StateHash): string[] =>
  Object.keys(after.tables).filter((table) => before.tables[table]?.sum !== after.tables[table]?.sum);
