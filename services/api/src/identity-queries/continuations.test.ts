import type { DemographicsQuery } from "@chesil/hl7";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Continuations, POINTER_AGE_MAX_MS, POINTERS_PER_FEED_MAX } from "./continuations.ts";

const query = (tag: string, family = "Smith"): DemographicsQuery => ({
  kind: "demographics",
  tag,
  withVisits: false,
  criteria: { family: { text: family, isStart: false } },
  domains: [],
});
const place = (after: string) => ({ after, total: 3, told: 1 });

function kept() {
  const now = { ms: 0 };
  return { now, continuations: new Continuations(() => new Date(now.ms)) };
}

describe("continuation pointers", () => {
  it("lead back to their place, as often as asked, for their feed and question alone", () => {
    const { continuations } = kept();
    const pointer = continuations.keep("epr", query("T1"), place("a"));
    expect(pointer).toMatch(/^[0-9A-F]{32}$/);
    expect(continuations.find("epr", pointer, query("T1"))).toMatchObject(place("a"));
    expect(continuations.find("epr", pointer, query("T1"))).toMatchObject(place("a"));
    expect(continuations.find("pas", pointer, query("T1"))).toBeUndefined();
    expect(continuations.find("epr", pointer, query("T2"))).toBeUndefined();
    expect(continuations.find("epr", pointer, query("T1", "Jones"))).toBeUndefined();
    expect(continuations.find("epr", "nonsense", query("T1"))).toBeUndefined();
  });

  it("end with their age, and when their query is cancelled", () => {
    const { continuations, now } = kept();
    const pointer = continuations.keep("epr", query("T1"), place("a"));
    now.ms = POINTER_AGE_MAX_MS - 1;
    expect(continuations.find("epr", pointer, query("T1"))).toBeDefined();
    now.ms = POINTER_AGE_MAX_MS;
    expect(continuations.find("epr", pointer, query("T1"))).toBeUndefined();
    const [mine, other] = ["T1", "T2"].map((tag) => continuations.keep("epr", query(tag), place("b")));
    continuations.cancel("epr", "T1");
    continuations.cancel("nobody", "T2");
    expect(continuations.find("epr", mine ?? "", query("T1"))).toBeUndefined();
    expect(continuations.find("epr", other ?? "", query("T2"))).toBeDefined();
  });

  it("are no more than the limit of a feed, the newest of them, and no feed costs another its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 * POINTERS_PER_FEED_MAX }), (count) => {
        const { continuations } = kept();
        const other = continuations.keep("pas", query("T"), place("z"));
        const pointers = Array.from({ length: count }, (_, index) =>
          continuations.keep("epr", query(`T${index}`), place(String(index))),
        );
        const alive = pointers.map(
          (pointer, index) => continuations.find("epr", pointer, query(`T${index}`)) !== undefined,
        );
        const gone = Math.max(0, count - POINTERS_PER_FEED_MAX);
        expect(alive).toEqual(pointers.map((_, index) => index >= gone));
        expect(continuations.find("pas", other, query("T"))).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });
});
