import { Client, type Connection, type Submittable } from "pg";
import type { Database } from "./database.ts";

/** Told of a record that can be matched: its id, what matching reads of it as JSON, and the keys it is found by. */
export type OnMatchedRecord = (sourceRecordId: number, matchRecord: string, keys: readonly bigint[]) => void;

/**
 * Reads every record that can be matched and was written by this version of matching, in the binary form of COPY: a region
 * of millions is there in a fraction of the time that rows take. The event loop has its turn between the pieces that come.
 */
export async function copyMatchedRecords(
  { pool }: Database,
  version: number,
  onRecord: OnMatchedRecord,
): Promise<void> {
  // One of its own: those of the pool send statements ahead, and a copy answers out of turn.
  const client = new Client({ ...pool.options, pipeline: false });
  // A connection that breaks is told by the copy; told here and not heard, it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    const rows = new CopiedRows(
      `copy (select source_record_id, match_record, blocking_keys from source_record
             where status = 'active' and overlaid_by is null and match_version = ${Math.trunc(version)}
               and match_record is not null) to stdout (format binary)`,
      onRecord,
    );
    client.query(rows);
    await rows.done;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The signature, the flags and the length of an extension that nobody has defined. */
const HEADER_BYTES = 19;
/** In place of a row's number of fields: there are no more rows. */
const TRAILER = -1;

/** One COPY … TO STDOUT (FORMAT binary), as `pg` takes queries that are not its own: the server sends row by row. */
class CopiedRows implements Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #onRecord: OnMatchedRecord;
  readonly #settle = Promise.withResolvers<void>();
  #isBegun = false;
  #failure: Error | undefined;

  constructor(text: string, onRecord: OnMatchedRecord) {
    this.#text = text;
    this.#onRecord = onRecord;
    this.done = this.#settle.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#failure) return;
    try {
      // The header comes with the first row.
      const at = this.#isBegun ? 0 : HEADER_BYTES;
      this.#isBegun = true;
      if (at < chunk.length && chunk.readInt16BE(at) !== TRAILER) this.#read(chunk, at + 2);
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  /** A bigint, a text and an array of bigints, each after its length in bytes. */
  #read(row: Buffer, start: number): void {
    const sourceRecordId = Number(row.readBigInt64BE(start + 4));
    const textBytes = row.readInt32BE(start + 12);
    const text = start + 16;
    const array = text + textBytes + 4;
    // Of the array: dimensions, flags, type, and for its one dimension the length and the first index.
    const count = row.readInt32BE(array) === 0 ? 0 : row.readInt32BE(array + 12);
    const keys: bigint[] = [];
    for (let at = 0; at < count; at++) keys.push(row.readBigInt64BE(array + 20 + at * 12 + 4));
    this.#onRecord(sourceRecordId, row.toString("utf8", text, text + textBytes), keys);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.#failure) this.#settle.reject(this.#failure);
    else this.#settle.resolve();
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }
}
