import type { PoolClient } from "pg";
import { isReadingInForce } from "./activation.ts";
import { type Arrival, keysOf } from "./arrival.ts";
import type { Database } from "./database.ts";
import { appendMany } from "./journal-append.ts";
import { type JournalEntry, readJournal } from "./journal-read.ts";
import type { LoadDoubt } from "./load-doubt.ts";
import {
  hasLeft,
  IS_SET_ASIDE,
  type KeyedRow,
  KNOWN_COLUMNS,
  type KnownFound,
  type KnownRow,
  knownRow,
  type LoadBatch,
  type LoadCounts,
  type LoadEntry,
  type RowStanding,
  writeLoadRows,
  writeWithdrawn,
} from "./load-row.ts";

/** Loads of different feeds do not wait for each other; of one feed there is one at a time. */
const ADVISORY_LOCK = 4_317_228;

/** The file has rows that it had not when it was surveyed, or has them otherwise. */
export class FileChangedError extends Error {
  override name = "FileChangedError";
}

/** A file that is to be loaded. */
export type LoadedFile = {
  readonly feed: string;
  readonly fileName: string;
  readonly fileSha256: Buffer;
  readonly extractAt: Date;
  /** It is the whole of what the source has: rows that it has no longer are gone. */
  readonly isFull: boolean;
  /** How its rows are read, as JSON: what must be in force where they are journalled. */
  readonly reading: unknown;
  readonly confirmed: readonly LoadDoubt[];
  readonly at: Date;
};

/** Rows of this feed are read otherwise by now than the load reads them: journalled, they would say something else. */
export class ReadingChangedError extends Error {
  override name = "ReadingChangedError";
}

/** Why a file can not be loaded now. `older`: than a whole extract, by which all is known that it could say. */
type NotOpened = { readonly kind: "busy" } | { readonly kind: "older"; readonly settledAt: Date };

type StandingFound = Partial<KnownFound> & {
  readonly is_as_seen: boolean | null;
  readonly first_row: number;
  readonly first_line: number;
  readonly other_line: number | null;
  readonly is_same: boolean | null;
  readonly is_set_aside: boolean;
  readonly known_at: Date | null;
  readonly is_heard: boolean | null;
};

/**
 * One load of one file, on a connection of its own: the feed is locked and the keys that the file has are kept in a table
 * that nobody else sees, for as long as the connection lives. A process that is killed leaves neither behind.
 */
export class LoadSession {
  readonly #client: PoolClient;
  readonly #file: LoadedFile;
  /** Undefined until it begins: a dry run never does. */
  #loadId: number | undefined;

  private constructor(client: PoolClient, file: LoadedFile) {
    this.#client = client;
    this.#file = file;
  }

  static async open(database: Database, file: LoadedFile): Promise<LoadSession | NotOpened> {
    const client = await database.pool.connect();
    // A server that goes away between two statements is heard of by the next one.
    client.on("error", () => {});
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        "select pg_try_advisory_lock($1, hashtext($2)) as locked",
        [ADVISORY_LOCK, file.feed],
      );
      if (!rows[0]?.locked) {
        client.release();
        return { kind: "busy" };
      }
      const settledAt = await latestSettled(client, file.feed);
      if (settledAt && settledAt > file.extractAt) {
        await client.query("select pg_advisory_unlock_all()");
        client.release(true);
        return { kind: "older", settledAt };
      }
      await client.query(
        `create temp table load_seen (row_key text primary key, content_sha256 bytea not null, first_row bigint not null,
           first_line bigint not null, other_line bigint)`,
      );
      return new LoadSession(client, file);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /**
   * Notes that the file is being loaded: from here on there are entries. A file that is refused before leaves nothing.
   * @param endsLine whether the file ends its last line; null: that is not known.
   */
  async begin(endsLine: boolean | null): Promise<void> {
    this.#loadId = await insertLoad(this.#client, this.#file, endsLine);
  }

  /** Whether the file of this feed that was loaded last ended its last line; undefined where that is not known of any. */
  async readEndedLine(): Promise<boolean | undefined> {
    const { rows } = await this.#client.query<{ ends_line: boolean }>(
      `select ends_line from load where feed = $1 and ended_at is not null and ends_line is not null
       order by load_id desc limit 1`,
      [this.#file.feed],
    );
    return rows[0]?.ends_line;
  }

  /** Notes that the file has these rows, all of them before the first is judged. */
  async see(rows: readonly KeyedRow[]): Promise<void> {
    const seen = new Map<string, KeyedRow & { other: number | null }>();
    for (const row of rows) {
      const before = seen.get(row.key);
      const isOther = before?.other === null && !before.sha256.equals(row.sha256);
      seen.set(row.key, { ...(before ?? row), other: isOther ? lineOf(row) : (before?.other ?? null) });
    }
    const all = [...seen.values()];
    await this.#client.query({
      name: "load-see",
      text: `insert into load_seen as s select * from unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[])
               as r (row_key, content_sha256, first_row, first_line, other_line)
             on conflict (row_key) do update set other_line = coalesce(s.other_line, case
               when s.content_sha256 = excluded.content_sha256 then excluded.other_line else excluded.first_line end)`,
      values: [
        all.map(({ key }) => key),
        all.map(({ sha256 }) => sha256),
        all.map(({ number }) => number),
        all.map(lineOf),
        all.map(({ other }) => other),
      ],
    });
  }

  /** What each row is to what was loaded before, in their order. They were seen. */
  async standingOf(rows: readonly KeyedRow[]): Promise<RowStanding[]> {
    const { rows: found } = await this.#client.query<StandingFound>({
      name: "load-standing",
      text: `select s.other_line is not null or s.content_sha256 = a.content_sha256 as is_as_seen, s.first_row, s.first_line,
               s.other_line, ${KNOWN_COLUMNS}, r.content_sha256 = a.content_sha256 as is_same, r.extract_at as known_at,
               l.content_sha256 = a.content_sha256 as is_heard, ${IS_SET_ASIDE} as is_set_aside
             from unnest($1::text[], $2::bytea[]) with ordinality as a (row_key, content_sha256, place)
             left join load_seen s using (row_key) left join load_row r on r.feed = $3 and r.row_key = a.row_key
             left join load_late_row l on l.feed = $3 and l.row_key = a.row_key and l.extract_at = $4
             order by a.place`,
      values: [
        ...[rows.map(({ key }) => key), rows.map(({ sha256 }) => sha256)],
        ...[this.#file.feed, this.#file.extractAt],
      ],
    });
    if (found.some(({ is_as_seen }) => !is_as_seen)) throw new FileChangedError("A row is not as it was before.");
    return found.map((each, index) => this.#standing(each, rows[index]?.number));
  }

  #standing(found: StandingFound, number: number | undefined): RowStanding {
    const { known_at: knownAt, first_line: first, other_line: other } = found;
    if (other !== null) return { kind: "contradictory", lines: [first, other] };
    if (found.first_row !== number) return { kind: "repeated" };
    const known = knownRow(found);
    if (!known || !knownAt) return { kind: "new" };
    const isLate = knownAt > this.#file.extractAt;
    if (found.is_same && found.is_set_aside && !isLate) return { kind: "changed", known };
    if (found.is_same) return { kind: "unchanged", ...(hasLeft(known) && !isLate && { left: known }) };
    if (!isLate) return { kind: "changed", known };
    return found.is_heard ? { kind: "unchanged" } : { kind: "late", known };
  }

  /** Of rows that may withdraw something, for they say something else now, or stand for more than they state: what is known. */
  async readChanged(rows: readonly KeyedRow[]): Promise<Map<string, KnownRow>> {
    const { rows: found } = await this.#client.query<KnownFound>({
      name: "load-changed",
      text: `select ${KNOWN_COLUMNS} from unnest($2::text[], $3::bytea[]) as a (row_key, content_sha256)
             join load_row r on r.feed = $1 and r.row_key = a.row_key
             where r.extract_at <= $4
               and (r.content_sha256 <> a.content_sha256 or r.journal_id <> some (r.stated_by))`,
      values: [
        ...[this.#file.feed, rows.map(({ key }) => key), rows.map(({ sha256 }) => sha256)],
        this.#file.extractAt,
      ],
    });
    return new Map(found.flatMap((each) => knownRow(each) ?? []).map((known) => [known.key, known]));
  }

  /**
   * Of facts that are to be withdrawn those that another row of the feed states: by name, the row that did so last.
   * @param except keys of rows that do not count.
   */
  async readOthersStating(facts: readonly string[], except: readonly string[]): Promise<Map<string, KnownRow>> {
    if (facts.length === 0) return new Map();
    const { rows } = await this.#client.query<KnownFound & { readonly fact: string }>(
      `select distinct on (f.fact) f.fact, ${KNOWN_COLUMNS} from unnest($2::uuid[]) as f (fact)
       join load_row r on r.is_shared and r.facts @> array[f.fact] and r.feed = $1
       where r.row_key <> all($3::text[]) order by f.fact, r.said_at desc, r.journal_id desc`,
      [this.#file.feed, facts, except],
    );
    const others = new Map<string, KnownRow>();
    for (const found of rows) {
      const other = knownRow(found);
      if (other) others.set(found.fact, other);
    }
    return others;
  }

  /** As of when facts were withdrawn, of those that were. */
  async readGoneFacts(facts: readonly string[]): Promise<Map<string, Date>> {
    const { rows } = await this.#client.query<{ fact: string; gone_at: Date }>({
      name: "load-gone-facts",
      text: "select fact, gone_at from load_gone_fact where feed = $1 and fact = any($2::uuid[])",
      values: [this.#file.feed, facts],
    });
    return new Map(rows.map(({ fact, gone_at }) => [fact, gone_at]));
  }

  /** The entries that hold what rows were. */
  async readEntries(journalIds: readonly number[]): Promise<Map<number, JournalEntry>> {
    if (journalIds.length === 0) return new Map();
    const entries = await readJournal(this.#client, journalIds);
    return new Map(entries.map((entry) => [entry.journalId, entry]));
  }

  /** How many rows state facts of each kind, as far as that is known, and how many of them the file has. */
  async countStating(): Promise<Map<string, { readonly stating: number; readonly present: number }>> {
    const { rows } = await this.#client.query<{ kind: string; stating: number; present: number }>(
      `select kind, count(distinct r.row_key) as stating, count(distinct s.row_key) as present
       from load_row r left join load_seen s using (row_key), unnest(r.kinds) as k (kind)
       where r.feed = $1 and r.extract_at <= $2 and kind <> '' group by kind`,
      [this.#file.feed, this.#file.extractAt],
    );
    return new Map(rows.map(({ kind, ...counts }) => [kind, counts]));
  }

  /** How many rows the feed had when the file was made, and how many of them the file has no longer. */
  async countGone(): Promise<{ readonly known: number; readonly gone: number }> {
    const { rows } = await this.#client.query<{ known: number; gone: number }>(
      `select count(*) as known, count(*) filter (where s.row_key is null) as gone
       from load_row r left join load_seen s using (row_key) where r.feed = $1 and r.extract_at <= $2`,
      [this.#file.feed, this.#file.extractAt],
    );
    return rows[0] ?? { known: 0, gone: 0 };
  }

  /** Rows that the file has no longer, after a key. What only a newer extract has is none of them. */
  async readGone(after: string, limit: number): Promise<KnownRow[]> {
    const { rows } = await this.#client.query<KnownFound>(
      `select ${KNOWN_COLUMNS} from load_row r
       where feed = $1 and extract_at <= $2 and row_key > $3
         and not exists (select from load_seen s where s.row_key = r.row_key)
       order by row_key limit $4`,
      [this.#file.feed, this.#file.extractAt, after, limit],
    );
    return rows.flatMap((found) => knownRow(found) ?? []);
  }

  /**
   * From here on what the file has not is gone: nothing that was made before it is loaded any more. Noted before the first
   * row is withdrawn, so that none of them can come back by an older file when the load is killed on the way.
   */
  async settle(): Promise<void> {
    await this.#client.query("update load set is_settled = true where load_id = $1", [this.#loadId ?? null]);
    await this.#client.query("delete from load_late_row where feed = $1 and extract_at < $2", [
      this.#file.feed,
      this.#file.extractAt,
    ]);
  }

  /** Journals entries in order, and notes with them what their rows say and how far the load is: all or nothing. */
  async append(batch: LoadBatch, at: Date): Promise<void> {
    const client = this.#client;
    const { entries } = batch;
    try {
      await client.query("begin");
      if (entries.length > 0) {
        const first = await appendMany(
          client,
          entries.map((entry) => this.#keyed(entry, at)),
        );
        if (first === null)
          throw new Error("A load's entry is in the journal already, under a name that was to be its own.");
        // Ids are drawn under a lock that lasts until the commit: nobody activates anything between this and these entries.
        if (!(await isReadingInForce(client, this.#file)))
          throw new ReadingChangedError("Another way to read the feed came into force.");
        await writeLoadRows(client, this.#file, entries, first);
      }
      await writeWithdrawn(client, this.#file, batch);
      if (batch.unchanged.length > 0) await this.#writeUnchanged(batch.unchanged);
      await this.#writeCounts(batch.counts);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback").catch(() => {});
      throw error;
    }
  }

  /** The load is done. */
  async end(counts: LoadCounts, at: Date): Promise<void> {
    await this.#writeCounts(counts);
    await this.#client.query("update load set ended_at = $2 where load_id = $1", [this.#loadId ?? null, at]);
  }

  /** Lets go of the feed. */
  async close(): Promise<void> {
    // With the connection the lock goes too, but the server takes its time.
    await this.#client.query("select pg_advisory_unlock_all()").catch(() => {});
    this.#client.release(true);
  }

  #keyed(entry: LoadEntry, receivedAt: Date) {
    const { feed, fileName, extractAt } = this.#file;
    const none = { bytes: null, code: "" };
    const arrival: Arrival = {
      feed,
      connection: "load",
      receivedAt,
      raw: entry.raw,
      sha256: entry.sha256,
      contentSha256: entry.sha256,
      messageCode: "LOAD",
      triggerEvent: entry.triggerEvent,
      version: entry.encoding,
      sender: fileName,
      controlId: `${this.#loadId}-${entry.name}`,
      messageAt: entry.saidAt ?? extractAt,
      identities: entry.identities,
      answer: none,
      conflictAnswer: () => none,
      reuseWindowMs: 0,
    };
    return { arrival, keys: keysOf(arrival) };
  }

  /** The rows were the same still when the file was made: what was said between is late. */
  async #writeUnchanged(keys: readonly string[]): Promise<void> {
    await this.#client.query({
      name: "load-unchanged",
      text: `update load_row set extract_at = $2 where feed = $1 and row_key = any($3::text[]) and extract_at < $2`,
      values: [this.#file.feed, this.#file.extractAt, keys],
    });
  }

  async #writeCounts(counts: LoadCounts): Promise<void> {
    await this.#client.query({
      name: "load-counts",
      text: `update load set rows_read = $2, rows_new = $3, rows_changed = $4, rows_unchanged = $5, rows_gone = $6,
               rows_rejected = $7 where load_id = $1`,
      values: [
        ...[this.#loadId ?? null, counts.read, counts.new, counts.changed, counts.unchanged, counts.gone],
        counts.rejected,
      ],
    });
  }
}

const lineOf = ({ line, number }: KeyedRow): number => line ?? number;

/** When the latest whole extract was made by which rows were withdrawn, or none had to be. */
async function latestSettled(client: PoolClient, feed: string): Promise<Date | null> {
  const { rows } = await client.query<{ settled_at: Date | null }>(
    "select max(extract_at) as settled_at from load where feed = $1 and is_settled",
    [feed],
  );
  return rows[0]?.settled_at ?? null;
}

async function insertLoad(client: PoolClient, file: LoadedFile, endsLine: boolean | null): Promise<number> {
  const { rows } = await client.query<{ load_id: number }>(
    `insert into load (feed, file_name, file_sha256, extract_at, is_full, started_at, ends_line, confirmed)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning load_id`,
    [
      ...[file.feed, file.fileName, file.fileSha256, file.extractAt, file.isFull, file.at],
      ...[endsLine, file.confirmed],
    ],
  );
  const loadId = rows[0]?.load_id;
  if (loadId === undefined) throw new Error("A load could not be noted: run the migrations.");
  return loadId;
}
