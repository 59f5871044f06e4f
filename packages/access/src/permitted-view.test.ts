import { FACT_KINDS, type FactContent, type GoldenRecord } from "@chesil/model";
import type { PersonMarks } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isEncounterPermitted,
  isFactPermitted,
  permittedEncounter,
  permittedFact,
  permittedSource,
  permittedView,
} from "./permitted-view.ts";
import { type PersonView, personViewOf } from "./person-view.ts";
import { ACCESS_POLICY_DEFAULT, isSensitiveSpecialty } from "./policy.ts";
import { forReview, forSubjectAccess, ROLES, type Role, type Viewer } from "./viewer.ts";

const NOW = new Date("2026-03-14T10:00:00.000Z");
const POLICY = { ...ACCESS_POLICY_DEFAULT, gpFeeds: ["gp"], gpAuthorities: ["J81012"] };
const CLINICIAN: Viewer = { username: "carla", roles: ["clinician"] };
const OFFICER: Viewer = { username: "olga", roles: ["privacy-officer"] };
const NOTHING: PersonMarks = { personId: "p", optedOut: false, sensitivity: null, deceased: false, diedOn: null };

const viewFor = (viewer: Viewer, marks: Partial<PersonMarks>, places: readonly string[] = []): PersonView =>
  personViewOf(viewer, POLICY, { ...NOTHING, ...marks }, { now: NOW, places });

const FIELDS = [
  "names",
  "birthDate",
  "sex",
  "addresses",
  "telecoms",
  "generalPractitioner",
  "generalPractice",
] as const;
const sourced = Object.fromEntries(FIELDS.map((field) => [field, { value: field, sourceRecordId: 1 }]));
const number = { value: { value: "9990000018", trust: "verified" }, sourceRecordId: 1 };
const golden = { ...sourced, nhsNumber: number } as unknown as GoldenRecord;
const record = (sourceRecordId: number, feed: string) => ({
  ...{ sourceRecordId, feed, authority: `AUTHORITY-${feed}`, localId: `LOCAL-${feed}` },
  identifiers: { value: [], recordedAt: "", journalId: 1 },
  demographics: Object.fromEntries(FIELDS.map((field) => [field, { value: field, recordedAt: "", journalId: 1 }])),
  former: {
    since: ["", 1] as const,
    fields: Object.fromEntries(FIELDS.map((field) => [field, [{ value: "before" }]])),
  },
});
const fact = (content: object, more: { recordedAt?: string; specialty?: string; sourceRecordId?: number } = {}) => ({
  sourceRecordId: 1,
  recordedAt: "2026-01-01T00:00:00.000Z",
  content: content as FactContent,
  ...more,
});
const kept = (view: PersonView) => {
  const shown = permittedView(view, {
    golden,
    records: [record(1, "pas"), record(2, "gp")],
    encounters: [],
    facts: [],
  });
  return { ...shown, fields: Object.keys(shown.golden) };
};

describe("who is restricted", () => {
  it.each([
    ["restricted", ["names", "birthDate", "sex", "nhsNumber"]],
    ["very-restricted", ["birthDate", "sex", "nhsNumber"]],
  ] as const)("is found out nothing of where they are, by whoever may not: %s", (sensitivity, fields) => {
    const { fields: shown, records } = kept(viewFor(CLINICIAN, { sensitivity }));
    expect(shown).toEqual(fields);
    for (const each of records) {
      expect(Object.keys(each.demographics)).toEqual(fields.filter((field) => field !== "nhsNumber"));
      expect(Object.keys(each.former.fields)).toEqual(Object.keys(each.demographics));
    }
  });

  it("has facts to show of the kinds that somebody permitted, and of no other", () => {
    const view = viewFor(CLINICIAN, { sensitivity: "restricted" });
    const shown = FACT_KINDS.filter((kind) =>
      isFactPermitted(view, fact({ kind, observation: {}, category: "infection" })),
    );
    const clinical = ["alert", "allergy", "condition", "procedure", "medication", "immunisation", "result"];
    expect(shown).toEqual([...clinical, "measurement"]);
    expect(isFactPermitted(view, fact({ kind: "alert", category: "environmental" }))).toBe(false);
    expect(isFactPermitted(view, fact({ kind: "a new kind" }))).toBe(false);
  });

  it("has of these what they are, and nothing that tells of places, people, or in prose", () => {
    const view = viewFor(CLINICIAN, { sensitivity: "restricted" }, ["1 Quay Lane", "BH15 1AA"]);
    const code = { codings: [{ system: "L", code: "X", display: "Fell at 1, quay-lane" }], text: "Fell" };
    const content = {
      ...{ kind: "condition", code, status: "active", startsAt: "1994-06", endsAt: "from bh151aa" },
      ...{ type: "x".repeat(200), priority: "1", clinician: { code: "G1234567" }, notes: ["Fell"], invented: "Fell" },
    } as unknown as FactContent;
    expect(permittedFact(view, { content }).content).toEqual({
      ...{ kind: "condition", code: { codings: [], text: "Fell" }, status: "active", startsAt: "1994-06" },
      ...{ type: "Withheld", priority: "1" },
    });
  });

  it("is not known to be with a GP practice by who says something, or by their id there", () => {
    const view = viewFor(CLINICIAN, { sensitivity: "restricted" });
    const ids = ["AUTHORITY-pas", "J81012", "NHS"].map((authority) => ({ authority, value: authority, type: "" }));
    const identifiers = { value: ids, recordedAt: "", journalId: 1, feed: "gp" };
    const records = [
      { ...record(1, "pas"), identifiers },
      { ...record(2, "gp"), identifiers },
    ];
    const shown = permittedView(view, { golden, records, encounters: [], facts: [] }).records;
    expect(shown.map((each) => [each.authority, each.localId, each.feed, each.identifiers.value])).toEqual([
      ["AUTHORITY-pas", "LOCAL-pas", "pas", [ids[0], ids[2]]],
      ["Withheld", "", "Withheld", [ids[2]]],
    ]);
    expect(shown[0]?.identifiers.feed).toBe("Withheld");
    const said = { feed: "pas", authority: "J81012" };
    expect(permittedSource(view, said)).toEqual({ feed: "Withheld", authority: "Withheld" });
    expect(permittedSource(viewFor(OFFICER, { sensitivity: "restricted" }), said)).toEqual(said);
  });

  it("has visits that began, without the ward and the consultant", () => {
    const view = viewFor(CLINICIAN, { sensitivity: "restricted" }, ["Quay Ward 4"]);
    const visit = {
      ...{ encounterId: 1, status: "in-progress", specialty: "Quay Ward 4", visitNumber: "V1", class: "inpatient" },
      ...{ admittedAt: "2026-01-01", dischargedAt: null, location: "Quay Ward 4", consultant: {}, account: "A1" },
    };
    expect(permittedEncounter(view, visit)).toEqual({
      ...visit,
      ...{ specialty: "Withheld", location: null, consultant: null, account: null },
    });
    expect(isEncounterPermitted(view, visit)).toBe(true);
    expect(isEncounterPermitted(view, { ...visit, admittedAt: null })).toBe(false);
  });

  it("is whole for a privacy officer", () => {
    const { fields, records } = kept(viewFor(OFFICER, { sensitivity: "very-restricted" }));
    expect([fields.length, records.length]).toEqual([FIELDS.length + 1, 2]);
  });
});

describe("what is confidential", () => {
  const secrets = [
    fact({ kind: "document", confidentiality: " v " }),
    fact({ kind: "document", confidentiality: "R" }),
    fact({ kind: "document", confidentiality: "HIV" }),
    fact({ kind: "condition", confidentiality: "V" }),
    fact({ kind: "referral", specialty: "711" }),
    fact({ kind: "appointment", specialty: "360" }),
    fact({ kind: "allergy" }, { specialty: "700" }),
    fact({ kind: "result", visitSpecialty: "360" }),
    fact({ kind: "result", visitSpecialty: "300", otherSpecialties: ["360"] }),
  ];
  const open = [
    fact({ kind: "document", confidentiality: "U" }),
    fact({ kind: "document", confidentiality: " " }),
    fact({ kind: "result", confidentiality: "N" }),
    fact({ kind: "document" }),
    fact({ kind: "referral", specialty: "300" }),
    fact({ kind: "allergy" }, { specialty: "728" }),
  ];

  it.each(ROLES.map((role) => [role]))("is shown to %s only where the table says so", (role: Role) => {
    const view = viewFor({ username: "u", roles: [role] }, {});
    expect(open.filter((each) => isFactPermitted(view, each))).toEqual(open);
    expect(secrets.filter((each) => isFactPermitted(view, each))).toEqual(role === "privacy-officer" ? secrets : []);
    const visit = { specialty: "713", admittedAt: "2026-01-01", dischargedAt: null };
    expect(isEncounterPermitted(view, visit)).toBe(role === "privacy-officer");
  });

  it("is a specialty of the policy's, to the ends of its ranges", () => {
    const sensitive = Array.from({ length: 1000 }, (_, number) => String(number)).filter((code) =>
      isSensitiveSpecialty(POLICY, code),
    );
    expect(sensitive).toEqual(["360", ...Array.from({ length: 28 }, (_, number) => String(700 + number))]);
    expect([null, undefined, "", "7000", "Cardiology"].some((code) => isSensitiveSpecialty(POLICY, code))).toBe(false);
  });
});

describe("who has died", () => {
  const dead = { deceased: true, diedOn: "2020-06-15" };

  it("is shown for eight years back from the death, by what the entries say of themselves", () => {
    const view = viewFor(CLINICIAN, dead);
    expect(view.notBefore).toBe("2012-06-15");
    const day = fc.date({ min: new Date("2005-01-01"), max: new Date("2025-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(day, day, fc.constantFrom(4, 7, 10, 24), (at, recorded, precision) => {
        const startsAt = at.toISOString().slice(0, precision);
        const own = isFactPermitted(
          view,
          fact({ kind: "condition", startsAt }, { recordedAt: recorded.toISOString() }),
        );
        expect(own).toBe(startsAt.slice(0, 10) >= "2012-06-15".slice(0, startsAt.length));
        const bare = isFactPermitted(view, fact({ kind: "allergy" }, { recordedAt: recorded.toISOString() }));
        expect(bare).toBe(recorded.toISOString().slice(0, 10) >= "2012-06-15");
        const visit = { specialty: null, admittedAt: "2001-01-01", dischargedAt: startsAt };
        expect(isEncounterPermitted(view, visit)).toBe(own);
      }),
    );
  });

  it("goes by the latest day that an entry names, and by today where the day of death is not known", () => {
    const view = viewFor(CLINICIAN, dead);
    const long = { kind: "care-package", startsAt: "2001", endsAt: "2019-01" };
    expect(isFactPermitted(view, fact(long))).toBe(true);
    expect(viewFor(CLINICIAN, { deceased: true }).notBefore).toBe("2018-03-14");
    expect(viewFor(CLINICIAN, { deceased: true, diedOn: "2019" }).notBefore).toBe("2011");
  });

  it("has a closed GP part", () => {
    const { fields, records } = kept(viewFor(CLINICIAN, dead));
    expect(fields).toEqual(["names", "birthDate", "sex", "addresses", "telecoms", "nhsNumber"]);
    expect(records.map(({ feed }) => feed)).toEqual(["pas"]);
    const facts = [
      fact({ kind: "result" }, { sourceRecordId: 2 }),
      fact({ kind: "registration" }),
      fact({ kind: "result" }),
    ];
    const parts = { golden, records: [record(1, "pas"), record(2, "gp")], encounters: [], facts };
    expect(permittedView(viewFor(CLINICIAN, dead), parts).facts).toEqual([facts[2]]);
  });

  it("is whole for whoever settles who they are, or answers for the record", () => {
    for (const viewer of [forReview(CLINICIAN), forSubjectAccess(OFFICER)]) {
      const view = viewFor(viewer, dead);
      expect([view.notBefore, view.withheld.size, view.closedFeeds.size]).toEqual([null, 0, 0]);
    }
  });
});

it("of whoever is like others everything is shown, but what is confidential", () => {
  const view = viewFor(CLINICIAN, {});
  const parts = {
    golden,
    records: [record(1, "pas"), record(2, "gp")],
    encounters: [],
    facts: [fact({ kind: "result" })],
  };
  expect(permittedView(view, parts)).toEqual(parts);
});
