import { whereaboutsOf } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { ADMITTED, at, cancel, LEFT, MOVED, permutations, type Said, stay } from "./encounter-fixture.ts";

/** Where the patient is by messages that come late, come again, or say less than is known. */

const placesOf = (...events: readonly Said[]) => stay(...events).movements.map(({ place, since }) => [place, since]);
const nowOf = (...events: readonly Said[]) => {
  const after = stay(...events);
  const now = whereaboutsOf(after, false);
  return now && [now.presence, now.latest?.place, now.bedKept, after.location];
};
const gone = (...events: readonly Said[]) => {
  const { status, dischargedAt } = stay(...events);
  return [status, dischargedAt];
};

const FIRST = ["WARD 1", at(0)];
const SECOND = ["WARD 2", at(2)];
const IN_2 = ["present", "WARD 2", null, "WARD 2"];

describe("a movement counts when it happened, not when it was recorded", () => {
  const last = { ...MOVED, minute: 5, location: "WARD 3", occurredAt: at(5) } as const;
  const late = { ...MOVED, minute: 8, occurredAt: at(2) } as const;

  it("A02 recorded late and dated back: where they were between, and the later A02 stands", () => {
    for (const order of permutations<Said>([ADMITTED, last, late])) {
      expect(placesOf(...order)).toEqual([FIRST, SECOND, ["WARD 3", at(5)]]);
      expect(nowOf(...order)).toEqual(["present", "WARD 3", null, "WARD 3"]);
    }
    const again = { minute: 9, action: "update", location: "WARD 3" } as const;
    expect(placesOf(ADMITTED, last, late, again)).toHaveLength(3);
  });

  it("A02 back to a ward stands, where the A02 away from it is heard after it", () => {
    const [away, back] = [MOVED, { ...MOVED, minute: 5, location: "WARD 1", occurredAt: at(5) }] as const;
    for (const order of permutations<Said>([ADMITTED, back, { ...away, minute: 8, occurredAt: at(2) }]))
      expect(placesOf(...order)).toEqual([FIRST, SECOND, ["WARD 1", at(5)]]);
    expect(placesOf(ADMITTED, back)).toEqual([FIRST]);
  });

  it("A09 at the time of the A02 before it keeps that bed, and an A02 into theatre ends being away there", () => {
    const seen = (occurredAt: string): Said => ({ minute: 3, action: "depart", location: "X-RAY", occurredAt });
    const away = (bed: string) => ["away", "X-RAY", bed, "X-RAY"];
    expect(nowOf(ADMITTED, { ...MOVED, occurredAt: at(2) }, seen(at(2)))).toEqual(away("WARD 2"));
    expect(nowOf(ADMITTED, { ...MOVED, occurredAt: "2026-05-01" }, seen("2026-05-01"))).toEqual(away("WARD 2"));
    expect(nowOf(ADMITTED, seen(at(0)))).toEqual(away("WARD 1"));
    const operated: Said = { minute: 5, action: "transfer", location: "X-RAY", occurredAt: at(5) };
    expect(nowOf(ADMITTED, seen(at(3)), operated)).toEqual(["present", "X-RAY", null, "X-RAY"]);
  });

  it("A02 again at the same time with another bed is a correction, of that movement alone", () => {
    expect(placesOf(ADMITTED, { ...late, minute: 3 }, last, { ...late, location: "WARD 4" })).toEqual([
      FIRST,
      ["WARD 4", at(2)],
      ["WARD 3", at(5)],
    ]);
  });

  it("a time after it was recorded is not believed: a slip of the year holds no ward for ever", () => {
    const slip = { ...MOVED, occurredAt: "2062-05-01T08:02:00.000Z" } as const;
    expect(placesOf(ADMITTED, slip, last)).toEqual([FIRST, SECOND, ["WARD 3", at(5)]]);
  });

  it("A03 closes the visit where they were last, though an A02 from before comes after it", () => {
    expect(placesOf(ADMITTED, { ...LEFT, location: "WARD 5" }, late)).toEqual([FIRST, SECOND, ["WARD 5", null]]);
  });

  it("A01 sent again, with its time or without, takes nobody back", () => {
    const { admittedAt: _, ...timeless } = ADMITTED;
    for (const again of [ADMITTED, timeless]) {
      expect(placesOf(ADMITTED, MOVED, { ...again, minute: 6 })).toEqual([FIRST, SECOND]);
      expect(nowOf(ADMITTED, MOVED, { ...again, minute: 6 })).toEqual(IN_2);
    }
    expect(placesOf(ADMITTED, MOVED, { ...ADMITTED, minute: 6, location: "WARD 9" })).toEqual([
      ["WARD 9", at(0)],
      SECOND,
    ]);
  });

  it("A05 recorded after the admission says where they were expected, not where they are", () => {
    expect(nowOf(ADMITTED, MOVED, { minute: 6, action: "plan", location: "WARD 1" })).toEqual(IN_2);
  });
});

describe("who was discharged is on no ward", () => {
  it("by an A01 that is sent again after the A03: only a later admission brings them back", () => {
    const { admittedAt: _, ...timeless } = ADMITTED;
    for (const again of [ADMITTED, timeless, { ...ADMITTED, admittedAt: at(1) }])
      expect(gone(ADMITTED, MOVED, LEFT, { ...again, minute: 6 })).toEqual(["finished", at(4)]);
    expect(nowOf(ADMITTED, MOVED, LEFT, { ...ADMITTED, minute: 6 })).toBeUndefined();
    const later = { ...ADMITTED, minute: 6, admittedAt: at(5) } as const;
    expect(gone(ADMITTED, LEFT, later)).toEqual(["in-progress", null]);
    expect(gone(ADMITTED, { ...LEFT, dischargedAt: undefined as never }, { ...ADMITTED, minute: 6 })[0]).toBe(
      "finished",
    );
  });

  it("though the A03 is sent again too, and one A13 takes both back", () => {
    const events = [ADMITTED, LEFT, { ...ADMITTED, minute: 6 }, { ...LEFT, minute: 7 }] as const;
    expect(gone(...events)).toEqual(["finished", at(4)]);
    expect(gone(...events, cancel("discharge"))).toEqual(["in-progress", null]);
  });

  it("by an A08 that says when they left (PV1-45), as soon as that is past, until it is taken back", () => {
    const left = { minute: 6, action: "update", dischargedAt: at(5) } as const;
    expect(gone(ADMITTED, left)).toEqual(["finished", at(5)]);
    expect(gone(ADMITTED, { ...left, dischargedAt: "2026-05-01" })[0]).toBe("finished");
    expect(gone(ADMITTED, { ...left, dischargedAt: at(9) })).toEqual(["in-progress", at(9)]);
    expect(gone(left)).toEqual(["finished", at(5)]);
    const deleted: Said = { minute: 7, action: "update", cleared: ["dischargedAt"] };
    expect(gone(ADMITTED, left, deleted)).toEqual(["in-progress", null]);
    expect(gone(ADMITTED, left, cancel("discharge"))).toEqual(["in-progress", null]);
    expect(gone(ADMITTED, left, { ...ADMITTED, minute: 7 })).toEqual(["finished", at(5)]);
    expect(gone(ADMITTED, left, { ...ADMITTED, minute: 8, admittedAt: at(7) })).toEqual(["in-progress", null]);
  });
});

describe("an update moves nobody who is elsewhere", () => {
  const away = { minute: 3, action: "depart", location: "X-RAY" } as const;
  const said = (location: string): Said => ({ minute: 6, action: "update", location });
  const back = { minute: 8, action: "arrive", location: "WARD 1" } as const;

  it("A08 with the bed after A09 or A10: they are still away, until a movement brings them back", () => {
    for (const each of [away, { ...away, action: "arrive" } as const]) {
      expect(nowOf(ADMITTED, each, said("WARD 1"))).toEqual(["away", "X-RAY", "WARD 1", "X-RAY"]);
      expect(placesOf(ADMITTED, each, said("WARD 1"), back)).toEqual([FIRST, ["X-RAY", at(3)], ["WARD 1", at(8)]]);
      expect(nowOf(ADMITTED, each, said("WARD 1"), { ...MOVED, minute: 8 })).toEqual(IN_2);
    }
    const other = { minute: 6, action: "change-attending", location: "WARD 1" } as const;
    expect(nowOf(ADMITTED, away, other)).toEqual(["away", "X-RAY", "WARD 1", "X-RAY"]);
  });

  it("A08 with another bed meanwhile: that one is kept", () => {
    expect(nowOf(ADMITTED, away, said("WARD 3"))).toEqual(["away", "X-RAY", "WARD 3", "X-RAY"]);
    expect(nowOf(ADMITTED, away, said("WARD 3"), { ...back, location: "WARD 3" })?.slice(0, 2)).toEqual([
      "present",
      "WARD 3",
    ]);
  });
});

describe("a place that is said less precisely", () => {
  const inBed = { ...ADMITTED, location: "WARD 1, BAY 2, BED 3, RDZ" } as const;
  const bed = ["WARD 1, BAY 2, BED 3, RDZ", at(0)];

  it.each(["WARD 1", "WARD 1, RDZ", "WARD 1, BAY 2"])("loses no bed by an A08, A01 or A03: %s", (location) => {
    for (const action of ["update", "change-attending", "leave"] as const)
      expect(placesOf(inBed, { minute: 6, action, location })).toEqual([bed]);
    expect(placesOf(inBed, { ...inBed, minute: 6, location })).toEqual([bed]);
    expect(placesOf(inBed, { ...LEFT, location })).toEqual([bed]);
    expect(stay(inBed, { minute: 6, action: "update", location }).location).toBe(bed[0]);
  });

  it("is the bed that was kept for who comes back to its ward (A10)", () => {
    const events = [inBed, { minute: 3, action: "depart", location: "X-RAY" }] as const;
    expect(nowOf(...events, { minute: 5, action: "arrive", location: "WARD 1" })?.slice(0, 2)).toEqual([
      "present",
      bed[0],
    ]);
  });

  it("is another place by a transfer, or where anything else is said than before", () => {
    expect(placesOf(inBed, { ...MOVED, location: "WARD 1" })).toEqual([bed, ["WARD 1", at(2)]]);
    for (const location of ["WARD 1, BAY 4", "BAY 2, BED 3", "WARD 1, BAY 2, BED 4, RDZ"])
      expect(placesOf(inBed, { minute: 6, action: "update", location })).toEqual([bed, [location, at(6)]]);
  });
});
