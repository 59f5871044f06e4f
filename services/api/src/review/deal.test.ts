import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deal } from "./deal.ts";

const REVIEWERS = ["ann", "bob", "cat", "dan"];
const reviewers = fc.subarray(REVIEWERS);
const tasks = fc
  .array(fc.subarray(REVIEWERS), { maxLength: 30 })
  .map((excluded) => excluded.map((notTo, index) => ({ taskId: index + 1, notTo: new Set(notTo) })));
const load = fc
  .dictionary(fc.constantFrom(...REVIEWERS), fc.nat({ max: 9 }))
  .map((each) => new Map(Object.entries(each)));

describe("tasks dealt in turn", () => {
  test("go each to one who may have it, and are left only where nobody may", () => {
    fc.assert(
      fc.property(tasks, reviewers, load, (dealing, to, has) => {
        const { dealt, left } = deal(dealing, to, has);
        const given = [...dealt].flatMap(([reviewer, ids]) => ids.map((taskId) => ({ reviewer, taskId })));
        expect([...given.map(({ taskId }) => taskId), ...left].sort((a, b) => a - b)).toEqual(
          dealing.map(({ taskId }) => taskId),
        );
        for (const { reviewer, taskId } of given) {
          expect(to).toContain(reviewer);
          expect(dealing[taskId - 1]?.notTo.has(reviewer)).toBe(false);
        }
        for (const taskId of left) expect(to.every((each) => dealing[taskId - 1]?.notTo.has(each))).toBe(true);
      }),
    );
  });

  test("make shares level: nobody has two more than another who was given less", () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), load, (count, has) => {
        const dealing = Array.from({ length: count }, (_, index) => ({ taskId: index + 1, notTo: new Set<string>() }));
        const { dealt } = deal(dealing, REVIEWERS, has);
        const totals = REVIEWERS.map((each) => (has.get(each) ?? 0) + (dealt.get(each)?.length ?? 0));
        const givenTo = REVIEWERS.filter((each) => (dealt.get(each)?.length ?? 0) > 0);
        const least = Math.min(...totals);
        for (const each of givenTo) expect((totals[REVIEWERS.indexOf(each)] ?? 0) - least).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("do not depend on the order in which reviewers are named", () => {
    fc.assert(
      fc.property(tasks, load, (dealing, has) => {
        expect(deal(dealing, REVIEWERS.toReversed(), has)).toEqual(deal(dealing, REVIEWERS, has));
      }),
    );
  });
});
