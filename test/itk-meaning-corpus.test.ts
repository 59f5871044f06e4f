import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnvelope, readSoap } from "@chesil/itk";
import { isNamed, readXml, type XmlElement } from "@chesil/xml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { receiveDocuments } from "./itk-journal.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { resolveAll } from "./region.ts";

/** Real documents that nobody here wrote, when the folder that CHESIL_CORPUS names is there: what the record makes of them. */
const ROOT = join(process.env.CHESIL_CORPUS ?? "", "itk");
const isThere = process.env.CHESIL_CORPUS !== undefined && existsSync(ROOT);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with itk in it)";

const isDocument = (element: XmlElement) => isNamed(element, "urn:hl7-org:v3", "ClinicalDocument");

/** The documents of a file: the payloads of its envelope, or where they stand in it. */
function documentsIn(path: string): Uint8Array[] {
  const bytes = new Uint8Array(readFileSync(join(ROOT, path)));
  const read = readXml(bytes);
  if (!read.ok) return [];
  const soap = readSoap(read);
  const body = soap.ok ? soap.message.body : undefined;
  const envelope = readEnvelope(read.document, body);
  if (!envelope.ok) return [];
  return envelope.envelope.payloads.flatMap((payload) =>
    payload.xml && isDocument(payload.xml.root) ? [payload.bytes] : [],
  );
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
const files: { name: string; journalIds: number[] }[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  if (!isThere) return;
  for (const path of readdirSync(ROOT, { recursive: true }).map(String).sort()) {
    const documents = path.endsWith(".xml") ? documentsIn(path) : [];
    if (documents.length === 0) continue;
    files.push({
      name: path.replace(/^.*\/|-itk-request|\.xml$/g, ""),
      journalIds: await receiveDocuments(database, documents),
    });
  }
  await resolveAll(database);
});
afterAll(() => database.close());
const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows;

describe.skipIf(!isThere)(`the CDA documents of the corpora in the record${skipped}`, () => {
  it("each come to a person, a document and a visit", async () => {
    const numbers = new Map<string, number>();
    const numberOf = (personId: string) => numbers.get(personId) ?? numbers.set(personId, numbers.size + 1).size;
    const table: string[] = [];
    for (const { name, journalIds } of files)
      for (const id of journalIds) {
        const [row] = await query(
          `select o.outcome, o.person_id, f.state, f.content ->> 'title' as title, jsonb_array_length(f.content -> 'parts') as parts,
             coalesce(e.class || ' ' || e.status, 'no visit') as visit
           from outcome o left join fact f on f.kind = 'document' and (o.journal_id in (f.journal_id, f.created_by)
             or exists (select from fact_version v where v.fact_id = f.fact_id and v.journal_id = o.journal_id))
           left join encounter e on e.source_record_id = f.source_record_id and e.visit_number = f.visit_number
           where o.journal_id = $1`,
          [id],
        );
        table.push(
          `${name}: ${row.outcome}, person ${numberOf(row.person_id)}, ${row.title}, ${row.state}, ${row.parts} part, ${row.visit}`,
        );
      }
    expect(table).toMatchInlineSnapshot(`
      [
        "adastra-itk-ooh-referral-dx06: applied, person 1, NHS 111 Report, current, 1 part, other finished",
        "adastra-itk-ooh-referral-dx86: applied, person 2, NHS 111 Report, current, 1 part, other finished",
        "cleric-itk-ooh-referral-dx09: applied, person 3, NHS 111 Report, current, 1 part, other finished",
        "cleric-itk-ooh-referral-dx10: applied, person 4, NHS 111 Report, current, 1 part, other finished",
        "conformance-example-adastra-ooh: applied, person 5, NHS 111 Report - OOH, current, 1 part, other finished",
        "conformance-example-adastra-original: applied, person 6, NHS 111 Report, current, 1 part, other finished",
        "conformance-example-ic24-original: applied, person 6, NHS 111 Report, current, 1 part, other finished",
        "example-adastra-ooh: applied, person 5, NHS 111 Report - OOH, current, 1 part, other finished",
        "ic24-itk-ooh-referral-dx06: applied, person 6, NHS 111 Report, current, 1 part, other finished",
        "ic24-itk-ooh-referral-dx07: applied, person 6, NHS 111 Report, current, 1 part, other finished",
        "primary-emergency: applied, person 7, Integrated Urgent Care Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller-exampleV1: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "repeat-caller: applied, person 8, NHS 111 Report, current, 1 part, other finished",
        "tpp-ooh-T6-skillset: applied, person 9, NHS 111 Report, current, 1 part, other finished",
        "ITK_DE: applied, person 10, Ambulance Service Summary Patient Report, current, 1 part, other finished",
        "ITK_SOAP: applied, person 10, Ambulance Service Summary Patient Report, current, 1 part, other finished",
      ]
    `);
  });

  it("the repeat caller's two messages end in one person with their documents", async () => {
    const calls = files.filter(({ name }) => name.startsWith("repeat-caller")).flatMap(({ journalIds }) => journalIds);
    const persons = await query("select distinct person_id from outcome where journal_id = any($1)", [calls]);
    expect([calls.length, persons.length]).toEqual([12, 1]);
    const documents = await query(
      "select state from fact join source_record using (source_record_id) where person_id = $1 and kind = 'document'",
      [persons[0].person_id],
    );
    // Six documents, each sent again in the second call.
    expect(documents.map(({ state }) => state)).toEqual(Array(6).fill("current"));
  });

  it("are decided the same anew", async () => {
    expect((await rebuildAside(database)).isSame).toBe(true);
  });
});
