import type { Verdict } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreementOf } from "./agreement.ts";

const verdict = fc.constantFrom<Verdict>("same", "different", "unsure");
const pairs = fc.array(fc.tuple(verdict, verdict), { minLength: 1, maxLength: 60 });

describe("the agreement of two reviewers", () => {
  test("is the same whoever is called the first, in whatever order, and however often all of it is counted", () => {
    fc.assert(
      fc.property(pairs, (judged) => {
        const found = agreementOf(judged);
        expect(agreementOf(judged.map(([one, other]) => [other, one]))).toEqual(found);
        expect(agreementOf(judged.toReversed())).toEqual(found);
        const twice = agreementOf([...judged, ...judged]);
        expect(twice.rate).toBeCloseTo(found.rate ?? 0, 12);
        if (found.kappa !== null) expect(twice.kappa).toBeCloseTo(found.kappa, 12);
      }),
    );
  });

  test("is whole exactly where every pair agrees; kappa is at most the rate, and at least -1", () => {
    fc.assert(
      fc.property(pairs, (judged) => {
        const { rate, kappa } = agreementOf(judged);
        expect(rate === 1).toBe(judged.every(([one, other]) => one === other));
        if (kappa === null) return;
        expect(kappa).toBeLessThanOrEqual((rate ?? 0) + 1e-12);
        expect(kappa).toBeGreaterThanOrEqual(-1);
        expect(kappa === 1).toBe(rate === 1);
      }),
    );
  });

  test("is by chance where verdicts have nothing to do with each other", () => {
    const judged = (["same", "different"] as const).flatMap((one) =>
      (["same", "different"] as const).map((other) => [one, other] as const),
    );
    expect(agreementOf(judged)).toEqual({ pairs: 4, rate: 0.5, kappa: 0 });
  });

  // The table of Cohen's own kind: 20 yes-yes, 5 and 10 apart, 15 no-no: p = 0.7, e = 0.5.
  test("is what the text books compute", () => {
    const times = (count: number, one: Verdict, other: Verdict) =>
      Array.from({ length: count }, () => [one, other] as const);
    const judged = [
      ...times(20, "same", "same"),
      ...times(5, "same", "different"),
      ...times(10, "different", "same"),
      ...times(15, "different", "different"),
    ];
    const { rate, kappa } = agreementOf(judged);
    expect(rate).toBeCloseTo(0.7, 12);
    expect(kappa).toBeCloseTo(0.4, 12);
  });

  test("is not known without a pair, or where there was one verdict only", () => {
    expect(agreementOf([])).toEqual({ pairs: 0, rate: null, kappa: null });
    expect(agreementOf([["same", "same"]])).toEqual({ pairs: 1, rate: 1, kappa: null });
  });
});
