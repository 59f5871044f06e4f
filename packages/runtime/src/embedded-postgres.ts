import { accessSync, chownSync, constants, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type DataLock, takeDataLock } from "./data-lock.ts";
import { findBinaries } from "./embedded-postgres/binaries.ts";
import {
  checkCluster,
  clusterFolder,
  createCluster,
  DATABASE,
  readPassword,
  SUPERUSER,
} from "./embedded-postgres/cluster.ts";
import { EmbeddedPostgresError } from "./embedded-postgres/failure.ts";
import { Launcher } from "./embedded-postgres/launcher.ts";
import { chooseOwner } from "./embedded-postgres/owner.ts";
import { runningPostmaster, STOP_LIMITS, type StopLimits, stopPostmaster } from "./embedded-postgres/postmaster.ts";
import { createScratch } from "./embedded-postgres/scratch.ts";
import { endOrphan, type Server, startServer } from "./embedded-postgres/server.ts";

export type EmbeddedPostgresOptions = {
  /** The data folder (`.chesil`), made when missing. The database lies in `postgres/` below it. */
  readonly dataDir: string;
  /** Each line the server says: starts, stops, checkpoints, fatal errors. No statement, no value, no patient data. */
  readonly onLog?: (line: string) => void;
  readonly stopLimits?: StopLimits;
};

export type EmbeddedPostgres = {
  /** For `pg` and psql, by Unix socket where there is one, else by 127.0.0.1. Holds the password: never print it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the server (fast, then at once after a limit) and frees the data folder. May be called twice. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, asked to or not. Never rejects. */
  readonly exited: Promise<PostgresExit>;
};
export type PostgresExit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly asked: boolean;
  readonly lines: readonly string[];
};

/**
 * Starts the PostgreSQL that npm installed, on the data below `dataDir`, which it creates at the first start. A server
 * left over from a killed Chesil is ended first; a folder that a living Chesil uses is refused.
 *
 * @throws EmbeddedPostgresError with a `code` and a message fit for whoever typed `npm start`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const asked = resolve(options.dataDir);
  const dataDir = withFolder(asked, () => makeDataDir(asked));
  const cluster = clusterFolder(dataDir);
  const undo: (() => void)[] = [];
  const release = () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) step();
  };
  try {
    const lock = await lockOrRefuse(dataDir);
    undo.push(() => lock.release());
    const binaries = findBinaries();
    const owner = chooseOwner(cluster.data, dirname(dataDir));
    const launcher = new Launcher(binaries, owner);
    undo.push(() => launcher.close());
    const scratch = createScratch(dataDir, owner, (folder) => launcher.prepare(binaries, folder));
    undo.push(() => scratch.remove());
    await createCluster(dataDir, launcher, owner);
    checkCluster(cluster, binaries.major, owner);
    await endOrphan(cluster.data);
    const server = await startServer(cluster.data, scratch.socketDir, launcher, options.onLog);
    const url = urlOf(readPassword(cluster), server.port, scratch.socketDir);
    return supervise(server, url, options.stopLimits ?? STOP_LIMITS, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** The address of the server that another process runs on `dataDir` now, for commands beside it; else undefined. */
export function findEmbeddedPostgres(dataDir: string): { url: string; pid: number } | undefined {
  const cluster = clusterFolder(resolve(dataDir));
  const running = runningPostmaster(cluster.data);
  if (running?.status !== "ready") return undefined;
  return { url: urlOf(readPassword(cluster), running.port, running.socketDir), pid: running.pid };
}

/** Says what is wrong with the data folder in words, whichever step finds out. */
function withFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `Chesil cannot use ${folder} as its data folder (${code ?? "unknown"}). Make it a folder that this user may write to, or name another with CHESIL_DATA_DIR.`;
    throw new EmbeddedPostgresError("not-permitted", message, { cause });
  }
}

function makeDataDir(dataDir: string): string {
  if (existsSync(dataDir)) {
    // A folder that cannot be listed or written to is found out now, by its name, and not by a lock file's.
    accessSync(`${dataDir}/`, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  }
  const parent = dirname(dataDir);
  mkdirSync(parent, { recursive: true });
  const isRoot = process.getuid?.() === 0;
  // Nothing in it is readable to others; the database's own user must be able to pass through.
  mkdirSync(dataDir, { mode: isRoot ? 0o711 : 0o700 });
  if (isRoot) {
    const { uid, gid } = statSync(parent);
    chownSync(dataDir, uid, gid);
  }
  return realpathSync(dataDir);
}

async function lockOrRefuse(dataDir: string): Promise<DataLock> {
  const taken = await takeDataLock(dataDir);
  if (taken.ok) return taken.lock;
  const where = taken.elsewhere ? " on another machine or in another container" : "";
  const message = `Chesil is already running on ${dataDir}: process ${taken.pid}${where}, since ${taken.since}. Stop it first, or give this one a data folder of its own with CHESIL_DATA_DIR.`;
  throw new EmbeddedPostgresError("in-use", message);
}

/** A URL that WHATWG's parser takes too; libpq and pg read the socket's folder from `host`. */
function urlOf(password: string, port: number, socketDir: string): string {
  const url = new URL(`postgres://${SUPERUSER}:${password}@localhost:${port}/${DATABASE}`);
  url.searchParams.set("host", socketDir);
  return url.href;
}

function supervise(server: Server, url: string, limits: StopLimits, release: () => void): EmbeddedPostgres {
  let asked = false;
  process.once("exit", release);
  const end = async (): Promise<void> => {
    asked = true;
    await stopPostmaster(server.pid, limits);
    await server.exit;
    process.off("exit", release);
    release();
  };
  let ending: Promise<void> | undefined;
  return {
    url,
    port: server.port,
    pid: server.pid,
    stop() {
      ending ??= end();
      return ending;
    },
    exited: server.exit.then(({ code, signal, lines }) => ({ code, signal, lines, asked })),
  };
}
