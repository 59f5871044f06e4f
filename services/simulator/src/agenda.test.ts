import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agenda } from "./agenda.ts";

describe("the agenda", () => {
  it("gives everything back in order of time, and within one instant in order of entry", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
        const agenda = new Agenda();
        const acted: [number, number][] = [];
        for (const [order, atMs] of times.entries()) agenda.add(atMs, () => acted.push([atMs, order]));
        for (let due = agenda.take(); due !== undefined; due = agenda.take()) due.act();
        const expected = times.map((atMs, order): [number, number] => [atMs, order]);
        expect(acted).toEqual(expected.toSorted((left, right) => left[0] - right[0] || left[1] - right[1]));
      }),
    );
  });
});
