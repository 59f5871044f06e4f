import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { splitMessages } from "@chesil/hl7";
import { verifyJournal } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { receive, resolveAll } from "./region.ts";

const CORPUS = process.env.CHESIL_CORPUS;
const reason = CORPUS ? "" : " (skipped: CHESIL_CORPUS names no folder)";

/** Real messages that nobody here wrote, through the whole path but the sockets. */
describe.skipIf(!CORPUS)(`corpora, from journal to person${reason}`, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database?.close());

  const take = async (pattern: string) => {
    const files = globSync(pattern, { cwd: join(CORPUS ?? "", "hl7v2") }).sort();
    const before = await outcomes();
    for (const file of files) await receive(database, splitMessages(readFileSync(join(CORPUS ?? "", "hl7v2", file))));
    await resolveAll(database);
    const after = await outcomes();
    return Object.fromEntries(
      Object.entries(after)
        .map(([key, count]) => [key, count - (before[key] ?? 0)])
        .filter(([, count]) => count !== 0),
    );
  };
  const outcomes = async (): Promise<Record<string, number>> => {
    const { rows } = await database.pool.query<{ key: string; n: number }>(
      "select outcome || coalesce(' ' || reason, '') as key, count(*) as n from outcome group by 1 order by 1",
    );
    return Object.fromEntries(rows.map((row) => [row.key, row.n]));
  };

  it("simulated hospital: all of it applied, 403 patients, their results and documents", async () => {
    expect(await take("simulated-hospital/messages.hl7")).toEqual({ applied: 1013 });
    const { rows } = await database.pool.query(
      `select (select count(*) from source_record) as records,
         (select count(*) from fact where kind = 'result') as results, (select count(*) from fact where kind = 'document') as documents`,
    );
    expect(rows).toEqual([{ records: 403, results: 610, documents: 2 }]);
  });

  it("FHIR converter: each has its outcome; control ids that come again with other content are conflicts", async () => {
    expect(await take("fhir-converter/*.hl7")).toMatchInlineSnapshot(`
      {
        "applied": 37,
        "conflict control-id-reused": 88,
        "quarantined not-mapped": 13,
        "rejected no-prior-id": 1,
      }
    `);
  });

  it("edge cases: each has its outcome", async () => {
    expect(await take("edge-cases/**/*hl7")).toMatchInlineSnapshot(`
      {
        "applied": 94,
        "conflict control-id-reused": 2,
        "quarantined no-patient-id": 1,
        "quarantined not-mapped": 11,
        "rejected no-control-id": 3,
        "rejected no-header": 1,
        "rejected no-patient-id": 3,
        "rejected unsupported-type": 1,
      }
    `);
  });

  it("leaves nothing in flight, and counts that agree with the rows", async () => {
    const { counted, tallied, damaged, inFlight, withoutOutcome } = await verifyJournal(database);
    expect(tallied).toEqual(counted);
    expect({ damaged, inFlight, withoutOutcome }).toEqual({ damaged: [], inFlight: 0, withoutOutcome: [] });
    const { received = 0, ...others } = counted;
    expect(Object.values(others).reduce((sum, each) => sum + each, 0)).toBe(received);
  });
});
