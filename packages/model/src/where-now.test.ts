import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ATTENDANCE_HOURS_MAX,
  EMERGENCY_UNHEARD_DAYS_MAX,
  isDeceased,
  type LocatedVisit,
  type Movement,
  placeParts,
  UNHEARD_DAYS_MAX,
  whereNow,
} from "./where-now.ts";

const NOW = new Date("2026-05-10T12:00:00.000Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const ALIVE = { isDead: false, now: NOW };

const movement = (place: string | null, hours: number, isTemporary = false): Movement => ({
  ...{ place, isTemporary, journalId: 1 },
  ...{ since: hoursAgo(hours).toISOString(), recordedAt: hoursAgo(hours).toISOString() },
});

const visit = (over: Partial<LocatedVisit> = {}): LocatedVisit => ({
  visitNumber: "V1",
  authority: "RDZ",
  status: "in-progress",
  class: "inpatient",
  location: "Ward 1",
  admittedAt: hoursAgo(48).toISOString(),
  dischargedAt: null,
  movements: [movement("Ward 1", 48)],
  recordedAt: hoursAgo(1),
  ...over,
});

const told = (visits: readonly LocatedVisit[], asked = ALIVE) => {
  const { answer, stays, setAside } = whereNow(visits, asked);
  return { answer, places: stays.map(({ latest }) => latest?.place), setAside: setAside.map(({ because }) => because) };
};

describe("whereNow", () => {
  it("is the latest movement of the open visit, with how old it is", () => {
    const moved = visit({ movements: [movement("Ward 1", 48), movement("Ward 2", 5)], recordedAt: hoursAgo(30) });
    expect(whereNow([moved, visit({ visitNumber: "V0", status: "finished" })], ALIVE)).toMatchObject({
      answer: "here",
      stays: [{ presence: "present", latest: { place: "Ward 2" }, since: hoursAgo(5).toISOString(), unheardDays: 1 }],
      setAside: [],
    });
  });

  it.each(["planned", "finished", "cancelled", "deleted"] as const)("is no visit that is %s", (status) => {
    expect(told([visit({ status })])).toEqual({ answer: "unknown", places: [], setAside: [] });
  });

  it("is nowhere after death, whatever a feed left open", () => {
    expect(told([visit(), visit({ authority: "RBD" })], { ...ALIVE, isDead: true })).toEqual({
      answer: "deceased",
      places: [],
      setAside: ["deceased", "deceased"],
    });
  });

  it("tells both of two hospitals, the latest first, and that they disagree", () => {
    const other = visit({ authority: "RBD", movements: [movement("Ward 1", 2)] });
    for (const visits of [
      [visit(), other],
      [other, visit()],
    ]) {
      const { answer, stays } = whereNow(visits, ALIVE);
      expect([answer, ...stays.map((stay) => stay.visit.authority)]).toEqual(["disagreement", "RBD", "RDZ"]);
    }
    expect(told([visit(), visit({ visitNumber: "V2" })]).answer).toBe("here");
  });

  it("says of a visit that nobody closed how long nothing was heard of it", () => {
    const heard = (hours: number, kind = "inpatient") =>
      whereNow([visit({ class: kind, recordedAt: hoursAgo(hours) })], ALIVE);
    expect(heard(24 * UNHEARD_DAYS_MAX)).toMatchObject({ answer: "here", stays: [{ isUnheard: false }] });
    expect(heard(24 * UNHEARD_DAYS_MAX + 1)).toMatchObject({
      answer: "unheard",
      stays: [{ isUnheard: true, unheardDays: UNHEARD_DAYS_MAX }],
    });
    expect(heard(24 * EMERGENCY_UNHEARD_DAYS_MAX + 1, "emergency").answer).toBe("unheard");
  });

  it.each(["outpatient", "preadmission", "recurring"])("ends an attendance (%s) by itself", (kind) => {
    const attended = (hours: number) =>
      told([visit({ class: kind, admittedAt: hoursAgo(hours).toISOString(), movements: [] })]);
    expect(attended(ATTENDANCE_HOURS_MAX).answer).toBe("here");
    expect(attended(ATTENDANCE_HOURS_MAX + 1)).toEqual({
      answer: "unknown",
      places: [],
      setAside: ["attendance-over"],
    });
  });

  it.each(["outpatient", "preadmission", "recurring"])("prolongs no attendance (%s) by another word of it", (kind) => {
    const seen = { class: kind, recordedAt: hoursAgo(1) };
    const rooms = [movement("Room 1", 240), movement("Room 2", 2)];
    const over = { answer: "unknown", places: [], setAside: ["attendance-over"] };
    expect(told([visit({ ...seen, admittedAt: hoursAgo(240).toISOString(), movements: rooms })])).toEqual(over);
    expect(told([visit({ ...seen, admittedAt: null, movements: rooms })])).toEqual(over);
    const misdated = { admittedAt: "2062-05-09T08:00:00.000Z", recordedAt: hoursAgo(ATTENDANCE_HOURS_MAX + 1) };
    expect(told([visit({ ...seen, ...misdated, movements: [movement("Room 1", 25)] })])).toEqual(over);
  });

  it("is not certain for long of a visit of a kind that nobody said", () => {
    const heard = (hours: number, kind: string | null) =>
      told([visit({ class: kind, recordedAt: hoursAgo(hours) })]).answer;
    for (const kind of [null, "other"])
      expect([heard(48, kind), heard(49, kind)], String(kind)).toEqual(["here", "unheard"]);
    expect(heard(49, "obstetrics")).toBe("here");
  });

  it("is nowhere where no place was said, or was deleted, whatever is open", () => {
    for (const nowhere of [
      { movements: [], location: null },
      { movements: [movement("Ward 1", 48), movement(null, 2)] },
      { movements: [], location: null, status: "on-leave" as const },
    ])
      expect(whereNow([visit(nowhere)], ALIVE)).toMatchObject({ answer: "unknown", stays: [{}] });
    const elsewhere = visit({ authority: "RBD", movements: [], location: null });
    expect(told([visit(), elsewhere]).answer).toBe("disagreement");
  });

  it("is not certain of who was to leave by now", () => {
    const leaving = (hours: number) => told([visit({ dischargedAt: hoursAgo(hours).toISOString() })]).answer;
    expect([leaving(-1), leaving(1)]).toEqual(["here", "unheard"]);
  });

  it("is not certain of who was admitted elsewhere, and left there, since the last word", () => {
    const elsewhere = { authority: "RBD", status: "finished", admittedAt: hoursAgo(20).toISOString() } as const;
    const quiet = visit({ recordedAt: hoursAgo(30) });
    expect(told([quiet, visit(elsewhere)])).toMatchObject({ answer: "unheard", places: ["Ward 1"] });
    expect(told([visit(), visit(elsewhere)]).answer).toBe("here");
    expect(told([quiet, visit({ ...elsewhere, class: "outpatient" })]).answer).toBe("here");
  });

  it("says nothing certain that a visit contradicts which may not be told, and nothing of that visit", () => {
    const secret = visit({ authority: "RBD", visitNumber: "V9", movements: [movement("Clinic", 1)] });
    const asked = { ...ALIVE, mayTell: (each: LocatedVisit) => each.visitNumber !== "V9" };
    const old = visit({ recordedAt: hoursAgo(24 * UNHEARD_DAYS_MAX + 1) });
    const [hidden, unheard] = [whereNow([visit(), secret], asked), whereNow([old], ALIVE)];
    expect(hidden).toMatchObject({ answer: "unheard", stays: [{ isUnheard: true, latest: { place: "Ward 1" } }] });
    expect(Object.keys(hidden.stays[0] ?? {})).toEqual(Object.keys(unheard.stays[0] ?? {}));
    expect(hidden.stays).toHaveLength(1);
    expect(whereNow([secret], asked)).toEqual({ answer: "unknown", stays: [], setAside: [] });
    expect(whereNow([visit(), { ...secret, status: "finished" }], asked).answer).toBe("here");
    const left = { ...secret, status: "finished", admittedAt: hoursAgo(0.5).toISOString() } as const;
    expect(whereNow([visit(), left], asked)).toMatchObject({ answer: "unheard", stays: [{ isUnheard: true }] });
  });

  it("goes by when an attendance was heard of, where nobody said when it began", () => {
    const heard = (hours: number) =>
      told([visit({ class: "outpatient", admittedAt: null, movements: [], recordedAt: hoursAgo(hours) })]).answer;
    expect([heard(1), heard(ATTENDANCE_HOURS_MAX + 1)]).toEqual(["here", "unknown"]);
  });

  it("keeps the bed of who is on leave or elsewhere", () => {
    expect(whereNow([visit({ status: "on-leave" })], ALIVE)).toMatchObject({
      answer: "here",
      stays: [{ presence: "on-leave", bedKept: "Ward 1" }],
    });
    const away = visit({ movements: [movement("Ward 1", 48), movement("X-ray", 1, true)] });
    expect(whereNow([away], ALIVE)).toMatchObject({ stays: [{ presence: "away", bedKept: "Ward 1" }] });
  });

  it("is the same whatever the order in which the visits are there", () => {
    const visits = fc.uniqueArray(
      fc.record({
        visitNumber: fc.constantFrom("V1", "V2", "V3", "V4"),
        authority: fc.constantFrom("RDZ", "RBD"),
        status: fc.constantFrom("planned", "in-progress", "on-leave", "finished", "cancelled"),
        class: fc.constantFrom(null, "inpatient", "outpatient", "emergency"),
        location: fc.constantFrom(null, "Ward 1"),
        admittedAt: fc.constantFrom(null, "2026-05-09", "soon", hoursAgo(3).toISOString()),
        movements: fc.option(
          fc.array(fc.record({ place: fc.constantFrom("Ward 1", "Ward 2", null), hours: fc.constantFrom(1, 3, 30) }), {
            maxLength: 3,
          }),
        ),
        heard: fc.constantFrom(1, 3, 1000),
      }),
      { selector: ({ authority, visitNumber }) => `${authority} ${visitNumber}`, maxLength: 6 },
    );
    const shuffled = visits.chain((drawn) => {
      const each = drawn.map(({ movements, heard, ...rest }) =>
        visit({
          ...rest,
          recordedAt: hoursAgo(heard),
          movements: movements?.map(({ place, hours }) => movement(place, hours)) ?? null,
        }),
      );
      return fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length }), fc.boolean());
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, inAnother, isDead]) => {
        const [one, other] = [inOrder, inAnother].map((each) => whereNow(each, { isDead, now: NOW }));
        expect(other).toEqual(one);
        const open = inOrder.filter(({ status }) => status === "in-progress" || status === "on-leave");
        expect((one?.stays.length ?? 0) + (one?.setAside.length ?? 0)).toBe(open.length);
        if (isDead) expect(one?.stays).toEqual([]);
      }),
    );
  });
});

describe("isDeceased", () => {
  it("is said by the flag or by a date", () => {
    const said = <T>(value: T) => ({ value, sourceRecordId: 1 });
    expect(
      [{}, { deceased: said(false) }, { deceased: said(true) }, { deathDate: said("2026") }].map(isDeceased),
    ).toEqual([false, false, true, true]);
  });
});

describe("placeParts", () => {
  it("tells the parts apart where all are there, and else the ward", () => {
    expect(placeParts("Renal, Bay 1, Bed 3, RCB55")).toEqual({
      ...{ ward: "Renal", room: "Bay 1", bed: "Bed 3", facility: "RCB55" },
    });
    expect(placeParts("Renal, Bed 3")).toEqual({ ward: "Renal", room: null, bed: null, facility: null });
  });
});
