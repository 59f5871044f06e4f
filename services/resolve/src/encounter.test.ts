import type { EncounterEvent } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENTS_PER_ENCOUNTER_MAX, foldEncounter, withEvent } from "./encounter.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

type Said = Omit<EncounterEvent, "recordedAt" | "journalId"> & { readonly minute: number };

/** The encounter after the events, in the order in which they arrive. */
const stay = (...events: readonly Said[]) => {
  const history = events.reduce<ReturnType<typeof withEvent>>(
    (known, { minute, ...said }, index) => withEvent(known, { ...said, recordedAt: at(minute), journalId: index + 1 }),
    { events: [], base: null },
  );
  return foldEncounter(history.events, history.base);
};

const ADMITTED = { minute: 0, action: "admit", location: "WARD 1", admittedAt: at(0), class: "inpatient" } as const;
const MOVED = { minute: 2, action: "transfer", location: "WARD 2" } as const;
const LEFT = { minute: 4, action: "discharge", dischargedAt: at(4), dischargeDestination: "19" } as const;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe("the order in which events arrive", () => {
  const happenings = [
    "plan",
    "admit",
    "transfer",
    "discharge",
    "change-class",
    "plan-transfer",
    "plan-discharge",
    "depart",
    "arrive",
    "leave",
    "return",
    "change-attending",
  ] as const;
  const text = fc.constantFrom("A", "B", "C");
  const values = fc.record(
    {
      location: text,
      pendingLocation: text,
      specialty: text,
      account: text,
      admittedAt: text,
      dischargedAt: text,
      expectedAt: text,
      dischargeDestination: text,
    },
    { requiredKeys: [] },
  );
  const occurredAt = fc.option(fc.constantFrom(at(1), at(2)), { nil: undefined });
  const event = fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...happenings).map((action) => ({ action })) },
        {
          weight: 4,
          arbitrary: fc.constantFrom(...happenings).map((cancels) => ({ action: "cancel" as const, cancels })),
        },
        { weight: 2, arbitrary: fc.constant({ action: "update" as const }) },
        { weight: 1, arbitrary: fc.constant({ action: "delete" as const }) },
      ),
      values,
      occurredAt,
      fc.nat(59),
    )
    .map(
      ([action, said, occurred, minute]): Said => ({
        ...action,
        ...said,
        ...(occurred === undefined ? {} : { occurredAt: occurred }),
        minute,
      }),
    );
  const history = (maxLength: number, minLength = 0) =>
    fc.uniqueArray(event, { selector: (each) => each.minute, minLength, maxLength });

  it("is nothing: every order of up to five events", () => {
    fc.assert(
      fc.property(history(5), (events) => {
        const expected = stay(...events);
        for (const order of permutations(events)) expect(stay(...order)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("is nothing: every order of six", () => {
    fc.assert(
      fc.property(history(6, 6), (events) => {
        const expected = stay(...events);
        for (const order of permutations(events)) expect(stay(...order)).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it("is nothing: some orders of many", () => {
    const shuffled = history(30).chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, ([events, order]) => {
        expect(stay(...order)).toEqual(stay(...events));
      }),
    );
  });

  it("is nothing for a cancel that comes before what it cancels, and for a discharge said twice", () => {
    const events = [
      ADMITTED,
      MOVED,
      LEFT,
      { ...LEFT, minute: 5 },
      { minute: 6, action: "cancel", cancels: "discharge" },
    ] as const;
    for (const order of permutations<Said>(events))
      expect(stay(...order)).toMatchObject({ status: "finished", dischargedAt: at(4) });
  });

  it("is nothing for what is said again", () => {
    const said: EncounterEvent = { action: "admit", recordedAt: at(0), journalId: 1 };
    const once = withEvent({ events: [], base: null }, said);
    expect(withEvent(once, said)).toEqual(once);
  });
});

describe("an encounter", () => {
  it("goes from plan to stay to end, and keeps what later events do not say", () => {
    const planned = { minute: -1, action: "plan", specialty: "300", expectedAt: at(0) } as const;
    expect(stay(planned, ADMITTED, MOVED, LEFT)).toMatchObject({
      status: "finished",
      specialty: "300",
      location: "WARD 2",
      admittedAt: at(0),
      dischargedAt: at(4),
      expectedAt: null,
    });
  });

  it("takes from a late event what is not known better", () => {
    const late = stay(
      { ...MOVED, minute: 5 },
      { minute: 6, action: "update", specialty: "301" },
      { ...ADMITTED, specialty: "100" },
    );
    expect(late).toMatchObject({ status: "in-progress", location: "WARD 2", admittedAt: at(0), specialty: "301" });
    expect(late.recordedAt.toISOString()).toBe(at(6));
  });

  it("waits for a transfer until it happens", () => {
    const pending = { minute: 1, action: "plan-transfer", pendingLocation: "WARD 2", expectedAt: at(3) } as const;
    expect(stay(ADMITTED, pending)).toMatchObject({ location: "WARD 1", pendingLocation: "WARD 2", expectedAt: at(3) });
    expect(stay(ADMITTED, pending, MOVED)).toMatchObject({
      location: "WARD 2",
      pendingLocation: null,
      expectedAt: null,
    });
    const cancelled = { minute: 3, action: "cancel", cancels: "plan-transfer" } as const;
    expect(stay(ADMITTED, pending, cancelled)).toMatchObject({ pendingLocation: null, expectedAt: null });
  });

  it("begins again by an admission after its end", () => {
    expect(stay(ADMITTED, LEFT, { minute: 5, action: "admit", location: "WARD 3" })).toMatchObject({
      status: "in-progress",
      location: "WARD 3",
      dischargedAt: null,
      dischargeDestination: null,
    });
  });

  it("is gone when it is deleted, until it is planned or begins again", () => {
    const deleted = { minute: 3, action: "delete" } as const;
    const gone = stay(ADMITTED, MOVED, deleted, { minute: 5, action: "update", specialty: "301" });
    expect(gone).toMatchObject({ status: "deleted", location: null, specialty: null });
    expect(stay(ADMITTED, deleted, { minute: 5, action: "admit", location: "WARD 4" })).toMatchObject({
      status: "in-progress",
      location: "WARD 4",
      admittedAt: null,
    });
  });
});

describe("a cancel", () => {
  const cancel = (cancels: NonNullable<Said["cancels"]>, minute = 9): Said => ({ minute, action: "cancel", cancels });

  it("takes back the discharge (A13)", () => {
    expect(stay(ADMITTED, LEFT, cancel("discharge"))).toEqual({
      ...stay(ADMITTED),
      recordedAt: new Date(at(9)),
    });
  });

  it("takes back the transfer (A12)", () => {
    expect(stay(ADMITTED, MOVED, { ...MOVED, minute: 3, location: "WARD 3" }, cancel("transfer"))).toMatchObject({
      location: "WARD 2",
    });
  });

  it("takes back the only admission (A11), with all that followed from it", () => {
    expect(stay(ADMITTED, cancel("admit"))).toMatchObject({ status: "cancelled", location: "WARD 1" });
    const after = { minute: 10, action: "update", specialty: "300" } as const;
    expect(stay(ADMITTED, MOVED, cancel("admit"), after)).toMatchObject({ status: "cancelled" });
  });

  it("leaves the plan and the other admission", () => {
    const planned = { minute: -1, action: "plan", location: "WARD 9" } as const;
    expect(stay(planned, ADMITTED, cancel("admit"))).toMatchObject({ status: "planned", location: "WARD 9" });
    expect(stay(ADMITTED, { ...ADMITTED, minute: 1 }, cancel("admit"))).toMatchObject({ status: "in-progress" });
    expect(stay(planned, cancel("plan"))).toMatchObject({ status: "cancelled" });
  });

  it("takes back leave and return (A52, A53)", () => {
    const [leave, back] = [{ minute: 1, action: "leave" } as const, { minute: 2, action: "return" } as const];
    expect(stay(ADMITTED, leave)).toMatchObject({ status: "on-leave" });
    expect(stay(ADMITTED, leave, cancel("leave"))).toMatchObject({ status: "in-progress" });
    expect(stay(ADMITTED, leave, back)).toMatchObject({ status: "in-progress" });
    expect(stay(ADMITTED, leave, back, cancel("return"))).toMatchObject({ status: "on-leave" });
  });

  it("takes the event that happened when EVN-6 says, else the latest", () => {
    const moves = [
      { ...MOVED, minute: 2, occurredAt: at(1), location: "WARD 2" },
      { ...MOVED, minute: 3, occurredAt: at(3), location: "WARD 3", specialty: "300" },
    ] as const;
    const first = { ...cancel("transfer"), occurredAt: at(1) };
    expect(stay(ADMITTED, moves[0], { ...moves[1], location: undefined as never }, first)).toMatchObject({
      location: "WARD 1",
      specialty: "300",
    });
    expect(stay(ADMITTED, ...moves, { ...first, occurredAt: at(50) })).toMatchObject({ location: "WARD 2" });
  });

  it("of what never came says that much", () => {
    expect(stay(cancel("admit"))).toMatchObject({ status: "cancelled" });
    expect(stay(cancel("discharge"))).toMatchObject({ status: "in-progress", dischargedAt: null });
  });
});

describe("an encounter with very many events", () => {
  const updates = (count: number) =>
    Array.from({ length: count }, (_, index): Said => ({ minute: index + 1, action: "update", location: `W${index}` }));

  const historyOf = (events: readonly Said[]) =>
    events.reduce<ReturnType<typeof withEvent>>(
      (known, { minute, ...said }, index) =>
        withEvent(known, { ...said, recordedAt: at(minute), journalId: index + 1 }),
      { events: [], base: null },
    );

  it("keeps as many as the limit one by one, and one more folds the oldest", () => {
    const full = historyOf([ADMITTED, ...updates(EVENTS_PER_ENCOUNTER_MAX - 1)]);
    expect(full).toMatchObject({ base: null });
    expect(full.events).toHaveLength(EVENTS_PER_ENCOUNTER_MAX);
    const over = historyOf([ADMITTED, ...updates(EVENTS_PER_ENCOUNTER_MAX)]);
    expect(over.events).toHaveLength(EVENTS_PER_ENCOUNTER_MAX);
    expect(over.base).toMatchObject({ status: "in-progress", admittedAt: at(0), location: "WARD 1" });
    expect(foldEncounter(over.events, over.base)).toMatchObject({
      admittedAt: at(0),
      location: `W${EVENTS_PER_ENCOUNTER_MAX - 1}`,
    });
  });

  it("takes from what is older than its base only what it did not know", () => {
    const over = historyOf([ADMITTED, ...updates(EVENTS_PER_ENCOUNTER_MAX + 5)]);
    const late = withEvent(over, {
      action: "update",
      location: "OLD",
      specialty: "300",
      recordedAt: at(2),
      journalId: 9999,
    });
    expect(late.base).toMatchObject({ location: over.base?.location, specialty: "300" });
    expect(late.events).toEqual(over.events);
  });
});
