import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendCommands, openDatabase } from "@chesil/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { main } from "../services/all/src/main.ts";
import { freshDatabase } from "./database.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, who } from "./region-store.ts";

/** Law 8 by the command that an operator has for it. */

let database: Awaited<ReturnType<typeof freshDatabase>>;
const folder = mkdtempSync(join(tmpdir(), "chesil-rebuild-"));
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

async function rebuild(): Promise<{
  code: number;
  said: { same: boolean; before: { hash: string }; after: { hash: string } };
}> {
  const written: string[] = [];
  const environment = { CHESIL_DATABASE_URL: database.url, CHESIL_DATA_DIR: folder };
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string) => written.push(String(text)) > 0) as typeof process.stdout.write;
  try {
    const code = await main(["rebuild", "--json"]);
    return { code, said: JSON.parse(written.join("")) };
  } finally {
    process.stdout.write = write;
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

it("decides everything anew, people's decisions included, and says whether it came out as it was", async () => {
  const anna = who(0, { nhsNumber: "9990004951" });
  await receive(database, [
    adt("A28", anna),
    adt("A28", { ...anna, id: "COPY", authority: "RDZ" }),
    adt("A01", who(1), { visit: "V1" }),
    adt("A31", who(1, { phone: "01632960001" }), LATER),
  ]);
  await resolveAll(database);
  const ids = (await database.pool.query("select source_record_id as id from source_record order by 1")).rows.map(
    ({ id }) => id,
  );
  const command = { command: "decide", one: ids[0], other: ids[1], verdict: "different" } as const;
  await appendCommands(
    database,
    [{ ...command, taskId: null, isSecondNeeded: false, by: "dora", reason: "twins" }],
    new Date(),
  );
  await resolveAll(database);
  expect(await rebuild()).toMatchObject({ code: 0, said: { same: true } });
  // What is not decided yet is no difference.
  await receive(database, [adt("A31", who(1, { phone: "01632960002" }), LATER_STILL)]);
  expect(await rebuild()).toMatchObject({ code: 0, said: { same: true } });
  const store = await openDatabase(database.url, { connectionsMax: 1 });
  await store.pool.query("update person set family_name = 'somebody' where status = 'active'");
  await store.close();
  const { code, said } = await rebuild();
  expect([code, said.same]).toEqual([1, false]);
  expect((await rebuild()).said.before.hash).toBe(said.after.hash);
});
