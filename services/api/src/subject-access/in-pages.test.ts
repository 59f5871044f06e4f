import fc from "fast-check";
import { expect, it } from "vitest";
import { inPages } from "./in-pages.ts";

it("gives every row once and in order, and reads no page before it is wanted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 7 }), async (count, size) => {
      const rows = [...Array(count).keys()];
      let read = 0;
      const given: number[] = [];
      const pages = inPages<number>(size, async (last, limit) => {
        const page = rows.filter((row) => row > (last ?? -1)).slice(0, limit);
        read += page.length;
        return page;
      });
      for await (const row of pages) {
        given.push(row);
        expect(read - given.length).toBeLessThan(size);
      }
      expect(given).toEqual(rows);
    }),
  );
});
