import { appendCommands } from "@chesil/store";
import { afterEach, describe, expect, it } from "vitest";
import { cdaText, localId, NULLIFICATION, OTHER_SET, VERIFIED } from "../packages/itk/src/cda/example-cda.ts";
import { openMessage } from "../services/api/src/documents/part-content.ts";
import { contentOf } from "../services/api/src/messages/content.ts";
import { OpenMessages } from "../services/api/src/subject-access/open-messages.ts";
import { freshDatabase } from "./database.ts";
import { activateItk, appendDocuments, ITK_DIALECT, receiveDocuments } from "./itk-journal.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { resolveAll } from "./region.ts";

/** What the record makes of ITK payloads that stand in the journal. */

const open: Awaited<ReturnType<typeof freshDatabase>>[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

async function store() {
  const database = await freshDatabase();
  open.push(database);
  const query = async (sql: string) => (await database.pool.query(sql)).rows;
  return {
    database,
    query,
    /** Whose, in which state, of which version. */
    documents: async (): Promise<string[]> =>
      (
        await query(
          `select s.local_id, f.state, f.content #>> '{set,version}' as version from fact f
           join source_record s using (source_record_id) where f.kind = 'document' order by 1`,
        )
      ).map(({ local_id, state, version }) => [local_id, state, version ?? "-"].join(" ")),
    outcomes: async (): Promise<string[]> =>
      (await query("select outcome, reason, detail from outcome order by journal_id")).map(
        ({ outcome, reason, detail }) => [outcome, reason, detail].filter((each) => each !== null).join(", "),
      ),
    isRebuiltTheSame: async () => (await rebuildAside(database)).isSame,
  };
}

/** Every order of some things. */
const orders = <T>(things: readonly T[]): T[][] =>
  things.length < 2
    ? [[...things]]
    : things.flatMap((thing, at) => orders(things.toSpliced(at, 1)).map((rest) => [thing, ...rest]));

const at = (minute: number) => `<effectiveTime value="2026030110${String(minute).padStart(2, "0")}+00"/>`;
const FIRST = cdaText({ time: at(10) });
const SECOND = cdaText({ time: at(20), version: "2" });
const UNDER_ANOTHER = cdaText({ time: at(20), version: "2", ids: VERIFIED + localId("0099999") });
const NULLIFIED = cdaText({ time: at(30), messageType: NULLIFICATION, ids: VERIFIED });

describe("versions of a document", () => {
  it.each([1, 100])("come to the last one whatever the order, decided by %s at a time", async (batchMessagesMax) => {
    for (const order of orders([FIRST, SECOND])) {
      const { database, documents, isRebuiltTheSame } = await store();
      await receiveDocuments(database, order);
      await resolveAll(database, { batchMessagesMax });
      expect(await documents()).toEqual(["0012345 current 2"]);
      expect(await isRebuiltTheSame()).toBe(true);
    }
  });

  it("under another patient's key leave the one before, whichever comes first, one by one or at once", async () => {
    for (const batchMessagesMax of [1, 100])
      for (const order of orders([FIRST, UNDER_ANOTHER])) {
        const { database, documents, query, isRebuiltTheSame } = await store();
        await receiveDocuments(database, order);
        await resolveAll(database, { batchMessagesMax });
        expect(await documents()).toEqual(["0012345 retracted 1", "0099999 current 2"]);
        const [first] = await query(
          "select content, retracted_at from fact where fact_key like 'document:%' order by recorded_at",
        );
        expect([first.content.parts.length, first.retracted_at.toISOString()]).toEqual([1, "2026-03-01T10:20:00.002Z"]);
        expect(await isRebuiltTheSame()).toBe(true);
      }
  });

  it("of another set are left alone", async () => {
    const { database, documents } = await store();
    const other = cdaText({ set: `<setId root="${OTHER_SET}"/>`, time: at(20), ids: VERIFIED + localId("0099999") });
    await receiveDocuments(database, [FIRST, other]);
    await resolveAll(database);
    expect(await documents()).toEqual(["0012345 current 1", "0099999 current 1"]);
  });

  it("of another authority are another document", async () => {
    const { database, documents } = await store();
    await receiveDocuments(database, [FIRST]);
    await resolveAll(database);
    await activateItk(database, { ...ITK_DIALECT, cda: { authority: "RYY" } });
    await appendDocuments(database, [UNDER_ANOTHER]);
    await resolveAll(database);
    expect(await documents()).toEqual(["0012345 current 1", "0099999 current 2"]);
  });
});

describe("a nullification", () => {
  it("takes the document back where it is held, in any order, one by one or at once", async () => {
    for (const batchMessagesMax of [1, 100])
      for (const order of orders([FIRST, UNDER_ANOTHER, NULLIFIED])) {
        const { database, documents, isRebuiltTheSame } = await store();
        await receiveDocuments(database, order);
        await resolveAll(database, { batchMessagesMax });
        const held = (await documents()).filter((each) => !each.startsWith("document-set:"));
        expect(held).toEqual(["0012345 retracted 1", "0099999 retracted 2"]);
        expect(await isRebuiltTheSame()).toBe(true);
      }
  });

  it("makes no record of a patient of whom it says nothing, and is found with whose document it was", async () => {
    const { database, query } = await store();
    await receiveDocuments(database, [FIRST, NULLIFIED]);
    await resolveAll(database);
    expect(await query("select local_id from source_record")).toEqual([{ local_id: "0012345" }]);
    const persons = await query("select distinct person_id from outcome");
    expect(persons).toHaveLength(1);
    expect(persons[0].person_id).not.toBe(null);
  });

  it("does not take back a version that is written after it", async () => {
    const { database, documents } = await store();
    await receiveDocuments(database, [FIRST, NULLIFIED, cdaText({ time: at(40), version: "3" })]);
    await resolveAll(database);
    expect(await documents()).toEqual(["0012345 current 3"]);
  });

  it("waits for the patient's messages that are held back", async () => {
    const { database, query, outcomes, documents } = await store();
    await receiveDocuments(database, [FIRST]);
    await resolveAll(database);
    await query("alter table source_record add constraint poison check (demographics::text not like '%POISON%')");
    const poison = cdaText({
      ...{ set: `<setId root="${OTHER_SET}"/>`, time: at(11) },
      names: "<name><family>POISON</family><given>Ellen</given></name>",
    });
    await receiveDocuments(database, [poison]);
    await resolveAll(database);
    const [, held] = await receiveDocuments(database, [NULLIFIED, SECOND]);
    await resolveAll(database);
    expect((await outcomes()).map((each) => each.split(",")[0])).toEqual([
      "applied",
      "quarantined",
      "parked",
      "parked",
    ]);
    const journalId = (held ?? 0) - 2;
    await appendCommands(database, [{ command: "skip", journalId, by: "dora", reason: "sent in error" }], new Date());
    await resolveAll(database);
    expect((await outcomes()).map((each) => each.split(",")[0])).toEqual(["applied", "skipped", "applied", "applied"]);
    expect(await documents()).toEqual(["0012345 retracted 2"]);
  });
});

describe("a document that can not be taken", () => {
  it("is set aside with the reason, can be replayed, and is not repaired", async () => {
    const { database, outcomes } = await store();
    const twoPatients = FIRST.replace("</recordTarget>", "</recordTarget><recordTarget><patientRole/></recordTarget>");
    const ids = await receiveDocuments(database, ["<ClinicalDocument", "<a xmlns='urn:x'/>", twoPatients]);
    await resolveAll(database);
    expect(await outcomes()).toMatchInlineSnapshot(`
      [
        "quarantined, not-readable, The XML is not well-formed (line 1, column 17).",
        "quarantined, not-readable, It is no CDA document.",
        "quarantined, not-readable, It is about more than one patient.",
      ]
    `);
    const [journalId = 0] = ids;
    const by = { journalId, by: "dora", reason: "look again" };
    await appendCommands(database, [{ command: "replay", ...by }], new Date());
    await resolveAll(database);
    await appendCommands(
      database,
      [{ command: "repair", ...by, message: Buffer.from(FIRST).toString("base64") }],
      new Date(),
    );
    await resolveAll(database);
    expect((await outcomes())[0]).toContain("can not be repaired here");
  });
});

describe("a document of the journal", () => {
  it("is opened whole, and what is wrapped in it where its body is no XML", async () => {
    const { database, query } = await store();
    const body = `<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0xLjQ=</text></nonXMLBody>`;
    const text = cdaText({ body });
    const [journalId = 0] = await receiveDocuments(database, [text]);
    await resolveAll(database);
    const [{ content }] = await query("select content from fact where kind = 'document'");
    const dialectOf = () => ITK_DIALECT;
    const message = await new OpenMessages((id) => openMessage({ database, dialectOf }, id)).get(journalId);
    const opened = [];
    for (const part of content.parts) opened.push((await message?.contentOf(part))?.toString());
    expect(opened).toEqual([text, "%PDF-1.4"]);
  });

  it("is read on its message's page with what it says, and whom it names", async () => {
    const content = await contentOf(Buffer.from(FIRST), ITK_DIALECT, new Date("2026-11-01T00:00:00Z"));
    expect(content).toMatchObject({ raw: FIRST, tree: null, nhsNumbers: ["9990004951"] });
    expect(content.event?.subjects[0]?.patient.key).toEqual({ authority: "RXX", localId: "0012345" });
    expect((await contentOf(Buffer.from("<ClinicalDocument"), ITK_DIALECT, new Date())).event).toBe(null);
  });
});
