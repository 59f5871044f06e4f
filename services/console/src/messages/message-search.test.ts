import { describe, expect, it } from "vitest";
import { messageSearch, NO_CRITERIA } from "./message-search.ts";

const NOW_MS = Date.parse("2026-07-26T12:00:00Z");

describe("message search", () => {
  it("asks for nothing that was left empty", () => expect(messageSearch(NO_CRITERIA, NOW_MS)).toEqual({}));

  it("counts back from now", () => {
    expect(messageSearch({ ...NO_CRITERIA, text: " A1 ", outcome: "parked", time: "1 h" }, NOW_MS)).toEqual({
      text: "A1",
      outcome: "parked",
      from: "2026-07-26T11:00:00.000Z",
    });
  });

  it("takes two times only when asked for them", () => {
    const times = { from: "2026-07-26T10:00", to: "2026-07-26T11:00" };
    expect(messageSearch({ ...NO_CRITERIA, ...times }, NOW_MS)).toEqual({});
    const search = messageSearch({ ...NO_CRITERIA, ...times, time: "between" }, NOW_MS);
    expect(Date.parse(search.to ?? "") - Date.parse(search.from ?? "")).toBe(3_600_000);
  });
});
