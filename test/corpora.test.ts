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

  it("simulated hospital: 400 admissions, 400 persons, the rest set aside as not mapped yet", async () => {
    expect(await take("simulated-hospital/messages.hl7")).toEqual({ applied: 400, "quarantined not-mapped": 613 });
    const { rows } = await database.pool.query<{ n: number }>(
      "select count(*) as n from person where status = 'active'",
    );
    expect(rows[0]?.n).toBe(400);
  });

  it("FHIR converter: each has its outcome; control ids that come again with other content are conflicts", async () => {
    expect(await take("fhir-converter/*.hl7")).toMatchInlineSnapshot(`
      {
        "applied": 10,
        "conflict control-id-reused": 88,
        "quarantined not-mapped": 39,
        "rejected no-prior-id": 2,
      }
    `);
  });

  it("edge cases: each has its outcome", async () => {
    expect(await take("edge-cases/**/*hl7")).toMatchInlineSnapshot(`
      {
        "applied": 64,
        "conflict control-id-reused": 2,
        "quarantined not-mapped": 42,
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
