import { whereaboutsOf } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { ADMITTED, at, cancel, LEFT, MOVED, permutations, type Said, stay } from "./encounter-fixture.ts";

/** Where the patient was by a visit's events, and by the last of it where they are. */

const placesOf = (...events: readonly Said[]) => stay(...events).movements.map(({ place, since }) => [place, since]);
const nowOf = (...events: readonly Said[]) => {
  const now = whereaboutsOf(stay(...events), false);
  return now && [now.presence, now.latest?.place, now.bedKept];
};

const FIRST = ["WARD 1", at(0)];
const SECOND = ["WARD 2", at(2)];

describe("movements", () => {
  it("A01, A02, A03: each place since when, in any order of arrival", () => {
    for (const order of permutations<Said>([ADMITTED, MOVED, LEFT])) {
      expect(placesOf(...order)).toEqual([FIRST, SECOND]);
      expect(nowOf(...order)).toBeUndefined();
    }
  });

  it("the place now is that of the latest movement", () => {
    expect(nowOf(ADMITTED)).toEqual(["present", "WARD 1", null]);
    for (const order of permutations<Said>([ADMITTED, MOVED]))
      expect(nowOf(...order)).toEqual(["present", "WARD 2", null]);
  });

  it("A02 says when it happened, where it does", () => {
    expect(placesOf(ADMITTED, { ...MOVED, occurredAt: at(1) })).toEqual([FIRST, ["WARD 2", at(1)]]);
  });

  it("A12: the patient is where they were before, since then", () => {
    const cancelled = cancel("transfer", 3, { location: "WARD 1" });
    for (const order of permutations<Said>([ADMITTED, MOVED, cancelled])) {
      expect(placesOf(...order)).toEqual([FIRST]);
      expect(nowOf(...order)).toEqual(["present", "WARD 1", null]);
    }
  });

  it("A13: the discharge was none, and nobody moved", () => {
    const events = [ADMITTED, MOVED, LEFT, cancel("discharge", 5, { location: "WARD 2" })];
    expect(placesOf(...events)).toEqual([FIRST, SECOND]);
    expect(nowOf(...events)).toEqual(["present", "WARD 2", null]);
  });

  it("A21, A22: on leave the bed is kept, and back in it they never left it", () => {
    const [leave, back] = [{ minute: 3, action: "leave" } as const, { minute: 5, action: "return" } as const];
    expect(nowOf(ADMITTED, leave)).toEqual(["on-leave", "WARD 1", "WARD 1"]);
    expect(nowOf(ADMITTED, leave, back)).toEqual(["present", "WARD 1", null]);
    expect(placesOf(ADMITTED, leave, back)).toEqual([FIRST]);
  });

  it("A09, A10: somewhere that is no bed, until they are back in it", () => {
    const gone = { minute: 3, action: "depart", location: "X-RAY" } as const;
    expect(nowOf(ADMITTED, gone)).toEqual(["away", "X-RAY", "WARD 1"]);
    const back = { minute: 5, action: "arrive", location: "WARD 1" } as const;
    expect(nowOf(ADMITTED, gone, back)).toEqual(["present", "WARD 1", null]);
    expect(placesOf(ADMITTED, gone, back)).toEqual([FIRST, ["X-RAY", at(3)], ["WARD 1", at(5)]]);
  });

  it("A08 that names another bed: they are there by then at the latest", () => {
    expect(placesOf(ADMITTED, { minute: 6, action: "update", location: "WARD 7" })).toEqual([FIRST, ["WARD 7", at(6)]]);
  });

  it("A01 again with another bed is a correction, no movement", () => {
    expect(placesOf(ADMITTED, { ...ADMITTED, minute: 1, location: "WARD 9" })).toEqual([["WARD 9", at(0)]]);
  });

  it("A03 from a place that was not heard of: since when is not known", () => {
    expect(placesOf(ADMITTED, { ...LEFT, location: "WARD 5" })).toEqual([FIRST, ["WARD 5", null]]);
  });

  it("a place that the sender deletes is left, for nobody knows where", () => {
    const events: Said[] = [ADMITTED, { minute: 3, action: "update", cleared: ["location"] }];
    expect(placesOf(...events)).toEqual([FIRST, [null, at(3)]]);
    expect(nowOf(...events)).toEqual(["present", null, null]);
  });

  it("A05, A11, A23: who did not come was nowhere", () => {
    const planned = { minute: -1, action: "plan", location: "WARD 1" } as const;
    expect(placesOf(planned)).toEqual([]);
    expect(nowOf(planned)).toBeUndefined();
    expect(placesOf(ADMITTED, cancel("admit"))).toEqual([]);
    expect(placesOf(ADMITTED, { minute: 3, action: "delete" })).toEqual([]);
    // Where they were expected is where they were admitted, unless the admission says otherwise.
    expect(placesOf(planned, { minute: 0, action: "admit", admittedAt: at(0) })).toEqual([FIRST]);
  });
});
