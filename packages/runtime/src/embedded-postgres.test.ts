import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { processStart } from "./process-identity.ts";

const isRoot = process.getuid?.() === 0;
const SELF = new URL("./embedded-postgres.ts", import.meta.url).href;

/** A folder below one with spaces, a quote and letters beyond ASCII. */
function dataFolder(mode = 0o755): string {
  const parent = mkdtempSync(join(tmpdir(), "sea side é 'ü' "));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  chmodSync(parent, mode);
  return join(parent, "ch esil");
}

const running: EmbeddedPostgres[] = [];
async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir });
  running.push(postgres);
  return postgres;
}
afterEach(() => Promise.all(running.splice(0).map((postgres) => postgres.stop())));

type Row = { readonly [column: string]: unknown; readonly name?: string; readonly setting?: string };
async function query(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Another Chesil: a process that starts the database, says its pid and waits. */
async function elsewhere(dataDir: string): Promise<{ pid: number; postmaster: number; gone: Promise<unknown> }> {
  const code = `import { startEmbeddedPostgres } from ${JSON.stringify(SELF)};
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(postgres.pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { pid: child.pid ?? 0, postmaster: Number(said.toString()), gone: once(child, "exit") };
}

describe("embedded PostgreSQL", () => {
  it("makes a durable database under any path, and finds its rows again", async () => {
    const dataDir = dataFolder();
    mkdirSync(join(dataDir, "postgres.new-killed", "data"), { recursive: true });
    writeFileSync(join(dataDir, "postgres.new-killed", "data", "half"), "made");
    const first = await start(dataDir);
    const names = ["fsync", "synchronous_commit", "full_page_writes", "data_checksums", "listen_addresses", "jit"];
    const rows = await query(first.url, `select name, setting from pg_settings where name = any('{${names.join()}}')`);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      data_checksums: "on",
      listen_addresses: "127.0.0.1",
      jit: "off",
    });
    await query(first.url, "create table pebble (size int); insert into pebble values (1)");
    expect(statSync(join(dataDir, "postgres", "password")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "postgres", "data")).mode & 0o777).toBe(0o700);
    expect(findEmbeddedPostgres(dataDir)).toEqual({ url: first.url, pid: first.pid });
    await first.stop();
    expect(await first.exited).toMatchObject({ code: 0, asked: true });
    expect(findEmbeddedPostgres(dataDir)).toBeUndefined();
    expect(readdirSync(dataDir)).toEqual(["postgres"]);

    const second = await start(dataDir);
    expect(await query(second.url, "select size from pebble")).toEqual([{ size: 1 }]);
  });

  it("asks for the password on both ways in", async () => {
    const { url, port } = await start(dataFolder());
    const wrong = new URL(url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    await expect(query(`postgres://chesil:wrong@127.0.0.1:${port}/chesil`, "select 1")).rejects.toMatchObject({
      code: "28P01",
    });
    const tcp = new URL(url);
    tcp.search = "";
    expect(await query(tcp.href, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("keeps values and statements out of its log", async () => {
    const lines: string[] = [];
    const postgres = await startEmbeddedPostgres({ dataDir: dataFolder(), onLog: (line) => lines.push(line) });
    running.push(postgres);
    await query(postgres.url, "create table t (name text primary key); insert into t values ('KANARI')");
    await query(postgres.url, "insert into t values ('KANARI')").catch(() => {});
    await query(postgres.url, "select 'KANARI'::date").catch(() => {});
    await postgres.stop();
    expect(lines.join("\n")).toContain("ready to accept connections");
    expect(lines.join("\n")).not.toContain("KANARI");
  });

  it("says so when the server dies, and recovers what was committed", async () => {
    const dataDir = dataFolder();
    const first = await start(dataDir);
    await query(first.url, "create table pebble as select generate_series(1, 1000) as size");
    process.kill(first.pid, "SIGKILL");
    expect(await first.exited).toMatchObject({ signal: "SIGKILL", asked: false });
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.url, "select count(*)::int as pebbles from pebble")).toEqual([{ pebbles: 1000 }]);
  });

  it("refuses a second start and names the process; ends the server that kill -9 of the first left behind", async () => {
    const dataDir = dataFolder();
    const other = await elsewhere(dataDir);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: "in-use",
      message: expect.stringContaining(`process ${other.pid}`),
    });
    const found = findEmbeddedPostgres(dataDir);
    await query(found?.url ?? "", "create table pebble as select generate_series(1, 1000) as size");

    process.kill(other.pid, "SIGKILL");
    await other.gone;
    expect(findEmbeddedPostgres(dataDir)?.pid).toBe(other.postmaster);
    const mine = await start(dataDir);
    expect(mine.pid).not.toBe(other.postmaster);
    expect(processStart(other.postmaster)).toBeUndefined();
    expect(await query(mine.url, "select count(*)::int as pebbles from pebble")).toEqual([{ pebbles: 1000 }]);
  });

  it("recovers from kill -9 of process and server together", async () => {
    const dataDir = dataFolder();
    const other = await elsewhere(dataDir);
    await query(
      findEmbeddedPostgres(dataDir)?.url ?? "",
      "create table pebble as select generate_series(1, 1000) as size",
    );
    for (const pid of [other.pid, other.postmaster]) process.kill(pid, "SIGKILL");
    await other.gone;
    const mine = await start(dataDir);
    expect(await query(mine.url, "select count(*)::int as pebbles from pebble")).toEqual([{ pebbles: 1000 }]);
  });

  it("ends the server when the process exits without stopping it", async () => {
    const dataDir = dataFolder();
    const code = `import { startEmbeddedPostgres } from ${JSON.stringify(SELF)};
      await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} }); process.exit(7);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], { stdio: "inherit" });
    expect((await once(child, "exit"))[0]).toBe(7);
    await expect.poll(() => findEmbeddedPostgres(dataDir), { timeout: 5000 }).toBeUndefined();
    expect(existsSync(join(dataDir, "lock"))).toBe(false);
  });

  it("starts though another process carries the number in a left-over pid file", async () => {
    const dataDir = dataFolder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, "postgres", "data", "postmaster.pid"), `${process.ppid}\n/elsewhere\n1\n5432\n\n\n\n`);
    const postgres = await start(dataDir);
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("refuses data of another major version, before PostgreSQL does", async () => {
    const dataDir = dataFolder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, "postgres", "data", "PG_VERSION"), "12\n");
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: "wrong-version" });
  });

  it.runIf(isRoot)(
    "as root (else skipped): runs below a folder that only root may enter, as somebody else",
    async () => {
      const dataDir = dataFolder(0o700);
      const first = await start(dataDir);
      expect(statSync(`/proc/${first.pid}`).uid).not.toBe(0);
      await query(
        first.url,
        "create extension pg_trgm; create table pebble as select generate_series(1, 1000) as size",
      );
      process.kill(first.pid, "SIGKILL");
      await first.exited;
      await first.stop();
      const second = await start(dataDir);
      expect(await query(second.url, "select count(*)::int as pebbles from pebble")).toEqual([{ pebbles: 1000 }]);
    },
  );
});
