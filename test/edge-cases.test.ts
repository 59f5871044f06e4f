import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type IngestHandle, startIngest } from "@chesil/ingest";
import { type Database, verifyJournal } from "@chesil/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { EDGE_CASES, READ_AS } from "./edge-cases-expected.ts";
import { codesOf, framed, Wire } from "./hostile.ts";
import { activateFeeds, adt, DIALECT, resolveAll } from "./region.ts";

const FOLDER = join(process.env.CHESIL_CORPUS ?? "", "hl7v2", "edge-cases");
const isThere = process.env.CHESIL_CORPUS !== undefined && existsSync(FOLDER);
const reason = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder that has them)";

/**
 * Small hard cases that nobody here wrote, each sent as the one frame it is, over a socket, and resolved. Every file has
 * a feed of its own: control ids that come again in another file are no conflict here.
 */
describe.skipIf(!isThere)(`edge cases of the corpus, over the wire${reason}`, () => {
  const names = Object.keys(EDGE_CASES).sort();
  const answered = new Map<string, string[]>();
  const stored = new Map<string, { outcome: string; raw: Buffer }[]>();
  let database: Database;
  let ingest: IngestHandle;

  beforeAll(async () => {
    database = await freshDatabase();
    await activateFeeds(database, ...names);
    ingest = await startIngest({
      database,
      feeds: names.map((name) => ({ name, host: "127.0.0.1", port: 0, dialect: DIALECT, reuseWindowHours: 24 })),
      telemetry: SILENT,
      now: () => new Date(),
    });
    for (const { name, port } of ingest.feeds()) answered.set(name, await send(name, port));
    await resolveAll(database);
    const { rows } = await database.pool.query<{ feed: string; outcome: string; raw: Buffer }>(
      `select j.feed, raw, concat_ws(' ', coalesce(outcome, 'in flight'), reason, local_id) as outcome
       from journal j left join outcome using (journal_id) left join source_record using (source_record_id)
       where j.kind = 'message' and control_id <> 'AFTERWARDS' order by journal_id`,
    );
    for (const row of rows) stored.set(row.feed, [...(stored.get(row.feed) ?? []), row]);
  });
  afterAll(async () => {
    await ingest?.stop();
    await database?.close();
  });

  it("has an expectation for every file, and no other", () => {
    expect(globSync("**/*hl7", { cwd: FOLDER }).sort()).toEqual(names);
  });

  it("each is answered, and comes to rest, as expected", () => {
    const found = names.map((name) => {
      const outcomes = (stored.get(name) ?? []).map(({ outcome }) => outcome);
      const codes = answered.get(name) ?? [];
      const length = Math.max(codes.length, outcomes.length);
      return [name, Array.from({ length }, (_, at) => `${codes[at] ?? "--"} ${outcomes[at] ?? "not stored"}`)];
    });
    expect(Object.fromEntries(found)).toEqual(EDGE_CASES);
  });

  it("each reads as it should", async () => {
    const { rows } = await database.pool.query<{ feed: string }>(
      `select distinct on (feed) j.feed, s.demographics #> '{names,value,0,family}' as family,
         s.demographics #> '{names,value,0,given}' as given, s.demographics #>> '{birthDate,value}' as "birthDate",
         f.content #>> '{observations,0,value}' as observed
       from journal j join outcome o using (journal_id) join source_record s using (source_record_id)
       left join fact f using (journal_id) order by j.feed, journal_id`,
    );
    const found = Object.fromEntries(rows.map(({ feed, ...read }) => [feed, read]));
    expect(found).toMatchObject(READ_AS);
  });

  it("keeps the bytes, and gives each message one outcome", async () => {
    const { damaged, inFlight, withoutOutcome, counted, tallied } = await verifyJournal(database);
    expect({ damaged, inFlight, withoutOutcome }).toEqual({ damaged: [], inFlight: 0, withoutOutcome: [] });
    expect(tallied).toEqual(counted);
    for (const [name, rows] of stored) {
      const file = readFileSync(join(FOLDER, name));
      for (const { raw } of rows) expect(file.includes(raw), name).toBe(true);
    }
  });
});

/** Sends a file, and a good message after it. @returns the codes of the answers to the file. */
async function send(name: string, port: number): Promise<string[]> {
  const file = readFileSync(join(FOLDER, name));
  const wire = await Wire.connect(port);
  // One of them has its frame around it already.
  wire.write(file[0] === 0x0b ? file : framed(file));
  wire.write(framed(adt("A31", { id: "AFTERWARDS" }, { controlId: "AFTERWARDS" })));
  while (wire.answers.at(-1)?.includes("MSA|AA|AFTERWARDS") !== true) await wire.answered(wire.answers.length + 1);
  wire.close();
  return wire.answers.slice(0, -1).flatMap(codesOf);
}

const nothing = () => {};
const SILENT = {
  received: nothing,
  queried: () => {},
  acknowledged: nothing,
  connections: nothing,
  wire: nothing,
  batchFault: nothing,
  storageFailed: nothing,
  undelivered: nothing,
};
