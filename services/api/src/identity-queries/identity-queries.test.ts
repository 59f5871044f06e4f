import { buildMessage, type FieldContent, readMessage } from "@chesil/hl7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../../test/database.ts";
import { type FixturePerson, personIdOf, writeRegion, writeVisits } from "../fhir/region-fixture.ts";
import {
  ANSWERED_PATIENTS_MAX,
  openIdentityQueries,
  QUERIES_AT_ONCE,
  QUERIES_WAITING_MAX,
} from "./identity-queries.ts";

const NOW = new Date("2026-05-05T12:00:00Z");
const [JANE, TWIN, OPTED_OUT, MERGED] = [1, 2, 3, 4];
const PAGERS = [100, 101, 102, 104, 105];
const PAGER_OPTED_OUT = 103;

const PERSONS: readonly FixturePerson[] = [
  {
    number: JANE,
    family: "SMITH",
    given: ["Jane", "Ann"],
    birthDate: "1950-07-31",
    sex: "female",
    postcode: "BH15 1AA",
    city: "Poole",
    phone: "07700 900123",
    nhsNumber: "9990000018",
    ids: ["RBD|P1", "-RBD|P1OLD", "RDZ|77"],
  },
  // The same number on another person: it names neither of the two.
  {
    number: TWIN,
    family: "SMITHSON",
    given: ["Janet"],
    birthDate: "1950-07-31",
    ids: ["RBD|P2"],
    nhsNumber: "9990000026",
  },
  { number: 8, family: "SMITHSON", given: ["June"], ids: ["RBD|P8"], nhsNumber: "9990000026" },
  { number: OPTED_OUT, family: "SMITHERS", given: ["Jane"], nhsNumber: "9990000034", ids: ["RBD|P3"] },
  { number: MERGED, replacedBy: JANE },
  ...[...PAGERS, PAGER_OPTED_OUT].map((number) => ({
    number,
    family: "PAGER",
    given: [`G${number}`],
    birthDate: "1960",
    ids: [`RBD|PG${number}`],
  })),
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let ask: ReturnType<typeof openIdentityQueries>;
const now = { ms: NOW.getTime() };

beforeAll(async () => {
  database = await freshDatabase();
  const journalId = await writeRegion(database, PERSONS);
  await writeVisits(
    database,
    [
      { encounterId: 11, sourceRecordId: JANE * 1000, status: "finished", admittedAt: "2026-04-01T09:00:00.000Z" },
      {
        encounterId: 12,
        sourceRecordId: JANE * 1000 + 2,
        status: "in-progress",
        admittedAt: "2026-05-01T09:00:00.000Z",
      },
      { encounterId: 13, sourceRecordId: TWIN * 1000, status: "cancelled", admittedAt: "2026-05-02T09:00:00.000Z" },
      { encounterId: 31, sourceRecordId: OPTED_OUT * 1000, status: "in-progress" },
      // Confidential, and the only visit of hers.
      {
        encounterId: 81,
        sourceRecordId: 8 * 1000,
        status: "in-progress",
        admittedAt: NOW.toISOString(),
        specialty: "360",
      },
      { encounterId: 82, sourceRecordId: 8 * 1000, status: "cancelled", specialty: "711 " },
    ],
    journalId,
  );
  await optOut(OPTED_OUT, PAGER_OPTED_OUT);
  ask = openIdentityQueries({ database, clock: () => new Date(now.ms) });
});
afterAll(() => database?.close());

const optOut = (...numbers: number[]) =>
  database.pool.query("insert into consent select unnest($1::uuid[]), true, 'test', now()", [numbers.map(personIdOf)]);

async function audited() {
  const { rows } = await database.pool.query(
    "delete from audit returning username, action, person_id as person, detail, audit_id",
  );
  return rows.sort((a, b) => a.audit_id - b.audit_id);
}

type Segments = readonly (readonly [string, ...FieldContent[]])[];

async function answered(event: string, segments: Segments, feed = "epr") {
  const [code = "QBP", trigger = ""] = event.includes("^") ? event.split("^") : ["QBP", event];
  const header = ["MSH", "", "", "EPR", "RDZ", "CHESIL", "DORSET", "20260505", "", [code, trigger], "Q1", "P", "2.5"];
  const message = buildMessage([header as unknown as readonly ["MSH"], ...segments]);
  const bytes = await ask({ message, feed, dialect: { defaultAuthority: "RDZ" }, controlId: "77", receivedAt: NOW });
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.text);
  const { message: answer } = read;
  return {
    text: Buffer.from(bytes).toString(),
    code: answer.get("MSA", 1),
    status: answer.get("QAK", 2),
    error: answer.segment("ERR") && `${answer.get("ERR", 3)} ${answer.segment("ERR")?.fieldRaw(2)}`,
    hits: [4, 5, 6].map((field) => answer.get("QAK", field)).join("/"),
    pointer: answer.get("DSC", 1),
    ids: answer
      .all("PID")
      .map((pid) => pid.field(3).repetitions.map((each) => `${each.component(4).text}|${each.text}`)),
    answer,
  };
}

const pix = (id: string, authority: string, ...domains: string[]) =>
  answered("Q23", [
    ["QPD", "IHE PIX Query", "T1", [id, "", "", authority], { repetitions: domains.map((each) => ["", "", "", each]) }],
    ["RCP", "I"],
  ]);

const fieldsOf = (asked: Readonly<Record<string, string>>) => ({
  repetitions: Object.entries(asked).map(([place, value]) => [`@${place}`, value]),
});
const pdq = (
  asked: Readonly<Record<string, string>>,
  options: {
    event?: string;
    quantity?: number;
    pointer?: string;
    domains?: string[];
    tag?: string;
    feed?: string;
  } = {},
) =>
  answered(
    options.event ?? "Q22",
    [
      [
        "QPD",
        "IHE PDQ Query",
        options.tag ?? "T1",
        fieldsOf(asked),
        "",
        "",
        "",
        "",
        { repetitions: (options.domains ?? []).map((each) => ["", "", "", each]) },
      ],
      ["RCP", "I", options.quantity === undefined ? "" : [String(options.quantity), "RD"]],
      ...(options.pointer === undefined ? [] : ([["DSC", options.pointer, "I"]] as const)),
    ],
    options.feed,
  );

describe("PIX query (Q23)", () => {
  it("answers with the other identifiers of the patient, on record as asked by the feed", async () => {
    await audited();
    const { code, status, ids } = await pix("P1", "RBD");
    expect([code, status, ids]).toEqual(["AA", "OK", [["NHS|9990000018", "RDZ|77"]]]);
    expect(await audited()).toMatchObject([
      {
        username: "feed:epr",
        action: "query.identifiers",
        person: personIdOf(JANE),
        detail: { event: "Q23", domains: 0, system: true },
      },
    ]);
  });

  it.each([
    ["999 000 0018", "NHS", ["RBD"], [["RBD|P1"]]],
    ["P1OLD", "RBD", ["RBD", "NHS"], [["NHS|9990000018", "RBD|P1"]]],
    ["77", "", ["RBD"], [["RBD|P1"]]],
  ])("answers for %s of %s in %j", async (id, authority, domains, expected) => {
    expect((await pix(id, authority, ...domains)).ids).toEqual(expected);
  });

  it("has found nothing where the patient has no id in the domains asked for", async () => {
    const { code, status, ids } = await pix("PG100", "RBD", "RDZ");
    expect([code, status, ids]).toEqual(["AA", "NF", []]);
  });

  it.each([
    ["UNKNOWN", "RBD", [], "204 QPD^1^3^1^1"],
    ["1", "NOBODY", [], "204 QPD^1^3^1^4"],
    ["P1", "RBD", ["RDZ", "NOBODY", "NOONE"], "204 QPD^1^4^2"],
    // Two persons have the number.
    ["9990000026", "NHS", [], "204 QPD^1^3^1^1"],
  ])("refuses %s of %s in %j: %s", async (id, authority, domains, error) => {
    const answer = await pix(id, authority, ...domains);
    expect([answer.code, answer.status, answer.error, answer.ids]).toEqual(["AE", "AE", error, []]);
  });

  it("answers for whoever opted out exactly as for nobody, and puts the refusal on record", async () => {
    const nobody = await pix("P9", "RBD");
    await audited();
    const hidden = await pix("P3", "RBD");
    expect(hidden.text.replace("P3", "P9")).toBe(nobody.text);
    expect(await audited()).toMatchObject([{ person: personIdOf(OPTED_OUT), detail: { refused: "opted-out" } }]);
  });
});

describe("PDQ query (Q22)", () => {
  it("answers with the patients who match, and what is known of them", async () => {
    await audited();
    const { code, status, hits, ids, answer } = await pdq({ "PID.5.1.1": "smith", "PID.5.2": "Ann", "PID.8": "F" });
    expect([code, status, hits]).toEqual(["AA", "OK", "1/1/0"]);
    expect(ids).toEqual([["NHS|9990000018", "RBD|P1", "RDZ|77"]]);
    expect([5, 7, 8, 32].map((field) => answer.get("PID", field))).toEqual(["SMITH", "19500731", "F", "NSTS01"]);
    expect(answer.get("PID", 11, { component: 5 })).toBe("BH15 1AA");
    expect(await audited()).toMatchObject([
      {
        action: "query.patients",
        person: personIdOf(JANE),
        detail: { criteria: ["family", "given", "sex"], found: 1 },
      },
    ]);
  });

  it.each<[Record<string, string>, number]>([
    [{ "PID.5.1": "SMITH" }, 1],
    [{ "PID.5.1": "SMITH*" }, 3],
    [{ "PID.5.1": "SMIT" }, 0],
    [{ "PID.5.2": "jan*" }, 2],
    [{ "PID.5.2": "jan" }, 0],
    [{ "PID.3.1": "P1", "PID.3.4": "RBD" }, 1],
    [{ "PID.3.1": "P1OLD" }, 1],
    [{ "PID.3.1": "P1", "PID.3.4": "RDZ" }, 0],
    [{ "PID.3.1": "999 000 0018", "PID.3.4": "NHS" }, 1],
    [{ "PID.3.1": "9990000034" }, 0],
    [{ "PID.7": "19500731", "PID.5.1": "SMITH*" }, 2],
    [{ "PID.7": "195007" }, 2],
    [{ "PID.11.3": "poole" }, 1],
    [{ "PID.11.1": "1 high", "PID.11.5": "BH151AA" }, 1],
    [{ "PID.13": "+44 7700 900123" }, 1],
    [{ "PID.13": "07700 900124" }, 0],
    [{ "PID.5.1": "..." }, 0],
    [{ "PID.5.1": "%" }, 0],
  ])("finds by %j %i", async (asked, count) => {
    const { code, status, hits, ids } = await pdq(asked);
    expect([code, status, hits, ids.length]).toEqual(["AA", count > 0 ? "OK" : "NF", `${count}/${count}/0`, count]);
  });

  it("gives ids of the domains asked for alone, and nobody who has none there", async () => {
    expect((await pdq({ "PID.5.1": "SMITH*" }, { domains: ["RDZ"] })).ids).toEqual([["RDZ|77"]]);
    expect((await pdq({ "PID.5.1": "SMITH" }, { domains: ["NHS", "RBD"] })).ids).toEqual([
      ["NHS|9990000018", "RBD|P1"],
    ]);
    expect((await pdq({ "PID.5.1": "PAGER" }, { domains: ["NHS"] })).status).toBe("NF");
    const unknown = await pdq({ "PID.5.1": "SMITH" }, { domains: ["RDZ", "NOBODY"] });
    expect([unknown.code, unknown.error]).toEqual(["AE", "204 QPD^1^8^2"]);
  });

  it("goes on from its pointer until there is no more, counting everybody who may be told of", async () => {
    const pages = [await pdq({ "PID.5.1": "PAGER" }, { quantity: 2 })];
    for (let last = pages[0]; last && last.pointer !== ""; last = pages.at(-1)) {
      pages.push(await pdq({ "PID.5.1": "PAGER" }, { quantity: 2, pointer: last.pointer }));
    }
    expect(pages.map(({ hits }) => hits)).toEqual(["5/2/3", "5/2/1", "5/1/0"]);
    expect(pages.flatMap(({ ids }) => ids)).toEqual(PAGERS.map((number) => [`RBD|PG${number}`]));
    // The same pointer gives the same page again, sought afresh.
    const again = await pdq({ "PID.5.1": "PAGER" }, { quantity: 2, pointer: pages[0]?.pointer ?? "" });
    expect(again.ids).toEqual(pages[1]?.ids);
  });

  it("ends its pointers when cancelled, for another question, for another feed, and with time", async () => {
    const asked = { "PID.5.1": "PAGER" };
    const first = async () => (await pdq(asked, { quantity: 2 })).pointer;
    const refused = async (pointer: string, options: Parameters<typeof pdq>[1] = {}, fields = asked) =>
      (await pdq(fields, { quantity: 2, pointer, ...options })).error;
    const ended = "204 DSC^1^1";
    const pointer = await first();
    expect(await refused(pointer, { feed: "other" })).toBe(ended);
    expect(await refused(pointer, { tag: "T2" })).toBe(ended);
    expect(await refused(pointer, {}, { "PID.5.1": "SMITH" })).toBe(ended);
    expect(await refused("0123")).toBe(ended);
    expect(await refused(pointer)).toBeUndefined();
    const cancelled = await answered("QCN^J01", [["QID", "T1", "IHE PDQ Query"]]);
    expect([cancelled.code, await refused(pointer)]).toEqual(["AA", ended]);
    const old = await first();
    now.ms += 10 * 60_000;
    expect(await refused(old)).toBe(ended);
  });

  it("tells no more than its limit at once, whatever it is asked for", async () => {
    const many = Array.from({ length: ANSWERED_PATIENTS_MAX + 1 }, (_, index) => ({
      number: 1_000 + index,
      family: "CROWD",
      ids: [`RBD|C${index}`],
    }));
    await writeRegion(database, many);
    for (const quantity of [undefined, ANSWERED_PATIENTS_MAX + 1]) {
      const options = quantity === undefined ? {} : { quantity };
      const first = await pdq({ "PID.5.1": "CROWD" }, options);
      expect(first.hits).toBe(`${many.length}/${ANSWERED_PATIENTS_MAX}/1`);
      expect((await pdq({ "PID.5.1": "CROWD" }, { ...options, pointer: first.pointer })).hits).toBe(
        `${many.length}/1/0`,
      );
    }
  });

  it("lets no more wait than its limit: one more is told to ask again", async () => {
    const crowd = openIdentityQueries({ database, clock: () => new Date(now.ms) });
    const before = ask;
    ask = crowd;
    const taken = QUERIES_AT_ONCE + QUERIES_WAITING_MAX;
    const answers = await Promise.all(Array.from({ length: taken + 1 }, () => pix("UNKNOWN", "RBD")));
    ask = before;
    expect(answers.map(({ code }) => code)).toEqual([...Array.from({ length: taken }, () => "AE"), "AR"]);
    expect(answers.at(-1)?.error).toBe("206 MSH^1^9");
  }, 60_000);

  it("fails when the look can not be put on record", async () => {
    await database.pool.query("alter table audit rename to audit_away");
    try {
      await expect(pdq({ "PID.5.1": "SMITH" })).rejects.toThrow();
      await expect(pix("P1", "RBD")).rejects.toThrow();
    } finally {
      await database.pool.query("alter table audit_away rename to audit");
    }
  });
});

describe("PDQ query with visits (ZV1)", () => {
  it("answers with each patient once and the newest visit that matches", async () => {
    const { answer, ids, text } = await pdq({ "PV1.3.1": "ward 1" }, { event: "ZV1" });
    expect(ids).toEqual([["NHS|9990000018", "RBD|P1", "RDZ|77"]]);
    expect([2, 3, 19].map((field) => answer.get("PV1", field))).toEqual(["I", "Ward 1", "V12"]);
    expect(text).toContain("||RSP^ZV2^RSP_ZV2|");
  });

  it.each<[Record<string, string>, string | undefined]>([
    [{ "PV1.19.1": "V11", "PV1.19.4": "RBD" }, "V11"],
    [{ "PV1.19.1": "V11", "PV1.19.4": "RDZ" }, undefined],
    [{ "PV1.2": "I", "PV1.7.1": "C1234567" }, "V12"],
    [{ "PV1.7.2.1": "surgeon" }, "V12"],
    [{ "PID.5.1": "SMITH" }, "V12"],
    [{ "PV1.2": "O" }, undefined],
    [{ "PV1.3.1": "Ward" }, undefined],
    [{ "PV1.10": "300" }, undefined],
    // Cancelled, and of somebody who opted out.
    [{ "PV1.19.1": "V13" }, undefined],
    [{ "PV1.19.1": "V31" }, undefined],
    // In a specialty that is confidential: by its ward, its number, or because she has any visit at all.
    [{ "PV1.10": "360" }, undefined],
    [{ "PV1.19.1": "V81" }, undefined],
    [{ "PID.5.1": "SMITHSON", "PID.5.2": "June" }, undefined],
  ])("finds by %j %s", async (asked, visit) => {
    const { answer, status } = await pdq(asked, { event: "ZV1" });
    expect([status, answer.get("PV1", 19)]).toEqual(visit === undefined ? ["NF", ""] : ["OK", visit]);
  });
});

describe("what is no query that is offered", () => {
  it("is told so", async () => {
    const unknown = await answered("Q99", [["QPD", "x", "T1"]]);
    expect([unknown.code, unknown.error]).toEqual(["AR", "201 MSH^1^9"]);
    const vague = await pdq({});
    expect([vague.code, vague.status, vague.error]).toEqual(["AE", "AE", "101 QPD^1^3"]);
  });
});

describe("of whoever is restricted", () => {
  beforeAll(async () => {
    await database.pool.query(
      `insert into sensitivity_mark (source_record_id, level, reason, journal_id, recorded_by, recorded_at)
       values ($1, 'restricted', 'test', 1, 'test', now())`,
      [JANE * 1000],
    );
    ask = openIdentityQueries({
      ...{ database, clock: () => new Date(now.ms) },
      policy: { gpAuthorities: ["RDZ"] },
    });
  });

  it("no answer tells in which ward they are, under whom, or by what their practice knows them", async () => {
    expect((await pix("P1", "RBD")).ids).toEqual([["NHS|9990000018"]]);
    const { answer, ids, text } = await pdq({ "PID.3.1": "P1", "PID.3.4": "RBD" }, { event: "ZV1" });
    expect(ids).toEqual([["NHS|9990000018", "RBD|P1"]]);
    expect([3, 7].map((field) => answer.get("PV1", field))).toEqual(["", ""]);
    const registered = await pdq({ "PID.5.1": "SMITH", "PID.5.2": "Jane" }, { domains: ["RDZ"] });
    expect([registered.status, registered.ids]).toEqual(["NF", []]);
    expect(text).not.toMatch(/BH15|Poole|07700|Ward 1|surgeon/i);
  });
});
