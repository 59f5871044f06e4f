import { createHash } from "node:crypto";
import { aboutRow, type Encoding, type LoadReading, nameOfFact, type RowResult, type RowTrigger } from "@chesil/load";
import type { JournalEntry, KeyedRow, KnownRow, LoadBatch, LoadEntry, LoadSession, StatedFact } from "@chesil/store";
import type { FileRow } from "./file-rows.ts";

/** What a row says, as far as a load has to know. */
export type RowSaid = {
  /** Whose it is. */
  readonly identity: string;
  /** Names of the facts that it states. */
  readonly facts: ReadonlySet<string>;
  /** Of what kind each of them is. */
  readonly kinds: ReadonlyMap<string, string>;
  /** As of when, by its own word. */
  readonly at: Date;
};

/** A row that is new or says something else than before. */
export type TakenRow = {
  readonly row: FileRow;
  readonly keyed: KeyedRow;
  readonly said: RowSaid;
  /** What it said before; of a `late` one what a newer extract says. */
  readonly known: KnownRow | undefined;
  readonly isLate: boolean;
};

type Made = Pick<LoadBatch, "entries" | "goneFacts">;

/** Bytes of a row that was said: an entry of the journal, or one that is made in this commit. */
type RowBytes = Pick<JournalEntry, "version" | "identities"> & {
  readonly raw: Uint8Array;
  readonly journalId?: number;
};

/** A fact that a row stated, and states no longer. */
type Withdrawn = { readonly fact: string; readonly of: number | RowBytes; readonly at: Date };

export type RowEntriesOptions = {
  readonly session: LoadSession;
  readonly reading: LoadReading;
  readonly encoding: Encoding;
  readonly extractAt: Date;
  /** Whether the extract is all that there is, and all of it was read: what a Bundle does not speak of is not so any more. */
  readonly isWhole: () => boolean;
};

/**
 * The journal entries that rows make, so that what they state and withdraw comes to the same in whatever order they are heard
 * by: the decider goes by the time as of which a thing was said, so each is said as of a time that is not before what it undoes.
 */
export class RowEntries {
  readonly #options: RowEntriesOptions;
  /** By the feed's mapping several rows may state one fact. */
  readonly #isShared: boolean;
  #made = 0;

  constructor(options: RowEntriesOptions) {
    this.#options = options;
    const { reading } = options;
    this.#isShared = reading.load !== "fhir" && reading.mapping.facts.some(({ key }) => key !== undefined);
  }

  /** Facts that a row stated and withdraws by what it says now. */
  withdrawnBy({ row, said, known, isLate }: Pick<TakenRow, "row" | "said" | "known" | "isLate">): StatedFact[] {
    if (!known || isLate || !this.mayWithdraw(row)) return [];
    return known.stated.filter(({ fact }) => !said.facts.has(fact));
  }

  /** What rows make that were taken. A row's own entries go before those of rows that may state the same as of an older time. */
  async of(taken: readonly TakenRow[]): Promise<Made> {
    const late = taken.filter(({ isLate }) => isLate);
    const others = taken.filter(({ isLate }) => !isLate);
    const keys = others.map(({ keyed }) => keyed.key);
    const history = await this.#late(late, keys);
    const withdrawn = await this.#withdraw(
      others.flatMap((each) => this.withdrawnBy(each).map((fact) => this.#of(fact, each.known))),
      keys,
    );
    const gone = latest(history.goneFacts, withdrawn.goneFacts);
    const floors = latest(await this.#goneBefore(others), gone);
    const rows = others.map((each) => this.#row(each, floors));
    return { entries: [...history.entries, ...withdrawn.entries, ...rows], goneFacts: gone };
  }

  /** What rows make that are no longer there. */
  ofGone(rows: readonly KnownRow[]): Promise<Made> {
    return this.#withdraw(
      rows.flatMap((row) => row.stated.map((fact) => this.#of(fact, row))),
      rows.map(({ key }) => key),
    );
  }

  #of = ({ fact, by }: StatedFact, known: KnownRow | undefined): Withdrawn => ({
    fact,
    of: by ?? 0,
    at: known?.saidAt ?? this.#options.extractAt,
  });

  /** A Bundle may be a part of the record, and what was refused of it may be so still. */
  mayWithdraw = (row: FileRow): boolean =>
    this.#options.reading.load !== "fhir" || (this.#options.isWhole() && !row.refused);

  /** What older rows say of former times, what of it is not so any more, and the newer ones again as the last word. */
  async #late(late: readonly TakenRow[], except: readonly string[]): Promise<Made> {
    if (late.length === 0) return { entries: [], goneFacts: new Map() };
    const { reading } = this.#options;
    const made = late.map((each) => ({
      ...each,
      entry: this.#entry(each, "ROW", undefined, { ...each.keyed, kind: "late", stated: this.#statedLate(each) }),
    }));
    const withdrawn = await this.#withdraw(
      reading.load === "fhir"
        ? []
        : made.flatMap(({ entry, said, known }) => {
            const standing = new Set(known?.stated.map(({ fact }) => fact));
            const { raw, encoding: version, identities } = entry;
            const of: RowBytes = { raw, version, identities };
            const left = [...said.facts].filter((fact) => !standing.has(fact));
            return left.map((fact) => ({ fact, of, at: said.at }));
          }),
      except,
    );
    const newer = await this.#options.session.readEntries(made.flatMap(({ known }) => known?.journalId ?? []));
    const again = made.flatMap(({ known, said }) => {
      const entry = known && newer.get(known.journalId);
      return entry ? [this.#about("STILL", entry, undefined, later(known.saidAt, said.at), known.key)] : [];
    });
    return {
      entries: [...made.map(({ entry }) => entry), ...withdrawn.entries, ...again],
      goneFacts: withdrawn.goneFacts,
    };
  }

  /**
   * A row as of its own time; where what is known is later, it corrects that by the time of its extract. The time that a Bundle
   * tells is that of the extract it is from, and stands.
   */
  #row(taken: TakenRow, floors: ReadonlyMap<string, Date>): LoadEntry {
    const { row, keyed, said, known } = taken;
    const { facts } = said;
    const floor = [...facts].reduce((time, fact) => later(time, floors.get(fact)), known?.saidAt ?? said.at);
    const isCorrection = said.at < floor && this.#options.reading.load !== "fhir";
    const at = isCorrection ? later(this.#options.extractAt, floor) : later(said.at, known?.saidAt);
    const kept = this.mayWithdraw(row) ? [] : (known?.stated.filter(({ fact }) => !facts.has(fact)) ?? []);
    const stated = [...statedBy(said), ...kept];
    const note = { ...keyed, kind: "said", saidAt: at, stated, isShared: this.#isShared } as const;
    return this.#entry(taken, isCorrection ? "CORRECTION" : "ROW", isCorrection ? at : undefined, note);
  }

  /** Of a part of a record: what stands by it beside what newer parts say. What a row of a table said is over. */
  #statedLate({ said, known }: TakenRow): StatedFact[] {
    if (this.#options.reading.load !== "fhir") return [];
    const standing = new Set(known?.stated.map(({ fact }) => fact));
    return statedBy(said).filter(({ fact }) => !standing.has(fact));
  }

  #entry({ row, said }: TakenRow, trigger: RowTrigger, at: Date | undefined, note: LoadEntry["row"]): LoadEntry {
    const raw = row.raw();
    return {
      ...{
        raw,
        sha256: sha256(raw),
        triggerEvent: trigger,
        encoding: this.#options.encoding,
        name: String(row.number),
      },
      ...{ identities: [said.identity] },
      ...(at && { saidAt: at }),
      ...(note && { row: note }),
    };
  }

  /**
   * Withdraws facts: those that nobody states any more are gone; those that another row states as well are said by that one.
   * @param except keys of rows that do not count.
   */
  async #withdraw(withdrawn: readonly Withdrawn[], except: readonly string[]): Promise<Made> {
    const { session } = this.#options;
    const facts = withdrawn.map(({ fact }) => fact);
    // Also where no two rows state one by this mapping: by the one before they may have.
    const others = await session.readOthersStating(facts, except);
    const gone = new Map<number | RowBytes, Withdrawn[]>();
    const still = new Map<number, (Withdrawn & { readonly key: string })[]>();
    for (const each of withdrawn) {
      const other = others.get(each.fact);
      const by = other?.stated.find(({ fact }) => fact === each.fact)?.by;
      if (!other || by === undefined) push(gone, each.of, each);
      else push(still, by, { ...each, at: later(each.at, other.saidAt), key: other.key });
    }
    const stored = [...gone.keys(), ...still.keys()].filter((of) => typeof of === "number");
    const entries = await session.readEntries(stored);
    const about = (trigger: RowTrigger, of: number | RowBytes, list: readonly Withdrawn[], key?: string) => {
      const row = typeof of === "number" ? entries.get(of) : of;
      const at = list.map((each) => each.at).reduce((one, other) => later(one, other));
      return row ? [this.#about(trigger, row, [...new Set(list.map(({ fact }) => fact))], at, key)] : [];
    };
    return {
      entries: [
        ...[...gone].flatMap(([of, list]) => about("GONE", of, list)),
        ...[...still].flatMap(([of, list]) => about("STILL", of, list, list[0]?.key)),
      ],
      goneFacts: [...gone.values()]
        .flat()
        .reduce((times, { fact, at }) => times.set(fact, later(at, times.get(fact))), new Map<string, Date>()),
    };
  }

  /** An entry about a row that was said, in that row's own bytes. @param key of the row that it says again. */
  #about(trigger: RowTrigger, of: RowBytes, facts: readonly string[] | undefined, at: Date, key?: string): LoadEntry {
    const { journalId: entry, raw: row, version: encoding, identities } = of;
    const raw = aboutRow({ ...(entry !== undefined && { entry }), ...(facts && { facts }) }, row);
    return {
      ...{
        raw,
        sha256: sha256(raw),
        triggerEvent: trigger,
        encoding,
        name: `${trigger.toLowerCase()}-${++this.#made}`,
      },
      ...{ identities, saidAt: at },
      ...(key !== undefined && { row: { kind: "again", key, saidAt: at } }),
    };
  }

  /** When facts were withdrawn that these rows state. */
  #goneBefore = (rows: readonly TakenRow[]): Promise<ReadonlyMap<string, Date>> =>
    this.#options.session.readGoneFacts(rows.flatMap(({ said }) => [...said.facts]));
}

/** What a row says that was read. @param extractAt where it does not tell its time. */
export function saidOf({ event, key }: Extract<RowResult, { ok: true }>, extractAt: Date): RowSaid {
  const stated = event.subjects.flatMap(({ facts }) => facts);
  const kinds = new Map(stated.map((fact) => [nameOfFact(key, fact), fact.content.kind]));
  return {
    identity: `${key.authority}|${key.localId}`,
    facts: new Set(kinds.keys()),
    kinds,
    at: event.recordedAt === undefined ? extractAt : new Date(event.recordedAt),
  };
}

const statedBy = ({ kinds }: RowSaid): StatedFact[] => [...kinds].map(([fact, kind]) => ({ fact, kind }));

const later = (one: Date, other: Date | undefined): Date => (other && other > one ? other : one);

function latest(...all: readonly ReadonlyMap<string, Date>[]): Map<string, Date> {
  const times = new Map<string, Date>();
  for (const each of all) for (const [fact, at] of each) times.set(fact, later(at, times.get(fact)));
  return times;
}

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
