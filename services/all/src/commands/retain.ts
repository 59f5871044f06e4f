import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { RESOLVE_CONSUMER } from "@chesil/resolve";
import {
  type Database,
  type JournalPartition,
  NotDecidedError,
  readNewestReceived,
  readPartitions,
  readUnsettled,
  releasePartition,
  type Unsettled,
} from "@chesil/store";
import { givenConfig } from "../config-access.ts";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { DamagedJournalError, writeArchive } from "./journal-archive.ts";

export type RetainArguments = {
  readonly olderThan: string;
  readonly archive?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

type Retained = {
  readonly first: number;
  readonly last: number;
  readonly newestAt: string;
  readonly state: "archived" | "would be archived" | "in use" | "not settled" | "not decided" | "damaged";
  readonly why?: string;
  readonly entries?: number;
  readonly folder?: string;
};

/**
 * `chesil retain`: takes the bytes of old messages out of the journal, a whole range at a time, into an archive of files that
 * `chesil import journal` takes back. Exit code 1 where a range that is old enough could not leave.
 */
export function retain(given: RetainArguments, terminal: Terminal): Promise<number> {
  const before = cutOff(given.olderThan, terminal.now());
  // In full: the journal names it, and whoever brings it back may be elsewhere.
  const folder = resolve(given.archive ?? join(givenConfig().dataDir, "archive"));
  return withStore(async (database) => {
    const retained: Retained[] = [];
    for (const partition of await readPartitions(database.pool)) {
      const newestAt = await readNewestReceived(database.pool, partition);
      if (partition.archivedAt || newestAt === null || newestAt >= before || terminal.interrupted.aborted) continue;
      const about = { first: partition.firstId, last: partition.nextId - 1, newestAt: newestAt.toISOString() };
      const became = await retainOne(partition, { database, folder, given, terminal });
      retained.push({ ...about, ...became });
      // Nor will the next one leave, and senders waited while it was tried.
      if (became.state === "not decided") break;
    }
    if (given.json) terminal.data(JSON.stringify(retained));
    else tell(retained, given.olderThan, terminal);
    return retained.every(({ state }) => state === "archived" || state === "would be archived") ? 0 : 1;
  });
}

type Retaining = {
  readonly database: Database;
  readonly folder: string;
  readonly given: RetainArguments;
  readonly terminal: Terminal;
};

async function retainOne(
  partition: JournalPartition,
  { database, folder, given, terminal }: Retaining,
): Promise<Omit<Retained, "first" | "last" | "newestAt">> {
  const unsettled = await readUnsettled(database.pool, partition);
  if (unsettled.isInUse)
    return { state: "in use", why: "it is not full, or a consumer of the journal has not come to its end" };
  const why = reasonOf(unsettled);
  if (why !== undefined) return { state: "not settled", why };
  if (given.dryRun) return { state: "would be archived" };
  const onEntries = (entries: number) => terminal.isInteractive && terminal.progress(`${entries} entries archived`);
  try {
    const archived = await writeArchive(database.pool, partition, { folder, now: terminal.now, onEntries });
    await releasePartition(database, partition, {
      archive: archived.folder,
      decider: RESOLVE_CONSUMER,
      by: `${userInfo().username} (command line)`,
      reason: `older than ${given.olderThan}`,
      at: terminal.now(),
    });
    return { state: "archived", entries: archived.entries, folder: archived.folder };
  } catch (error) {
    if (error instanceof NotDecidedError) return { state: "not decided", why: error.message };
    if (error instanceof DamagedJournalError) return { state: "damaged", why: error.message };
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    return { state: "in use", why: "somebody was reading the journal for too long; run it again" };
  }
}

const LOCK_NOT_AVAILABLE = "55P03";

function reasonOf({ quarantined, parked, withoutOutcome }: Unsettled): string | undefined {
  const parts = [
    quarantined > 0 ? `${quarantined} quarantined` : "",
    parked > 0 ? `${parked} parked` : "",
    withoutOutcome > 0 ? `${withoutOutcome} not decided` : "",
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}: settle them first` : undefined;
}

/** 8y, 18m or 90d before now. @throws UsageError */
function cutOff(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([ymd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw new UsageError(`"${text}" is no age. Write it as 8y, 18m (months) or 90d.`);
  const at = new Date(now);
  if (unit === "y") at.setUTCFullYear(at.getUTCFullYear() - Number(count));
  else if (unit === "m") at.setUTCMonth(at.getUTCMonth() - Number(count));
  else at.setUTCDate(at.getUTCDate() - Number(count));
  return at;
}

function tell(retained: readonly Retained[], olderThan: string, terminal: Terminal): void {
  if (retained.length === 0) terminal.say(`No whole range of the journal is older than ${olderThan}.`);
  for (const { first, last, newestAt, state, why, entries, folder } of retained)
    terminal.data(
      [`entries ${first} to ${last}, the newest of ${newestAt.slice(0, 10)}: ${state}`, why, entries, folder]
        .filter((part) => part !== undefined)
        .join("\t"),
    );
  if (retained.some(({ state }) => state === "archived"))
    terminal.say(
      "Of these entries the journal keeps everything but the bytes. Until they are brought back (chesil import journal FOLDER) " +
        "the store can not be rebuilt, their messages can not be shown, and what was known then can not be told. A merge of " +
        "patients of whom they speak can not be taken back: a sender's message that does (A37) is held, its patients' later " +
        "messages wait behind it, and both go on by themselves with the import; a person's decision that does is refused, " +
        "names the folder, and is to be given again then.",
    );
}
