import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchRecord } from "../match-record.arbitrary.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { partValues } from "./key-parts.ts";
import { type Keys, RuleKeys } from "./rule-keys.ts";

const EXTRAS = ["job"];
const PARTS = ["familyName", "familySound", "givenName", "birthDate", "postcode", "phone", "sex", "column:job"];

const people = fc.array(
  fc.tuple(matchRecord, fc.constantFrom("clerk", "Clerk", "nurse", "")).map(([record, job]) => prepare(record, [job])),
  { maxLength: 12 },
);
const rules = fc.uniqueArray(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 3 });

const keysAt = ({ rows: { offsets, values } }: Keys, record: number): Set<number> =>
  new Set(values.slice(offsets[record], offsets[record + 1]));
const meet = (keys: Keys, left: number, right: number): boolean =>
  !keysAt(keys, left).isDisjointFrom(keysAt(keys, right));

/** Two records share a value of the part. */
const sharePart = (part: string, a: Prepared, b: Prepared): boolean => {
  const valuesOf = partValues(part, EXTRAS);
  return valuesOf(a).some((value) => value !== "" && valuesOf(b).includes(value));
};

describe("keys of a rule", () => {
  it("are shared exactly where a value of every part is", () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        const keys = new RuleKeys(records, EXTRAS).of(rule);
        for (const [left, a] of records.entries())
          for (const [right, b] of records.entries())
            expect([left, right, meet(keys, left, right)]).toEqual([
              left,
              right,
              rule.every((part) => sharePart(part, a, b)),
            ]);
      }),
    );
  });

  it("are numbers from 0 without gaps, each of a record once", () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        const { rows, count } = new RuleKeys(records, EXTRAS).of(rule);
        expect(new Set(rows.values)).toEqual(new Set(Array.from({ length: count }, (_, key) => key)));
        const of = records.map((_, record) => keysAt({ rows, count }, record).size);
        expect(of.reduce((sum, size) => sum + size, 0)).toBe(rows.values.length);
      }),
    );
  });

  it("are the same whatever the order of the rule's parts, but for their numbers", () => {
    fc.assert(
      fc.property(people, rules, (records, rule) => {
        const keys = new RuleKeys(records, EXTRAS);
        const [one, other] = [keys.of(rule), keys.of(rule.toReversed())];
        expect(other.count).toBe(one.count);
        for (const left of records.keys())
          for (const right of records.keys()) expect(meet(other, left, right)).toBe(meet(one, left, right));
      }),
    );
  });

  it("of a record with too many values are those of the smallest, in whatever order it has them", () => {
    const empty = prepare({ names: [], postcodes: [], addressLines: [], phones: [], emails: [] });
    const phones = Array.from({ length: 12 }, (_, digit) => String(700_900_100 + digit));
    fc.assert(
      fc.property(fc.shuffledSubarray(phones, { minLength: 12 }), (shuffled) => {
        const records = [phones, shuffled, phones.slice(0, 1), phones.slice(7, 8), phones.slice(8, 9)];
        const keys = new RuleKeys(
          records.map((each) => ({ ...empty, phones: each })),
          [],
        ).of(["phone"]);
        expect(keysAt(keys, 1)).toEqual(keysAt(keys, 0));
        expect([2, 3, 4].map((other) => meet(keys, 1, other))).toEqual([true, true, false]);
      }),
    );
  });

  it("need a part, and one that is known", () => {
    const keys = new RuleKeys([], EXTRAS);
    expect(() => keys.of([])).toThrow("A blocking rule names at least one part.");
    expect(() => keys.of(["familyName", "shoeSize"])).toThrow("shoeSize");
  });
});
