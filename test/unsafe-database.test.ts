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

  const administer = async (...statements: string[]) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

  it.each(["fsync", "full_page_writes"])("is refused: %s=off", async (setting) => {
    await administer(`alter system set ${setting} = off`, "select pg_reload_conf()", "select pg_sleep(0.2)");
    await expect(openDatabase(server.url)).rejects.toThrow(`${setting}=off`);
    await administer(`alter system reset ${setting}`, "select pg_reload_conf()", "select pg_sleep(0.2)");
    await (await openDatabase(server.url)).close();
  });

  it("that only defaults to synchronous_commit=off is used with it on", async () => {
    await administer("alter system set synchronous_commit = off", "select pg_reload_conf()", "select pg_sleep(0.2)");
    const database = await openDatabase(server.url);
    const { rows } = await database.pool.query("show synchronous_commit");
    await database.close();
    expect(rows).toEqual([{ synchronous_commit: "on" }]);
  });
});
