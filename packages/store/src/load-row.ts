import type { Client } from "./client.ts";

/** A row by what tells it from others, and what it says. */
export type KeyedRow = {
  readonly number: number;
  /** Of the file, where rows are not counted by its lines. */
  readonly line?: number;
  readonly key: string;
  readonly sha256: Buffer;
};

/** A fact by name, its kind ("": not known), and the journal entry that stated it; absent: the one that is being written. */
export type StatedFact = { readonly fact: string; readonly kind: string; readonly by?: number };

/** A row as it was said last. */
export type KnownRow = {
  readonly key: string;
  /** The entry that holds it. */
  readonly journalId: number;
  readonly saidAt: Date;
  readonly stated: readonly Required<StatedFact>[];
};

/**
 * What a row of the file is to what was loaded before. `repeated`: it stands in the file before, word for word.
 * `contradictory`: the file has it with other content as well, and neither can be believed: on which lines first.
 * `changed` is also what says the same, and was set aside when it was said before.
 */
export type RowStanding =
  | { readonly kind: "new" | "repeated" }
  | { readonly kind: "contradictory"; readonly lines: readonly [number, number] }
  /** `left`: it stands still for what it stated once, and does not state now. */
  | { readonly kind: "unchanged"; readonly left?: KnownRow }
  | { readonly kind: "changed"; readonly known: KnownRow }
  /** A newer extract has it otherwise, and what this one says was not heard yet. */
  | { readonly kind: "late"; readonly known: KnownRow };

/** A journal entry that a load makes: a row that is there, or what is said of one that was there before. */
export type LoadEntry = {
  readonly raw: Uint8Array;
  readonly sha256: Buffer;
  readonly triggerEvent: string;
  /** The character set of the bytes. */
  readonly encoding: string;
  /** Unique in its load. */
  readonly name: string;
  readonly identities: readonly string[];
  /** As of when it is said, where that is not when the extract was made. */
  readonly saidAt?: Date;
  /** What is noted of the row; absent: nothing. */
  readonly row?: RowNote;
};

/** What a row says from here on, what it said before what is known of it, or that it was said again as of a later time. */
type RowNote =
  | (KeyedRow & {
      readonly kind: "said";
      readonly saidAt: Date;
      readonly stated: readonly StatedFact[];
      /** Other rows of its feed may state the same facts. */
      readonly isShared: boolean;
    })
  /** `stated`: what stands by it beside what a newer one says. */
  | (KeyedRow & { readonly kind: "late"; readonly stated: readonly StatedFact[] })
  | { readonly kind: "again"; readonly key: string; readonly saidAt: Date };

/** What one commit of a load holds. */
export type LoadBatch = {
  readonly entries: readonly LoadEntry[];
  /** The keys of rows that say what is known. */
  readonly unchanged: readonly string[];
  /** The keys of rows that are no longer there. */
  readonly gone: readonly string[];
  /** Facts that nobody states any more. */
  readonly goneFacts: ReadonlyMap<string, Date>;
  /** Of the whole load until now. */
  readonly counts: LoadCounts;
};

export type LoadCounts = {
  readonly read: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly gone: number;
  readonly rejected: number;
};

export const NO_COUNTS: LoadCounts = { read: 0, new: 0, changed: 0, unchanged: 0, gone: 0, rejected: 0 };

/** A part of a record may have been loaded after another part. */
export const hasLeft = ({ journalId, stated }: KnownRow): boolean => stated.some(({ by }) => by !== journalId);

export const KNOWN_COLUMNS = "r.row_key, r.journal_id, r.said_at, r.facts, r.stated_by, r.kinds";

/**
 * The row's entry was quarantined by itself, so nothing came of it: the row is to be said again. Where its identities wait
 * behind the entry, another would wait as well: a person replays that one.
 */
export const IS_SET_ASIDE = `exists (select from outcome o where o.journal_id = r.journal_id and o.outcome = 'quarantined'
  and not exists (select from parked_identity p where p.journal_id = o.journal_id))`;

export type KnownFound = {
  readonly row_key: string | null;
  readonly journal_id: number | null;
  readonly said_at: Date | null;
  readonly facts: readonly string[] | null;
  readonly stated_by: readonly (number | string)[] | null;
  readonly kinds: readonly string[] | null;
};

/** @returns undefined where there is no such row. */
export function knownRow(found: Partial<KnownFound>): KnownRow | undefined {
  const { row_key: key, journal_id: journalId, said_at: saidAt, facts, stated_by: statedBy, kinds } = found;
  if (!key || !journalId || !saidAt) return undefined;
  return {
    ...{ key, journalId, saidAt },
    stated: (facts ?? []).map((fact, index) => ({ fact, by: Number(statedBy?.[index]), kind: kinds?.[index] ?? "" })),
  };
}

type OfFile = { readonly feed: string; readonly extractAt: Date };

/** Notes what the rows of entries say. @param first the journal id of the first entry; the others' follow it. */
export async function writeLoadRows(
  client: Client,
  file: OfFile,
  entries: readonly LoadEntry[],
  first: number,
): Promise<void> {
  const noted = entries.flatMap(({ row }, index) => (row ? [{ ...row, journalId: first + index }] : []));
  const said = noted.filter((row) => row.kind === "said");
  const late = noted.filter((row) => row.kind === "late");
  const again = noted.filter((row) => row.kind === "again");
  const list = (values: readonly unknown[]) => `{${values.join(",")}}`;
  await client.query({
    name: "load-rows",
    text: `insert into load_row (feed, extract_at, row_key, content_sha256, journal_id, said_at, facts, stated_by, is_shared, kinds)
           select $1, $2, key, sha256, id, said_at, facts::uuid[], stated_by::bigint[], is_shared, kinds::text[]
           from unnest($3::text[], $4::bytea[], $5::bigint[], $6::timestamptz[], $7::text[], $8::text[], $9::boolean[], $10::text[])
             as r (key, sha256, id, said_at, facts, stated_by, is_shared, kinds)
           on conflict (feed, row_key) do update set content_sha256 = excluded.content_sha256,
             journal_id = excluded.journal_id, extract_at = excluded.extract_at, said_at = excluded.said_at,
             facts = excluded.facts, stated_by = excluded.stated_by, is_shared = excluded.is_shared, kinds = excluded.kinds`,
    values: [
      ...[file.feed, file.extractAt, said.map(({ key }) => key), said.map(({ sha256 }) => sha256)],
      ...[said.map(({ journalId }) => journalId), said.map(({ saidAt }) => saidAt)],
      said.map(({ stated }) => list(stated.map(({ fact }) => fact))),
      said.map(({ stated, journalId }) => list(stated.map(({ by = journalId }) => by))),
      said.map(({ isShared }) => isShared),
      said.map(({ stated }) => list(stated.map(({ kind }) => `"${kind}"`))),
    ],
  });
  if (late.length > 0) {
    await writeStatedLate(client, file, late);
    await client.query(
      `insert into load_late_row (feed, extract_at, row_key, content_sha256)
       select $1, $2, * from unnest($3::text[], $4::bytea[])
       on conflict (feed, row_key, extract_at) do update set content_sha256 = excluded.content_sha256`,
      [file.feed, file.extractAt, late.map(({ key }) => key), late.map(({ sha256 }) => sha256)],
    );
  }
  if (again.length > 0)
    await client.query(
      `update load_row r set said_at = greatest(r.said_at, a.said_at)
       from (select key, max(said_at) as said_at from unnest($2::text[], $3::timestamptz[]) as a (key, said_at) group by key) a
       where r.feed = $1 and r.row_key = a.key`,
      [file.feed, again.map(({ key }) => key), again.map(({ saidAt }) => saidAt)],
    );
}

type Late = Extract<RowNote, { kind: "late" }> & { readonly journalId: number };

/** What stands by an older part of a record stands with the row: a whole one that has it no longer withdraws it. */
async function writeStatedLate(client: Client, { feed }: OfFile, late: readonly Late[]): Promise<void> {
  const stated = late.flatMap(({ key, journalId, stated: facts }) =>
    facts.map((each) => ({ key, journalId, ...each })),
  );
  if (stated.length === 0) return;
  await client.query(
    `update load_row r set facts = r.facts || a.facts, stated_by = r.stated_by || a.stated_by, kinds = case
         when cardinality(r.kinds) = cardinality(r.facts) then r.kinds
         else array_fill(''::text, array[cardinality(r.facts)]) end || a.kinds
     from (select key, array_agg(fact) as facts, array_agg(by) as stated_by, array_agg(kind) as kinds
       from unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[]) as s (key, fact, by, kind) group by key) a
     where r.feed = $1 and r.row_key = a.key`,
    [
      feed,
      stated.map(({ key }) => key),
      stated.map(({ fact }) => fact),
      stated.map(({ by, journalId }) => by ?? journalId),
      stated.map(({ kind }) => kind),
    ],
  );
}

/** Forgets rows that are gone, and notes facts that nobody states any more. */
export async function writeWithdrawn(
  client: Client,
  { feed }: OfFile,
  { gone, goneFacts }: Pick<LoadBatch, "gone" | "goneFacts">,
): Promise<void> {
  if (gone.length > 0)
    await client.query("delete from load_row where feed = $1 and row_key = any($2::text[])", [feed, gone]);
  if (goneFacts.size > 0)
    await client.query(
      `insert into load_gone_fact as g (feed, fact, gone_at) select $1, * from unnest($2::uuid[], $3::timestamptz[])
       on conflict (feed, fact) do update set gone_at = greatest(g.gone_at, excluded.gone_at)`,
      [feed, [...goneFacts.keys()], [...goneFacts.values()]],
    );
}
