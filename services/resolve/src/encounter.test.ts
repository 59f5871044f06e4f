import type { EncounterEvent } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENTS_PER_ENCOUNTER_MAX, foldEncounter, withEvent } from "./encounter.ts";
import { ADMITTED, at, cancel, historyOf, LEFT, MOVED, permutations, type Said, stay } from "./encounter-fixture.ts";

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
  const field = fc.constantFrom("location", "specialty", "account", "admittedAt", "dischargedAt");
  const cleared = fc.option(fc.uniqueArray(field, { minLength: 1, maxLength: 3 }), { nil: undefined });
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
      cleared,
      occurredAt,
      fc.nat(59),
    )
    .map(
      ([action, said, deleted, occurred, minute]): Said => ({
        ...action,
        ...said,
        ...(deleted === undefined ? {} : { cleared: deleted }),
        ...(occurred === undefined ? {} : { occurredAt: occurred }),
        minute,
        // The movement says which message told it.
        journalId: minute + 1,
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
    expect(stay(ADMITTED, pending, cancel("plan-transfer"))).toMatchObject({ pendingLocation: null, expectedAt: null });
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

describe('what a sender deletes (`""`)', () => {
  it("is gone until it is said again, and what it does not name stays", () => {
    const said = { minute: 1, action: "update", specialty: "300", consultant: { code: "C1" } } as const;
    const deleted: Said = { minute: 3, action: "update", cleared: ["location", "specialty", "consultant"] };
    for (const order of permutations<Said>([ADMITTED, said, MOVED, deleted]))
      expect(stay(...order)).toMatchObject({ location: null, specialty: null, consultant: null, class: "inpatient" });
    const again = { minute: 4, action: "update", location: "WARD 3" } as const;
    expect(stay(ADMITTED, said, again, deleted)).toMatchObject({ location: "WARD 3", specialty: null });
  });

  it("is the time of a discharge only while none stands: what happened is cancelled, not deleted", () => {
    const deleted: Said = { minute: 5, action: "update", cleared: ["dischargedAt", "dischargeDestination"] };
    const expected = { minute: 3, action: "update", dischargedAt: at(7) } as const;
    expect(stay(ADMITTED, expected, deleted)).toMatchObject({ status: "in-progress", dischargedAt: null });
    expect(stay(ADMITTED, LEFT, deleted)).toMatchObject({
      status: "finished",
      dischargedAt: at(4),
      dischargeDestination: null,
    });
    expect(stay(ADMITTED, LEFT, deleted, cancel("discharge"))).toMatchObject({ dischargedAt: null });
  });
});

describe("an encounter with very many events", () => {
  const updates = (count: number) =>
    Array.from({ length: count }, (_, index): Said => ({ minute: index + 1, action: "update", location: `W${index}` }));

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
