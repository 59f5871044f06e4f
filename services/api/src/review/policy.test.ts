import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONFIG } from "../rig.ts";
import { isSecondNeeded } from "./policy.ts";

const policyOf = (share: number) => ({ ...CONFIG.review, secondReview: { kinds: { "possible-match": share } } });
const task = fc.nat().map((taskId) => ({ taskId, kind: "possible-match" as const }));

describe("a second review", () => {
  test("is asked for of all, of none, and of whatever is drawn for a smaller share also for a larger", () => {
    const shares = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(task, shares, (each, [one, other]) => {
        expect(isSecondNeeded(each, policyOf(1))).toBe(true);
        expect(isSecondNeeded(each, policyOf(0))).toBe(false);
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        if (isSecondNeeded(each, policyOf(less))) expect(isSecondNeeded(each, policyOf(more))).toBe(true);
        expect(isSecondNeeded({ ...each, kind: "fits-two" }, policyOf(1))).toBe(false);
      }),
    );
  });

  test("is asked for of the share that policy names", () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => ({
      taskId: index * 250_000,
      kind: "possible-match" as const,
    }));
    const drawn = ids.filter((each) => isSecondNeeded(each, policyOf(0.05))).length;
    // Five standard deviations of a binomial: 1000 ± 154.
    expect(Math.abs(drawn - 1_000)).toBeLessThan(154);
  });
});
