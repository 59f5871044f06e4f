import type { SourceRecord } from "@chesil/model";
import fc from "fast-check";
import { expect, it } from "vitest";
import { identifiersOfDomains, personIdentifiers } from "./person-identifiers.ts";

const record = (localId: string, changes: Partial<SourceRecord> = {}): SourceRecord => ({
  sourceRecordId: 1,
  authority: "RBD",
  localId,
  feed: "f",
  status: "active",
  retiredInto: null,
  personId: "p",
  identifiers: { recordedAt: "2026-05-01T08:00:00.000Z", journalId: 1 },
  demographics: {},
  createdBy: 1,
  updatedBy: 1,
  ...changes,
});
const said = (...value: NonNullable<SourceRecord["identifiers"]["value"]>) => ({
  identifiers: { recordedAt: "2026-05-01T08:00:00.000Z", journalId: 1, value },
});

it("the reconciled NHS number, the ids of active records and those they quote, each once", () => {
  const golden = { nhsNumber: { value: { value: "9990004951", trust: "verified" as const }, sourceRecordId: 1 } };
  const quoting = said(
    { authority: "RBD", value: "A", type: "MR" },
    { authority: "LAB", value: "7", type: "PI" },
    { authority: "NHS", value: "9990000000", type: "NH", trust: "unverified" },
  );
  const records = [record("A", quoting), record("B", { ...quoting, status: "retired" }), record("C")];
  expect(personIdentifiers(golden, records)).toEqual([
    { authority: "NHS", value: "9990004951", type: "NH" },
    { authority: "RBD", value: "A", type: "MR" },
    { authority: "RBD", value: "C", type: "" },
    { authority: "LAB", value: "7", type: "PI" },
  ]);
});

it("of some domains those alone and the NHS number, which by itself is of no interest", () => {
  const authority = fc.constantFrom("RBD", "RDZ", "LAB", "NHS");
  const identifier = fc.record({ authority, value: fc.string(), type: fc.constant("") });
  fc.assert(
    fc.property(fc.array(identifier), fc.subarray(["RBD", "RDZ", "LAB"]), (all, authorities) => {
      const { identifiers, isOfInterest } = identifiersOfDomains(all, authorities);
      const isOurs = (each: { authority: string }) => authorities.includes(each.authority as "RBD");
      const expected = authorities.length === 0 ? all : all.filter((each) => isOurs(each) || each.authority === "NHS");
      expect(identifiers).toEqual(expected);
      expect(isOfInterest).toBe(authorities.length === 0 ? all.length > 0 : all.some(isOurs));
    }),
  );
});
