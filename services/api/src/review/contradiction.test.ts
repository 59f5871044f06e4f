import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contradictionOf, type Rule } from "./contradiction.ts";

const rule = fc.record<Rule>({
  kind: fc.constantFrom("same", "different"),
  sourceRecordId: fc.integer({ min: 1, max: 7 }),
  otherSourceRecordId: fc.integer({ min: 1, max: 7 }),
});
const rules = fc.uniqueArray(rule, { maxLength: 12, selector: (each) => keyOf(each) });

function keyOf({ sourceRecordId: one, otherSourceRecordId: other }: Rule): string {
  return [one, other].sort((a, b) => a - b).join(" ");
}

/** What is in force once the proposal is laid down. */
const together = (standing: readonly Rule[], proposed: readonly Rule[]) => {
  const decided = new Set(proposed.map(keyOf));
  return [...standing.filter((each) => !decided.has(keyOf(each))), ...proposed];
};

/** Which records are one patient: the sets that `same` rules join, found by joining until nothing changes. */
function patients(all: readonly Rule[]): Map<number, number> {
  const patientOf = new Map(Array.from({ length: 7 }, (_, index) => [index + 1, index + 1]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { kind, sourceRecordId: one, otherSourceRecordId: other } of all) {
      const least = Math.min(patientOf.get(one) ?? 0, patientOf.get(other) ?? 0);
      if (kind !== "same" || patientOf.get(one) === patientOf.get(other)) continue;
      patientOf.set(one, least);
      patientOf.set(other, least);
      changed = true;
    }
  }
  return patientOf;
}

describe("a contradiction", () => {
  test("is found exactly where two records that are different would be one patient", () => {
    fc.assert(
      fc.property(rules, rules, (standing, proposed) => {
        const all = together(standing, proposed);
        const patientOf = patients(all);
        const isThere = all.some(
          ({ kind, sourceRecordId: one, otherSourceRecordId: other }) =>
            kind === "different" && one !== other && patientOf.get(one) === patientOf.get(other),
        );
        expect(contradictionOf(standing, proposed) !== null).toBe(isThere);
      }),
    );
  });

  test("is shown as a way: each step a `same` rule, its ends a `different` one, no record twice", () => {
    fc.assert(
      fc.property(rules, rules, (standing, proposed) => {
        const path = contradictionOf(standing, proposed);
        if (!path) return;
        const all = together(standing, proposed);
        const says = (kind: Rule["kind"], one: number, other: number) =>
          all.some((each) => each.kind === kind && keyOf(each) === [one, other].sort((a, b) => a - b).join(" "));
        for (const [index, here] of path.slice(1).entries()) expect(says("same", path[index] ?? 0, here)).toBe(true);
        expect(says("different", path[0] ?? 0, path.at(-1) ?? 0)).toBe(true);
        expect(new Set(path).size).toBe(path.length);
      }),
    );
  });

  test("is the same whichever way round rules are written, and one more rule that agrees makes none", () => {
    fc.assert(
      fc.property(rules, (standing) => {
        const turned = standing.map(({ kind, sourceRecordId, otherSourceRecordId }) => ({
          kind,
          sourceRecordId: otherSourceRecordId,
          otherSourceRecordId: sourceRecordId,
        }));
        const found = contradictionOf(standing, []);
        expect(contradictionOf(turned, [])?.length).toBe(found?.length);
        if (found) return;
        const patientOf = patients(standing);
        const joined = [...patientOf].flatMap(([one, patient]) =>
          [...patientOf].flatMap(([other, its]) =>
            one < other && patient === its && !standing.some((each) => keyOf(each) === `${one} ${other}`)
              ? [{ kind: "same" as const, sourceRecordId: one, otherSourceRecordId: other }]
              : [],
          ),
        );
        expect(contradictionOf(standing, joined)).toBeNull();
      }),
    );
  });

  test("tells the chain that closes", () => {
    const standing: Rule[] = [
      { kind: "same", sourceRecordId: 1, otherSourceRecordId: 2 },
      { kind: "same", sourceRecordId: 3, otherSourceRecordId: 4 },
      { kind: "different", sourceRecordId: 4, otherSourceRecordId: 1 },
    ];
    const proposed: Rule[] = [{ kind: "same", sourceRecordId: 2, otherSourceRecordId: 3 }];
    expect(contradictionOf(standing, proposed)).toEqual([4, 3, 2, 1]);
    expect(contradictionOf(standing, [])).toBeNull();
  });

  test("is not with an earlier word about the very pair: the later one takes its place", () => {
    const pair = { sourceRecordId: 1, otherSourceRecordId: 2 };
    expect(contradictionOf([{ kind: "different", ...pair }], [{ kind: "same", ...pair }])).toBeNull();
  });
});
