import { describe, expect, it } from "vitest";
import type { Golden, GoldenValue } from "../api/types.ts";
import { bannerName, bannerOf } from "./banner.ts";

const TODAY = "2026-07-26";

function sourced<T>(value: T): GoldenValue<T> {
  const source = { authority: "UHD", localId: "R0482213", feed: "uhd-pas" };
  return { value, text: String(value), source, recordedAt: "2026-07-25T10:00:00Z", alternatives: [] };
}

const GOLDEN: Golden = {
  name: sourced({ use: "usual", family: "Penhaligon-Legg", given: ["AMELIA", "rose"], prefix: "MS" }),
  birthDate: sourced("1984-07-12"),
  sex: sourced("female" as const),
  nhsNumber: sourced({ value: "9990004951", trust: "verified" as const }),
};

describe("patient banner", () => {
  it("prints the four facts as the NHS prints them", () => {
    expect(bannerOf(GOLDEN, TODAY)).toEqual({
      name: "PENHALIGON-LEGG, Amelia Rose (Ms)",
      born: "12-Jul-1984 (42y)",
      died: undefined,
      gender: "Female",
      nhsNumber: "999 000 4951",
      nhsNumberTrust: "verified",
    });
  });

  it("says Not Known of everything that is missing", () => {
    expect(bannerOf({}, TODAY)).toEqual({
      name: "Not Known",
      born: "Not Known",
      died: undefined,
      gender: "Not Known",
      nhsNumber: "Not Known",
      nhsNumberTrust: undefined,
    });
  });

  it("gives the age at death, and no age today, once a person has died", () => {
    const banner = bannerOf({ ...GOLDEN, deathDate: sourced("2026-03-02T04:10:00Z") }, TODAY);
    expect([banner.born, banner.died]).toEqual(["12-Jul-1984", "02-Mar-2026 (41y)"]);
  });

  it("tells a death without a date", () => {
    expect(bannerOf({ ...GOLDEN, deceased: sourced(true) }, TODAY).died).toBe("Date Not Known");
    expect(bannerOf({ ...GOLDEN, deceased: sourced(false) }, TODAY).died).toBeUndefined();
  });

  it.each([
    [{ family: "o'brien", given: ["SEÁN"] }, "O'BRIEN, Seán"],
    [{ family: "Smith", given: [] }, "SMITH"],
    [{ given: ["mary-ann"] }, "Mary-Ann"],
    [{ family: "Legg", given: ["McKenzie"], prefix: "dr" }, "LEGG, McKenzie (Dr)"],
  ])("names %o as %s", (name, printed) => expect(bannerName({ use: "usual", ...name })).toBe(printed));
});
