import { describe, expect, it } from "vitest";
import { loadConfig } from "./config.ts";
import { review } from "./config-review.ts";

describe("the settings of review", () => {
  it("have a service level for each kind, no second review and every data manager where nothing is set", () => {
    const { serviceLevelHours, secondReview, reviewers } = review.parse({});
    expect(Object.keys(serviceLevelHours)).toHaveLength(8);
    expect(serviceLevelHours["possible-overlay"]).toBeLessThan(serviceLevelHours["possible-match"]);
    expect([secondReview, reviewers]).toEqual([{ kinds: {} }, []]);
  });

  it("change one kind and leave the others", () => {
    const { serviceLevelHours } = review.parse({ serviceLevelHours: { "fits-two": 1 } });
    expect(serviceLevelHours).toEqual({ ...review.parse({}).serviceLevelHours, "fits-two": 1 });
  });

  it("take a share from the environment, and say what is wrong with one", () => {
    const load = (share: string) =>
      loadConfig({ environment: { CHESIL__REVIEW__SECOND_REVIEW__KINDS__FITS_TWO: share }, folder: "/nonexistent" });
    const loaded = load("0.05");
    expect(loaded.ok && loaded.config.review.secondReview.kinds["fits-two"]).toBe(0.05);
    const refused = load("half");
    expect(refused.ok || refused.problems).toMatchObject([
      { setting: "review.secondReview.kinds.fits-two", remedy: "Give a number from 0 to 1." },
    ]);
  });

  it.each<[string, unknown]>([
    ["a kind that there is not", { serviceLevelHours: { "odd-one": 5 } }],
    ["no time at all", { serviceLevelHours: { "fits-two": 0 } }],
    ["more than a year", { serviceLevelHours: { "fits-two": 24 * 366 + 1 } }],
    ["more than all", { secondReview: { kinds: { "fits-two": 1.01 } } }],
    ["less than none", { secondReview: { kinds: { "fits-two": -0.01 } } }],
    ["a reviewer without a name", { reviewers: [""] }],
  ])("refuse %s", (_, settings) => {
    expect(review.safeParse(settings).success).toBe(false);
  });
});
