import { canonicalEvent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowContext, TableReading } from "../reading.ts";
import { columnsOf, readMapping } from "./mapping.ts";
import { aboutRow, nameOfFact, type RowTrigger, readAboutRow } from "./row-about.ts";
import { entryEvent, rowEvent } from "./row-event.ts";
import { contentHasher, rowKeyOf } from "./row-key.ts";

const MAPPING = {
  rowKey: ["child_id"],
  recordedAt: "changed",
  patient: {
    id: "child_id",
    nhsNumber: "nhs_number",
    nhsNumberStatus: "nhs_status",
    identifiers: [{ authority: "DCC-EDU", value: "upn", type: "UPN" }],
    names: [{ family: "surname", given: ["forename", "middle"] }],
    birthDate: "dob",
    sex: "gender",
    addresses: [{ lines: ["address1", "address2"], city: "town", postcode: "postcode" }],
    telecoms: [{ kind: "mobile", value: "mobile" }],
    deathDate: "died",
    generalPractice: { code: "gp" },
  },
  facts: [
    {
      kind: "alert",
      when: [{ column: "cp_plan", is: ["Y"] }],
      content: {
        code: { concept: { system: { constant: "L" }, code: "cp_plan", text: { constant: "Child protection plan" } } },
        category: { constant: "safeguarding" },
        priority: { constant: "high" },
        status: { constant: "active" },
        startsAt: "cp_from",
      },
    },
    {
      kind: "relationship",
      name: "mother",
      content: {
        role: { constant: "family" },
        name: "mother",
        telecoms: [{ kind: { constant: "phone" }, use: { constant: "home" }, value: "mother_phone" }],
      },
    },
    {
      kind: "referral",
      content: {
        status: { column: "ref_status", codes: { O: "pending", C: "completed" } },
        requestedAt: "ref_date",
        reason: { concept: { text: "ref_reason" } },
      },
    },
  ],
};

function readingOf(mapping: unknown = MAPPING): TableReading {
  const read = readMapping(mapping);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const dateFormats = ["iso", "DD/MM/YYYY"];
  return {
    load: "csv",
    authority: "DCC",
    nhsNumberTraced: false,
    delimiter: ",",
    timeZone: "Europe/London",
    dateFormats,
    mapping: read.mapping,
  };
}

const CONTEXT: RowContext = {
  feed: "children",
  encoding: "utf-8",
  extractAt: new Date("2026-03-14T00:00:00Z"),
  receivedAt: new Date("2026-03-14T06:00:00Z"),
  controlId: "1-2",
};

const ROW = {
  ...{
    child_id: "C1",
    nhs_number: "999 000 4951",
    forename: "Anna",
    middle: "May",
    surname: "Hartley",
    dob: "31/07/2015",
  },
  ...{ gender: "F", address1: "4 Quay Lane", town: "Poole", postcode: "bh151aa", mobile: "07700900001", gp: "J81001" },
};

const said = (row: Readonly<Record<string, string>>, context = CONTEXT, reading = readingOf()) =>
  rowEvent(new Map(Object.entries(row)), reading, context);
const eventOf = (row: Readonly<Record<string, string>>, context = CONTEXT) => {
  const result = said(row, context);
  if (!result.ok) throw new Error(result.text);
  return result.event;
};

describe("a row", () => {
  it("is what its mapping says, and nothing of what is empty", () => {
    const event = eventOf(ROW);
    expect(canonicalEvent.parse(event)).toEqual(event);
    expect(event.subjects).toEqual([
      {
        patient: {
          key: { authority: "DCC", localId: "C1" },
          identifiers: [
            { authority: "DCC", value: "C1", type: "" },
            { authority: "NHS", value: "9990004951", type: "NH", trust: "unverified" },
          ],
          demographics: {
            names: { said: "value", value: [{ use: "usual", family: "Hartley", given: ["Anna", "May"] }] },
            birthDate: { said: "value", value: "2015-07-31" },
            sex: { said: "value", value: "female" },
            addresses: {
              said: "value",
              value: [{ use: "home", lines: ["4 Quay Lane"], city: "Poole", postcode: "BH15 1AA" }],
            },
            telecoms: { said: "value", value: [{ kind: "mobile", use: "home", value: "07700900001" }] },
            generalPractice: { said: "value", value: { code: "J81001" } },
          },
        },
        facts: [],
        snapshots: [],
      },
    ]);
    expect(event.recordedAt).toBe("2026-03-14T00:00:00.000Z");
    expect(event.warnings).toEqual([]);
  });

  it("states several facts", () => {
    const row = {
      ...ROW,
      changed: "01/03/2026",
      cp_plan: "y",
      cp_from: "2026-02-01",
      mother: "Jane",
      ref_status: "o",
      ref_date: "2026-02-03",
      ref_reason: "Speech",
    };
    const facts = eventOf(row).subjects[0]?.facts ?? [];
    expect(facts.map(({ content, key, action }) => [content.kind, key, action])).toEqual([
      ["alert", "children|C1", "state"],
      ["relationship", "children|C1#mother", "state"],
      ["referral", "children|C1", "state"],
    ]);
    expect(facts[0]?.content).toMatchObject({
      code: { codings: [{ system: "L", code: "y" }], text: "Child protection plan" },
      startsAt: "2026-02-01",
    });
    expect(facts[2]?.content).toMatchObject({ status: "pending", reason: { codings: [], text: "Speech" } });
  });

  it("is taken back, or said to stand still, fact by fact, at the time of the entry that does so", () => {
    const row = { ...ROW, cp_plan: "Y", ref_status: "O", ref_date: "2026-02-01", changed: "2026-03-01" };
    const key = { authority: "DCC", localId: "C1" };
    const [alert, referral] = eventOf(row).subjects[0]?.facts ?? [];
    if (!alert || !referral) throw new Error("It states two.");
    const line = (cells: readonly string[]) => `${cells.join(",")}\n`;
    const bytes = Buffer.from(line(Object.keys(row)) + line(Object.values(row)));
    const about = (facts?: readonly string[]) => aboutRow({ entry: 7, ...(facts ? { facts } : {}) }, bytes);
    const read = (raw: Uint8Array, trigger: RowTrigger) => {
      const result = entryEvent(raw, readingOf(), CONTEXT, trigger);
      if (!result.ok) throw new Error(result.text);
      return result.event;
    };
    expect(readAboutRow(about())).toEqual({ about: { entry: 7 }, row: bytes });
    const gone = read(about([nameOfFact(key, referral)]), "GONE");
    expect(gone.recordedAt).toBe(CONTEXT.extractAt.toISOString());
    expect(gone.subjects).toEqual([
      {
        patient: { key, identifiers: [], demographics: {} },
        facts: [{ ...referral, action: "retract" }],
        snapshots: [],
      },
    ]);
    expect(read(about([nameOfFact(key, alert)]), "STILL").subjects[0]?.facts).toEqual([alert]);
    const whole = read(about(), "STILL");
    expect([whole.subjects, whole.recordedAt]).toEqual([eventOf(row).subjects, gone.recordedAt]);
    expect(read(bytes, "CORRECTION")).toMatchObject({ subjects: whole.subjects, recordedAt: gone.recordedAt });
    expect(eventOf(row).recordedAt).not.toBe(gone.recordedAt);
    expect(entryEvent(Buffer.from("no line"), readingOf(), CONTEXT, "GONE").ok).toBe(false);
  });

  it.each([
    ["without a key", { ...ROW, child_id: "" }, "child_id: The row has no key."],
    ["born on a day that is none", { ...ROW, dob: "31/02/2015" }, "dob: It is no date by iso, DD/MM/YYYY."],
    ["born tomorrow but one", { ...ROW, dob: "16/03/2026" }, "dob: The date of birth is in the future."],
    ["dead before birth", { ...ROW, died: "30/07/2015" }, "died: The date of death is before the date of birth."],
    ["that will die", { ...ROW, died: "2027-01-01" }, "died: The date of death is in the future."],
    [
      "without what a fact needs",
      { ...ROW, ref_reason: "Speech" },
      "The referral lacks status, or has what can not stand there.",
    ],
  ])("%s is refused, and nothing of it is quoted", (_, row, text) => {
    expect(said(row)).toEqual({ ok: false, reason: "not-readable", text });
  });

  it("is kept and flagged where a doubt costs no identity", () => {
    const row = {
      ...ROW,
      nhs_number: "9990004952",
      gender: "Q",
      mother: "=HYPERLINK(1)",
      mobile: "+44 7700 900001",
      ref_status: "O",
      ref_date: "2027-01-01",
      cp_plan: "Y",
      cp_from: "soon",
    };
    const event = eventOf(row);
    expect(event.warnings.map(({ location, code }) => `${location} ${code}`)).toEqual([
      ...[
        "mother structure",
        "nhs_number bad-nhs-number",
        "gender bad-code",
        "cp_from bad-date",
        "ref_date future-time",
      ],
    ]);
    expect(event.subjects[0]?.facts.find(({ content }) => content.kind === "relationship")?.content).toMatchObject({
      name: "=HYPERLINK(1)",
    });
    expect(JSON.stringify(event.warnings)).not.toMatch(/9990004952|HYPERLINK|soon/);
  });

  it("never fails otherwise, whatever its cells", () => {
    const row = fc.dictionary(fc.constantFrom(...columnsOf(readingOf().mapping)), fc.string({ maxLength: 12 }));
    fc.assert(
      fc.property(row, (cells) => {
        const result = said(cells, CONTEXT);
        if (result.ok) expect(canonicalEvent.safeParse(result.event).success).toBe(true);
      }),
    );
  });

  it("is read from the journal as it was read from its file", () => {
    const columns = [...columnsOf(readingOf().mapping)];
    const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "1", "=") });
    fc.assert(
      fc.property(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), (cells) => {
        const quoted = (list: readonly string[]) =>
          `${list.map((each) => `"${each.replaceAll('"', '""')}"`).join(",")}\n`;
        const raw = Buffer.from(quoted(columns) + quoted(cells));
        const trimmed = Object.fromEntries(columns.map((name, index) => [name, (cells[index] ?? "").trim()]));
        expect(entryEvent(raw, readingOf(), CONTEXT)).toEqual(said(trimmed));
      }),
    );
  });
});

describe("a mapping", () => {
  it.each([
    [
      "a field that the fact has not",
      { facts: [{ kind: "alert", content: { startAt: "x" } }] },
      "facts.0.content.startAt",
    ],
    [
      "one inside",
      { facts: [{ kind: "alert", content: { raisedBy: { name: "x" } } }] },
      "facts.0.content.raisedBy.name",
    ],
    [
      "one in a list",
      { facts: [{ kind: "relationship", content: { telecoms: [{ number: "x" }] } }] },
      "facts.0.content.telecoms.0.number",
    ],
    [
      "two facts that are told apart by nothing",
      {
        facts: [
          { kind: "alert", content: {} },
          { kind: "alert", content: {} },
        ],
      },
      "facts.1.name",
    ],
    ["no row key", { rowKey: [] }, "rowKey"],
    ["a setting that is none", { patient: { idd: "x" } }, "patient"],
  ])("with %s will not do", (_, change, place) => {
    const read = readMapping({ rowKey: ["id"], patient: {}, ...change });
    expect(read.ok ? [] : read.problems.map((problem) => problem.split(":")[0])).toContain(place);
  });

  it("names its columns, and no word that is a setting", () => {
    const { mapping } = readingOf();
    const expected = [
      ...["child_id", "changed", "nhs_number", "nhs_status", "upn", "surname", "forename", "middle", "dob", "gender"],
      ...["address1", "address2", "town", "postcode", "mobile", "died", "gp", "cp_plan", "cp_from", "mother"],
      ...["mother_phone", "ref_status", "ref_date", "ref_reason"],
    ];
    expect([...columnsOf(mapping)].sort()).toEqual(expected.sort());
  });
});

describe("what a row is known by", () => {
  const cells = (row: Readonly<Record<string, string>>) => new Map(Object.entries(row));

  it("is its key, which no bar in a cell makes another's", () => {
    const mapping = { ...readingOf().mapping, rowKey: ["a", "b"] };
    const text = fc.string({ unit: fc.constantFrom("|", "\\", "x") });
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        const one = rowKeyOf(cells({ a, b }), mapping);
        expect(one === undefined || one !== rowKeyOf(cells({ a: c, b: d }), mapping)).toBe(true);
      }),
    );
  });

  it("is its content by the mapping: not the order of columns, not the date of the extract, not what nobody reads", () => {
    const hash = contentHasher(readingOf());
    const same = hash(cells(ROW));
    expect(hash(cells(Object.fromEntries(Object.entries(ROW).reverse())))).toEqual(same);
    expect(hash(cells({ ...ROW, changed: "2026-03-15", extracted_by: "x" }))).toEqual(same);
    expect(hash(cells({ ...ROW, surname: "Cole" }))).not.toEqual(same);
    expect(contentHasher(readingOf({ ...MAPPING, facts: [] }))(cells(ROW))).not.toEqual(same);
  });
});
