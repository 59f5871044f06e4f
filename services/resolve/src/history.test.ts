import {
  type Address,
  CLEARED,
  type Demographics,
  EMPTY,
  formerValuesOf,
  HISTORY_FIELDS,
  type Identifier,
  type PastValue,
  type PersonName,
  pastValuesOf,
  SAID_VALUE_LENGTH_MAX,
  SAID_VALUES_MAX,
  type SourceRecord,
  STATEMENTS_MAX,
  saidValuesOf,
  unsureFieldsAsOf,
  value,
  wordsAsOf,
} from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hearAndKeep, type SourceFacts, type Spoken } from "./statement.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();
type Step = Spoken & { readonly minute: number };

/** Heard in this order, and read back from the store after each. */
const heard = (steps: readonly Step[]): SourceFacts | undefined =>
  steps.reduce<SourceFacts | undefined>(
    (known, { minute, ...spoken }) =>
      JSON.parse(JSON.stringify(hearAndKeep(known, spoken, { recordedAt: at(minute), journalId: minute + 1 }))),
    undefined,
  );
const asRecord = (facts: SourceFacts | undefined) =>
  [{ sourceRecordId: 7, status: "active" as const, ...facts }] as (Pick<SourceRecord, "sourceRecordId" | "status"> &
    SourceFacts)[];

const name = (family: string, more: Partial<PersonName> = {}): PersonName => ({
  use: "usual",
  family,
  given: ["Ellen"],
  ...more,
});
const NHS: Identifier = { authority: "NHS", value: "9990004951", type: "NH", trust: "verified" };
const local = (id: string): Identifier => ({ authority: "RBD", value: id, type: "MR" });

const statement = fc
  .record({
    minute: fc.nat(40),
    identifiers: fc.subarray([NHS, local("1"), local("2")]),
    names: fc.constantFrom(
      undefined,
      EMPTY,
      CLEARED,
      value([name("Marsh")]),
      value([name("Shore"), name("Quay", { use: "maiden" })]),
    ),
    sex: fc.constantFrom(undefined, CLEARED, value("female" as const), value("male" as const)),
    generalPractice: fc.constantFrom(undefined, value({ code: "J81012" }), value({ code: "J81999", display: "Quay" })),
  })
  .map(
    ({ minute, identifiers, ...fields }): Step => ({
      ...{ minute, identifiers },
      demographics: Object.fromEntries(Object.entries(fields).filter(([, said]) => said !== undefined)) as Demographics,
    }),
  );
const history = fc.uniqueArray(statement, { selector: ({ minute }) => minute, minLength: 1, maxLength: 9 });
const shuffledHistory = history.chain((steps) =>
  fc.tuple(fc.constant(steps), fc.shuffledSubarray(steps, { minLength: steps.length })),
);

/** What a field was ever said to be, by reading all messages at once. */
function said(steps: readonly Step[], field: (typeof HISTORY_FIELDS)[number]) {
  const values = new Map<string, { value: unknown; minutes: number[] }>();
  for (const { minute, identifiers, demographics } of steps.toSorted((a, b) => a.minute - b.minute)) {
    const statement = field === "identifiers" ? value(identifiers) : demographics[field];
    if (statement === undefined || statement.said === "empty") continue;
    const stated = statement.said === "value" ? statement.value : null;
    if (field === "identifiers" && identifiers.length === 0) continue;
    const key = JSON.stringify(stated);
    values.set(key, { value: stated, minutes: [...(values.get(key)?.minutes ?? []), minute] });
  }
  return [...values.values()].map(({ value, minutes }) => ({
    value,
    said: minutes.map((minute) => [at(minute), minute + 1]),
  }));
}
const byTime = (values: readonly { said: unknown; value: unknown }[]) =>
  values.map((each) => JSON.stringify([each.said, each.value])).sort();

describe("what a record ever said", () => {
  it("is of every value the times at which it was said, whatever order the messages came in", () => {
    fc.assert(
      fc.property(shuffledHistory, ([steps, order]) => {
        const facts = heard(order);
        if (!facts) throw new Error("Nobody spoke.");
        for (const field of HISTORY_FIELDS) {
          // The first message of a record names no id here: nobody said that there is none.
          const kept = saidValuesOf(facts, field).filter(
            ({ value }) => field !== "identifiers" || (value as []).length > 0,
          );
          expect(byTime(kept)).toEqual(byTime(said(steps, field)));
        }
      }),
    );
  });

  it("costs nothing for a record that is heard once, and next to nothing while it says the same", () => {
    const same = {
      identifiers: [NHS, local("1")],
      demographics: { names: value([name("Marsh")]), sex: value("female" as const) },
    };
    expect(heard([{ minute: 0, ...same }])?.former).toBeUndefined();
    const again = heard([0, 3, 5].map((minute) => ({ minute, ...same })));
    expect(again?.former).toEqual({ since: [at(0), 1], heard: [[at(3), 4]], fields: {} });
    const twice = heard([0, 3, 5, 3, 5].map((minute) => ({ minute, ...same })));
    expect(twice).toEqual(again);
  });

  it("is kept of what changes alone: a value that was said whenever the record was heard needs no times of its own", () => {
    const steps = [..."AAABBBB"].map((family, minute) => ({
      ...{ minute, identifiers: [local("1")] },
      demographics: { names: value([name(family)]), sex: value("female" as const) },
    }));
    expect(heard(steps)?.former?.fields).toEqual({
      names: [{ first: [at(3), 4] }, { value: [name("A")], last: [at(2), 3] }],
    });
  });

  it("is kept of a field that was said again where the ids of the patient were not", () => {
    const sex = { identifiers: [], demographics: { sex: value("female" as const) } };
    const facts = heard([0, 3].map((minute) => ({ minute, ...sex }))) as SourceFacts;
    expect(saidValuesOf(facts, "sex")).toEqual([
      {
        value: "female",
        said: [
          [at(0), 1],
          [at(3), 4],
        ],
      },
    ]);
  });

  it("is exact of the last so many statements, and before these of every value the first and the last", () => {
    const steps = [...Array(STATEMENTS_MAX * 2).keys()].map(
      (minute): Step => ({
        ...{ minute, identifiers: [local("1")] },
        demographics: { language: value(minute % 3 === 0 ? "en" : "cy"), religion: value("none") },
      }),
    );
    const facts = heard(steps) as SourceFacts;
    const [start, end] = [STATEMENTS_MAX, STATEMENTS_MAX * 2];
    const minutes = (of: "en" | "cy") =>
      [...Array(end).keys()].filter(
        (minute) => (minute < 2 || minute >= start) && (minute % 3 === 0) === (of === "en"),
      );
    const said = (["en", "cy"] as const).map((of) => ({
      value: of,
      said: minutes(of).map((minute) => [at(minute), minute + 1]),
    }));
    expect(byTime(saidValuesOf(facts, "language"))).toEqual(byTime(said));
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (order) => {
        expect(heard(order)).toEqual(facts);
      }),
      { numRuns: 3 },
    );
    // One of them may have been said between; of what always was the same there is no doubt.
    expect(unsureFieldsAsOf(facts, at(start - 1))).toEqual(["language"]);
    expect(unsureFieldsAsOf(facts, at(start))).toEqual([]);
  });

  it("keeps so many values of a field: those that were said last", () => {
    const steps = [...Array(SAID_VALUES_MAX + 3).keys()].map(
      (minute): Step => ({
        ...{ minute, identifiers: [] },
        demographics: { language: value(`l${minute}`) },
      }),
    );
    const languages = (order: readonly Step[]) =>
      new Set(saidValuesOf(heard(order) as SourceFacts, "language").map(({ value }) => value));
    expect(languages(steps).size).toBe(SAID_VALUES_MAX);
    expect(languages(steps).has("l2")).toBe(false);
    expect(languages(steps.toReversed())).toEqual(languages(steps));
  });

  it("keeps no value that is longer than its limit, once the record has another", () => {
    const languages = (length: number) =>
      saidValuesOf(
        heard(
          ["x".repeat(length), "en"].map((language, minute) => ({
            ...{ minute, identifiers: [] },
            demographics: { language: value(language) },
          })),
        ) as SourceFacts,
        "language",
      ).length;
    // As JSON it has its quotes.
    expect([languages(SAID_VALUE_LENGTH_MAX - 2), languages(SAID_VALUE_LENGTH_MAX - 1)]).toEqual([2, 1]);
  });
});

describe("the periods of a record's values", () => {
  const moved = heard([
    { minute: 1, identifiers: [local("1")], demographics: { names: value([name("Marsh", { prefix: "Miss" })]) } },
    { minute: 9, identifiers: [], demographics: { names: value([name("Shore", { prefix: "Mrs" })]) } },
    // A laboratory knows less of the name.
    { minute: 12, identifiers: [], demographics: { names: value([name("Shore")]) } },
    { minute: 4, identifiers: [], demographics: { names: value([name("Marsh", { prefix: "Miss" })]) } },
  ]);

  it("end when something else was said, and are open while it is so; a part of a name is no other name", () => {
    expect(pastValuesOf(asRecord(moved), "names")).toEqual([
      { field: "names", sourceRecordId: 7, value: name("Shore", { prefix: "Mrs" }), from: [at(9), 10], to: null },
      {
        ...{ field: "names", sourceRecordId: 7, value: name("Marsh", { prefix: "Miss" }) },
        ...{ from: [at(1), 2], to: [at(9), 10] },
      },
    ]);
    expect(formerValuesOf(asRecord(moved), "names").map(({ value }) => value.family)).toEqual(["Marsh"]);
    expect(pastValuesOf(asRecord(moved), "identifiers")).toMatchObject([{ value: local("1"), to: null }]);
  });

  it("are several of a value that came back, whatever order the messages came in", () => {
    const steps = [..."ABABA"].map((family, minute) => ({
      ...{ minute, identifiers: [local("1")] },
      demographics: { names: value([name(family)]) },
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (order) => {
        const facts = heard([...order, ...order]);
        const periods = (past: readonly PastValue<"names">[]) =>
          past.map(({ value, from, to }) => `${value.family} ${from?.[1]} to ${to?.[1] ?? "now"}`);
        const past = ["B 4 to 5", "A 3 to 4", "B 2 to 3", "A 1 to 2"];
        expect(periods(pastValuesOf(asRecord(facts), "names"))).toEqual(["A 5 to now", ...past]);
        expect(periods(formerValuesOf(asRecord(facts), "names"))).toEqual(past);
        for (const { minute, demographics } of steps)
          expect(wordsAsOf(facts as SourceFacts, at(minute)).demographics.names?.value).toEqual(
            demographics.names.said === "value" ? demographics.names.value : undefined,
          );
      }),
    );
  });

  it("of a name that was first said in part begin with the part", () => {
    const facts = heard([
      { minute: 1, identifiers: [], demographics: { names: value([name("Shore")]) } },
      { minute: 4, identifiers: [], demographics: { names: value([name("Shore", { prefix: "Mrs" })]) } },
    ]);
    expect(pastValuesOf(asRecord(facts), "names")).toMatchObject([
      { value: name("Shore", { prefix: "Mrs" }), from: [at(1), 2], to: null },
    ]);
  });

  it("are over for a record's own sake alone: what another record said all the while is not former", () => {
    const said = (family: string, minute: number): Step => ({
      ...{ minute, identifiers: [] },
      demographics: { names: value([name(family)]) },
    });
    const [one] = asRecord(heard([said("Marsh", 1), said("Shore", 9)]));
    const [other] = asRecord(heard([said("Marsh", 5)]));
    if (!one || !other) throw new Error("Nobody spoke.");
    expect(formerValuesOf([one, { ...other, sourceRecordId: 8 }], "names")).toEqual([]);
  });

  it("of what its sender calls previous have ended when it was first said", () => {
    const before: Address = { use: "previous", lines: ["1 Quay"], postcode: "BH15 1AA" };
    const home: Address = { use: "home", lines: ["2 Quay"], postcode: "BH15 1AB" };
    const facts = heard([{ minute: 5, identifiers: [], demographics: { addresses: value([home, before]) } }]);
    expect(formerValuesOf(asRecord(facts), "addresses")).toMatchObject([{ value: before, from: null, to: [at(5), 6] }]);
  });

  it("of a record that was merged away have all ended when it spoke last", () => {
    const retired = asRecord(moved).map((record) => ({ ...record, status: "retired" as const }));
    expect(pastValuesOf(retired, "names")[0]).toMatchObject({ value: { family: "Shore" }, to: [at(12), 13] });
  });
});

describe("a record as of a moment", () => {
  it("is what was heard until then, whatever came and went, and in whatever order it came", () => {
    fc.assert(
      fc.property(shuffledHistory, fc.nat(41), ([steps, order], minute) => {
        const facts = heard(order);
        if (!facts) throw new Error("Nobody spoke.");
        const then = heard(steps.filter((step) => step.minute <= minute).toSorted((a, b) => a.minute - b.minute));
        for (const field of ["sex", "generalPractice"] as const)
          expect(wordsAsOf(facts, at(minute)).demographics[field]).toEqual(then?.demographics[field]);
        expect(unsureFieldsAsOf(facts, at(minute))).toEqual([]);
      }),
    );
  });

  it("is what was heard until then of lists too, where the messages came in order", () => {
    fc.assert(
      fc.property(history, fc.nat(41), (unordered, minute) => {
        const steps = unordered.toSorted((a, b) => a.minute - b.minute);
        const facts = heard(steps);
        if (!facts) throw new Error("Nobody spoke.");
        const then = heard(steps.filter((step) => step.minute <= minute));
        expect(wordsAsOf(facts, at(minute)).demographics).toEqual(then?.demographics ?? {});
        expect(wordsAsOf(facts, at(minute)).identifiers.value ?? []).toEqual(then?.identifiers.value ?? []);
      }),
    );
  });

  it("keeps the parts of a name that were not spoken of", () => {
    const facts = heard([
      { minute: 1, identifiers: [], demographics: { names: value([name("Shore", { prefix: "Mrs" })]) } },
      { minute: 3, identifiers: [], demographics: { names: value([name("Shore")]) } },
      { minute: 9, identifiers: [], demographics: { names: value([name("Marsh")]) } },
    ]) as SourceFacts;
    expect(wordsAsOf(facts, at(5)).demographics.names?.value).toEqual([name("Shore", { prefix: "Mrs" })]);
    expect(wordsAsOf(facts, at(0)).demographics).toEqual({});
  });
});
