import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@chesil/runtime";
import type { RegisterRow } from "@chesil/simulator";
import { appendArrivals, type Database, migrate, openDatabase, writeFacts } from "@chesil/store";
import { CONTENTS } from "../../services/api/src/fhir/record-fixture.ts";
import { arrival } from "../../test/arrivals.ts";
import { startChesil } from "../../test/chesil-process.ts";
import { isAskable } from "./identity-messages.ts";
import { quantileOf } from "./identity-quantile.ts";
import { signedIn } from "./identity-served.ts";
import { fillStore, type Region } from "./identity-store.ts";
import { type BenchOptions, type Figure, inOwnProcess } from "./measure.ts";
import type { Question, Read } from "./record-reader.ts";

const PERSONS = 100_000;
/** Facts of the one person whose record is read. */
const FACTS = 500;
const QUESTIONS = 400;
const WARM_UP = 50;

/** What is asked for, at p95. */
const BARS = { record: 30, identifier: 50, nameAndBirth: 150 } as const;

/**
 * Reading: one person's whole record of 500 facts, as FHIR and as the console has it, and patients found by a number and by
 * name and date of birth, with so many persons on file (`--records`). Asked one after another over HTTP of Chesil as
 * `chesil start` runs it; each answer is audited first.
 */
export async function benchRecord({ records: persons = PERSONS }: BenchOptions): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "chesil-bench-"));
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "store") });
    const database = await openDatabase(postgres.url);
    await migrate(database);
    const region = await fillStore(postgres.url, persons, { fresh: 2, strangers: 1 }, (done) =>
      process.stderr.write(`\r${done} records on file`),
    );
    process.stderr.write("\n");
    const personId = await fillRecord(database);
    const cookie = await signedIn(database);
    const chesil = await startChesil(folder, { env: { CHESIL_DATABASE_URL: postgres.url } });
    try {
      while ((await fetch(`${chesil.httpUrl}/readyz`)).status !== 200)
        await new Promise((wait) => setTimeout(wait, 200));
      await settled(database);
      return await measure({ url: chesil.httpUrl, cookie, folder }, { personId, region });
    } finally {
      await chesil.stop();
      await database.close();
      await postgres.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The messages that stand for those who said the facts are set aside: then the feeds are quiet. */
async function settled({ pool }: Database): Promise<void> {
  for (let count = 0; count < FACTS; await new Promise((wait) => setTimeout(wait, 200)))
    count = (await pool.query<{ count: number }>("select count(*) as count from outcome")).rows[0]?.count ?? 0;
}

async function measure(
  { url, cookie, folder }: Asking,
  { personId, region }: { personId: string; region: Region },
): Promise<Figure[]> {
  const size = `${region.persons.toLocaleString("en-GB")} persons`;
  const rows = region.known.filter((row) => isAskable(row) && row.nhs_number !== "");
  let at = 0;
  const search = (formOf: (row: RegisterRow) => Record<string, string>) => (): Question => ({
    path: "/fhir/Patient/_search",
    form: new URLSearchParams(formOf(rows[at++ % rows.length] as RegisterRow)).toString(),
  });
  const ask = (name: string, barMs: number, question: () => Question) =>
    timed(`${name}, ${size}`, barMs, { url, cookie, folder, question });
  return [
    await ask(`whole record of ${FACTS} facts as FHIR`, BARS.record, () => ({
      path: `/fhir/Patient/${personId}/$everything`,
    })),
    await ask(`the same in the console's view`, BARS.record, () => ({ path: `/api/v1/persons/${personId}` })),
    await ask(
      "patients by NHS number",
      BARS.identifier,
      search((row) => ({ identifier: `https://fhir.nhs.uk/Id/nhs-number|${row.nhs_number}` })),
    ),
    await ask(
      "patients by name and date of birth",
      BARS.nameAndBirth,
      search((row) => ({ family: row.family_name, given: row.given_name, birthdate: row.date_of_birth })),
    ),
  ];
}

type Asking = { readonly url: string; readonly cookie: string; readonly folder: string };

async function timed(
  name: string,
  barMs: number,
  { url, cookie, folder, question }: Asking & { readonly question: () => Question },
): Promise<Figure> {
  const file = join(folder, "questions.jsonl");
  const questions = Array.from({ length: WARM_UP + QUESTIONS }, question);
  writeFileSync(file, questions.map((each) => JSON.stringify(each)).join("\n"));
  const read = await inOwnProcess<Read>("record-reader.ts", [url, cookie, file, String(WARM_UP)]);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantileOf([...read.latenciesMs], share)) as [
    number,
    number,
    number,
  ];
  const totalMs = read.latenciesMs.reduce((sum, ms) => sum + ms, 0);
  return {
    name,
    perSecond: (read.latenciesMs.length * 1_000) / totalMs,
    unit: "answers/s, one after another",
    ratios: { [`the time of the bar of ${barMs} ms at p95`]: p95 / barMs },
    note: `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; the last answer ${Math.round(read.bytes / 1024)} KiB`,
  };
}

/** Gives one person facts of every kind, each said by a message of its own. @returns whose they are. */
async function fillRecord(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ personId: string; sourceRecordId: number }>(
    `select person_id as "personId", source_record_id as "sourceRecordId" from source_record
     where person_id = (select person_id from source_record group by person_id order by count(*) desc limit 1)`,
  );
  const contents = Object.values(CONTENTS);
  const said = await appendArrivals(
    database,
    Array.from({ length: FACTS }, () => arrival()),
  );
  await database.transaction((transaction) =>
    writeFacts(
      transaction,
      said.map(({ journalId }, place) => {
        const content = contents[place % contents.length] as (typeof contents)[number];
        const moment = { recordedAt: new Date(Date.now() - place * 86_400_000).toISOString(), journalId };
        return {
          factId: journalId * 250_000,
          sourceRecordId: rows[place % rows.length]?.sourceRecordId ?? 0,
          kind: content.kind,
          key: `K${place}`,
          state: "current" as const,
          visitNumber: null,
          content,
          said: moment,
          parts: content.kind === "document" ? moment : null,
          retracted: null,
          relation: null,
          createdBy: journalId,
          updatedBy: journalId,
        };
      }),
    ),
  );
  await database.pool.query("analyze fact");
  return rows[0]?.personId ?? "";
}
