import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { histories, momentOf, type Spoken } from "../services/resolve/src/fact-fixture.ts";
import { type FactNeeds, FactSet, MissingFactsError } from "../services/resolve/src/fact-set.ts";
import { applyFacts, factNeeds, loadFacts, saveFacts } from "../services/resolve/src/facts.ts";
import { Mint } from "../services/resolve/src/mint.ts";
import { freshDatabase } from "./database.ts";
import { receive, resolveAll } from "./region.ts";

/** A record, and one that was merged into it. */
const RECORDS = [1, 2];

describe("facts on a real database", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => database.pool.query("truncate fact, fact_version, fact_snapshot"));

  const rows = async (sql: string) => (await database.pool.query(sql)).rows;

  /** Decides the messages together, as a batch, and writes what they came to. */
  async function hear(messages: readonly Spoken[], extra: readonly FactNeeds[] = []): Promise<void> {
    const set = new FactSet();
    await loadFacts(database.pool, set, [...messages.map((message) => factNeeds(RECORDS, message)), ...extra]);
    try {
      for (const message of messages) applyFacts(set, RECORDS, message, momentOf(message), new Mint(message.journalId));
    } catch (error) {
      if (!(error instanceof MissingFactsError)) throw error;
      return hear(messages, [...extra, error.needs]);
    }
    await database.transaction((transaction) => saveFacts(transaction, set));
  }

  it("come to the same one message at a time as all at once, and in any order", async () => {
    const standing = () =>
      rows("select kind, fact_key, state, visit_number, content, retracted_at, relates_to from fact order by 1, 2");
    await fc.assert(
      fc.asyncProperty(histories, async ([sent, arrived]) => {
        await hear(sent);
        const once = await standing();
        await hear(sent);
        expect(await standing()).toEqual(once);
        await database.pool.query("truncate fact, fact_version, fact_snapshot");
        for (const message of arrived) await hear([message]);
        expect(await standing()).toEqual(once);
        await database.pool.query("truncate fact, fact_version, fact_snapshot");
      }),
      { numRuns: 40 },
    );
  });
});

/** One message of a laboratory or a ward: `9990004951` is of the range for tests. */
function message(type: string, controlId: string, at: string, ...segments: string[]): Uint8Array {
  const head = [
    `MSH|^~\\&|LAB|RBD|CHESIL|DORSET|${at}||${type}|${controlId}|P|2.4`,
    ...(type.startsWith("ADT") ? [`EVN|${type.slice(4, 7)}|${at}`] : []),
    "PID|1||1001^^^RBD^MR||HARTLEY^ANNA||19710314|F",
  ];
  return Buffer.from([...head, ...segments, ""].join("\r"), "latin1");
}

/** A blood count, with the observations that are given. */
const bloodCount = (controlId: string, at: string, status: string, ...obx: string[]) =>
  message(
    "ORU^R01",
    controlId,
    at,
    `OBR|1|P1|F1^LAB|FBC^Full blood count^L|||20260501073000|||||||||||||||${at}||HAEM|${status}`,
    ...obx,
  );

const report = (controlId: string, at: string, status: string, value: string) =>
  bloodCount(controlId, at, status, `OBX|1|NM|HB^Haemoglobin^L||${value}|g/L|115-165||||${status}`);

const letter = (trigger: string, controlId: string, at: string, number: string, parent: string, text: string) =>
  message(
    `MDM^${trigger}`,
    controlId,
    at,
    "PV1|1|O",
    `TXA|1|DS^Discharge summary^L|TX|${at}||||||||${number}|${parent}||||LA`,
    ...(text === "" ? [] : [`OBX|1|TX|DS^Discharge summary^L||${text}||||||F`]),
  );

describe("facts of real messages", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  /** The first message's journal id: how the feed is read came before it. */
  const FIRST = 2;

  const rows = async (sql: string) => (await database.pool.query(sql)).rows;
  /** One after another: each sees what the ones before it wrote. */
  const take = async (...messages: Uint8Array[]) => {
    for (const each of messages) {
      await receive(database, [each]);
      await resolveAll(database);
    }
    const outcomes = await rows("select distinct outcome, reason, detail from outcome");
    expect(outcomes).toMatchObject([{ outcome: "applied" }]);
  };

  it("a report corrected twice is its last correction, whatever order they come in", async () => {
    await take(
      report("R3", "20260501100000", "C", "98"),
      report("R1", "20260501080000", "P", "89"),
      report("R2", "20260501090000", "C", "89.5"),
    );
    const [fact, ...others] = await rows("select fact_id, kind, state, content, journal_id from fact");
    expect(others).toEqual([]);
    expect(fact).toMatchObject({
      kind: "result",
      state: "current",
      journal_id: FIRST,
      content: { status: "corrected", observations: [{ value: "98", units: "g/L" }] },
    });
    const versions = await rows("select content from fact_version order by recorded_at");
    expect(versions.map(({ content }) => content.observations[0].value)).toEqual(["89", "89.5"]);
  });

  it("a report is corrected observation by observation, whatever order they come in", async () => {
    const preliminary = bloodCount(
      "R1",
      "20260501080000",
      "P",
      "OBX|1|NM|HB^Haemoglobin^L||89|g/L|115-165||||P",
      "OBX|2|NM|WBC^White cells^L||7.1|10*9/L|||||P",
      "OBX|3|NM|PLT^Platelets^L||200|10*9/L|||||P",
      "OBX|4|TX|FILM^Blood film^L||Occasional||||||P",
      "OBX|5|TX|FILM^Blood film^L||blast cells||||||P",
    );
    const final = bloodCount(
      "R2",
      "20260501090000",
      "F",
      "OBX|1|NM|HB^Haemoglobin^L||90|g/L|115-165||||F",
      "OBX|2||PLT^Platelets^L||||||||U",
      "OBX|3|TX|FILM^Blood film^L||Normal||||||F",
    );
    const correction = bloodCount("R3", "20260501100000", "C", "OBX|1|NM|HB^Haemoglobin^L||98|g/L|115-165||||C");
    const wrong = bloodCount("R4", "20260501110000", "C", "OBX|1|NM|WBC^White cells^L||||||||W");
    await take(preliminary, correction, wrong, final);
    const [fact, ...others] = await rows("select state, content from fact");
    expect(others).toEqual([]);
    expect(fact).toMatchObject({ state: "current", content: { status: "corrected" } });
    expect(
      fact.content.observations.map((each: { value?: string; status: string }) => [each.value, each.status]),
    ).toEqual([
      ["98", "corrected"],
      [undefined, "entered-in-error"],
      ["200", "final"],
      ["Normal", "final"],
    ]);
    const versions = JSON.stringify(await rows("select content from fact_version"));
    for (const value of ["89", "90", "7.1"]) expect(versions).toContain(`"${value}"`);
    expect(versions).toContain("blast cells");
  });

  it("a document retracted before it comes stays retracted; one that was replaced before it comes is superseded", async () => {
    await take(
      letter("T11", "D3", "20260501100000", "DOC1", "", ""),
      letter("T02", "D1", "20260501080000", "DOC1", "", "Wrong patient"),
      letter("T10", "D5", "20260501110000", "DOC3", "DOC2", "The final word"),
      letter("T02", "D4", "20260501090000", "DOC2", "", "A draft"),
    );
    const facts = await rows("select state, content from fact where kind = 'document' order by recorded_at");
    expect(facts.map(({ state, content }) => [state, content.parts?.[0]?.text])).toEqual([
      ["retracted", "Wrong patient"],
      ["superseded", "A draft"],
      ["current", "The final word"],
    ]);
  });

  it("next of kin that are not in the latest list are withdrawn, and the same list again writes no fact", async () => {
    const contacts = (controlId: string, at: string, ...names: string[]) =>
      message(
        "ADT^A08",
        controlId,
        at,
        ...names.map((name, index) => `NK1|${index + 1}|HARTLEY^${name}|SPO^Spouse||01632960001`),
        "PV1|1|I|WARD 1||||||||||||||||V1",
      );
    await take(
      contacts("N1", "20260501080000", "BEN", "CAROL"),
      contacts("N2", "20260501090000", "BEN"),
      contacts("N3", "20260501100000", "BEN"),
    );
    const facts = await rows(
      "select state, content, updated_by from fact where kind = 'relationship' order by fact_id",
    );
    expect(facts.map(({ state, content, updated_by }) => [content.name, state, updated_by])).toEqual([
      [expect.stringContaining("BEN"), "current", FIRST],
      [expect.stringContaining("CAROL"), "withdrawn", FIRST + 1],
    ]);
  });

  it("a correction that names the surviving id corrects what came under the merged one", async () => {
    const ofOther = Buffer.from(
      Buffer.from(report("R1", "20260501080000", "F", "89"))
        .toString("latin1")
        .replace("1001^^^RBD", "1002^^^RBD"),
      "latin1",
    );
    await take(
      ofOther,
      message("ADT^A40", "M1", "20260501083000", "MRG|1002^^^RBD^MR"),
      report("R2", "20260501090000", "C", "98"),
    );
    const facts = await rows("select state, content, local_id from fact join source_record using (source_record_id)");
    expect(facts).toMatchObject([{ state: "current", local_id: "1002", content: { observations: [{ value: "98" }] } }]);
  });
});
