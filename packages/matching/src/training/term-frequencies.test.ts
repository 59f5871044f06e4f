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
  it("are shares of the records that state the field, whatever the order and however shared out", () => {
    fc.assert(
      fc.property(records, fc.nat(), (all, cut) => {
        const table = termFrequenciesOf(counted(all).counts());
        expect(termFrequenciesOf(counted(all.toReversed()).counts())).toEqual(table);
        const at = all.length === 0 ? 0 : cut % all.length;
        const merged = counted(all.slice(0, at));
        merged.merge(structuredClone(counted(all.slice(at)).counts()));
        expect(Object.entries(termFrequenciesOf(merged.counts()).frequencies)).toEqual(
          Object.entries(table.frequencies),
        );
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
    const all = ["a", "a", "a", "a", "a", "b", "b", "c"].map((term) => [term]);
    const table = termFrequenciesOf(counted(all).counts(), { ofSamePerson: 2 });
    expect(table).toMatchObject({ frequencies: { a: 3 / 8, b: 1 / 8 }, other: 1 / 8 });
  });
});
