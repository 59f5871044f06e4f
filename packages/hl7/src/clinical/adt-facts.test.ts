import type { FactKind } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEED, msh, RECEIVED_AT } from "../example-messages.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { Warnings } from "../map/statement.ts";
import { factsIn } from "./adt-facts.ts";
import { messageOf, PID } from "./example-events.ts";
import { FACTS_MAX } from "./limits.ts";

function read(segments: readonly string[], visitNumber?: string, feed: FeedDialect = FEED) {
  const message = messageOf(msh("A08"), PID, ...segments);
  const warnings = new Warnings();
  const context = {
    message,
    feed,
    receivedAt: RECEIVED_AT,
    warnings,
    ...(visitNumber === undefined ? {} : { visitNumber }),
  };
  const { facts, snapshots } = factsIn(message.segments().slice(1), context);
  return { facts, snapshots, warnings: warnings.list.map((each) => `${each.location} ${each.code}`) };
}

const VISIT = "V5001";
const NK1 =
  "NK1|1|Marsh^Otto^^^Mr|SPO^Spouse^HL70063|12 Chesil Street^^Portland^^DT5 1AB|01305 555012|01305 555999|N^Next of kin^HL70131|20200101";
const AL1 = "AL1|1|DA^Drug^HL70127|91936005^Penicillin^SCT|SV|Rash~Wheeze|2019";
const DG1 = "DG1|1||K63.3^Ulcer of intestine^I10|Ulcer|20260301|A|||||||||1|C9^Cobb^Lyme";
const PR1 = "PR1|1||H20^Colonoscopy^OPCS4||20260302||||||C7^Tide^Morgan|||2";

describe("what stands beside who and where", () => {
  it.each([
    [
      NK1,
      {
        kind: "relationship",
        role: "contact",
        name: "Mr Otto Marsh",
        relationship: { codings: [{ system: "HL70063", code: "SPO", display: "Spouse" }] },
        contactRole: { codings: [{ system: "HL70131", code: "N", display: "Next of kin" }] },
        addresses: [{ use: "home", lines: ["12 Chesil Street"], city: "Portland", postcode: "DT5 1AB" }],
        telecoms: [
          { kind: "phone", use: "home", value: "01305 555012" },
          { kind: "phone", use: "work", value: "01305 555999" },
        ],
        startsAt: "2020-01-01",
      },
    ],
    [
      AL1,
      {
        kind: "allergy",
        code: { codings: [{ system: "SCT", code: "91936005", display: "Penicillin" }] },
        type: "DA",
        severity: "SV",
        reactions: ["Rash", "Wheeze"],
        identifiedAt: "2019",
      },
    ],
    [
      DG1,
      {
        kind: "condition",
        code: { codings: [{ system: "I10", code: "K63.3", display: "Ulcer of intestine" }], text: "Ulcer" },
        type: "A",
        priority: "1",
        diagnosedAt: "2026-03-01",
        clinician: { code: "C9", display: "Lyme Cobb" },
      },
    ],
    [
      PR1,
      {
        kind: "procedure",
        code: { codings: [{ system: "OPCS4", code: "H20", display: "Colonoscopy" }] },
        performedAt: "2026-03-02",
        performer: { code: "C7", display: "Morgan Tide" },
        priority: "2",
      },
    ],
    [
      "IAM|1|FA^Food|12345^Peanut^L|MI|Hives|A^Add^HL70206|56789^PAS||||201805||||||C^Confirmed",
      {
        kind: "allergy",
        code: { codings: [{ system: "L", code: "12345", display: "Peanut" }] },
        type: "FA",
        severity: "MI",
        reactions: ["Hives"],
        certainty: "C",
        identifiedAt: "2018-05",
      },
    ],
    [
      "GT1|1|1516|Marsh^Otto||12 Chesil Street|01305 555012|||||SPO|||||||||Dorset Council",
      {
        kind: "relationship",
        role: "guarantor",
        name: "Otto Marsh",
        relationship: { codings: [{ system: "", code: "SPO" }] },
        addresses: [{ use: "home", lines: ["12 Chesil Street"] }],
        telecoms: [{ kind: "phone", use: "home", value: "01305 555012" }],
      },
    ],
    [
      "ACC|202603010900|RTA^Road traffic^L|A354||||||",
      {
        kind: "accident",
        code: { codings: [{ system: "L", code: "RTA", display: "Road traffic" }] },
        occurredAt: "2026-03-01T09:00:00.000Z",
        location: "A354",
      },
    ],
    [
      "IN1|1|HMO^Standard|C1|Portland Mutual||||||||20260101|20261231",
      {
        kind: "insurance",
        plan: { codings: [{ system: "", code: "HMO", display: "Standard" }] },
        company: { code: "C1", display: "Portland Mutual" },
        startsAt: "2026-01-01",
        endsAt: "2026-12-31",
      },
    ],
    [
      "OBX|1|NM|WT^Weight||70|kg|||||F|||20260304",
      {
        kind: "measurement",
        observation: {
          code: { codings: [{ system: "", code: "WT", display: "Weight" }] },
          valueType: "NM",
          value: "70",
          units: "kg",
          status: "final",
          observedAt: "2026-03-04",
        },
      },
    ],
  ])("%s", (segment, content) => {
    const { facts, warnings } = read([segment], VISIT);
    expect(facts).toMatchObject([{ action: "state", content }]);
    expect(facts[0]?.content).toEqual(content);
    expect(warnings).toEqual([]);
  });

  it("belongs to the visit, or to the patient", () => {
    const { facts } = read([NK1, AL1, DG1, PR1, "OBX|1|NM|WT||70"], VISIT);
    expect(Object.fromEntries(facts.map(({ content, visitNumber }) => [content.kind, visitNumber]))).toEqual({
      relationship: undefined,
      allergy: undefined,
      condition: VISIT,
      procedure: VISIT,
      measurement: VISIT,
    });
  });

  it("says nothing where a segment names nothing, and names that", () => {
    expect(read(["AL1|1|DA||SV", "DG1|1", "NK1|1", "IN1|1", "ACC|"])).toEqual({
      facts: [],
      snapshots: [],
      warnings: ["AL1-1 structure", "NK1-1 structure", "DG1-1 structure", "ACC-1 structure", "IN1-1 structure"],
    });
  });
});

describe("the whole list", () => {
  const kinds = (segments: readonly string[], visit?: string) => read(segments, visit).snapshots;

  it("is what segments without action codes are", () => {
    expect(kinds([NK1, AL1, DG1, PR1], VISIT)).toEqual([
      { kind: "allergy" },
      { kind: "relationship" },
      { kind: "condition", visitNumber: VISIT },
      { kind: "procedure", visitNumber: VISIT },
    ]);
  });

  it("is never said of a visit that is not named", () => {
    expect(kinds([DG1, PR1])).toEqual([]);
  });

  it("is not what single statements are", () => {
    expect(kinds(["IAM|1||12345^Peanut|||U|1", `${DG1}|||||D`, `${PR1}||||||A`], VISIT)).toEqual([]);
    expect(kinds(["GT1|1|9|Marsh^Otto", "IN1|1|HMO", "ACC|20260301", "OBX|1|NM|WT||70"], VISIT)).toEqual([]);
  });

  it("is not known where one of its lines can not be read", () => {
    expect(kinds([AL1, "AL1|2|DA"])).toEqual([]);
  });

  it.each<[string, FactKind, string | undefined]>([
    ["AL1", "allergy", undefined],
    ["IAM", "allergy", undefined],
    ["NK1", "relationship", undefined],
    ["DG1", "condition", VISIT],
    ["PR1", "procedure", VISIT],
    ["ACC", "accident", VISIT],
    ["IN1", "insurance", undefined],
  ])('%s|"" is the empty one', (id, kind, visitNumber) => {
    const { facts, snapshots, warnings } = read([`${id}|""`], VISIT);
    expect({ facts, snapshots, warnings }).toEqual({
      facts: [],
      snapshots: [visitNumber === undefined ? { kind } : { kind, visitNumber }],
      warnings: [],
    });
  });

  it("of guarantors would be one of relations too, and is not stated", () => {
    expect(read(['GT1|""'])).toEqual({ facts: [], snapshots: [], warnings: ["GT1-1 ignored"] });
  });
});

describe("an action", () => {
  it.each([
    ["A", "state"],
    ["U", "state"],
    ["X", "state"],
    ["D", "retract"],
  ])("%s: %s", (code, action) => {
    const { facts } = read(
      [`IAM|1||12345^Peanut|||${code}|1`, `${DG1}||||DX1|${code}`, `${PR1}|||||PX1|${code}`],
      VISIT,
    );
    expect(facts.map((fact) => [fact.key, fact.action])).toEqual([
      ["allergy:1^^PAS^RDZ", action],
      ["condition:DX1^^PAS^RDZ", action],
      ["procedure:PX1^^PAS^RDZ", action],
    ]);
  });

  it("that is none of the table is a statement, and said so", () => {
    expect(read(["IAM|1||12345^Peanut|||Q|1"])).toMatchObject({
      facts: [{ action: "state" }],
      warnings: ["IAM-6 bad-code"],
    });
  });

  it("W or D of an observation takes it back", () => {
    expect(read(["OBX|1|NM|WT||70||||||D"]).facts).toMatchObject([{ action: "retract" }]);
  });
});

describe("by what a fact is found again", () => {
  const SEGMENTS = [
    NK1,
    NK1.replace("Otto", "Ada"),
    AL1,
    AL1.replace("91936005", "1"),
    DG1,
    DG1.replace("K63.3", "E10"),
    PR1,
    "IN1|1|HMO",
    "OBX|1|NM|WT||70",
    "OBX|1|NM|HT||170",
  ];
  const keys = (segments: readonly string[]) =>
    new Set(read(segments, VISIT).facts.map(({ key, content }) => `${content.kind} ${key}`));

  it("not by its place: a resend in another order says the same", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(SEGMENTS, { minLength: SEGMENTS.length }), (shuffled) => {
        const renumbered = shuffled.map((segment, index) => segment.replace(/^(...)\|\d+/, `$1|${index + 1}`));
        expect(keys(renumbered)).toEqual(keys(SEGMENTS));
        expect(keys(renumbered).size).toBe(SEGMENTS.length);
      }),
    );
  });

  it("by the sender's own number, however the rest changes", () => {
    expect(keys(["GT1|1|77|Marsh^Otto"])).toEqual(keys(["GT1|9|77|Pebble^Ann"]));
    expect(keys([`NK1|1|A${"|".repeat(31)}K1`])).toEqual(keys([`NK1|2|B${"|".repeat(31)}K1`]));
  });

  it("a diagnosis of one visit is not that of another", () => {
    const key = (visit: string) => read([DG1], visit).facts[0]?.key;
    expect(key("V1")).not.toBe(key("V2"));
  });
});

describe("local segments", () => {
  const feed: FeedDialect = { ...FEED, localSegments: { ZAL: { "2": "alert", "3.2": "reason" } } };

  it("say what the feed's configuration calls them", () => {
    const { facts } = read(["ZAL|1|MRSA^MRSA carrier^L|a^because"], undefined, feed);
    expect(facts).toEqual([
      {
        key: "local:alert",
        action: "state",
        content: {
          kind: "local",
          name: "alert",
          value: "MRSA carrier",
          concept: { codings: [{ system: "L", code: "MRSA", display: "MRSA carrier" }] },
        },
      },
      { key: "local:reason", action: "state", content: { kind: "local", name: "reason", value: "because" } },
    ]);
  });

  it("are one list where they repeat, and are taken back by the null", () => {
    const values = (...segments: string[]) =>
      read(segments, undefined, feed).facts.map(({ action, content }) => [action, content]);
    expect(values("ZAL|1|one", "ZAL|2|two")).toEqual([["state", { kind: "local", name: "alert", value: "one\ntwo" }]]);
    expect(values('ZAL|1|""')).toEqual([["retract", { kind: "local", name: "alert", value: "" }]]);
    expect(values("ZAL|1")).toEqual([]);
  });
});

it("facts beyond the limit are named, and what is missing is withdrawn by nothing", () => {
  const many = Array.from({ length: FACTS_MAX + 1 }, (_, index) => `AL1|${index}||C${index}`);
  const { facts, snapshots, warnings } = read(many);
  expect([facts.length, snapshots, warnings]).toEqual([FACTS_MAX, [], [`AL1[${FACTS_MAX + 1}]-1 ignored`]]);
});
