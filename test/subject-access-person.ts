import { buildMessage } from "@chesil/hl7";
import type { FactContent } from "@chesil/model";
import type { Database } from "@chesil/store";
import { CONTENTS, writeFixtureFacts } from "../services/api/src/fhir/record-fixture.ts";
import { adt, message, type Patient, pid, pv1, receive, resolveAll } from "./region.ts";
import { LATER, who } from "./region-store.ts";

/** Somebody of whom more is held than any page of a list has, and whatever else a copy of a record must not leave out. */

export const ANNA = who(0, { nhsNumber: "9990004951", phone: "01632 960001" });
export const BEN = who(1, { nhsNumber: "9990556512" });
export const HOSTILE = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";
/** Her sender's: merged into hers, and deleted. */
export const MERGED = { ...ANNA, id: "P0OLD" };
export const DELETED: Patient = { ...ANNA, id: "P0GONE", authority: "RD3", street: "9 Withdrawn Way" };
/** Addresses that she had, one after the other. */
export const MOVES = 120;
/** Facts besides those that messages state. */
export const MANY = 540;

/** Every byte that there is: what is sent must come out as it is. */
export const BYTES = Buffer.from([...Array(1_024).keys()].map((n) => n % 256));

const head = (type: readonly [string, string], id: string) => ({
  id: "MSH",
  fields: { 3: "DOCS", 4: "RBD", 7: "20260502090000", 9: [...type], 10: id, 11: "P", 12: "2.4" },
});

function bloodTest(patient: Patient, value: string, at: string): Uint8Array {
  const found = (n: number, name: string, text: string, flag = "") => ({
    id: "OBX",
    fields: {
      ...{ 1: String(n), 2: "NM", 3: [`C${n}`, name, "L"], 5: text },
      ...{ 6: "g/L", 7: "80-120", 8: flag, 11: "F" },
    },
  });
  const { fields, ...msh } = head(["ORU", "R01"], `R${value}`);
  return buildMessage([
    { ...msh, fields: { ...fields, 7: at } },
    pid(patient),
    pv1("V1"),
    {
      id: "OBR",
      fields: { 1: "1", 3: "F1", 4: ["FBC", "Full blood count", "L"], 7: "20260502083000", 22: at, 25: "F" },
    },
    found(1, "Value number 1", value, "H"),
    ...[...Array(19).keys()].map((n) => found(n + 2, `Value number ${n + 2}`, String(101 + n))),
  ]);
}

/** A message of a letter in parts. */
export function letter(
  patient: Patient,
  id: string,
  confidentiality: string,
  type: string,
  ...contents: readonly (Buffer | string)[]
): Uint8Array {
  return buildMessage([
    head(["MDM", "T02"], `${id}-${contents.length}`),
    pid(patient),
    pv1("V1"),
    {
      id: "TXA",
      fields: { 1: "1", 2: ["CL", "Clinic letter", "L"], 4: "20260502090000", 12: id, 17: "AU", 18: confidentiality },
    },
    ...contents.map((content, at) => ({
      id: "OBX",
      fields: {
        1: String(at + 1),
        2: "ED",
        3: ["CL", "Clinic letter", "L"],
        5: ["", ...type.split("/"), "Base64", Buffer.from(content).toString("base64")],
        11: "F",
      },
    })),
  ]);
}

/** Who is called when she comes to harm, and where they live. */
const kin = message(
  "A08",
  [
    pid(ANNA),
    {
      id: "NK1",
      fields: {
        1: "1",
        2: ["MOTHER", "Edna"],
        3: "MTH",
        4: ["5 Relative Road", "", "Poole", "", "BH1 9ZZ"],
        5: "01632 960555",
      },
    },
  ],
  { recordedAt: "20260602080000" },
);

const MOVED = [...Array(MOVES).keys()].map((n) =>
  adt(
    "A31",
    { ...ANNA, street: `${n + 1} Former Street` },
    { recordedAt: `2026050${1 + Math.floor(n / 24)}${String(n % 24).padStart(2, "0")}0000` },
  ),
);

export async function writeAnna(database: Database): Promise<void> {
  await receive(database, [
    adt("A28", { ...ANNA, given: HOSTILE.slice(0, 40) }, { recordedAt: "20260401080000" }),
    ...MOVED,
    adt("A01", ANNA, { ...LATER, visit: "V1", ward: "WARD 7" }),
    kin,
    adt("A28", { ...ANNA, id: "B77", authority: "RDZ", street: "14 Old Street", phone: "01632 960777" }),
    adt("A28", { ...MERGED, street: "8 Merged Mews" }),
    adt("A40", ANNA, { prior: MERGED.id, recordedAt: "20260603080000" }),
    adt("A28", DELETED),
    adt("A28", BEN),
    bloodTest(ANNA, "99", "20260502090000"),
    bloodTest(ANNA, "100", "20260502100000"),
    letter(ANNA, "D1", "", "text/html", `<h1>Clinic letter</h1><p>Seen with <b>asthma</b>.</p>${HOSTILE}`),
    letter(ANNA, "D2", "R", "text/html", "<p>Told in confidence.</p>"),
    letter(ANNA, "D4", "", "application/octet-stream", BYTES),
    letter(BEN, "D3", "", "text/html", "<p>Somebody else's letter.</p>"),
  ]);
  await resolveAll(database);
  const gone = await recordOf(database, DELETED.id);
  await writeMany(database, await recordOf(database, ANNA.id), gone);
  await receive(database, [adt("A29", DELETED, { recordedAt: "20260604080000" })]);
  await resolveAll(database);
}

async function recordOf(database: Database, localId: string): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    "select source_record_id as id from source_record where local_id = $1",
    [localId],
  );
  return rows[0]?.id ?? 0;
}

export const LONG_WORD = "Llanfairpwllgwyngyll".repeat(12);
export const LONG_NOTE = `${"It hurts in the evening. ".repeat(60)}And that is all.`;

/** One of each kind, one taken back, one of a record that is deleted, and a great many. */
async function writeMany(database: Database, sourceRecordId: number, deletedRecordId: number): Promise<void> {
  const { document: _, ...others } = CONTENTS;
  const contents: FactContent[] = [
    ...Object.values(others),
    { ...CONTENTS.condition, code: { codings: [], text: LONG_WORD }, notes: [LONG_NOTE] },
    ...Array.from(
      { length: MANY },
      (_each, n): FactContent => ({
        ...CONTENTS.measurement,
        observation: { ...CONTENTS.measurement.observation, value: `${n}.5` },
      }),
    ),
  ];
  await writeFixtureFacts(
    database,
    [
      ...contents.map((content, n) => ({ factId: 9_000 + n, sourceRecordId, content })),
      { factId: 8_000, sourceRecordId, content: CONTENTS.allergy, state: "retracted" as const },
      { factId: 8_001, sourceRecordId: deletedRecordId, content: CONTENTS.alert },
    ],
    1,
  );
}
