import { readMessage } from "@chesil/hl7";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { type FixturePerson, personIdOf, writeRegion } from "../fhir/region-fixture.ts";
import { openIdentityQueries } from "./identity-queries.ts";

/** Get person demographics (Q21), with bars and as v2.xml, and the other queries as v2.xml. */

const NOW = new Date("2026-05-05T12:00:00Z");
const [JANE, TWIN, OTHER_TWIN, OPTED_OUT, GONE, SHARED, SHARED_OPTED_OUT] = [1, 2, 8, 3, 4, 5, 6];
const PERSONS: readonly FixturePerson[] = [
  {
    ...{ number: JANE, family: "SMITH", given: ["Jane", "Ann"], birthDate: "1950-07-31", sex: "female" },
    ...{ postcode: "BH15 1AA", city: "Poole", phone: "07700 900123", nhsNumber: "9990000018" },
    ids: ["RBD|P1", "-RBD|P1OLD", "RDZ|77"],
  },
  // The same number on another person: it names neither of the two.
  { number: TWIN, family: "SMITHSON", given: ["Janet"], ids: ["RBD|P2"], nhsNumber: "9990000026" },
  { number: OTHER_TWIN, family: "SMITHSON", given: ["June"], ids: ["RBD|P8", "RDZ|P1"], nhsNumber: "9990000026" },
  { number: OPTED_OUT, family: "SMITHERS", given: ["Jane"], nhsNumber: "9990000034", ids: ["RBD|P3"] },
  { number: GONE, replacedBy: JANE },
  { number: SHARED, family: "COBB", given: ["Ellen"], nhsNumber: "9990000042", ids: ["RBD|P5"] },
  { number: SHARED_OPTED_OUT, family: "COBB", given: ["Ellen"], nhsNumber: "9990000042", ids: ["RBD|P6"] },
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let ask: ReturnType<typeof openIdentityQueries>;
beforeAll(async () => {
  database = await freshDatabase();
  await writeRegion(database, PERSONS);
  await database.pool.query("insert into consent select unnest($1::uuid[]), true, 'test', now()", [
    [OPTED_OUT, SHARED_OPTED_OUT].map(personIdOf),
  ]);
  ask = openIdentityQueries({ database, clock: () => NOW });
});
afterAll(() => database?.close());

async function audited() {
  const { rows } = await database.pool.query(
    "delete from audit returning username, action, person_id as person, detail, audit_id",
  );
  return rows.sort((a, b) => a.audit_id - b.audit_id);
}

async function answerOf(message: string) {
  const asked = { message: Buffer.from(message), feed: "portal", dialect: { defaultAuthority: "RDZ" } };
  const bytes = await ask({ ...asked, controlId: "77", receivedAt: NOW });
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.text);
  const { message: answer } = read;
  return {
    text: Buffer.from(bytes).toString(),
    told: `${answer.get("MSA", 1)} ${answer.get("QAK", 2)} ${answer.all("PID").map((pid) => pid.get(5))}`.trim(),
    error: `${answer.get("ERR", 3)} ${answer.segment("ERR")?.fieldRaw(2)}`,
    ids: answer
      .all("PID")
      .flatMap((pid) => pid.field(3).repetitions.map((each) => `${each.component(4).text}|${each.text}`)),
    hits: [4, 5, 6].map((field) => answer.get("QAK", field)).join("/"),
    answer,
  };
}

const header = (event: string, code = "QBP") => `MSH|^~\\&|PORTAL|RDZ|CHESIL|DORSET|2026||${code}^${event}|Q1|P|2.5`;
const q21 = (asked: string, domains = "") =>
  answerOf(`${header("Q21")}\rQPD|Q21^Get Person Demographics|T1|${asked}|${domains}\rRCP|I\r`);

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
/** QPD-3 as NHS ITK sends it: by repetitions, and of each the parts of QSC. */
function asXml(event: string, repetitions: readonly (readonly string[])[], code = "QBP", holder?: string) {
  const asked = repetitions.map((parts) => {
    const texts = parts.map((part, at) => (part === "" ? "" : `<QSC.${at + 1}>${escaped(part)}</QSC.${at + 1}>`));
    return `<QPD.3>${texts.join("")}</QPD.3>`;
  });
  return answerOf(
    `<?xml version="1.0"?><${code}_${event} xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>` +
      "<MSH.3><HD.1>PortalITK</HD.1></MSH.3><MSH.4><HD.1>RDZ</HD.1></MSH.4>" +
      `<MSH.9><MSG.1>${code}</MSG.1><MSG.2>${event}</MSG.2></MSH.9><MSH.10>Q1</MSH.10>` +
      "<MSH.11><PT.1>P</PT.1></MSH.11><MSH.12><VID.1>2.4</VID.1></MSH.12></MSH>" +
      `${holder ?? `<QPD><QPD.1><CE.1>${event}</CE.1></QPD.1><QPD.2>T1</QPD.2>${asked.join("")}</QPD>`}</${code}_${event}>`,
  );
}

describe("get person demographics (Q21)", () => {
  it("tells of the one whom an identifier names as Q22 does, on record", async () => {
    await audited();
    const { told, ids, hits, text, answer } = await q21("P1^^^RBD");
    expect([told, ids, hits]).toEqual(["AA OK SMITH", ["NHS|9990000018", "RBD|P1", "RDZ|77"], "1/1/0"]);
    expect(text).toContain("||RSP^K21^RSP_K21|");
    expect(await audited()).toMatchObject([
      {
        username: "feed:portal",
        action: "query.patients",
        person: personIdOf(JANE),
        detail: { event: "Q21", criteria: ["identifier"], system: true },
      },
    ]);
    const found = await answerOf(`${header("Q22")}\rQPD|x|T1|@PID.3.1^P1~@PID.3.4^RBD\rRCP|I\r`);
    expect(answer.segment("PID")?.raw).toBe(found.answer.segment("PID")?.raw);
  });

  it.each([
    ["999 000 0018^^^NHS", "AA OK SMITH"],
    ["P1OLD^^^RBD", "AA OK SMITH"],
    ["77", "AA OK SMITH"],
    ["P9^^^RBD", "AA NF"],
    ["P1^^^NOBODY", "AA NF"],
    ["@PID.3.1^P8", "AA OK SMITHSON"],
    ["@PID.3.1^P1~@PID.3.4^RBD", "AA OK SMITH"],
    ["@PID.5.1^SMITH~@PID.8^F", "AA OK SMITH"],
    ["@PID.5.1^SMITHSON~@PID.5.2^EQ^June", "AA OK SMITHSON"],
    ["@PID.3.1^P1~@PID.5.1^SMITH", "AA OK SMITH"],
    ["@PID.5.1^SMITHERS", "AA NF"],
  ])("is answered for %s by %s", async (asked, expected) => {
    expect((await q21(asked)).told).toBe(expected);
  });

  it("finds nobody by what names two, and counts and looks at neither", async () => {
    const nobody = (await q21("P9^^^RBD")).text;
    await audited();
    // By an NHS number, by an id of two authorities, by a name, and by a number and a name.
    for (const asked of ["9990000026^^^NHS", "@PID.3.1^P1", "@PID.5.1^SMITHSON", "@PID.3.1^P1~@PID.5.2^J*"]) {
      const { text, told } = await q21(asked);
      expect([told, text.replace(asked, "P9^^^RBD")]).toEqual(["AA NF", nobody]);
      expect(await audited()).toMatchObject([{ person: null, detail: { event: "Q21" } }]);
    }
  });

  it("answers for whoever opted out exactly as for nobody, alone or beside another, and puts the refusal on record", async () => {
    const nobody = (await q21("P9^^^RBD")).text;
    await audited();
    expect((await q21("P3^^^RBD")).text.replace("P3", "P9")).toBe(nobody);
    expect(await audited()).toMatchObject([{ person: personIdOf(OPTED_OUT), detail: { refused: "opted-out" } }]);
    expect((await q21("9990000042^^^NHS")).ids).toEqual(["NHS|9990000042", "RBD|P5"]);
    expect((await q21("@PID.5.1^COBB")).ids).toEqual(["NHS|9990000042", "RBD|P5"]);
  });

  it("gives ids of the domains asked for alone, and nobody who has none there", async () => {
    expect((await q21("P1^^^RBD", "^^^RDZ")).ids).toEqual(["RDZ|77"]);
    expect((await q21("P1^^^RBD", "^^^NHS~^^^RBD")).ids).toEqual(["NHS|9990000018", "RBD|P1"]);
    expect((await q21("P5^^^RBD", "^^^RDZ")).told).toBe("AA NF");
    const unknown = await q21("P1^^^RBD", "^^^RDZ~^^^NOWHERE");
    expect([unknown.told, unknown.error]).toEqual(["AE AE", "204 QPD^1^4^2"]);
  });

  it("fails when the look can not be put on record", async () => {
    await database.pool.query("alter table audit rename to audit_away");
    try {
      await expect(q21("P1^^^RBD")).rejects.toThrow();
      await expect(q21("@PID.5.1^SMITH")).rejects.toThrow();
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
  });
});

describe("a query as v2.xml", () => {
  it.each<[string, string[][], string, string]>([
    ["Q21", [["P1", "", "", "RBD"]], "RSP_K21", "AA OK SMITH"],
    ["Q22", [["@PID.5.1", "SMITHSON"]], "RSP_K22", "AA OK SMITHSON,SMITHSON"],
    ["Q22", [["@PID.5.1", "SMITHERS"]], "RSP_K22", "AA NF"],
    ["Q22", [["@PID.6", "x"]], "RSP_K22", "AE AE"],
    ["ZV1", [["@PID.3.1", "EQ", "P1"]], "RSP_ZV2", "AA NF"],
    ["ZV1", [["@PV1.44.1", "GE", "20090511"]], "RSP_ZV2", "AE AE"],
    ["Q25", [["x"]], "ACK", "AR"],
  ])("%s of %j is answered as %s", async (event, asked, root, expected) => {
    const { text, told } = await asXml(event, asked);
    expect(text).toContain(`<${root} xmlns="urn:hl7-org:v2xml">`);
    expect(told).toBe(expected);
  });

  it("is acknowledged as XML where it takes another back", async () => {
    const { text, told } = await asXml("J01", [], "QCN", "<QID><QID.1>T1</QID.1></QID>");
    expect(text).toContain('<ACK xmlns="urn:hl7-org:v2xml">');
    expect(told).toBe("AA");
  });

  it("is answered as the same query with bars, whoever is asked for", async () => {
    const word = fc.constantFrom("P1", "P1OLD", "P3", "P8", "77", "9990000018", "9990000026", "9990000034", "9");
    const authority = fc.constantFrom("RBD", "RDZ", "NHS", "NOBODY");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("Q21", "Q22"), word, authority, async (event, id, issuer) => {
        const criteria = [
          ["@PID.3.1", id],
          ["@PID.3.4", issuer],
        ];
        const bars = criteria.map((parts) => parts.join("^")).join("~");
        const asked = await answerOf(`${header(event)}\rQPD|${event}|T1|${bars}\rRCP|I\r`);
        const { told, ids, hits } = await asXml(event, criteria);
        expect({ told, ids, hits }).toEqual({ told: asked.told, ids: asked.ids, hits: asked.hits });
      }),
      { numRuns: 40 },
    );
  });
});

describe("of whoever is restricted", () => {
  it("no answer tells where they live, nor are they found by it", async () => {
    await database.pool.query(
      `insert into sensitivity_mark (source_record_id, level, reason, journal_id, recorded_by, recorded_at)
       values ($1, 'restricted', 'test', 1, 'test', now())`,
      [JANE * 1000],
    );
    const { told, text } = await q21("P1^^^RBD");
    expect(told).toBe("AA OK SMITH");
    expect(text).not.toMatch(/BH15|Poole|07700/i);
    expect((await q21("@PID.11.3^Poole~@PID.5.1^SMITH")).told).toBe("AA NF");
    expect((await asXml("Q21", [["P1", "", "", "RBD"]])).text).not.toMatch(/BH15|Poole|07700/i);
  });
});
