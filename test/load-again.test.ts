import { statSync, utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load, readingOf } from "./load-files.ts";
import { resolveAll } from "./region.ts";

const CHILDREN = readingOf(CHILDREN_MAPPING);

describe("a row that is sent again as it was", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const all = [1, 2, 3].map((id) => child(id, { plan: "Y" }));
  const setAside = (localId: string) =>
    database.pool.query(
      `update outcome set outcome = 'quarantined', reason = 'not-readable'
       where journal_id = (select journal_id from load_row where row_key = $1)`,
      [localId],
    );

  it("is said again where nothing came of it, for its entry was quarantined", async () => {
    const path = extractFolder()("all.csv", csvOf(all));
    await load(database, path, CHILDREN);
    await resolveAll(database);
    await setAside("C2");
    const again = await load(database, path, CHILDREN, { isFull: true });
    expect(again).toMatchObject({ rows: { changed: 1, unchanged: 2 }, withdrawing: 0 });
    await resolveAll(database);
    expect((await load(database, path, CHILDREN)).rows).toMatchObject({ changed: 0, unchanged: 3 });
  });

  it("is not where its patient waits for that entry: it would wait as well, night after night", async () => {
    const path = extractFolder()("all.csv", csvOf(all));
    await load(database, path, CHILDREN);
    await resolveAll(database);
    await setAside("C2");
    await database.pool.query(
      "insert into parked_identity select 'DCC|C2', journal_id, now() from load_row where row_key = 'C2'",
    );
    expect((await load(database, path, CHILDREN)).rows).toMatchObject({ changed: 0, unchanged: 3 });
  });

  it("is not taken where it was another when the file was surveyed, though the file looks the same", async () => {
    const write = extractFolder();
    const path = write("all.csv", csvOf(all));
    const { atime, mtime } = statSync(path);
    const activate = async () => {
      write("all.csv", csvOf(all).replaceAll("Poole", "Wools"));
      utimesSync(path, atime, mtime);
    };
    await expect(load(database, path, CHILDREN, { activate })).rejects.toThrow("The file was replaced or written to");
  });
});
