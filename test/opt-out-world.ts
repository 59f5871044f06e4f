import type { Role } from "@chesil/access";
import type { FactContent, FactKind } from "@chesil/model";
import { nhsNumberCheckDigit } from "@chesil/model";
import { CONTENTS, type FixtureFact, writeFixtureFacts } from "../services/api/src/fhir/record-fixture.ts";
import { CONFIG, openRig, type Rig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { filledFacts } from "./filled-fact.ts";

/**
 * A region with a person of whom every value is a word that nobody else's record holds, behind the whole API; or the same
 * region in which that person never was.
 */

/** What the subject is: like others, or what the gate must know. */
export const CASES = [
  "ordinary",
  "opted-out",
  "opted-out by a merge",
  "restricted",
  "very-restricted",
  "deceased",
] as const;
export type Case = (typeof CASES)[number];

/** Every value of the subject holds one of these, by what it tells. No value of anybody else does. */
export const WORDS = {
  /** What they are called. */
  name: "zyxname",
  /** Where they are to be found: address, telecom, GP, practice, next of kin, registrations, wards, and notes of all that. */
  place: "zyxplace",
  /** Their ids. */
  local: "zyxlocal",
  /** What anybody who may see them may see. */
  fact: "zyxfact",
  /** What only some roles may see of anybody. */
  secret: "zyxsecret",
  /** Of long before the death. */
  old: "zyxold",
  /** Of a GP practice. */
  gp: "zyxgp",
} as const;

export const NHS_NUMBER = numberOf("999123451");
/** How it is written, each by itself enough to find them by; and who says so. */
export const PLACES = ["zy1 9zz", "01202 999123", "j99912", "zyxplace"] as const;
const GP_FEED = "gp-canford";
/** What tells with which practice they are. */
export const GP_SOURCE = ["zyxgp-local", "zyxgp-practice", GP_FEED] as const;

export type World = {
  readonly rig: Rig;
  readonly cookies: Readonly<Record<Role, string>>;
  /** The subject's ids, also where there never was such a person. */
  readonly subject: { readonly personId: string; readonly sourceRecordId: number };
  readonly other: { readonly personId: string; readonly sourceRecordId: number };
  readonly messageId: number;
  readonly quarantinedId: number;
  readonly taskId: number;
  readonly decisionId: number;
  readonly ruleId: number;
  readonly factIds: Readonly<Record<FactKind, number>>;
  readonly encounterId: number;
  close(): Promise<void>;
};

/** @param subject null: nobody like that was ever heard of. */
export async function openWorld(subject: Case | null): Promise<World> {
  const database = await freshDatabase();
  const rig = await openRig({ database, config: { ...CONFIG, privacy: { gpFeeds: [GP_FEED] } } });
  const { pool } = database;
  const cookies = {
    administrator: await rig.signedIn(["administrator"], "anna"),
    "data-manager": await rig.signedIn(["data-manager"], "dora"),
    operations: await rig.signedIn(["operations"], "otto"),
    clinician: await rig.signedIn(["clinician"], "carla"),
    "privacy-officer": await rig.signedIn(["privacy-officer"], "olga"),
  };
  await pool.query("insert into log_consumer (consumer, position) values ('resolve', 900000000)");
  await pool.query("insert into matching_model values ('candidate', '{}', '', $1, 'ann')", [rig.now()]);
  const other = await rig.addPerson({ family: "Quill", given: "Joan", nhsNumber: numberOf("999123452") });
  const third = await rig.addPerson({ family: "Quill", given: "Mary" });
  await rig.addTask(other.sourceRecordId, third.sourceRecordId);
  await rig.addRule("different", other.sourceRecordId, third.sourceRecordId);
  const ids = {
    subject: { personId: "00000000-0000-8000-8000-000000000005", sourceRecordId: 5_000 },
    ...{ other, messageId: 1_000_001, quarantinedId: 1_000_002, taskId: 7_000, decisionId: 9_000_001, ruleId: 8_000 },
    factIds: Object.fromEntries(KINDS.map((kind, index) => [kind, 100_001 + index])) as World["factIds"],
    encounterId: 200_001,
  };
  const world = { rig, cookies, ...ids, close: () => rig.close() };
  if (subject !== null) await addSubject(world, subject);
  return world;
}

async function addSubject(world: World, subject: Case): Promise<void> {
  const { rig, other } = world;
  const { pool } = rig.database;
  const former = await addNext(rig, 5, {
    family: "Zyxname",
    given: "Zyxname",
    nhsNumber: NHS_NUMBER,
    localId: "ZYXLOCAL77",
  });
  if (former.personId !== world.subject.personId) throw new Error("The subject has another id.");
  await placed(world, subject);
  const gp = { sourceRecordId: 6_000, feed: GP_FEED };
  await pool.query(
    `insert into source_record (source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics, blocking_keys,
       created_by, updated_by) select $2, 'ZYXGP-PRACTICE', 'ZYXGP-LOCAL', $3, 'active', person_id,
         jsonb_set(identifiers, '{value}', '[{"authority": "ZYXGP-PRACTICE", "value": "ZYXGP-LOCAL", "type": "MR"}]'), '{}', '{}', 1, 1
     from source_record where source_record_id = $1`,
    [world.subject.sourceRecordId, gp.sourceRecordId, gp.feed],
  );
  await addVisits(world);
  await addFacts(world, gp.sourceRecordId);
  await addMessages(world);
  await addQuestions(world);
  const { personId } = world.subject;
  if (subject === "opted-out") await rig.optOut(personId);
  if (subject === "opted-out by a merge") {
    const merged = await addNext(rig, 12, { family: "Zyxname", given: "Merged" });
    await rig.merge(merged.personId, personId);
    await rig.optOut(merged.personId);
  }
  if (subject === "restricted" || subject === "very-restricted")
    await pool.query("insert into sensitivity_mark values ($1, $2, 'asked', 1, 'olga', $3)", [
      world.subject.sourceRecordId,
      subject,
      rig.now(),
    ]);
  if (personId === other.personId) throw new Error("The subject is somebody else.");
}

/** The rig numbers people as they come; those of one number are the same in every world. */
async function addNext(rig: Rig, number: number, person: Parameters<Rig["addPerson"]>[0]) {
  rig.numberNext(number);
  return rig.addPerson(person);
}

/** Where they are to be found, and whether they have died. */
async function placed({ rig, subject: { personId, sourceRecordId } }: World, subject: Case): Promise<void> {
  const values = {
    addresses: [{ use: "home", lines: ["1 Zyxplace Row"], city: "Zyxplace", postcode: "ZY1 9ZZ" }],
    telecoms: [{ kind: "phone", use: "home", value: "01202 999123" }],
    generalPractitioner: { code: "ZYXPLACE-G", display: "Dr Zyxplace" },
    generalPractice: { code: "ZYXPLACE-P", display: "Zyxplace Surgery" },
    ...(subject === "deceased" ? { deceased: true, deathDate: "2020-06-15" } : {}),
  };
  const said = { recordedAt: "2026-03-01T09:00:00.000Z", journalId: 1 };
  const known = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, { value, ...said }]));
  const golden = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, { value, sourceRecordId }]));
  const since = ["2020-03-01T09:00:00.000Z", 1];
  const lived = { use: "home", lines: ["9 Zyxplace Street"], city: "Zyxplace", postcode: "ZY1 9ZZ" };
  const former = {
    since,
    fields: {
      addresses: [{ value: [lived], first: since, last: since }],
      generalPractice: [{ value: { code: "J99912", display: "Zyxplace Old Surgery" }, first: since, last: since }],
      identifiers: [{ value: [{ authority: "J99912", value: "ZYXPLACE-8", type: "MR" }], first: since, last: since }],
    },
  };
  const { pool } = rig.database;
  await pool.query(
    `update source_record set demographics = demographics || $2, former = $3,
       identifiers = jsonb_set(identifiers, '{value}', identifiers -> 'value' || $4) where source_record_id = $1`,
    [sourceRecordId, known, former, JSON.stringify([{ authority: "J99912", value: "ZYXPLACE-9", type: "MR" }])],
  );
  await pool.query("update person set golden = golden || $2, postcode = 'ZY1 9ZZ' where person_id = $1", [
    personId,
    golden,
  ]);
}

async function addVisits({ rig, subject: { sourceRecordId }, encounterId }: World): Promise<void> {
  const visits = [
    ["V1", encounterId, "300", "2026-01-01T09:00:00Z", "Zyxplace Ward"],
    ["V2", encounterId + 1, "711", "2026-01-02T09:00:00Z", "Zyxsecret Ward"],
    ["V3", encounterId + 2, "300", "2001-01-01T09:00:00Z", "Zyxold Zyxplace Ward"],
  ];
  for (const [visit, id, specialty, at, location] of visits)
    await rig.database.pool.query(
      `insert into encounter (source_record_id, visit_number, encounter_id, status, specialty, admitted_at, discharged_at, location,
         pending_location, movements, recorded_at, updated_by)
       values ($1, $2, $3, 'finished', $4, $5, $5, $6, $6, jsonb_build_array(jsonb_build_object('place', $6::text,
         'since', $5::text, 'isTemporary', false, 'recordedAt', $5::text, 'journalId', 1)), $7, 1)`,
      [sourceRecordId, visit, id, specialty, at, location, rig.now()],
    );
}

const KINDS = Object.keys(CONTENTS) as FactKind[];
/** Of the facts that not everybody sees: their kinds and ids. */
export const OTHER_FACTS = [
  ["document", 300_000],
  ["referral", 300_001],
  ["appointment", 300_002],
  ["allergy", 300_003],
  ["procedure", 300_004],
  ["medication", 300_005],
  ["medication", 300_006],
] as const;
/** Of the facts that say where the subject is to be found in every place that can: one of each kind, in the order of the schema. */
export const TELLING_FACT_ID = 310_001;
const TEXTS = new Set(["display", "name", "title", "text", "value", "policyNumber"]);

/** The content with a word in every text of it. */
const saying = (content: FactContent, word: string): FactContent =>
  JSON.parse(JSON.stringify(content), (key, value) =>
    TEXTS.has(key) && typeof value === "string" ? `${word} ${value}` : value,
  );

/** Every kind openly; what is confidential by its author, by its specialty and by its visit; old ones; and a GP's. */
async function addFacts({ rig, subject, factIds, messageId }: World, gpRecordId: number): Promise<void> {
  const { sourceRecordId } = subject;
  const ofPlaces: ReadonlySet<FactKind> = new Set(["relationship", "registration"]);
  const open = KINDS.map((kind): FixtureFact => {
    const word = ofPlaces.has(kind) ? WORDS.place : WORDS.fact;
    return { factId: factIds[kind], sourceRecordId, content: saying(CONTENTS[kind], word) };
  });
  const of =
    (content: FactContent, word: string, more: Partial<FixtureFact> = {}) =>
    (index: number): FixtureFact => ({
      ...{ factId: 300_000 + index, sourceRecordId, content: saying(content, word) },
      ...more,
    });
  const others = [
    of({ ...CONTENTS.document, confidentiality: "V" }, WORDS.secret),
    of({ ...CONTENTS.referral, specialty: "360" }, WORDS.secret),
    of({ ...CONTENTS.appointment, specialty: "720", location: "Zyxsecret Clinic" }, WORDS.secret),
    of(CONTENTS.allergy, WORDS.secret, { visitNumber: "V2" }),
    of({ ...CONTENTS.procedure, performedAt: "2003-01-01" }, WORDS.old),
    of(CONTENTS.medication, WORDS.old, { recordedAt: "2004-01-01T00:00:00.000Z" }),
    of(CONTENTS.medication, WORDS.gp, { sourceRecordId: gpRecordId }),
  ];
  await writeFixtureFacts(rig.database, [...open, ...others.map((make, index) => make(index))], 1);
  const telling = filledFacts(PLACES).map(
    (content, index): FixtureFact => ({ factId: TELLING_FACT_ID + index, sourceRecordId, content: openly(content) }),
  );
  await writeFixtureFacts(rig.database, telling, messageId);
}

/** Open to whoever cares, or its label alone would hide it; its documents stand in the subject's message. */
function openly(filled: FactContent): FactContent {
  const content = { ...filled, confidentiality: "U" };
  const part = { location: "OBX[1]-5", contentType: "text/plain", encoding: "text", bytes: 14 } as const;
  if (content.kind === "document") return { ...content, parts: [part] };
  return content.kind === "result" ? { ...content, documents: [part] } : content;
}

async function addMessages({ rig, subject, messageId, quarantinedId }: World): Promise<void> {
  const { pool } = rig.database;
  const head = "MSH|^~\\&|PAS|RDZ|||20260314||ADT^A01|C1|P|2.4\r";
  const pid = `PID|||ZYXLOCAL77^^^RDZ^MR~${NHS_NUMBER}^^^NHS^NH||ZYXNAME^ZYXNAME||19500731|F|||1 Zyxplace Row^^Zyxplace^^ZY1 9ZZ`;
  const rows = [
    [messageId, "C1", ["RDZ|ZYXLOCAL77"], "applied", null],
    [quarantinedId, "C2", [], "quarantined", "not-mapped"],
  ] as const;
  for (const [id, controlId, identities, outcome, reason] of rows) {
    const applied = await rig.addMessage(`${head}${pid}\rOBX|1|TX|LETTER||1 Zyxplace Row\r`, {
      controlId,
      identities: [...identities],
    });
    await pool.query("update journal set journal_id = $2 where journal_id = $1", [applied, id]);
    await pool.query(
      `insert into outcome (journal_id, outcome, reason, decided_by, decided_at, source_record_id, person_id)
       values ($1, $2, $3, $1, $4, $5, $6)`,
      [id, outcome, reason, rig.now(), ...(reason ? [null, null] : [subject.sourceRecordId, subject.personId])],
    );
  }
}

/** A question about the subject and another, what was decided of it, and what a candidate would decide. */
async function addQuestions({ rig, subject, other, taskId, decisionId, ruleId }: World): Promise<void> {
  const { pool } = rig.database;
  const pair = [subject.sourceRecordId, other.sourceRecordId] as const;
  const levels = [{ comparison: "address", level: "exact", weight: 6, left: "ZYXPLACE", right: "ZYXPLACE" }];
  const evidence = { kind: "review", modelVersion: "test-1", weight: 7.5, levels, runnerUp: null, veto: null };
  rig.numberNext(taskId / 1000);
  await rig.addTask(...pair, { evidence });
  rig.numberNext(ruleId / 1000);
  await rig.addRule("same", ...pair);
  await pool.query(
    `insert into decision (journal_id, command, task_id, verdict, source_record_id, other_source_record_id, decided_by, decided_at,
       reason, state, evidence) values ($1, 'decide', $2, 'same', $3, $4, 'dev', $5, 'Alike', 'applied', $6)`,
    [decisionId, taskId, ...pair, rig.now(), evidence],
  );
  await pool.query(
    "insert into shadow_change (version, kind, source_record_id, other_source_record_id, pairs) values ('candidate', 'unlink', $1, $2, 1)",
    [...pair],
  );
  await pool.query("update identity_event set evidence = $2 where source_record_id = $1", [
    subject.sourceRecordId,
    evidence,
  ]);
}

function numberOf(first: string): string {
  return `${first}${nhsNumberCheckDigit(first)}`;
}
