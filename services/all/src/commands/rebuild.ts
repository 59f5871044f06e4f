import { defaultModel } from "@chesil/matching";
import {
  forgetRebuild,
  JournalArchivedError,
  type RebuildProgress,
  RebuildRunningError,
  type Rebuilt,
  rebuild,
} from "@chesil/resolve";
import { connect, findEmbeddedPostgres } from "@chesil/runtime";
import { type Database, dropStoreBefore, hasStoreBefore, NotSwitchedError, openDatabase } from "@chesil/store";
import { givenConfig } from "../config-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export type RebuildArguments = {
  readonly switch?: boolean;
  readonly compare?: boolean;
  readonly anew?: boolean;
  readonly drop?: boolean;
  readonly json?: boolean;
};

/** Larger than live ones: nobody waits for a message to be seen, and a batch costs the same reads whatever its size. */
const BATCH_MESSAGES_MIN = 1_000;
const TELL_MS = 1_000;

/**
 * `chesil rebuild`: decides the store anew from the journal, people's decisions included, beside the one that is in use, and
 * puts it in its place. Chesil may run meanwhile or not. Exit code 1 where the two differ (law 8).
 */
export async function rebuildStore(given: RebuildArguments, terminal: Terminal): Promise<number> {
  if (given.switch && given.compare)
    throw new UsageError("--compare switches never, --switch always: give one of them.");
  const config = givenConfig();
  const { database, close } = await openStore();
  try {
    if (given.drop) return await drop(database, terminal);
    if (await hasStoreBefore(database.pool)) {
      throw new UsageError(
        "The store that was there before the last rebuild is still kept (schema before_rebuild). Drop it first: chesil rebuild --drop",
      );
    }
    const rebuilt = await rebuild({
      database,
      model: defaultModel,
      batchMessagesMax: Math.max(config.resolve.batchMessagesMax, BATCH_MESSAGES_MIN),
      owner: `rebuild-${process.pid}`,
      switchWhen: given.switch ? "always" : given.compare ? "never" : "same",
      isAnew: given.anew === true,
      now: terminal.now,
      onProgress: teller(terminal),
      interrupted: terminal.interrupted,
    });
    if (!rebuilt) {
      terminal.say("Ended before its end; the store is as it was. Go on: chesil rebuild");
      return 1;
    }
    if (given.json) terminal.data(JSON.stringify(rebuilt));
    else tell(rebuilt, terminal);
    return rebuilt.isSame ? 0 : 1;
  } catch (error) {
    const isToldAsItIs = [RebuildRunningError, JournalArchivedError, NotSwitchedError].some(
      (kind) => error instanceof kind,
    );
    throw isToldAsItIs ? new UsageError((error as Error).message) : error;
  } finally {
    await close();
  }
}

/** Your own server, the one inside a Chesil that runs here, or the one inside, started for this. */
async function openStore(): Promise<{ database: Database; close: () => Promise<void> }> {
  const config = givenConfig();
  const running = config.databaseUrl === undefined ? await findEmbeddedPostgres(config.dataDir) : undefined;
  if (!running) return connect(config, () => {});
  const database = await openDatabase(running.url);
  return { database, close: () => database.close() };
}

async function drop(database: Database, terminal: Terminal): Promise<number> {
  await dropStoreBefore(database.pool);
  await forgetRebuild(database);
  terminal.data("What earlier rebuilds left beside the store is dropped.");
  return 0;
}

/** One line that is rewritten; where nobody looks on, one at each stage. */
function teller(terminal: Terminal): (progress: RebuildProgress) => void {
  let told = "";
  let tellAgainAt = 0;
  return ({ stage, messages, messagesPerSecond, share, secondsLeft }) => {
    const isNew = stage !== told;
    told = stage;
    if (!terminal.isInteractive) {
      if (isNew) terminal.say(`${stage}…`);
      return;
    }
    if (!isNew && performance.now() < tellAgainAt) return;
    tellAgainAt = performance.now() + TELL_MS;
    const left = secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`;
    terminal.progress(
      `${stage}: ${messages} messages, ${Math.round(messagesPerSecond)}/s, ${Math.floor(share * 100)}%${left}`,
    );
  };
}

const duration = (seconds: number) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

function tell(rebuilt: Rebuilt, terminal: Terminal): void {
  const { before, after, messages, seconds, isSame, isSwitched, differences } = rebuilt;
  terminal.data(`before ${before.hash}\nafter  ${after.hash}`);
  terminal.data(`${messages} messages decided anew in ${duration(seconds)}`);
  for (const { table, onlyBefore, onlyAfter } of differences)
    terminal.data(
      `${table} differs: ${onlyBefore} rows were there only before, ${onlyAfter} only now, of ${after.tables[table]?.rows}`,
    );
  const paused = `the decider stood still for ${(rebuilt.pausedMs / 1_000).toFixed(1)} s`;
  if (isSwitched && isSame) terminal.data(`The same: the store is the rebuilt one now; ${paused}.`);
  else if (isSame) terminal.data("The same: the rebuilt one is dropped again.");
  else if (isSwitched)
    terminal.say(
      `The store is the rebuilt one now; ${paused}. The one before is kept as schema before_rebuild: chesil rebuild --drop`,
    );
  else
    terminal.say(
      "They differ: another version of Chesil decided parts of the store, or rows were changed by hand. The store is as it " +
        "was; the rebuilt one is kept as schema rebuild.\nPut it in its place: chesil rebuild --switch\nOr drop it: chesil rebuild --drop",
    );
}
