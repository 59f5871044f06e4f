import { describe, expect, it } from "vitest";
import { NO_PERSON_CRITERIA, personSearch } from "./person-search.ts";

const byFields = { ...NO_PERSON_CRITERIA, by: "fields" as const };

describe("person search", () => {
  it("asks with the text as typed", () => {
    expect(personSearch({ ...NO_PERSON_CRITERIA, text: " legg weymouth " })).toEqual({
      ok: true,
      search: { text: "legg weymouth" },
    });
  });

  it("asks with the fields that are filled in, the date as ISO and the NHS number as digits", () => {
    const criteria = { ...byFields, nhsNumber: "999 000 4951", birthDate: "12 Jul 1984", sex: "female" as const };
    expect(personSearch(criteria)).toEqual({
      ok: true,
      search: { nhsNumber: "9990004951", birthDate: "1984-07-12", sex: "female" },
    });
  });

  it("says which fields to put right", () => {
    const result = personSearch({ ...byFields, nhsNumber: "999 000", birthDate: "31 2 1980" });
    expect(result.ok ? [] : result.errors.map((error) => error.field)).toEqual(["nhsNumber", "birthDate"]);
  });

  it("asks for nothing when nothing is filled in", () => {
    expect(personSearch(NO_PERSON_CRITERIA).ok).toBe(false);
    expect(personSearch(byFields).ok).toBe(false);
  });
});
