import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { processPlace, processStart } from "./process-identity.ts";

/** A holder touches its lock this often, for those who cannot see its process (another container, another machine). */
const HEARTBEAT_MS = 2_000;
/** Such a one is watched this long; a lock not touched meanwhile is stale. */
const WATCH_MS = 5_000;
/** A lock not touched for this long needs no watching. */
const SILENT_MS = 60_000;
/** Attempts, should others break the same stale lock at the same moment. */
const ATTEMPTS_MAX = 5;

const lockRecord = z.object({
  id: z.string(),
  pid: z.number(),
  start: z.string(),
  place: z.string(),
  since: z.string(),
});
type LockRecord = z.infer<typeof lockRecord>;

export type DataLock = { release(): void };
export type LockResult =
  | { readonly ok: true; readonly lock: DataLock }
  | { readonly ok: false; readonly pid: number; readonly since: string; readonly elsewhere: boolean };

/**
 * Takes `lock` in the data folder for this process, or says who holds it. A lock whose process is gone is broken. The
 * holder's process is looked up by (pid, start time) when it lives on this boot and in this container; otherwise its
 * heartbeat is watched for 5 s.
 */
export async function takeDataLock(dataDir: string, watchMs = WATCH_MS): Promise<LockResult> {
  const path = join(dataDir, "lock");
  const mine: LockRecord = {
    id: randomUUID(),
    pid: process.pid,
    start: processStart(process.pid) ?? "",
    place: processPlace(),
    since: new Date().toISOString(),
  };
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (linkNew(path, mine)) return { ok: true, lock: hold(path, mine) };
    const text = readText(path);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder !== undefined && (await isAlive(path, holder, watchMs))) {
      const { pid, since } = holder;
      return { ok: false, pid, since, elsewhere: holder.place !== mine.place };
    }
    removeStale(path, text);
  }
  const holder = parse(readText(path) ?? "");
  return { ok: false, pid: holder?.pid ?? 0, since: holder?.since ?? "", elsewhere: false };
}

/** link() creates the lock whole or not at all: nobody ever reads half a record. */
function linkNew(path: string, record: LockRecord): boolean {
  const whole = `${path}.${record.id}`;
  writeFileSync(whole, JSON.stringify(record), { mode: 0o644 });
  try {
    linkSync(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

function hold(path: string, mine: LockRecord): DataLock {
  const beat = setInterval(() => {
    try {
      if (parse(readText(path) ?? "")?.id === mine.id) utimesSync(path, new Date(), new Date());
    } catch {
      // A folder removed under us is noticed by the database, not by its lock.
    }
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (parse(readText(path) ?? "")?.id === mine.id) rmSync(path, { force: true });
    },
  };
}

async function isAlive(path: string, holder: LockRecord, watchMs: number): Promise<boolean> {
  if (holder.place === processPlace()) return processStart(holder.pid) === holder.start;
  const before = touchedAt(path);
  if (before === undefined || Date.now() - before > SILENT_MS) return false;
  await sleep(watchMs);
  const after = touchedAt(path);
  return after !== undefined && after !== before;
}

function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Between reading and renaming somebody may have broken the same lock and taken it: give theirs back.
  if (readText(aside) !== stale) {
    try {
      linkSync(aside, path);
    } catch {
      // A third has it by now, and the second finds out when PostgreSQL's own lock refuses it.
    }
  }
  rmSync(aside, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string): LockRecord | undefined {
  try {
    return lockRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
