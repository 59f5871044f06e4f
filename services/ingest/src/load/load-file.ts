import { basename } from "node:path";
import {
  cellsOfEntry,
  changedColumns,
  columnsOf,
  contentHasher,
  entryEvent,
  isEncoding,
  isRejects,
  type LoadMapping,
  REJECT_COLUMNS,
  rowEvent,
  rowKeyOf,
  unlistedColumns,
} from "@chesil/load";
import {
  FileChangedError,
  type JournalEntry,
  type KeyedRow,
  type LoadDoubt,
  type LoadSession,
  ReadingChangedError,
  type RowStanding,
} from "@chesil/store";
import { readBundles } from "./bundle-rows.ts";
import { Ending } from "./ending.ts";
import {
  type FileFound,
  type FileRow,
  inspectFile,
  isAsFound,
  LoadRefusedError,
  ROW_BYTES_MAX,
  readRows,
} from "./file-rows.ts";
import { LineMembers } from "./line-members.ts";
import type { KnownLoad, LoadOptions } from "./load-options.ts";
import { type LoadReport, Tallies } from "./load-report.ts";
import { ENDS_OTHERWISE, FILE_CHANGED, MAY_BE_CUT, NO_KEY, onLines, READING_CHANGED } from "./load-words.ts";
import { Losses } from "./losses.ts";
import { heldBack, whyNotWithdrawn } from "./not-withdrawn.ts";
import { notedName } from "./noted-name.ts";
import { OneAhead } from "./one-ahead.ts";
import { openSession } from "./open-session.ts";
import { checkRejectsOf, readRejectsOf } from "./rejects-extract.ts";
import { RejectsFile } from "./rejects-file.ts";
import { RowEntries, saidOf, type TakenRow } from "./row-entries.ts";

/** What one commit holds, at most. */
const BATCH_ROWS_MAX = 2_000;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Loads one file: each row that is new or says something else than before becomes a journal entry, exactly as it stands in
 * the file. What was journalled is noted in the same commit, so that a file loaded twice, or in pieces with crashes between,
 * is a file loaded once.
 *
 * The file is read three times, a chunk at a time: for its character set, for the keys of its rows (so that rows which
 * contradict each other are known before either is taken), and for what they say.
 *
 * @throws LoadRefusedError where nothing of the file can be loaded; its message says why.
 */
export async function loadFile(options: LoadOptions): Promise<LoadReport> {
  const found = await inspectFile(options.path, options.encoding);
  const { path, reading, rejectsPath, now, fileName = basename(path) } = options;
  const { encoding } = found;
  const rejectsOf = await readRejectsOf(path, reading, encoding);
  const madeAt = rejectsOf === undefined ? options.extractAt().getTime() : Date.parse(rejectsOf);
  const extractAt = new Date(Math.min(madeAt, now().getTime()));
  const rejects = rejectsPath ? await RejectsFile.open(rejectsPath, { reading, encoding, extractAt }) : undefined;
  try {
    const known = { ...options, fileName, extractAt, rejectsOf };
    const session = await openSession(known, found);
    try {
      const load = new FileLoad(known, found, session, rejects);
      const report = await load.run();
      await rejects?.keep();
      return report;
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof ReadingChangedError) throw new LoadRefusedError(READING_CHANGED);
    if (error instanceof FileChangedError) throw new LoadRefusedError(FILE_CHANGED);
    throw error;
  } finally {
    await rejects?.discard();
  }
}

class FileLoad {
  readonly #options: KnownLoad;
  readonly #found: FileFound;
  readonly #session: LoadSession;
  readonly #rejects: RejectsFile | undefined;
  readonly #entries: RowEntries;
  readonly #tallies = new Tallies();
  readonly #hash: ReturnType<typeof contentHasher> | undefined;
  #unusedColumns: string[] = [];
  #withoutKey = 0;
  #wouldBeRefused: string | undefined;
  readonly #losses = new Losses();
  /** Refused rows whose key nobody knew. */
  #refusedStrangers = 0;
  #hasGone = false;
  #isCut = false;
  readonly #ending = new Ending();
  /** Patients of a whole extract who no longer state something, and it stands: of what could not be read it may be a part. */
  #holding = 0;

  constructor(options: KnownLoad, found: FileFound, session: LoadSession, rejects: RejectsFile | undefined) {
    this.#options = options;
    this.#found = found;
    this.#session = session;
    this.#rejects = rejects;
    const { reading, extractAt, isFull } = options;
    // Nobody knows whose an entry was that could not be read.
    const isWhole = () => isFull && this.#withoutKey === 0;
    this.#entries = new RowEntries({ session, reading, encoding: found.encoding, extractAt, isWhole });
    this.#hash = reading.load === "fhir" ? undefined : contentHasher(reading);
  }

  async run(): Promise<LoadReport> {
    const { feed, fileName, isDryRun, isFull, extractAt, now } = this.#options;
    await this.#survey();
    if (!isDryRun) {
      await this.#options.activate();
      await this.#session.begin(this.#ending.noted(this.#options.confirmed));
    }
    const isWhole = await this.#loadRows();
    // Before anything is withdrawn for not being in it.
    if (isWhole && !(await isAsFound(this.#options.path, this.#found))) throw new LoadRefusedError(FILE_CHANGED);
    const notWithdrawn = isFull && isWhole ? await this.#withdraw() : undefined;
    if (!isDryRun && isWhole) await this.#session.end(this.#tallies.counts, now());
    const { counts, late, changedColumns, flagged, unlisted, rejected, changes } = this.#tallies;
    return {
      ...{ feed, file: notedName(fileName), encoding: this.#found.encoding, extractAt: extractAt.toISOString() },
      ...{ isDryRun, isFull, isWhole, rows: counts, withdrawing: this.#losses.rows, late, changedColumns, flagged },
      ...{ unlisted, rejected, changes, unusedColumns: this.#unusedColumns },
      ...(notWithdrawn === undefined ? {} : { notWithdrawn }),
      ...(this.#wouldBeRefused === undefined ? {} : { wouldBeRefused: this.#wouldBeRefused }),
    };
  }

  /** Which rows the file has. */
  async #survey(): Promise<void> {
    const work = new OneAhead();
    const members = new LineMembers();
    for await (const rows of this.#rows((columns) => this.#noteHeader(columns))) {
      for (const cells of rows.flatMap((row) => row.cells ?? [])) {
        checkRejectsOf(cells, this.#options.rejectsOf);
        members.note(cells);
      }
      this.#ending.note(rows.at(-1));
      const keyed = rows.flatMap((row) => this.#keyed(row) ?? []);
      this.#withoutKey += rows.length - keyed.length;
      if (keyed.length > 0) await work.begin(() => this.#see(keyed));
      if (this.#options.signal?.aborted) break;
    }
    await work.end();
    if (this.#ending.isUnended) this.#ending.isUnlike = (await this.#session.readEndedLine()) === true;
    if (this.#options.reading.load === "ndjson") this.#noteMembers(members, this.#options.reading.mapping);
    await this.#refuseLosses();
    this.#hasGone = this.#options.isFull && (await this.#session.countGone()).gone > 0;
  }

  /** Notes rows, and counts those that withdraw something by what they say now. */
  async #see(rows: readonly { readonly row: FileRow; readonly keyed: KeyedRow }[]): Promise<void> {
    await this.#session.see(rows.map(({ keyed }) => keyed));
    // What may be a part of a record withdraws nothing.
    if (this.#options.reading.load === "fhir" && !this.#options.isFull) return;
    const changed = await this.#session.readChanged(rows.map(({ keyed }) => keyed));
    for (const { row, keyed } of changed.size > 0 ? rows : []) {
      const known = changed.get(keyed.key);
      const read = known && this.#read(row);
      if (!known || !read?.ok) continue;
      const said = saidOf(read, this.#options.extractAt);
      this.#losses.note(known, this.#entries.withdrawnBy({ row, said, known, isLate: false }), said.kinds.values());
    }
  }

  /** A column that means something else, or a mapping that does, withdraws from everybody what it stated. */
  async #refuseLosses(): Promise<void> {
    const { isFull, goneShareMax } = this.#options;
    if (this.#losses.rows === 0) return;
    const { known, gone } = await this.#session.countGone();
    const stating = await this.#session.countStating();
    const tooMany = this.#losses.tooMany(stating, { known, gone: isFull ? gone : 0, isFull }, goneShareMax);
    if (tooMany === undefined) return;
    this.#refuse(
      "losses",
      `${tooMany} Does each column still mean what the mapping says? A dry run shows what would change; if all is so, load ` +
        "it again with --confirm losses.",
    );
  }

  /** A member that was renamed would withdraw from everybody what it stated. */
  #noteMembers(members: LineMembers, mapping: LoadMapping): void {
    this.#unusedColumns = members.unused(mapping);
    const missing = members.missing(mapping).join(", ");
    if (this.#options.isFull && missing !== "")
      this.#refuse(
        "members",
        `No line has what the mapping names: ${missing}. If nobody has it any more, load the file again with --confirm members.`,
      );
  }

  /** A dry run goes on, and says that the load would not. */
  #refuse(doubt: LoadDoubt, why: string): void {
    if (this.#options.confirmed.has(doubt)) return;
    if (!this.#options.isDryRun) throw new LoadRefusedError(why);
    this.#wouldBeRefused = this.#wouldBeRefused === undefined ? why : `${this.#wouldBeRefused} ${why}`;
  }

  #noteHeader(columns: readonly string[]): void {
    const { reading } = this.#options;
    if (reading.load === "fhir") return;
    const { mapping } = reading;
    const known = new Set([...columnsOf(mapping), ...mapping.ignore, ...REJECT_COLUMNS]);
    this.#unusedColumns = columns.filter((name) => !known.has(name));
    this.#ending.isMended = isRejects(columns);
    this.#rejects?.begin(columns);
  }

  /** @returns false where it was stopped. */
  async #loadRows(): Promise<boolean> {
    const { batchRowsMax = BATCH_ROWS_MAX, signal, onProgress } = this.#options;
    const work = new OneAhead();
    let batch: FileRow[] = [];
    let bytes = 0;
    const load = async () => {
      const rows = batch;
      [batch, bytes] = [[], 0];
      await work.begin(() => this.#loadBatch(rows));
      onProgress?.(this.#tallies.counts.read);
    };
    for await (const rows of this.#rows()) {
      for (const row of signal?.aborted ? [] : rows) {
        batch.push(row);
        bytes += row.size;
        if (batch.length >= batchRowsMax || bytes >= BATCH_BYTES_MAX) await load();
      }
      if (signal?.aborted) break;
    }
    if (batch.length > 0 && !signal?.aborted) await load();
    await work.end();
    return signal?.aborted !== true;
  }

  #rows(onHeader?: (columns: readonly string[]) => void) {
    const { path, fileName, reading, rowBytesMax = ROW_BYTES_MAX, now } = this.#options;
    if (reading.load === "fhir") return readBundles(path, reading, { now, isLines: fileName.endsWith(".ndjson") });
    return readRows(path, { reading, encoding: this.#found.encoding, rowBytesMax, ...(onHeader ? { onHeader } : {}) });
  }

  #keyed(row: FileRow): { row: FileRow; keyed: KeyedRow } | undefined {
    const { number, line, cells, part } = row;
    const { reading } = this.#options;
    if (part) return { row, keyed: { number, ...(line && { line }), key: part.key, sha256: part.sha256 } };
    const key = cells && reading.load !== "fhir" ? rowKeyOf(cells, reading.mapping) : undefined;
    const sha256 = cells && this.#hash?.(cells);
    return key !== undefined && sha256 ? { row, keyed: { number, key, sha256 } } : undefined;
  }

  async #loadBatch(batch: readonly FileRow[]): Promise<void> {
    const { isDryRun, now } = this.#options;
    const known = batch.map((row) => this.#keyed(row));
    const keyed = known.flatMap((each) => each?.keyed ?? []);
    const standings = new Map(
      (await this.#session.standingOf(keyed)).map((standing, at) => [keyed[at]?.number, standing]),
    );
    const taken: TakenRow[] = [];
    const unchanged: string[] = [];
    for (const [at, row] of batch.entries()) {
      this.#tallies.counts.read++;
      const each = known[at];
      const standing = this.#judged(row, standings.get(row.number));
      if (!each || !standing) await this.#reject(row, row.refused?.text ?? row.text ?? NO_KEY);
      else if (standing.kind === "contradictory") await this.#reject(row, onLines(standing.lines, row));
      else if (row.text !== undefined) await this.#reject(row, row.text);
      else if (this.#ending.isDoubted(row, this.#options.confirmed)) {
        await this.#reject(row, ENDS_OTHERWISE);
        this.#isCut = true;
      } else {
        if (row.refused) await this.#reject(row, row.refused.text);
        if (standing.kind === "unchanged" || standing.kind === "repeated") this.#tallies.counts.unchanged++;
        else taken.push(...[(await this.#take(row, each.keyed, standing)) ?? []].flat());
        if (standing.kind === "unchanged") unchanged.push(each.keyed.key);
      }
    }
    const before = await this.#session.readEntries(taken.flatMap(({ known }) => known?.journalId ?? []));
    for (const each of taken) this.#tally(each, before);
    if (isDryRun) return;
    const made = await this.#entries.of(taken);
    await this.#session.append({ ...made, unchanged, gone: [], counts: this.#tallies.counts }, now());
  }

  /** A row that says the same as ever, and stands for more than that by an older part of the record, may withdraw the rest. */
  #judged(row: FileRow, standing: RowStanding | undefined): RowStanding | undefined {
    const left = standing?.kind === "unchanged" ? standing.left : undefined;
    if (!left) return standing;
    if (this.#entries.mayWithdraw(row)) return { kind: "changed", known: left };
    if (this.#options.isFull) this.#holding++;
    return standing;
  }

  async #reject(row: FileRow, reason: string): Promise<void> {
    this.#tallies.reject(row.number, reason);
    await this.#rejects?.add(row, reason);
  }

  /** What a row is taken for that was not said yet; undefined where it is refused. */
  async #take(row: FileRow, keyed: KeyedRow, standing: RowStanding): Promise<TakenRow | undefined> {
    const said = this.#read(row);
    if (!said.ok) {
      await this.#reject(row, said.text);
      if (standing.kind === "new") this.#refusedStrangers++;
      return undefined;
    }
    const known = "known" in standing ? standing.known : undefined;
    const isLate = standing.kind === "late";
    const taken = { row, keyed, said: saidOf(said, this.#options.extractAt), known, isLate };
    if (this.#mayBeCut(taken)) {
      await this.#reject(row, MAY_BE_CUT);
      this.#isCut = true;
      return undefined;
    }
    for (const { location, code } of said.event.warnings) this.#tallies.flag(location, code);
    this.#noteUnlisted(row);
    if (this.#options.isFull && !isLate && !this.#entries.mayWithdraw(row) && isLosing(taken)) this.#holding++;
    return taken;
  }

  #noteUnlisted({ cells }: FileRow): void {
    const { reading } = this.#options;
    if (!cells || reading.load === "fhir") return;
    for (const column of unlistedColumns(cells, reading.mapping)) this.#tallies.noteUnlisted(column);
  }

  /**
   * Whether a row would do harm if its file ends in the middle of its last cell. Many whole files lack the last line end, so
   * that is nothing to ask about while nothing is withdrawn, nor where the row says what it said before.
   */
  #mayBeCut(taken: TakenRow): boolean {
    if (!taken.row.isUnended || this.#options.confirmed.has("cut")) return false;
    return this.#hasGone || this.#entries.withdrawnBy(taken).length > 0;
  }

  #read(row: FileRow) {
    const { feed, reading, now, extractAt } = this.#options;
    const context = { feed, encoding: this.#found.encoding, extractAt, receivedAt: now(), controlId: "" };
    const { cells, text } = row;
    if (text !== undefined) return { ok: false, reason: "not-readable", text } as const;
    return cells && reading.load !== "fhir"
      ? rowEvent(cells, reading, context)
      : entryEvent(row.raw(), reading, context);
  }

  #tally({ row, known, isLate }: TakenRow, before: ReadonlyMap<number, JournalEntry>): void {
    if (isLate) {
      this.#tallies.counts.unchanged++;
      this.#tallies.late++;
      return;
    }
    const was = known && before.get(known.journalId);
    const columns = was ? { columns: this.#columnsChanged(row, was) } : {};
    this.#tallies.change({ row: row.number, kind: known ? "changed" : "new", ...columns });
  }

  #columnsChanged({ cells }: FileRow, { version, raw }: JournalEntry): string[] {
    const { reading } = this.#options;
    if (reading.load === "fhir" || !cells || !isEncoding(version)) return [];
    const before = cellsOfEntry(raw, reading, version);
    return before.ok ? changedColumns(reading, before.cells, cells) : [];
  }

  /** Journals what is gone, now that the whole file was read. @returns why not. */
  async #withdraw(): Promise<string | undefined> {
    const { isDryRun, reading, now, ...given } = this.#options;
    const why = whyNotWithdrawn({
      ...{ ...given, ...(await this.#session.countGone()), isBundles: reading.load === "fhir" },
      ...{ withoutKey: this.#withoutKey, refusedStrangers: this.#refusedStrangers, isCut: this.#isCut },
      ...{ holding: this.#holding, stating: await this.#session.countStating() },
    });
    if (why !== undefined) return why;
    if (!isDryRun) await this.#session.settle();
    for (let after = ""; ; ) {
      const rows = await this.#session.readGone(after, BATCH_ROWS_MAX);
      const last = rows.at(-1);
      if (!last) return heldBack(this.#holding);
      after = last.key;
      this.#tallies.counts.gone += rows.length;
      if (isDryRun) continue;
      const made = await this.#entries.ofGone(rows);
      const gone = rows.map(({ key }) => key);
      await this.#session.append({ ...made, unchanged: [], gone, counts: this.#tallies.counts }, now());
    }
  }
}

const isLosing = ({ known, said }: TakenRow): boolean =>
  known?.stated.some(({ fact }) => !said.facts.has(fact)) === true;
