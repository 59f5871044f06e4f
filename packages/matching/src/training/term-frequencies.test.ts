import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TermCounter, termFrequenciesOf } from "./term-frequencies.ts";

const records = fc.array(fc.array(fc.constantFrom(..."abcdefgh", "__proto__", "1"), { maxLength: 3 }), {
  maxLength: 80,
});

function counted(all: readonly (readonly string[])[]) {
  const counter = new TermCounter();
  for (const terms of all) counter.add(terms);
  return counter;
}

describe("term frequencies", () => {
  it("are shares of the records that state the field, whatever the order", () => {
    fc.assert(
      fc.property(records, (all) => {
        const table = termFrequenciesOf(counted(all).counts());
        expect(termFrequenciesOf(counted(all.toReversed()).counts())).toEqual(table);
        const stating = all.filter((terms) => terms.length > 0);
        for (const [term, share] of Object.entries(table.frequencies))
          expect(share).toBeCloseTo(stating.filter((terms) => terms.includes(term)).length / stating.length);
        for (const share of [table.floor, table.other, ...Object.values(table.frequencies)])
          expect(share > 0 && share < 1).toBe(true);
      }),
    );
  });

  it("keep the most frequent, and one share for the rest", () => {
    const all = ["a", "a", "a", "a", "b", "b", "b", "c", "c", "d"].map((term) => [term]);
    const table = termFrequenciesOf(counted(all).counts(), { termsMax: 2 });
    expect(table.frequencies).toEqual({ a: 0.4, b: 0.3 });
    expect(table.other).toBeCloseTo(0.15);
  });

  it("never list what a single record bears, and let nothing be rarer than the floor", () => {
    const all = [...Array.from({ length: 999 }, () => ["smith"]), ["featherstonehaugh"]];
    const table = termFrequenciesOf(counted(all).counts(), { floor: 0.01 });
    expect(Object.keys(table.frequencies)).toEqual(["smith"]);
    expect(table.other).toBe(0.01);
  });

  it("take off the other records of the same person", () => {
    const all = ["a", "a", "a", "a", "a", "b", "b", "b", "b", "c"].map((term) => [term]);
    const table = termFrequenciesOf(counted(all).counts(), { ofSamePerson: 2 });
    expect(table).toMatchObject({ frequencies: { a: 3 / 10, b: 2 / 10 }, other: 1 / 10 });
  });

  it("never list what no more records bear than one person has, nor what is said to be one person's", () => {
    fc.assert(
      fc.property(
        records,
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.subarray([..."abcdefgh"]),
        (all, of, listed) => {
          const counts = counted(all).counts();
          const ofSeveralPersons = (terms: ReadonlySet<string>) => terms.intersection(new Set(listed));
          const { frequencies } = termFrequenciesOf(counts, { ofSamePerson: of, ofSeveralPersons });
          for (const term of Object.keys(frequencies)) {
            expect(listed).toContain(term);
            expect((counts.counts.get(term) ?? 0) - of).toBeGreaterThan(1);
          }
        },
      ),
    );
  });
});
