import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { readMessage, toEvent } from "@chesil/hl7";
import type { FactContent } from "@chesil/model";
import { type StoredFact, writeFacts } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { openRig, type Rig } from "../rig.ts";
import { documentAnswer } from "./view.ts";

let database: Rig["database"];
let rig: Rig;
let clinician: string;
let officer: string;
let jane: Awaited<ReturnType<Rig["addPerson"]>>;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  clinician = await rig.signedIn(["clinician"], "carla");
  officer = await rig.signedIn(["privacy-officer"], "olga");
});
afterAll(() => rig.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate audit, consent, person, source_record, identity_event, fact, fact_version, journal, outcome",
  );
  jane = await rig.addPerson({ family: "Smith", given: "Jane" });
});

const HEADER = "MSH|^~\\&|DOCS|RDZ|CHESIL|DORSET|20260304080000||MDM^T02|C1|P|2.4";
const letter = (confidentiality: string, ...obx: string[]) =>
  [
    HEADER,
    "PID|1||1001^^^RDZ^MR||SMITH^JANE||19500731|F",
    `TXA|1|CL^Clinic letter^L|TX|20260304080000||||||||D1|||||AU|${confidentiality}|AV||||||Letter to the practice`,
    ...obx,
    "",
  ].join("\r");
const ed = (content: string | Buffer, type = "text", subtype = "html") =>
  `OBX|1|ED|CL^Clinic letter^L||^${type}^${subtype}^Base64^${Buffer.from(content).toString("base64")}||||||F`;
const HTML =
  "<html><body><p onclick='x()'>Dear <b>Dr</b><script>alert(1)</script><img src='http://evil.example/x.png'>";

let factIds = 100;
const said = (journalId: number) => ({ recordedAt: "2026-03-04T08:00:00.000Z", journalId });

/** A message in the journal and the fact that it states, as resolve would keep it. */
async function keep(raw: string, changes: Partial<StoredFact> = {}): Promise<{ factId: number; journalId: number }> {
  const journalId = await rig.addMessage(raw, {
    outcome: "applied",
    sourceRecordId: jane.sourceRecordId,
    personId: jane.personId,
  });
  const factId = await keepFact(contentOf(raw), journalId, changes);
  return { factId, journalId };
}

function contentOf(raw: string): FactContent {
  const read = readMessage(Buffer.from(raw));
  const mapped = read.ok ? toEvent(read.message, { defaultAuthority: "RDZ" }, new Date("2026-03-05")) : undefined;
  const content = mapped?.ok ? mapped.event.subjects[0]?.facts[0]?.content : undefined;
  return content ?? expect.fail("the message states no fact");
}

async function keepFact(content: FactContent, journalId: number, changes: Partial<StoredFact> = {}): Promise<number> {
  const factId = ++factIds;
  const fact: StoredFact = {
    ...{
      factId,
      sourceRecordId: jane.sourceRecordId,
      kind: content.kind,
      key: `K${factId}`,
      state: "current",
      visitNumber: null,
    },
    ...{
      content,
      said: said(journalId),
      parts: content.kind === "document" ? said(journalId) : null,
      retracted: null,
      relation: null,
    },
    ...{ createdBy: journalId, updatedBy: journalId },
    ...changes,
  };
  await database.transaction((transaction) => writeFacts(transaction, [fact]));
  return factId;
}

const ask = (url: string, as = clinician) => rig.ask(as, "GET", url);
const view = async (factId: number, n = 1) =>
  documentAnswer.parse((await ask(`/api/v1/facts/${factId}/documents/${n}`)).json());
const binary = (id: string, accept?: string, as = clinician) =>
  rig.app.inject({ url: `/fhir/Binary/${id}`, headers: { cookie: as, ...(accept ? { accept } : {}) } });

describe("a document", () => {
  it("is rendered harmless, with what was left out of it, and whose and which it is", async () => {
    const { factId, journalId } = await keep(letter("U", ed(HTML)));
    const document = await view(factId);
    expect(document).toMatchObject({
      ...{
        factId: String(factId),
        number: 1,
        personId: jane.personId,
        title: "Letter to the practice",
        state: "current",
      },
      ...{ kind: "html", kindName: "HTML", contentType: "text/html", messageId: String(journalId), bytes: HTML.length },
      documents: [{ number: 1, title: "Letter to the practice" }],
      html: "<p>Dear <b>Dr</b></p>",
    });
    expect(document.findings.map(({ code }) => code)).toEqual(["handler", "script", "remote-picture"]);
    expect(await rig.audit()).toMatchObject([
      {
        username: "carla",
        action: "document.view",
        person_id: jane.personId,
        detail: { fact: String(factId), document: 1 },
      },
    ]);
  });

  it("of several is the one that is asked for; text lines are one, and a pointer is told, never followed", async () => {
    const { factId } = await keep(
      letter(
        "U",
        "OBX|1|TX|BODY^Body||Dear Dr £||||||F",
        "OBX|2|TX|BODY^Body||Thank you||||||F",
        ed("%PDF-1.4\n%%EOF", "application", "pdf"),
        "OBX|4|RP|IMG^Image||https://pacs.example/1^VIEW^image^jpeg||||||F",
      ),
    );
    expect(await view(factId, 1)).toMatchObject({
      kind: "text",
      html: "<pre>Dear Dr £\nThank you</pre>",
      title: "Body",
      findings: [],
    });
    expect(await view(factId, 2)).toMatchObject({ kind: "pdf", html: null, findings: [{ code: "not-rendered" }] });
    expect(await view(factId, 3)).toMatchObject({
      kind: null,
      reference: "https://pacs.example/1",
      findings: [{ code: "not-here" }],
    });
    for (const n of [4, 0, "x"])
      expect((await ask(`/api/v1/facts/${factId}/documents/${n}`)).statusCode).toBe(n === 4 ? 404 : 400);
  });

  it("that is a bomb is refused and says so, and holds nobody up", async () => {
    const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const { factId } = await keep(letter("U", ed(bomb, "application", "octet-stream")));
    expect(await view(factId)).toMatchObject({ kind: "gzip", html: null, findings: [{ code: "unpacks-too-large" }] });
  });

  it("that is not what its sender says is told to be something else", async () => {
    const { factId } = await keep(letter("U", ed("Dear Dr", "application", "pdf")));
    expect(await view(factId)).toMatchObject({
      kind: "text",
      contentType: "application/pdf",
      findings: [{ code: "not-what-it-says" }],
    });
  });

  it("comes from the message that carried its parts last, not from the one that spoke of it last", async () => {
    const first = await keep(letter("U", ed("<p>first")));
    const later = await rig.addMessage(letter("U", ed("<p>another")), { outcome: "applied" });
    await database.pool.query("update fact set journal_id = $2 where fact_id = $1", [first.factId, later]);
    expect(await view(first.factId)).toMatchObject({ html: "<p>first</p>", messageId: String(first.journalId) });
  });

  it("of a report that was corrected in part is each from the message that said it", async () => {
    const report = (text: string) =>
      `${HEADER.replace("MDM^T02", "ORU^R01")}\rPID|1||1001^^^RDZ^MR||SMITH^JANE\rOBR|1||F1|ECHO^Echo^L|||20260304\r${ed(text)}\r`;
    const one = await rig.addMessage(report("<p>one"), { outcome: "applied" });
    const two = await rig.addMessage(report("<p>two"), { outcome: "applied" });
    const content = contentOf(report("<p>one"));
    if (content.kind !== "result") expect.fail("it is a report");
    const [part] = content.documents ?? [];
    const documents = [part, { ...part, said: said(two) }];
    const factId = await keepFact({ ...content, documents } as FactContent, one);
    expect([(await view(factId, 1)).html, (await view(factId, 2)).html]).toEqual(["<p>one</p>", "<p>two</p>"]);
  });

  it("of a message that a person repaired is what the correction says", async () => {
    const { factId, journalId } = await keep(letter("U", ed("<p>wrong")));
    const message = Buffer.from(letter("U", ed("<p>right"))).toString("base64");
    const command = await rig.addMessage("{}");
    await database.pool.query("update journal set kind = 'command', raw = $2 where journal_id = $1", [
      command,
      Buffer.from(JSON.stringify({ command: "repair", journalId, message, by: "dora", reason: "typo" })),
    ]);
    await database.pool.query("update outcome set corrected_by = $2 where journal_id = $1", [journalId, command]);
    expect((await view(factId)).html).toBe("<p>right</p>");
  });

  it("that was too large for its sender is put together from all parts of its message", async () => {
    const [, pid, txa, obx = ""] = letter("U", ed("<p>Dear Dr, this letter was long")).split("\r");
    const half = obx.length - 30;
    const first = [HEADER, pid, txa, obx.slice(0, half), "DSC|more|F", ""].join("\r");
    const last = [`${HEADER.replace("C1", "C2")}||more`, `ADD|${obx.slice(half)}`, ""].join("\r");
    const earlier = await rig.addMessage(first, { outcome: "applied", sourceRecordId: jane.sourceRecordId });
    const { factId, journalId } = { ...(await keepJoined(last)) };
    await database.pool.query("update outcome set decided_by = $1 where journal_id = $2", [journalId, earlier]);
    expect((await view(factId)).html).toBe("<p>Dear Dr, this letter was long</p>");

    async function keepJoined(raw: string) {
      const id = await rig.addMessage(raw, { outcome: "applied", sourceRecordId: jane.sourceRecordId });
      return { factId: await keepFact(contentOf([HEADER, pid, txa, obx, ""].join("\r")), id), journalId: id };
    }
  });

  it("stands in the list of the person's facts", async () => {
    const { factId } = await keep(letter("U", ed(HTML)));
    const [group] = (await ask(`/api/v1/persons/${jane.personId}`)).json().facts;
    expect(group.rows).toMatchObject([{ factId: String(factId), documents: [{ number: 1, title: "Clinic letter" }] }]);
  });
});

describe("the bytes of a document", () => {
  it("are saved as they were sent, and can do nothing in a browser", async () => {
    const { factId } = await keep(letter("U", ed(HTML)));
    const answer = await ask(`/api/v1/facts/${factId}/documents/1/content`);
    expect([answer.statusCode, answer.body]).toEqual([200, HTML]);
    expect(answer.headers).toMatchObject({
      "content-type": "text/html",
      "content-disposition": `attachment; filename="document-${factId}-1.html"`,
      "content-security-policy": "default-src 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    expect(await rig.audit()).toMatchObject([{ action: "document.download", person_id: jane.personId }]);
  });

  it("have the type that they are of, whatever the sender says", async () => {
    const { factId } = await keep(letter("U", ed("Dear Dr", "application", "pdf")));
    expect((await ask(`/api/v1/facts/${factId}/documents/1/content`)).headers).toMatchObject({
      "content-type": "text/plain",
      "content-disposition": `attachment; filename="document-${factId}-1.txt"`,
    });
  });

  it("are not there for a pointer", async () => {
    const { factId } = await keep(letter("U", "OBX|1|RP|IMG^Image||https://pacs.example/1^VIEW^image^jpeg||||||F"));
    expect((await ask(`/api/v1/facts/${factId}/documents/1/content`)).statusCode).toBe(404);
    expect((await binary(`${factId}-1`)).statusCode).toBe(404);
  });
});

describe("FHIR Binary", () => {
  it("is the bytes in their own type, and a resource where FHIR is asked for", async () => {
    const { factId, journalId } = await keep(letter("U", ed(HTML)));
    for (const accept of [undefined, "*/*", "text/html", "application/pdf, application/fhir+json;q=0.1"]) {
      const raw = await binary(`${factId}-1`, accept);
      expect([raw.statusCode, raw.body, raw.headers["content-type"]]).toEqual([200, HTML, "text/html"]);
      expect(raw.headers).toMatchObject({
        etag: `W/"${journalId}"`,
        "x-security-context": `Patient/${jane.personId}`,
        "x-content-type-options": "nosniff",
      });
    }
    for (const accept of [
      "application/fhir+json",
      "application/json",
      "application/fhir+json; fhirVersion=4.0, */*;q=0.5",
    ]) {
      const resource = await binary(`${factId}-1`, accept);
      expect(resource.headers["content-type"]).toBe("application/fhir+json; charset=utf-8");
      expect(resource.json()).toMatchObject({
        resourceType: "Binary",
        id: `${factId}-1`,
        contentType: "text/html",
        data: Buffer.from(HTML).toString("base64"),
      });
    }
    expect((await binary(`${factId}-1?_format=json`)).json()).toMatchObject({ resourceType: "Binary" });
  });

  it.each(["0-1", "x", "101", "999999-1", "99999999999999999999-1"])("that can not be is not found: %s", async (id) => {
    const answer = await binary(id);
    expect([answer.statusCode, answer.json().resourceType]).toEqual([404, "OperationOutcome"]);
  });
});

describe("who may see a document", () => {
  const ways = (factId: number) => [
    `/api/v1/facts/${factId}/documents/1`,
    `/api/v1/facts/${factId}/documents/1/content`,
    `/fhir/Binary/${factId}-1`,
  ];

  it("is whoever may see its person now: nobody after an opt-out, and the survivor's after a merge", async () => {
    const { factId } = await keep(letter("U", ed(HTML)));
    const survivor = await rig.addPerson({ family: "Smyth", given: "Jane" });
    await rig.merge(jane.personId, survivor.personId);
    expect((await view(factId)).personId).toBe(survivor.personId);
    await rig.optOut(survivor.personId);
    for (const way of ways(factId)) {
      const [hidden, nobody] = [await ask(way), await ask(way.replace(String(factId), "424242"))];
      expect([hidden.statusCode, hidden.body]).toEqual([404, nobody.body]);
    }
  });

  it.each(["R", "V", "Restricted"])(
    "is only who may see confidential entries, where its author says %s",
    async (code) => {
      const { factId } = await keep(letter(code, ed(HTML)));
      for (const way of ways(factId)) {
        expect([way, (await ask(way)).statusCode, (await ask(way, officer)).statusCode]).toEqual([way, 404, 200]);
      }
    },
  );

  it("is only they who may read the message that brought it, however the message says so, and whatever has been said since", async () => {
    const dora = await rig.signedIn(["data-manager"], "dora");
    const read = async (id: number, who: string) => {
      const { raw, tree, event, withheld, outcome } = (await rig.ask(who, "GET", `/api/v1/messages/${id}`)).json();
      return [raw, tree, event].map((each) => each !== null).concat(withheld, outcome === "applied");
    };
    const [open, kept] = [
      [true, true, true, false, true],
      [false, false, false, true, true],
    ];
    const usual = await keep(letter("U", ed(HTML)));
    const labelled = await keep(letter("V", ed(HTML)));
    const silent = letter("", ed(HTML));
    const later = await keep(silent, { content: { ...contentOf(silent), confidentiality: "R" } as FactContent });
    const unmapped = await rig.addMessage(letter("R").replace("MDM^T02", "MDM^T99"), {
      outcome: "applied",
      personId: jane.personId,
    });
    expect(await read(usual.journalId, dora)).toEqual(open);
    for (const { journalId } of [labelled, later]) {
      expect(await read(journalId, dora)).toEqual(kept);
      expect(await read(journalId, officer)).toEqual(open);
    }
    expect((await read(unmapped, dora)).slice(0, 2)).toEqual([false, false]);
  });

  it("is nobody whose role sees no patients, and nobody when the look can not be audited", async () => {
    const { factId } = await keep(letter("U", ed(HTML)));
    const otto = await rig.signedIn(["operations"], "otto");
    for (const way of ways(factId)) expect((await ask(way, otto)).statusCode).toBe(403);
    await database.pool.query("alter table audit rename to audit_away");
    try {
      for (const way of ways(factId)) expect((await ask(way)).statusCode).toBe(500);
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
  });
});
