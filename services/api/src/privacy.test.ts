import { nhsNumberCheckDigit } from "@chesil/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { openRig, type Rig } from "./rig.ts";

/** What holds of every route that speaks of patients: opt-outs, the audit, and what may stand in an address. */

const NHS_NUMBER = `999123451${nhsNumberCheckDigit("999123451") ?? expect.fail("no such NHS number exists")}`;
const CANARIES = ["Zyxcanary", "ZYXCANARY", NHS_NUMBER, "LOCAL-CANARY-77", "BH99 9ZZ"];

let database: Rig["database"];
let rig: Rig;
let cookie: string;
let officer: string;
let canary: { personId: string; sourceRecordId: number };
let other: { personId: string; sourceRecordId: number };
let messageId: number;
let quarantinedId: number;
let taskId: number;
let decisionId: number;
let encounterId: number;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    `truncate app_user, session, audit, consent, person, source_record, identity_event, encounter, fact, review_task, journal, outcome,
       redelivery, decision, link_rule, log_consumer, matching_model, shadow_run, shadow_change, pair_scores`,
  );
  rig = await openRig({ database });
  cookie = await rig.signedIn(["data-manager", "administrator"], "dora");
  officer = await rig.signedIn(["privacy-officer"], "olga");
  canary = await rig.addPerson({
    family: "Zyxcanary",
    given: "Jane",
    nhsNumber: NHS_NUMBER,
    localId: "LOCAL-CANARY-77",
    postcode: "BH99 9ZZ",
  });
  other = await rig.addPerson({ family: "Zyxother", given: "Joan" });
  const pid = `PID|||LOCAL-CANARY-77^^^RDZ^MR~${NHS_NUMBER}^^^NHS^NH||ZYXCANARY^JANE||19500731|F`;
  messageId = await rig.addMessage(`MSH|^~\\&|PAS|RDZ|||20260314||ADT^A01|C1|P|2.4\r${pid}\r`, {
    identities: ["RDZ|LOCAL-CANARY-77"],
    outcome: "applied",
    sourceRecordId: canary.sourceRecordId,
    personId: canary.personId,
  });
  // Known by its NHS number only, and applied to nobody.
  quarantinedId = await rig.addMessage(
    `MSH|^~\\&|LAB|RDZ|||20260314||ORU^R01|C2|P|2.4\rPID|||${NHS_NUMBER}^^^NHS^NH||ZYXCANARY^JANE\r`,
    { outcome: "quarantined", reason: "not-mapped" },
  );
  taskId = await rig.addTask(canary.sourceRecordId, other.sourceRecordId);
  await rig.addRule("same", canary.sourceRecordId, other.sourceRecordId);
  decisionId = 9_000_001;
  await database.pool.query(
    `insert into decision (journal_id, command, task_id, verdict, source_record_id, other_source_record_id, decided_by, decided_at,
       reason, state) values ($1, 'decide', $2, 'same', $3, $4, 'dev', $5, 'Alike', 'applied')`,
    [decisionId, taskId, canary.sourceRecordId, other.sourceRecordId, rig.now()],
  );
  await database.pool.query("insert into log_consumer (consumer, position) values ('resolve', 5000)");
  await database.pool.query("insert into matching_model values ('candidate', '{}', '', $1, 'ann')", [rig.now()]);
  await database.pool.query(
    "insert into shadow_change (version, kind, source_record_id, other_source_record_id, pairs) values ('candidate', 'unlink', $1, $2, 1)",
    [other.sourceRecordId, canary.sourceRecordId],
  );
  await addAllergy(5_001);
  await addLetter(5_002);
  encounterId = 4_001;
  await database.pool.query(
    "insert into encounter (source_record_id, visit_number, encounter_id, status, recorded_at, updated_by) values ($1, 'V1', $2, 'finished', $3, 1)",
    [canary.sourceRecordId, encounterId, rig.now()],
  );
});

async function addAllergy(factId: number): Promise<void> {
  await database.pool.query(
    `insert into fact (fact_id, source_record_id, kind, fact_key, state, content, recorded_at, journal_id, created_by, updated_by)
     values ($1, $2, 'allergy', $3, 'current', $4, $5, $6, $6, $6)`,
    [
      factId,
      canary.sourceRecordId,
      `A${factId}`,
      { kind: "allergy", code: { codings: [], text: "Zyxcanary seed" } },
      rig.now(),
      messageId,
    ],
  );
}

async function addLetter(factId: number): Promise<void> {
  const letter = Buffer.from("<p>Seen today: Jane Zyxcanary").toString("base64");
  const mdm = [
    "MSH|^~\\&|DOCS|RDZ|||20260314||MDM^T02|C3|P|2.4",
    "PID|||LOCAL-CANARY-77^^^RDZ^MR||ZYXCANARY^JANE",
    "TXA|1|CL||20260314||||||||D1",
    `OBX|1|ED|CL||^text^html^Base64^${letter}`,
  ].join("\r");
  const about = { sourceRecordId: canary.sourceRecordId, personId: canary.personId };
  const letterId = await rig.addMessage(mdm, { outcome: "applied", ...about });
  const part = { location: "OBX[1]-5", contentType: "text/html", encoding: "base64", bytes: 29 };
  const content = { kind: "document", type: { codings: [] }, status: "final", parts: [part] };
  await database.pool.query(
    `insert into fact (fact_id, source_record_id, kind, fact_key, state, content, recorded_at, journal_id, parts_at, parts_by,
       created_by, updated_by) values ($1, $2, 'document', $3, 'current', $4, $5, $6, $5, $6, $6, $6)`,
    [factId, canary.sourceRecordId, `D${factId}`, content, rig.now(), letterId],
  );
}

type Ask = [name: string, method: string, url: string, body?: object];

const MATCH_CANARY = {
  resourceType: "Patient",
  identifier: [
    { system: "https://fhir.nhs.uk/Id/nhs-number", value: NHS_NUMBER },
    { system: "urn:chesil:authority:RDZ", value: "LOCAL-CANARY-77" },
  ],
  name: [{ family: "Zyxcanary", given: ["Jane"] }],
  birthDate: "1950-07-31",
};

/** Every way to the canary. */
const looks = (): Ask[] => [
  ["person", "GET", `/api/v1/persons/${canary.personId}`],
  ["facts", "GET", `/api/v1/persons/${canary.personId}/facts?kind=allergy`],
  ["search by name", "POST", "/api/v1/persons/search", { text: "zyxcan jane" }],
  ["search by family", "POST", "/api/v1/persons/search", { family: "Zyxcanary" }],
  ["search by NHS number", "POST", "/api/v1/persons/search", { text: NHS_NUMBER }],
  ["search by local id", "POST", "/api/v1/persons/search", { localId: "RDZ|LOCAL-CANARY-77" }],
  ["search by postcode", "POST", "/api/v1/persons/search", { postcode: "BH99 9ZZ" }],
  ["message", "GET", `/api/v1/messages/${messageId}`],
  ["quarantined message", "GET", `/api/v1/messages/${quarantinedId}`],
  ["messages of the NHS number", "POST", "/api/v1/messages/search", { text: NHS_NUMBER }],
  ["messages of the local id", "POST", "/api/v1/messages/search", { text: "LOCAL-CANARY-77" }],
  ["messages", "POST", "/api/v1/messages/search", {}],
  ["tasks", "GET", "/api/v1/review-tasks"],
  ["task", "GET", `/api/v1/review-tasks/${taskId}`],
  ["task on the other person", "GET", `/api/v1/persons/${other.personId}`],
  ["history", "GET", `/api/v1/persons/${canary.personId}/history`],
  ["decision in the other's history", "GET", `/api/v1/persons/${other.personId}/history`],
  ["as of a time", "GET", `/api/v1/persons/${canary.personId}?asOf=2026-03-14T12:00:00Z`],
  ["known at a time", "GET", `/api/v1/persons/${canary.personId}/known-at?at=2026-03-14T10:00:00Z`],
  ["changes by a candidate", "GET", "/api/v1/models/candidate/shadow/changes"],
  ["decisions", "GET", "/api/v1/decisions"],
  ["decision", "GET", `/api/v1/decisions/${decisionId}`],
  ["rules of the other", "GET", `/api/v1/link-rules?sourceRecordId=${other.sourceRecordId}`],
  ["identity events", "GET", "/api/v1/identity-events"],
  ["FHIR patient", "GET", `/fhir/Patient/${canary.personId}`],
  ["FHIR search", "GET", "/fhir/Patient?family=Zyxcanary"],
  ["FHIR search by NHS number", "GET", `/fhir/Patient?identifier=${NHS_NUMBER}`],
  ["FHIR cross reference", "GET", `/fhir/Patient/$ihe-pix?sourceIdentifier=urn:chesil:authority:RDZ|LOCAL-CANARY-77`],
  ["FHIR match", "POST", "/fhir/Patient/$match", MATCH_CANARY],
  ["document", "GET", "/api/v1/facts/5002/documents/1"],
  ["document as sent", "GET", "/api/v1/facts/5002/documents/1/content"],
  ["FHIR document as sent", "GET", "/fhir/Binary/5002-1"],
  ["FHIR encounter", "GET", `/fhir/Encounter/${encounterId}`],
  ["FHIR encounters", "GET", `/fhir/Encounter?patient=${canary.personId}`],
];

const ask = ([, method, url, body]: Ask, as = cookie) => rig.ask(as, method, url, body);
const speaksOfCanary = (body: string) => CANARIES.some((word) => body.includes(word)) || body.includes(canary.personId);

test("without an opt-out the canary is found each way, and each look is in the audit by its time of answer", async () => {
  const listsOnly = new Set(["messages"]);
  for (const look of looks()) {
    await database.pool.query("truncate audit");
    const answer = await ask(look);
    expect([look[0], answer.statusCode]).toEqual([look[0], 200]);
    const about = (await rig.audit()).filter((entry) => entry.person_id === canary.personId);
    // The plain list of messages gives nothing of a patient but an opaque id.
    expect([look[0], about.length > 0]).toEqual([look[0], !listsOnly.has(look[0])]);
    if (look[0] !== "quarantined message" && !look[0].startsWith("messages of")) {
      expect([look[0], speaksOfCanary(answer.body)]).toEqual([look[0], true]);
    }
    expect(CANARIES.filter((word) => JSON.stringify(about).includes(word))).toEqual([]);
  }
});

describe.each(["the person", "a person merged into them", "the survivor of both"])("an opt-out of %s", (whose) => {
  beforeEach(async () => {
    if (whose === "the person") return rig.optOut(canary.personId);
    const former = await rig.addPerson({ family: "Former", given: "Jane" });
    if (whose === "a person merged into them") {
      await rig.merge(former.personId, canary.personId);
      return rig.optOut(former.personId);
    }
    await rig.merge(former.personId, canary.personId);
    return rig.optOut(canary.personId);
  });

  test("leaves nothing of them on any way, for any role, but for the privacy officer's questions", async () => {
    const officers = new Set(["tasks", "task", "decisions", "decision"]);
    for (const look of looks()) {
      const answer = await ask(look);
      expect([look[0], speaksOfCanary(answer.body)]).toEqual([look[0], false]);
      const told = await ask(look, officer);
      expect([look[0], speaksOfCanary(told.body)]).toEqual([look[0], officers.has(look[0])]);
    }
  });

  test("answers by id exactly like an id of nobody", async () => {
    const pairs: [Ask, Ask][] = [
      [
        ["", "GET", `/api/v1/persons/${canary.personId}`],
        ["", "GET", "/api/v1/persons/99999999-9999-8999-8999-999999999999"],
      ],
      [
        ["", "GET", `/api/v1/persons/${canary.personId}/facts?kind=allergy`],
        ["", "GET", "/api/v1/persons/99999999-9999-8999-8999-999999999999/facts?kind=allergy"],
      ],
      [
        ["", "GET", `/api/v1/review-tasks/${taskId}`],
        ["", "GET", "/api/v1/review-tasks/424242"],
      ],
      [
        ["", "GET", `/api/v1/persons/${canary.personId}/history`],
        ["", "GET", "/api/v1/persons/99999999-9999-8999-8999-999999999999/history"],
      ],
      [
        ["", "GET", `/api/v1/decisions/${decisionId}`],
        ["", "GET", "/api/v1/decisions/424242"],
      ],
      [
        ["", "GET", `/api/v1/link-rules?sourceRecordId=${canary.sourceRecordId}`],
        ["", "GET", "/api/v1/link-rules?sourceRecordId=424242"],
      ],
      [
        ["", "GET", "/api/v1/facts/5002/documents/1/content"],
        ["", "GET", "/api/v1/facts/424242/documents/1/content"],
      ],
      [
        ["", "GET", "/fhir/Binary/5002-1"],
        ["", "GET", "/fhir/Binary/424242-1"],
      ],
      [
        ["", "GET", `/fhir/Patient/${canary.personId}`],
        ["", "GET", "/fhir/Patient/99999999-9999-8999-8999-999999999999"],
      ],
    ];
    for (const [hidden, nobody] of pairs) {
      const [one, two] = [await ask(hidden), await ask(nobody)];
      expect([one.statusCode, one.body]).toEqual([404, two.body]);
      expect(Object.keys(one.headers).sort()).toEqual(Object.keys(two.headers).sort());
    }
  });

  test("leaves no trace in counts, pages and links of searches", async () => {
    const tasks = await ask(["", "GET", "/api/v1/review-tasks"]);
    expect(tasks.json()).toEqual({ tasks: [], next: null, counts: { open: 0, overdue: 0, closed: 0, kinds: [] } });
    const found = await ask(["", "POST", "/api/v1/persons/search", { family: "Zyx", limit: 1 }]);
    expect(found.json()).toMatchObject({ persons: [{ personId: other.personId }], next: null });
    const nobody = await ask(["", "POST", "/api/v1/persons/search", { text: NHS_NUMBER }]);
    expect(nobody.json()).toEqual({ persons: [], next: null });
    const messages = await ask(["", "POST", "/api/v1/messages/search", { text: "LOCAL-CANARY-77" }]);
    expect(messages.json()).toEqual({ messages: [], next: null });
  });

  test("leaves the message to those who run the feeds, without the patient", async () => {
    const answer = await ask(["", "GET", `/api/v1/messages/${messageId}`]);
    expect(answer.json()).toMatchObject({
      id: String(messageId),
      outcome: "applied",
      withheld: true,
      personId: null,
      identities: [],
      raw: null,
      tree: null,
      event: null,
      person: null,
      decision: null,
    });
  });
});

test("a person who opts out is gone at the next request, in the middle of a search too", async () => {
  const first = await ask(["", "POST", "/api/v1/persons/search", { family: "Zyx", limit: 1 }]);
  expect(first.json().persons[0].personId).toBe(canary.personId);
  await rig.optOut(other.personId);
  const next = await ask([
    "",
    "POST",
    "/api/v1/persons/search",
    { family: "Zyx", limit: 1, cursor: first.json().next },
  ]);
  expect(next.json()).toEqual({ persons: [], next: null });
});

test("pages stay full where opt-outs thin them out, and reach everybody once", async () => {
  const shown: string[] = [];
  for (let number = 0; number < 30; number++) {
    const person = await rig.addPerson({ family: "Pageful", given: `G${String(number).padStart(2, "0")}` });
    if (number % 3 === 0) await rig.optOut(person.personId);
    else shown.push(person.personId);
  }
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const body: object = { family: "Pageful", limit: 6, ...(cursor ? { cursor } : {}) };
    const page: { persons: { personId: string }[]; next: string | null } = (
      await ask(["", "POST", "/api/v1/persons/search", body])
    ).json();
    if (page.next) expect(page.persons).toHaveLength(6);
    found.push(...page.persons.map((person) => person.personId));
    cursor = page.next;
  } while (cursor);
  expect(found).toEqual(shown);
});

test("when the audit can not be written no patient leaves, on any way", async () => {
  await database.pool.query("alter table audit rename to audit_away");
  try {
    for (const look of looks().filter(([name]) => name !== "messages")) {
      const answer = await ask(look);
      expect([look[0], answer.statusCode, speaksOfCanary(answer.body)]).toEqual([look[0], 500, false]);
      expect(answer.body).not.toMatch(/audit|relation|select|insert/i);
    }
  } finally {
    await database.pool.query("alter table audit_away rename to audit");
  }
});

test("whoever runs the feeds sees the message and nothing of its patient", async () => {
  const otto = await rig.signedIn(["operations"], "otto");
  for (const look of looks()) {
    const answer = await ask(look, otto);
    const isMessage = look[2].startsWith("/api/v1/messages");
    expect([look[0], answer.statusCode]).toEqual([look[0], isMessage ? 200 : 403]);
    expect([look[0], speaksOfCanary(answer.body)]).toEqual([look[0], false]);
  }
  expect((await ask(["", "GET", `/api/v1/messages/${messageId}`], otto)).json()).toMatchObject({
    withheld: true,
    controlId: `C${messageId}`,
  });
  const byPatient = await ask(["", "POST", "/api/v1/messages/search", { text: NHS_NUMBER }], otto);
  expect(byPatient.json().messages).toEqual([]);
  const byControlId = await ask(["", "POST", "/api/v1/messages/search", { text: `C${messageId}` }], otto);
  expect(byControlId.json().messages).toHaveLength(1);
});

test("no address that Chesil makes says anything of a patient, in clear or in base64", async () => {
  for (let number = 0; number < 3; number++)
    await rig.addPerson({ family: "Zyxcanary", given: "Jane", localId: `X${number}` });
  const answers = [
    await ask(["", "POST", "/api/v1/persons/search", { text: "zyxcanary jane", limit: 1 }]),
    await ask(["", "POST", "/api/v1/persons/search", { family: "Zyxcanary", birthDate: "1950-07-31", limit: 2 }]),
    await ask(["", "POST", "/api/v1/messages/search", { limit: 1 }]),
    await ask(["", "GET", "/fhir/Patient?family=Zyxcanary&_count=1"]),
    await rig.app.inject({
      method: "POST",
      url: "/fhir/Patient/_search",
      headers: { cookie, "x-chesil-request": "1", "content-type": "application/x-www-form-urlencoded" },
      payload: "family=Zyxcanary&birthdate=1950-07-31&_count=1",
    }),
  ];
  const addresses = answers.flatMap((answer) => {
    expect(answer.statusCode).toBe(200);
    const body = answer.json<{ next?: string; link?: { url: string }[] }>();
    return [body.next, ...(body.link ?? []).map((link) => link.url), answer.headers.location].flatMap(
      (each) => each ?? [],
    );
  });
  expect(addresses.length).toBeGreaterThanOrEqual(6);
  for (const address of addresses) {
    const told = [
      address,
      decodeURIComponent(address),
      ...address.split(/[/?=&]/).map((part) => Buffer.from(part, "base64url").toString("latin1")),
    ];
    for (const text of told) {
      expect([...CANARIES, "zyxcanary", "1950-07-31", "19500731"].filter((word) => text.includes(word))).toEqual([]);
    }
  }
});
