import { openDatabase } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";

/**
 * Law 1 has no switch: a server that may lose a commit is refused. The run's own server can not be made unsafe (its
 * settings are fixed at its start), so a database is made here that says of itself that it is: its `pg_settings` is
 * found before the server's.
 */
describe("a database on which a commit could be lost", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
    await database.pool.query(`
      create schema unsafe;
      create table unsafe.changed (name text, setting text);
      create view unsafe.pg_settings as
        select name, coalesce(changed.setting, real.setting) as setting
        from pg_catalog.pg_settings real left join unsafe.changed using (name)`);
    const { rows } = await database.pool.query<{ name: string }>("select current_database() as name");
    await database.pool.query(`alter database ${rows[0]?.name} set search_path = unsafe, pg_catalog, public`);
  });
  afterAll(() => database.close());

  const say = async (setting: string, value: string) => {
    await database.pool.query("truncate unsafe.changed");
    await database.pool.query("insert into unsafe.changed values ($1, $2)", [setting, value]);
  };

  it.each(["fsync", "full_page_writes"])("is refused: %s=off", async (setting) => {
    await say(setting, "off");
    await expect(openDatabase(database.url)).rejects.toThrow(`${setting}=off`);
    await say(setting, "on");
    await (await openDatabase(database.url)).close();
  });

  it("that only defaults to synchronous_commit=off is used with it on", async () => {
    const { rows: names } = await database.pool.query<{ name: string }>("select current_database() as name");
    await database.pool.query(`alter database ${names[0]?.name} set synchronous_commit = off`);
    const opened = await openDatabase(database.url);
    const { rows } = await opened.pool.query("show synchronous_commit");
    await opened.close();
    expect(rows).toEqual([{ synchronous_commit: "on" }]);
  });
});
