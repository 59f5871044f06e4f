import { describe, expect, it } from "vitest";
import { homePersonOf, Mint } from "./mint.ts";

describe("minted ids", () => {
  it("are the same again for the same journal entry, and differ between entries and within one", () => {
    const ids = (journalId: number) => {
      const mint = new Mint(journalId);
      const [one, other] = [mint.number(), mint.number()];
      return [homePersonOf(one), homePersonOf(other), String(one)];
    };
    expect(ids(7)).toEqual(ids(7));
    expect(new Set([...ids(7), ...ids(8)]).size).toBe(6);
    expect(ids(7)[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("end at a limit of things a message", () => {
    const mint = new Mint(1);
    for (let made = 0; made < 249_999; made++) mint.number();
    expect(() => mint.number()).toThrow(RangeError);
  });
});
