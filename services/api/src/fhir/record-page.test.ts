import type { Permitted } from "@chesil/access";
import type { Resource } from "@chesil/fhir";
import type { Client } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryPage } from "./record.ts";
import { CONTENTS, PENICILLIN } from "./record-fixture.ts";
import type { RecordEntry, RecordSource } from "./record-source.ts";
import { personIdOf } from "./region-fixture.ts";
import { idsOf, JANE, linked, serveRegion } from "./served-region-fixture.ts";

/** Pages of a record, however many rows it has and however few of them are asked for or may be shown. */

/** `resources`: how many it makes; of them those that match. */
type Row = { readonly isShown: boolean; readonly resources: readonly boolean[] };

const provenance = () => {
  throw new Error("Nobody asks for it.");
};
const idIn = (entryId: number, n: number) => (n === 0 ? String(entryId) : `${entryId}-${n}`);

const entryOf = ({ isShown, resources }: Row, entryId: number): RecordEntry => ({
  ...{ entryId, personId: "p", isRetracted: false, provenance },
  isShown: () => isShown,
  resources: () =>
    resources.map((isMatch, n) => ({ resourceType: "Basic", id: idIn(entryId, n), isMatch }) as unknown as Resource),
});

const NOBODY = new Set<string>();
const permit = async (): Promise<Permitted> => ({
  allowed: true,
  personIds: NOBODY,
  optedOut: NOBODY,
  viewOf: provenance,
});

/** Newest first; the ids begin at 1. */
function sourceOf(rows: readonly Row[]): RecordSource {
  return async (_client, { before = rows.length + 1, limit }) => {
    const end = Math.min(rows.length, before - 1);
    return rows
      .slice(Math.max(0, end - limit), end)
      .map((row, at) => entryOf(row, Math.max(0, end - limit) + at + 1))
      .toReversed();
  };
}

async function pagesOf(rows: readonly Row[], count: number): Promise<string[][]> {
  const source = sourceOf(rows);
  const conditions = {
    ...{ personIds: undefined, entryIds: undefined },
    matches: (_entry: RecordEntry, resource: Resource) => (resource as unknown as { isMatch: boolean }).isMatch,
  };
  const sought = { within: <T>(query: (client: Client) => Promise<T>) => query({} as Client), count };
  const pages: string[][] = [];
  for (let after: string | null | undefined = null; after !== undefined; ) {
    const page = await entryPage(
      { source, conditions, permit },
      { ...sought, viewer: { username: "x", roles: [] }, parameters: [], criteria: [], after },
    );
    if (page === "role" || !page.ok) throw new Error("The page was refused.");
    pages.push(page.matches.map(({ id }) => id ?? ""));
    after = page.next;
  }
  return pages;
}

const matchesIn = (rows: readonly Row[]): string[] =>
  rows
    .flatMap(({ isShown, resources }, at) =>
      isShown ? [resources.flatMap((isMatch, n) => (isMatch ? [idIn(at + 1, n)] : []))] : [],
    )
    .toReversed()
    .flat();

describe("the pages of a record", () => {
  /** Runs of like rows: a record is long because something was measured again and again. */
  const run = fc.record({
    length: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(99, 100, 101, 999, 1_000, 1_001, 2_100, 21_000)),
    row: fc.record({ isShown: fc.boolean(), resources: fc.array(fc.boolean(), { maxLength: 3 }) }),
  });
  const rows = fc
    .array(run, { maxLength: 6 })
    .map((runs) => runs.flatMap(({ length, row }) => Array.from({ length }, () => row)));

  it("have every match once, in order, none of them beyond its size, and all are to be had", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(7, 50, 100), async (record, count) => {
        const pages = await pagesOf(record, count);
        expect(pages.flat()).toEqual(matchesIn(record));
        expect(pages.every((page) => page.length <= count)).toBe(true);
        // One that is not full, but the last, went through more rows than any page of what is shown has.
        expect(pages.slice(0, -1).filter((page) => page.length < count).length).toBeLessThan(
          1 + record.length / 15_000,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("are to be had of the store, where what is asked for lies thousands of rows apart", async () => {
    const region = await serveRegion();
    try {
      const [few, many] = [CONTENTS.condition, { ...CONTENTS.condition, code: PENICILLIN }].map((each) =>
        JSON.stringify(each),
      );
      // The first and the last of five thousand.
      await region.query(
        `insert into fact (fact_id, source_record_id, kind, fact_key, state, content, recorded_at, journal_id, created_by, updated_by)
         select 100000 + n, $1, 'condition', 'many-' || n, 'current', (case when n in (1, 5000) then $2 else $3 end)::jsonb, now(), $4, $4, $4
         from generate_series(1, 5000) n`,
        [JANE * 1000, few, many, region.journalId],
      );
      const ids: string[] = [];
      const statuses = new Set<number>();
      const [{ code = "" } = {}] = CONTENTS.condition.code.codings;
      let url = `/fhir/Condition?patient=${personIdOf(JANE)}&code=${code}&_count=1`;
      for (let pages = 0; url !== "" && pages < 9; pages++) {
        const page = await region.ask(url);
        statuses.add(page.status);
        ids.push(...idsOf(page));
        url = linked(page, "next");
      }
      expect([[...statuses], ids.slice(0, 2), ids.length]).toEqual([[200], ["105000", "100001"], 3]);
      // Of everything nothing is asked for but what comes after twenty thousand rows and more.
      await region.query(
        `insert into fact (fact_id, source_record_id, kind, fact_key, state, content, recorded_at, journal_id, created_by, updated_by)
         select 200000 + n, $1, 'condition', 'more-' || n, 'current', $2::jsonb, now(), $3, $3, $3 from generate_series(1, 16000) n`,
        [JANE * 1000, many, region.journalId],
      );
      const sizes: number[] = [];
      url = `/fhir/Patient/${personIdOf(JANE)}/$everything?_type=Organization,Basic`;
      for (let pages = 0; url !== "" && pages < 9; pages++) {
        const page = await region.ask(url);
        expect(page.status).toBe(200);
        sizes.push(idsOf(page).length);
        url = linked(page, "next");
      }
      expect([sizes.length, sizes[0]]).toEqual([2, 0]);
      expect(sizes[1]).toBeGreaterThan(2);
    } finally {
      await region.close();
    }
  });
});
