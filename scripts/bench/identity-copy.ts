import type { PersonWrite, RecordWrite } from "@chesil/store";
import { Client, type Connection, type Submittable } from "pg";

/** Source records and persons into a store that nobody uses yet, by COPY: some times as fast as the batches of the stream. */

const RECORD_COLUMNS =
  "source_record_id, authority, local_id, feed, status, person_id, identifiers, demographics, blocking_keys, created_by, updated_by, match_record, match_version";
const PERSON_COLUMNS =
  "person_id, status, golden, nhs_number, family_name, given_name, birth_date, sex, postcode, created_by, updated_by";

/** What slows filling down; made again afterwards by `restore`. */
const INDEXES = [
  "source_record_blocking_keys",
  "source_record_person",
  "source_record_local_id",
  "person_nhs_number",
  "person_name",
  "person_birth_date",
  "person_postcode",
  "person_party_codes",
];
const UNIQUE = ["source_record", "source_record_authority_local_id_key"] as const;

/** One connection of its own: a batch is on its way while the next is made. */
export class StoreCopy {
  readonly #client: Client;
  readonly #restore: readonly string[];
  #sent: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, restore: readonly string[]) {
    this.#client = client;
    this.#restore = restore;
  }

  /** Takes the indexes away. The store has to be empty. */
  static async begin(url: string): Promise<StoreCopy> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("set synchronous_commit = off");
    // Indexes of millions are sorted in memory; the server inside is set for small batches.
    await client.query("set maintenance_work_mem = '1GB'");
    const { rows } = await client.query<{ indexdef: string }>(
      "select indexdef from pg_indexes where indexname = any($1)",
      [INDEXES],
    );
    const [table, unique] = UNIQUE;
    const { rows: constraints } = await client.query<{ text: string }>(
      "select pg_get_constraintdef(oid) as text from pg_constraint where conname = $1",
      [unique],
    );
    const restore = [
      ...rows.map(({ indexdef }) => indexdef),
      ...constraints.map(({ text }) => `alter table ${table} add constraint ${unique} ${text}`),
    ];
    if (restore.length !== INDEXES.length + 1) throw new Error("The store has other indexes than the benchmark knows.");
    for (const index of INDEXES) await client.query(`drop index ${index}`);
    await client.query(`alter table ${table} drop constraint ${unique}`);
    return new StoreCopy(client, restore);
  }

  async records(rows: readonly RecordWrite[]): Promise<void> {
    await this.#copy(
      `source_record (${RECORD_COLUMNS})`,
      rows.map((row) =>
        line([
          ...[row.sourceRecordId, row.authority, row.localId, row.feed, row.status, row.personId],
          ...[JSON.stringify(row.identifiers), JSON.stringify(row.demographics), `{${row.blockingKeys.join(",")}}`],
          ...[row.createdBy, row.updatedBy, row.matchRecord ?? null, row.matchVersion ?? null],
        ]),
      ),
    );
  }

  async persons(rows: readonly PersonWrite[]): Promise<void> {
    await this.#copy(
      `person (${PERSON_COLUMNS})`,
      rows.map(({ personId, status, golden, search, journalId }) =>
        line([
          ...[personId, status, JSON.stringify(golden), search.nhsNumber, search.familyName, search.givenName],
          ...[search.birthDate, search.sex, search.postcode, journalId, journalId],
        ]),
      ),
    );
  }

  /** Waits for the last batch, and makes the indexes again. The journal goes on after `journalId`. */
  async end(journalId: number): Promise<void> {
    await this.#sent;
    await this.#client.query("select setval('journal_id_seq', $1)", [journalId]);
    for (const statement of this.#restore) await this.#client.query(statement);
    await this.#client.query("vacuum analyze");
    await this.#client.query("checkpoint");
    await this.#client.end();
  }

  /** Returns when the batch before is written, so that no more than two are in memory. */
  async #copy(into: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const data = Buffer.from(lines.join(""));
    await this.#sent;
    this.#sent = this.#client.query(new CopyIn(`copy ${into} from stdin`, data)).done;
    // Whoever waits next is told; until then it is no unhandled rejection.
    this.#sent.catch(() => {});
  }
}

/** A row in COPY's text format. */
const line = (values: readonly (string | number | null)[]): string =>
  `${values.map((value) => (value === null ? "\\N" : String(value).replace(/[\\\n\r\t]/g, escaped))).join("\t")}\n`;

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const escaped = (character: string): string => ESCAPES[character] ?? character;

type CopyConnection = Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

/** One COPY … FROM STDIN, as `pg` takes queries that are not its own. */
class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #data: Buffer;
  readonly #settle = Promise.withResolvers<void>();

  constructor(text: string, data: Buffer) {
    this.#text = text;
    this.#data = data;
    this.done = this.#settle.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#settle.resolve();
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }
}
