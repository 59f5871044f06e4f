import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError, throwUnstartable } from "./failure.ts";
import type { Launcher } from "./launcher.ts";
import { describeExit, listenTo } from "./output.ts";
import { hasName, type Owner } from "./owner.ts";

export const SUPERUSER = "chesil";
export const DATABASE = "chesil";
const STAGING = "postgres.new-";
const PASSWORD_BYTES = 24;

/** Where the parts of a database lie below the data folder. */
export type ClusterFolder = { readonly home: string; readonly data: string; readonly password: string };

export function clusterFolder(dataDir: string): ClusterFolder {
  return at(join(dataDir, "postgres"));
}

function at(home: string): ClusterFolder {
  return { home, data: join(home, "data"), password: join(home, "password") };
}

export function readPassword(cluster: ClusterFolder): string {
  return readFileSync(cluster.password, "utf8").trim();
}

/**
 * Makes the database where there is none. It is made whole in a folder beside its place, password and all, and renamed
 * once it is on disk: a kill half-way leaves only what the next start clears away.
 *
 * @throws EmbeddedPostgresError `initialise-failed` or `not-permitted`.
 */
export async function createCluster(dataDir: string, launcher: Launcher, owner: Owner | undefined): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(STAGING)) rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
  const cluster = clusterFolder(dataDir);
  if (existsSync(cluster.home)) return;
  refuseNameless(owner);
  const staging = at(mkdtempSync(join(dataDir, STAGING)));
  try {
    chmodSync(staging.home, owner === undefined ? 0o700 : 0o711);
    mkdirSync(staging.data, { mode: 0o700 });
    writeFileSync(staging.password, `${randomBytes(PASSWORD_BYTES).toString("hex")}\n`, { mode: 0o600, flush: true });
    if (owner !== undefined) {
      for (const path of [staging.data, staging.password]) chownSync(path, owner.uid, owner.gid);
    }
    await initialise(staging, launcher);
    await createDatabase(staging, launcher);
    syncFolder(staging.home);
    renameSync(staging.home, cluster.home);
    syncFolder(dataDir);
  } catch (error) {
    rmSync(staging.home, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function initialise(cluster: ClusterFolder, launcher: Launcher): Promise<void> {
  const child = launcher.start("initdb", [
    ...["-D", launcher.seenAs(cluster.data, "data")],
    `--pwfile=${launcher.seenAs(cluster.password, "password")}`,
    `--username=${SUPERUSER}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // PostgreSQL's own provider: the same order and case on every machine, whatever its C library.
    ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    "--data-checksums",
    "--no-instructions",
  ]);
  const exit = await listenTo(child).exit.catch(throwUnstartable);
  if (exit.code !== 0) throw new EmbeddedPostgresError("initialise-failed", `initdb ${describeExit(exit)}`);
}

/** In single-user mode, so that the folder is complete before it gets its name and no port is opened for it. */
async function createDatabase(cluster: ClusterFolder, launcher: Launcher): Promise<void> {
  const args = ["--single", "-D", launcher.seenAs(cluster.data, "data"), "-c", "exit_on_error=on", "template1"];
  const child = launcher.start("postgres", args, "pipe");
  child.stdin?.on("error", () => {});
  child.stdin?.end(`create database ${DATABASE};\n`);
  const exit = await listenTo(child).exit.catch(throwUnstartable);
  if (exit.code !== 0) throw new EmbeddedPostgresError("initialise-failed", `postgres --single ${describeExit(exit)}`);
}

function refuseNameless(owner: Owner | undefined): void {
  if (hasName(owner)) return;
  const uid = owner?.uid ?? process.getuid?.();
  const message = `User id ${uid} has no name in /etc/passwd, and PostgreSQL's initdb refuses such a user. Add one, or set CHESIL_DATABASE_URL.`;
  throw new EmbeddedPostgresError("not-permitted", message);
}

/**
 * Refuses a database that these programs or this user cannot open, with words better than PostgreSQL's.
 *
 * @throws EmbeddedPostgresError `wrong-version` or `not-permitted`.
 */
export function checkCluster(cluster: ClusterFolder, major: string, owner: Owner | undefined): void {
  const uid = owner?.uid ?? process.getuid?.();
  const holder = statSync(cluster.data).uid;
  if (holder !== uid) {
    const message = `${cluster.data} belongs to user id ${holder}, and Chesil runs as ${uid}. Start it as that user or as root, or give it the folder: chown -R ${uid} '${cluster.home}'`;
    throw new EmbeddedPostgresError("not-permitted", message);
  }
  const version = readFileSync(join(cluster.data, "PG_VERSION"), "utf8").trim();
  if (version !== major) {
    const message = `${cluster.data} was made by PostgreSQL ${version}; this Chesil brings ${major}. Start the Chesil that made it and export, or move the folder away.`;
    throw new EmbeddedPostgresError("wrong-version", message);
  }
}

/** A rename is on disk only when its folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
