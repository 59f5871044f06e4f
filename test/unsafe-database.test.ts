import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@chesil/runtime";
import { openDatabase } from "@chesil/store";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Law 1 has no switch: a server that may lose a commit is refused. It has its own server, to break it freely. */
describe("a database on which a commit could be lost", () => {
  let folder: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "chesil-test-"));
    server = await startEmbeddedPostgres({ dataDir: folder });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (...statements: string[]) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    let rows: Record<string, string>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, string>>(statement)).rows;
    await client.end();
    return rows[0];
  };
  /** The server reads its settings when it gets round to it: a new connection tells when it has. */
  const set = async (setting: string, value: "on" | "off") => {
    await ask(`alter system set ${setting} = ${value}`, "select pg_reload_conf()");
    await expect.poll(() => ask(`show ${setting}`), { timeout: 10_000 }).toEqual({ [setting]: value });
  };

  it.each(["fsync", "full_page_writes"])("is refused: %s=off", async (setting) => {
    await set(setting, "off");
    await expect(openDatabase(server.url)).rejects.toThrow(`${setting}=off`);
    await set(setting, "on");
    await (await openDatabase(server.url)).close();
  });

  it("that only defaults to synchronous_commit=off is used with it on", async () => {
    await set("synchronous_commit", "off");
    const database = await openDatabase(server.url);
    const { rows } = await database.pool.query("show synchronous_commit");
    await database.close();
    expect(rows).toEqual([{ synchronous_commit: "on" }]);
  });
});
