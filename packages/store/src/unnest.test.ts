import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @boundaries-ignore tests of every package share one real database
import { freshDatabase } from "../../../test/database.ts";
import { jsonColumn, textColumn } from "./unnest.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

/** What PostgreSQL takes: no NUL, no half of a pair. */
const text = fc.string({ unit: "grapheme", maxLength: 40 }).map((value) => value.replaceAll("\u0000", ""));

describe("columns sent in binary", () => {
  it("come back as they were, nulls and empty ones too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), fc.array(fc.option(fc.jsonValue())), async (texts, values) => {
        const sent = [textColumn(texts, (each) => each), jsonColumn(values, (each) => each)];
        const { rows } = await database.pool.query(
          `select array(select t from unnest($1::text[]) with ordinality as u (t, n) order by n) as texts,
             (select coalesce(jsonb_agg(v order by n), '[]') from unnest($2::jsonb[]) with ordinality as u (v, n)) as values`,
          sent,
        );
        expect(rows[0].texts).toEqual(texts);
        expect(rows[0].values).toEqual(JSON.parse(JSON.stringify(values).replaceAll("\\u0000", "\\ufffd")));
      }),
      { numRuns: 200 },
    );
  });
});
