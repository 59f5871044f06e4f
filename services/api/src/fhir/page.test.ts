import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FOUND_MAX, type Page, visiblePage } from "./page.ts";

/** Ids 0 … n-1, of which some opted out; all pages of them, asked for as a client would. */
async function pagesOf(people: number, optedOut: ReadonlySet<number>, count: number) {
  const visible = async (ids: readonly string[]) => new Set(ids.filter((id) => !optedOut.has(Number(id))));
  const pages: Page<number>[] = [];
  for (let after: number | null = null; ; ) {
    const page: Page<number> = await visiblePage<number>({
      find: async (place, limit) => {
        const from = place === null ? 0 : place + 1;
        return Array.from({ length: Math.max(0, Math.min(limit, people - from)) }, (_, index) => ({
          id: from + index,
          personId: String(from + index),
        }));
      },
      withoutOptedOut: visible,
      after,
      count,
    });
    pages.push(page);
    after = page.ids.at(-1) ?? after;
    if (!page.hasMore || count === 0) return pages;
  }
}

describe("visiblePage", () => {
  it("gives everybody who did not opt out once, in order, on full pages, and counts no other", async () => {
    const region = fc.integer({ min: 0, max: 120 }).chain((people) =>
      fc.record({
        people: fc.constant(people),
        optedOut: fc.array(fc.integer({ min: 0, max: Math.max(0, people - 1) }), { maxLength: people }),
        count: fc.integer({ min: 1, max: 30 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(region, async ({ people, optedOut, count }) => {
        const out = new Set(optedOut);
        const expected = Array.from({ length: people }, (_, id) => id).filter((id) => !out.has(id));
        const pages = await pagesOf(people, out, count);
        expect(pages.flatMap((page) => page.ids)).toEqual(expected);
        expect(pages[0]?.total).toBe(expected.length);
        for (const page of pages.slice(0, -1)) expect(page.ids.length).toBe(count);
        // No link to a page with nothing on it: it would tell that somebody was taken out.
        if (pages.length > 1) expect(pages.at(-1)?.ids.length).toBeGreaterThan(0);
      }),
    );
  });

  it("counts for a count of 0, without a page", async () => {
    expect(await pagesOf(7, new Set([3]), 0)).toEqual([{ ids: [], hasMore: true, total: 6 }]);
  });

  it("counts as far as it reads and no further", async () => {
    expect((await pagesOf(FOUND_MAX - 1, new Set(), 100))[0]?.total).toBe(FOUND_MAX - 1);
    expect((await pagesOf(FOUND_MAX, new Set(), 100))[0]?.total).toBeNull();
  });

  it("fills a page across a thousand who opted out", async () => {
    const out = new Set(Array.from({ length: 2 * FOUND_MAX }, (_, index) => index + 5));
    const pages = await pagesOf(2 * FOUND_MAX + 20, out, 10);
    expect(pages.map((page) => page.ids.length)).toEqual([10, 10]);
  });
});
