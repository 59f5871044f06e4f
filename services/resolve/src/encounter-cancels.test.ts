import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADMITTED, at, cancel, LEFT, MOVED, permutations, type Said, stay } from "./encounter-fixture.ts";

/** What a cancel takes away, however often it and what it cancels are sent, and in whatever order. */

const CANCELLABLE = [
  { action: "plan", expectedAt: at(30) },
  { action: "admit", location: "WARD 3", admittedAt: at(0) },
  { action: "transfer", location: "WARD 3" },
  { action: "discharge", dischargedAt: at(4), dischargeDestination: "19" },
  { action: "plan-transfer", pendingLocation: "WARD 3" },
  { action: "plan-discharge", expectedAt: at(40) },
  { action: "depart", location: "WARD 3" },
  { action: "arrive", location: "WARD 3" },
  { action: "leave" },
  { action: "return" },
  { action: "change-attending", consultant: { code: "C3" } },
] as const;

/** Minutes 10 to 39 of a stay: something happens, is sent again, repeated by an A08, and cancelled, perhaps twice. */
const mistake = fc
  .record({
    happening: fc.constantFrom(...CANCELLABLE),
    times: fc.integer({ min: 1, max: 3 }),
    isRepeated: fc.boolean(),
    cancels: fc.integer({ min: 1, max: 2 }),
    isNamed: fc.boolean(),
  })
  .map(({ happening, times, isRepeated, cancels, isNamed }): Said[] => {
    const named = isNamed ? { occurredAt: at(10) } : {};
    const sent = Array.from({ length: times }, (_, index) => ({ ...happening, ...named, minute: 10 + index }));
    const { action, ...said } = happening;
    const update: Said[] = isRepeated ? [{ ...said, minute: 20, action: "update" }] : [];
    const taken = Array.from({ length: cancels }, (_, index) => cancel(action, 30 + index, named));
    return [...sent, ...update, ...taken];
  });

const EARLIER: readonly Said[] = [
  { ...ADMITTED, occurredAt: at(0), consultant: { code: "C1" } },
  { ...MOVED, occurredAt: at(2) },
  { minute: 3, action: "change-attending", consultant: { code: "C2" }, occurredAt: at(3) },
];

const withoutTime = (...events: readonly Said[]) => ({ ...stay(...events), recordedAt: null });

describe("a cancel, of what was sent once or many times", () => {
  it("leaves the visit as if it had never happened, sent once or twice itself", () => {
    fc.assert(
      fc.property(mistake, (events) => {
        // Those who are here were not on their way here, nor back from leave: admission and return need what they end.
        const kind = events[0]?.action;
        const before = kind === "plan" || kind === "admit" ? [] : kind === "return" ? [...EARLIER, ON_LEAVE] : EARLIER;
        const expected = before.length > 0 ? withoutTime(...before) : { status: "cancelled" };
        expect(withoutTime(...before, ...events)).toMatchObject(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same in every order of up to six events", () => {
    fc.assert(
      fc.property(mistake, fc.subarray([...EARLIER]), (events, before) => {
        const all = [...before, ...events].slice(-6);
        const history = all.map((each) => ({ ...each, journalId: each.minute + 1 }));
        const expected = stay(...history);
        for (const order of permutations(history)) expect(stay(...order)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

const ON_LEAVE: Said = { minute: 5, action: "leave", occurredAt: at(5) };

describe("what was sent twice is one event for its cancel", () => {
  it("two discharges (A03, A03, A13): the stay goes on", () => {
    const events = [ADMITTED, MOVED, LEFT, { ...LEFT, minute: 5, dischargedAt: at(5) }, cancel("discharge")] as const;
    for (const order of permutations<Said>(events))
      expect(stay(...order)).toMatchObject({ status: "in-progress", dischargedAt: null, dischargeDestination: null });
  });

  it("two admissions (A01, A01, A11; A04, A01, A11): the visit is cancelled", () => {
    const registered = { minute: -1, action: "admit", class: "emergency" } as const;
    for (const first of [{ ...ADMITTED, minute: -1 }, registered])
      expect(stay(first, ADMITTED, cancel("admit"))).toMatchObject({ status: "cancelled", location: "WARD 1" });
  });

  it("but an admission after a discharge is another one, and so is a move at another time", () => {
    const again = { ...ADMITTED, minute: 6 } as const;
    expect(stay(ADMITTED, LEFT, again, cancel("admit"))).toMatchObject({ status: "finished", dischargedAt: at(4) });
    const moves = [
      { ...MOVED, occurredAt: at(2) },
      { ...MOVED, minute: 3, occurredAt: at(3) },
    ] as const;
    expect(stay(ADMITTED, ...moves, cancel("transfer", 9, { occurredAt: at(3) }))).toMatchObject({
      location: "WARD 2",
    });
  });

  it("and a correction under another time is the same discharge, whichever the cancel names", () => {
    const events = [
      ADMITTED,
      { ...LEFT, occurredAt: at(4) },
      { ...LEFT, minute: 6, dischargedAt: at(5), occurredAt: at(5) },
    ] as const;
    for (const minute of [4, 5])
      expect(stay(...events, cancel("discharge", 9, { occurredAt: at(minute) }))).toMatchObject({
        status: "in-progress",
      });
  });
});

describe("a cancel", () => {
  const MOVES = [
    { ...MOVED, occurredAt: at(2) },
    { ...MOVED, minute: 4, location: "WARD 3", occurredAt: at(4) },
  ] as const;
  const back = (minute: number, more: Partial<Said> = {}) => cancel("transfer", minute, { occurredAt: at(4), ...more });

  it("takes the same transfer once, sent twice or before it is here", () => {
    for (const order of permutations<Said>([ADMITTED, ...MOVES, back(9), back(10)]))
      expect(stay(...order)).toMatchObject({ location: "WARD 2" });
    expect(stay(ADMITTED, MOVES[0], back(9))).toMatchObject({ location: "WARD 2" });
    expect(stay(ADMITTED, ...MOVES, back(9), back(10, { occurredAt: at(2) }))).toMatchObject({ location: "WARD 1" });
  });

  it("without EVN-6 takes one transfer each time that it says another place", () => {
    const bare = (minute: number, location: string) => cancel("transfer", minute, { location });
    expect(stay(ADMITTED, ...MOVES, bare(9, "WARD 2"), bare(10, "WARD 2"))).toMatchObject({ location: "WARD 2" });
    expect(stay(ADMITTED, ...MOVES, bare(9, "WARD 2"), bare(10, "WARD 1"))).toMatchObject({ location: "WARD 1" });
  });

  it("says where the patient is now", () => {
    const repeated = { minute: 6, action: "update", location: "WARD 3" } as const;
    for (const events of [[], [ADMITTED], [ADMITTED, MOVES[0]]])
      for (const more of [[], [repeated]])
        expect(stay(...events, MOVES[1], ...more, back(9, { location: "WARD 8" }))).toMatchObject({
          location: "WARD 8",
        });
    const discharged = cancel("discharge", 9, { location: "WARD 8", specialty: "300", dischargedAt: at(4) });
    expect(stay(ADMITTED, LEFT, discharged)).toMatchObject({
      status: "in-progress",
      location: "WARD 8",
      specialty: "300",
      dischargedAt: null,
    });
  });

  it("of the bed that it takes back says nothing, nor does an A08 between", () => {
    const repeated = { minute: 6, action: "update", location: "WARD 3" } as const;
    const other = { minute: 7, action: "update", location: "WARD 4" } as const;
    expect(stay(ADMITTED, ...MOVES, repeated, back(9, { location: "WARD 3" }))).toMatchObject({ location: "WARD 2" });
    expect(stay(ADMITTED, ...MOVES, repeated, other, back(9))).toMatchObject({ location: "WARD 4" });
    expect(stay(ADMITTED, ...MOVES, back(9), { ...repeated, minute: 10 })).toMatchObject({ location: "WARD 3" });
  });

  it("takes back a discharge with what updates said of it, before and after", () => {
    const said = { action: "update", dischargedAt: at(4), dischargeDestination: "19", specialty: "300" } as const;
    const events = [ADMITTED, { ...said, minute: 3 }, LEFT, { ...said, minute: 6, dischargedAt: at(5) }] as const;
    expect(stay(...events, cancel("discharge"))).toMatchObject({
      status: "in-progress",
      dischargedAt: null,
      dischargeDestination: null,
      specialty: "300",
    });
  });

  it("takes back the admission of a plan with its time and its bed", () => {
    const planned = { minute: -1, action: "plan", location: "WARD 9" } as const;
    const repeated = {
      minute: 6,
      action: "update",
      location: "WARD 1",
      admittedAt: at(0),
      class: "inpatient",
    } as const;
    const events = [planned, ADMITTED, repeated, cancel("admit", 9, { admittedAt: at(0) })] as const;
    for (const order of permutations<Said>(events))
      expect(stay(...order)).toMatchObject({ status: "planned", location: "WARD 9", admittedAt: null });
  });

  it("takes back the discharge (A13)", () => {
    expect(stay(ADMITTED, LEFT, cancel("discharge"))).toEqual({ ...stay(ADMITTED), recordedAt: new Date(at(9)) });
  });

  it("takes back the latest transfer (A12)", () => {
    expect(stay(ADMITTED, MOVED, { ...MOVED, minute: 3, location: "WARD 3" }, cancel("transfer"))).toMatchObject({
      location: "WARD 2",
    });
  });

  it("takes back the only admission (A11), with all that followed from it", () => {
    expect(stay(ADMITTED, cancel("admit"))).toMatchObject({ status: "cancelled", location: "WARD 1" });
    const after = { minute: 10, action: "update", specialty: "300" } as const;
    expect(stay(ADMITTED, MOVED, cancel("admit"), after)).toMatchObject({ status: "cancelled" });
  });

  it("leaves the plan", () => {
    const planned = { minute: -1, action: "plan", location: "WARD 9" } as const;
    expect(stay(planned, ADMITTED, cancel("admit"))).toMatchObject({ status: "planned", location: "WARD 9" });
    expect(stay(planned, cancel("plan"))).toMatchObject({ status: "cancelled" });
  });

  it("takes back leave and return (A52, A53)", () => {
    const [leave, returned] = [{ minute: 1, action: "leave" } as const, { minute: 2, action: "return" } as const];
    expect(stay(ADMITTED, leave)).toMatchObject({ status: "on-leave" });
    expect(stay(ADMITTED, leave, cancel("leave"))).toMatchObject({ status: "in-progress" });
    expect(stay(ADMITTED, leave, returned)).toMatchObject({ status: "in-progress" });
    expect(stay(ADMITTED, leave, returned, cancel("return"))).toMatchObject({ status: "on-leave" });
  });

  it("takes the event that happened when EVN-6 says; where that is when it was cancelled, the latest", () => {
    const named = cancel("transfer", 9, { occurredAt: at(2) });
    expect(
      stay(ADMITTED, MOVES[0], { ...MOVES[1], location: undefined as never, specialty: "300" }, named),
    ).toMatchObject({ location: "WARD 1", specialty: "300" });
    expect(stay(ADMITTED, ...MOVES, cancel("transfer", 9, { occurredAt: at(9) }))).toMatchObject({
      location: "WARD 2",
    });
  });

  it("of what never came says that much", () => {
    expect(stay(cancel("admit"))).toMatchObject({ status: "cancelled" });
    expect(stay(cancel("discharge"))).toMatchObject({ status: "in-progress", dischargedAt: null });
  });
});
