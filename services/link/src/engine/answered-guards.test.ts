import { BatchPreparer, defaultModel, GuardsInContext, scorerOf } from "@chesil/matching";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnsweredGuards } from "./answered-guards.ts";

/** Records of one birth date and family name, by their given names. */
function guardsOf(givens: readonly string[]): GuardsInContext {
  const preparer = new BatchPreparer();
  const records = givens.map((given) =>
    preparer.prepare({
      names: [{ family: "Castell", given: [given] }],
      birthDate: "2014-05-09",
      postcodes: ["DT1 1XJ"],
      addressLines: [],
      phones: [],
      emails: [],
    }),
  );
  return new GuardsInContext(records, scorerOf(defaultModel));
}
const pair = (left: number, right: number, isMatch = true) => ({ left, right, isMatch });
const GIVENS = ["Jayden", "Hector", "Lionel"];

describe("guards that people answered", () => {
  it("forbid nothing between records that are one by what was said, or plainly like one of those; all else as before", () => {
    const cases = fc.record({
      givens: fc.array(fc.nat(2), { minLength: 2, maxLength: 8 }),
      said: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.boolean()), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(cases, ({ givens, said }) => {
        const guards = guardsOf(givens.map((at) => GIVENS[at] as string));
        const decisions = said
          .map(([a, b, isMatch]) => pair(a % givens.length, b % givens.length, isMatch))
          .filter(({ left, right }) => left !== right);
        const answered = new AnsweredGuards(guards, decisions);
        // A given name is the same person's as another where records of the two were said to be one.
        const personOf = [0, 1, 2];
        for (const { left, right, isMatch } of decisions) {
          const [from, to] = [personOf[givens[left] as number], personOf[givens[right] as number]];
          if (isMatch)
            for (const [name, person] of personOf.entries()) if (person === from) personOf[name] = to as number;
        }
        for (const i of givens.keys())
          for (const j of givens.keys()) {
            if (i === j) continue;
            const { veto } = answered.judge(i, j);
            expect(veto).toBe(answered.judge(j, i).veto);
            if (guards.judge(i, j).veto === undefined) expect(veto).toBeUndefined();
            // Never beyond what was said of the two given names.
            else if (personOf[givens[i] as number] !== personOf[givens[j] as number]) expect(veto).toBe("twins");
          }
      }),
      { numRuns: 60 },
    );
  });

  it("let the whole of a person follow the one record of which it was said", () => {
    const guards = guardsOf(["Jayden", "Jayden", "Hector", "Lionel"]);
    const answered = new AnsweredGuards(guards, [pair(0, 2)]);
    expect([guards.judge(1, 2).veto, answered.judge(1, 2).veto]).toEqual(["twins", undefined]);
    expect([answered.judge(0, 2).veto, answered.judge(1, 3).veto]).toEqual([undefined, "twins"]);
    expect(new AnsweredGuards(guards, [pair(0, 2, false)]).judge(1, 2).veto).toBe("twins");
  });
});
