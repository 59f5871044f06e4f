import type { StoredRecord } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reconcile, searchColumns } from "./reconcile.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

function record(sourceRecordId: number, facts: Partial<StoredRecord> = {}): StoredRecord {
  return {
    sourceRecordId,
    authority: "RBD",
    localId: String(sourceRecordId),
    feed: "test",
    status: "active",
    retiredInto: null,
    personId: "00000000-0000-8000-8000-000000000001",
    identifiers: { recordedAt: at(0), journalId: 1 },
    demographics: {},
    blockingKeys: [],
    createdBy: 1,
    updatedBy: 1,
    ...facts,
  };
}
const nhs = (value: string, trust: "verified" | "unverified" | "invalid", minute: number) => ({
  identifiers: { value: [{ authority: "NHS", value, type: "NH", trust }], recordedAt: at(minute), journalId: 1 },
});
const sex = (value: "female" | "male", minute: number) => ({
  demographics: { sex: { value, recordedAt: at(minute), journalId: 1 } },
});

describe("the golden record", () => {
  it("takes each value from the record that recorded it last, and says which", () => {
    expect(reconcile([record(1, sex("male", 1)), record(2, sex("female", 2))]).sex).toEqual({
      value: "female",
      sourceRecordId: 2,
    });
  });

  it("prefers a verified NHS number to a newer unverified one, and takes no invalid one", () => {
    const records = [
      record(1, nhs("9990004951", "verified", 1)),
      record(2, nhs("9990556512", "unverified", 5)),
      record(3, nhs("9990004950", "invalid", 9)),
    ];
    expect(reconcile(records).nhsNumber).toEqual({
      value: { value: "9990004951", trust: "verified" },
      sourceRecordId: 1,
    });
    expect(reconcile(records.slice(2)).nhsNumber).toBeUndefined();
  });

  it("does not listen to retired records", () => {
    expect(reconcile([record(1, { ...sex("male", 1), status: "retired", retiredInto: 2 })])).toEqual({});
  });

  it("does not depend on the order of the records", () => {
    const records = fc.array(
      fc.record({ minute: fc.nat(3), sex: fc.constantFrom("male" as const, "female" as const) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(records, (facts) => {
        const made = facts.map((each, index) => record(index + 1, sex(each.sex, each.minute)));
        expect(reconcile(made.toReversed())).toEqual(reconcile(made));
      }),
    );
  });

  it("is searched by its usual name and home postcode, never by a pseudo postcode", () => {
    const named = record(1, {
      demographics: {
        names: {
          value: [
            { use: "maiden", family: "Old", given: [] },
            { use: "usual", family: "O'Brien", given: ["Zoë"] },
          ],
          recordedAt: at(0),
          journalId: 1,
        },
        addresses: { value: [{ use: "home", lines: [], postcode: "ZZ99 3VZ" }], recordedAt: at(0), journalId: 1 },
      },
    });
    const columns = searchColumns(reconcile([named]));
    expect(columns.postcode).toBeNull();
    expect(columns.givenName).toBe("zoe");
  });
});
