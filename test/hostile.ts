import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type IngestHandle, type MllpFeed, startIngest } from "@chesil/ingest";
import { FrameDecoder } from "@chesil/mllp";
import type { Database } from "@chesil/store";
import { Random } from "../packages/hl7/src/mutation.ts";
import { freshDatabase } from "./database.ts";
import { activateFeeds, adt, DIALECT, resolveAll } from "./region.ts";

/** One Chesil, from socket to person, that is sent one hostile thing after another while a neighbour goes on as ever. */

export const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
export const bytesOf = (text: string) => Buffer.from(text, "latin1");
export const framed = (message: Uint8Array | string) => {
  const bytes = typeof message === "string" ? Buffer.from(message) : message;
  return Buffer.concat([Buffer.of(0x0b), bytes, Buffer.of(0x1c, 0x0d)]);
};

/** What hostile senders are served by: as by default; with a small frame; with little patience; of no CR after FS. */
const FEEDS: readonly MllpFeed[] = [
  feed("test", {}),
  feed("small", { limits: { frameBytesMax: 4096 } }),
  feed("impatient", { limits: { framePartialMs: 300, frameGraceMs: 100, frameBytesPerSecondMin: 1024 } }),
  feed("without-cr", { framing: { endBlockAlone: "ends" } }),
];

function feed(name: string, changes: Partial<MllpFeed>): MllpFeed {
  return { name, host: "127.0.0.1", port: 0, dialect: DIALECT, reuseWindowHours: 24, ...changes } as MllpFeed;
}

export type FeedName = "test" | "small" | "impatient" | "without-cr";

/** A message as it came to rest: `applied`, `rejected no-header`, and so on. */
export type Stored = {
  readonly journalId: number;
  readonly raw: Buffer;
  readonly outcome: string;
  readonly warnings: string[];
};

export class Chesil {
  readonly database: Database;
  readonly #ingest: IngestHandle;
  /** By the port of the sender: the faults of its connection. */
  readonly #faults: Map<number, string[]>;
  readonly storageFailures: string[];
  #neighbours = 0;

  static async start(): Promise<Chesil> {
    const database = await freshDatabase();
    const faults = new Map<number, string[]>();
    const storageFailures: string[] = [];
    await activateFeeds(database, ...FEEDS.map(({ name }) => name));
    const ingest = await startIngest({
      database,
      feeds: FEEDS,
      telemetry: {
        received: () => {},
        queried: () => {},
        acknowledged: () => {},
        connections: () => {},
        wire: (_, event) => {
          if (event.kind !== "fault" && event.kind !== "connected") return;
          const { remotePort } = event.connection;
          // A port is used again in time.
          if (event.kind === "connected") faults.set(remotePort, []);
          else faults.set(remotePort, [...(faults.get(remotePort) ?? []), event.reason]);
        },
        batchFault: () => {},
        storageFailed: (_, code) => storageFailures.push(code),
        undelivered: () => {},
      },
      now: () => new Date(),
    });
    return new Chesil(database, ingest, faults, storageFailures);
  }

  private constructor(database: Database, ingest: IngestHandle, faults: Map<number, string[]>, failures: string[]) {
    this.database = database;
    this.#ingest = ingest;
    this.#faults = faults;
    this.storageFailures = failures;
  }

  async stop(): Promise<void> {
    await this.#ingest.stop();
    await this.database.close();
  }

  async connect(name: FeedName = "test"): Promise<Wire> {
    const port = this.#ingest.feeds().find((each) => each.name === name)?.port ?? 0;
    return Wire.connect(port, (localPort) => this.#faults.get(localPort) ?? []);
  }

  /** A good message of somebody else, on a connection of its own. @returns its answer's code. */
  async neighbour(): Promise<string> {
    const controlId = `NEIGHBOUR-${++this.#neighbours}`;
    const family = nameOf(-this.#neighbours);
    const patient = { id: controlId, family, given: "Ann", birthDate: dateOf(this.#neighbours * 29), sex: "F" };
    const wire = await this.connect();
    wire.write(framed(adt("A31", patient, { controlId })));
    await wire.answered(1);
    wire.close();
    return wire.answers.map(codeOf).join();
  }

  /** Everything there is, resolved; of it, what came after `journalId` from anybody but the neighbours. */
  async settled(journalId: number): Promise<Stored[]> {
    await resolveAll(this.database);
    const { rows } = await this.database.pool.query<{
      journal_id: number;
      raw: Buffer;
      outcome: string | null;
      reason: string | null;
      warnings: { location: string; code: string }[] | null;
    }>(
      `select journal_id, raw, outcome, reason, warnings from journal left join outcome using (journal_id)
       where journal_id > $1 and control_id not like 'NEIGHBOUR-%' order by journal_id`,
      [journalId],
    );
    return rows.map(({ journal_id, raw, outcome, reason, warnings }) => ({
      journalId: journal_id,
      raw,
      outcome: [outcome ?? "in flight", reason].filter((word) => word !== null).join(" "),
      warnings: (warnings ?? []).map((warning) => `${warning.location} ${warning.code}`),
    }));
  }

  /** As the golden record has it, of the person that a message was about. */
  async familyName(journalId: number | undefined): Promise<unknown> {
    const found = await this.rows<{ golden: { names?: { value?: { family?: unknown }[] } } }>(
      "select golden from outcome join person using (person_id) where journal_id = $1",
      [journalId],
    );
    return found[0]?.golden.names?.value?.[0]?.family;
  }

  /** An authority's local ids by the person they are of: `1 2, 3`. */
  async personsOf(authority: string): Promise<string> {
    const records = await this.rows<{ local_id: string; person_id: string }>(
      "select local_id, person_id from source_record where authority = $1 order by local_id",
      [authority],
    );
    const byPerson = [...Map.groupBy(records, (record) => record.person_id).values()];
    return byPerson.map((each) => each.map(({ local_id }) => local_id).join(" ")).join(", ");
  }

  /** Questions that messages after this one have opened and nothing has closed. */
  async tasksSince(journalId: number): Promise<number> {
    return (await this.rows("select 1 from review_task where state = 'open' and opened_by > $1", [journalId])).length;
  }

  async lastJournalId(): Promise<number> {
    return (
      (await this.rows<{ last: number }>("select coalesce(max(journal_id), 0) as last from journal"))[0]?.last ?? 0
    );
  }

  async rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.pool.query<Row>(sql, values)).rows;
  }

  /** Outcomes of the neighbours' messages that are not what they should be. */
  async neighboursHarmed(): Promise<unknown[]> {
    await resolveAll(this.database);
    return this.rows(
      `select control_id, outcome, reason from journal left join outcome using (journal_id)
       where control_id like 'NEIGHBOUR-%' and outcome is distinct from 'applied'`,
    );
  }
}

/** A name that has nothing in common with that of another number. */
export function nameOf(number: number): string {
  const random = new Random(number);
  return Array.from({ length: 8 }, () => String.fromCharCode(65 + random.below(26))).join("");
}

/** A day of forty years. */
export function dateOf(number: number): string {
  const [year, month, day] = [1951 + (number % 40), 1 + (Math.floor(number / 28) % 12), 1 + (number % 28)];
  return `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
}

const msasOf = (answer: string): string[][] => {
  const separator = answer.charAt(3);
  return answer.split("\r").flatMap((line) => (line.startsWith("MSA") ? [line.split(separator)] : []));
};

/** `AA 17`: MSA-1 and MSA-2; of a batch, one after another. */
export const codeOf = (answer: string): string =>
  msasOf(answer)
    .map((fields) => fields.slice(1, 3).join(" "))
    .join(", ");

/** Words one after another; a word that comes again and again is said once: `applied × 2000`. */
export function inRuns(words: readonly string[]): string {
  const runs: { word: string; count: number }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word) last.count++;
    else runs.push({ word, count: 1 });
  }
  return runs.map(({ word, count }) => (count === 1 ? word : `${word.trim()} × ${count}`)).join(", ");
}

/** MSA-1 of each acknowledgement in an answer. */
export const codesOf = (answer: string): string[] => msasOf(answer).map((fields) => fields[1] ?? "");

/** A bare socket to a listener: what it was sent, and whether the other side has closed. */
export class Wire {
  readonly answers: string[] = [];
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #faults: (localPort: number) => readonly string[];
  #localPort = 0;
  readonly #looks = new Set<() => void>();

  static async connect(port: number, faults: (localPort: number) => readonly string[] = () => []): Promise<Wire> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
    const wire = new Wire(socket, faults);
    await once(socket, "connect");
    wire.#localPort = socket.localPort ?? 0;
    return wire;
  }

  private constructor(socket: Socket, faults: (localPort: number) => readonly string[]) {
    this.#socket = socket;
    this.#faults = faults;
    const decoder = new FrameDecoder({ frameBytesMax: 64 * 1024 * 1024 });
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("data", (chunk: Buffer) => {
      for (const event of decoder.push(chunk))
        this.answers.push(event.kind === "frame" ? latin1(event.bytes) : event.kind);
      for (const look of this.#looks) look();
    });
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  get faults(): readonly string[] {
    return this.#faults(this.#localPort);
  }

  /** False once the other side takes no more. */
  write(bytes: Uint8Array): boolean {
    if (this.#socket.destroyed || !this.#socket.writable) return false;
    this.#socket.write(bytes);
    return true;
  }

  /** Resolves when what was written so far has gone out. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#socket.write("", () => resolve()));
  }

  /** Sends nothing more, and reads on. */
  end(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }

  answered(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => this.answers.length >= count && resolve();
      this.#looks.add(look);
      void this.closed.then(() => reject(new Error(`Closed after ${this.answers.length} of ${count} answers.`)));
      look();
    });
  }
}
