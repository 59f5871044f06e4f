import { dirname } from "node:path";
import { loadConfig } from "@chesil/runtime";
import { type Database, readActivations } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activateSettings } from "../services/all/src/activate-settings.ts";
import { readingOf as configured } from "../services/all/src/loads.ts";
import { freshDatabase } from "./database.ts";
import { CHILDREN_MAPPING, child, csvOf, extractFolder, load } from "./load-files.ts";

let database: Database;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

/** Settings whose load of children takes this column for the surname. */
function settings(family: string, change: object = {}) {
  const patient = { ...CHILDREN_MAPPING.patient, names: [{ family, given: ["forename"] }] };
  const children = { name: "children", authority: "DCC", mapping: { ...CHILDREN_MAPPING, patient } };
  const path = extractFolder()("chesil.yaml", JSON.stringify({ loads: [children], ...change }));
  const loaded = loadConfig({ environment: {}, folder: dirname(path) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
const readingOf = ({ loads: [first] }: ReturnType<typeof settings>) => configured(first ?? expect.fail());
const inForce = async () => (await readActivations(database)).at(-1)?.activation.feeds.children;
const activated = async () => (await readActivations(database)).length;

describe("a start of Chesil, or a reload of its configuration", () => {
  it("leaves to a load that runs how its rows are read, and to the next to read them otherwise", async () => {
    const write = extractFolder();
    const rows = Array.from({ length: 12 }, (_, id) => child(id));
    const [before, after] = [settings("surname"), settings("forename")];
    const at = new Date();
    await activateSettings(database, before, at);
    let started: Promise<unknown> | undefined;
    const report = await load(database, write("a.csv", csvOf(rows)), readingOf(before), {
      batchRowsMax: 4,
      onProgress: () => {
        started ??= activateSettings(database, after, at);
      },
    });
    await started;
    expect([report.rows.new, await inForce()]).toEqual([12, readingOf(before)]);
    // Said once, it is not said again.
    const count = await activated();
    await activateSettings(database, after, at);
    expect(await activated()).toBe(count);
    expect((await load(database, write("b.csv", csvOf(rows)), readingOf(after))).rows.changed).toBe(12);
    expect(await inForce()).toEqual(readingOf(after));
  });

  it("takes a feed for one of messages that was one of loads, once it is configured so", async () => {
    await activateSettings(database, settings("surname"), new Date());
    const feeds = [{ name: "children", authority: "DCC", port: 2600 }];
    await activateSettings(database, settings("surname", { loads: [], feeds }), new Date());
    expect(await inForce()).toMatchObject({ defaultAuthority: "DCC" });
  });
});
