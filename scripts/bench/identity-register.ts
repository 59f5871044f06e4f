import { readMessage, toEvent } from "@chesil/hl7";
import { LIVE_VERSION, liveKeys, prepare } from "@chesil/matching";
import { DEFAULT_SURVIVORSHIP, reconcile } from "@chesil/model";
import { matchRecordOfFacts } from "@chesil/resolve";
import type { RegisterRow } from "@chesil/simulator";
import type { PersonWrite, RecordWrite } from "@chesil/store";
import { homePersonOf } from "../../services/resolve/src/mint.ts";
import { searchColumns } from "../../services/resolve/src/search-columns.ts";
import { hearAndKeep } from "../../services/resolve/src/statement.ts";
import { DIALECT, FEED } from "../../test/region.ts";
import { messageOf } from "./identity-messages.ts";

/** The rows of a register parted into what is on file, as the decider would have written it, and what is sent later. */

/** Rows on file that may be sent again: of anybody, as a day's traffic is. */
const KNOWN_MAX = 50_000;

/** Rows of a person beside the first, a little fewer than there are. */
const FURTHER_ROWS = 0.8;

/** How many rows are kept back to be sent, and how many people to be asked about. */
export type KeptBack = { readonly fresh: number; readonly strangers: number };

type OpenPerson = { readonly personId: string; readonly records: RecordWrite[] };

/** Says of each row of the register whether it is on file, is sent later or is neither, and whose it is. */
export class Register {
  /** Some of those on file. */
  readonly known: RegisterRow[] = [];
  /** The first row of people who are not on file, and further rows of people who are: as many of each. */
  readonly ofOthers: RegisterRow[] = [];
  readonly ofKnown: RegisterRow[] = [];
  /** One row each of others who are not on file. */
  readonly strangers: RegisterRow[] = [];
  records = 0;
  persons = 0;
  readonly #persons: number;
  readonly #sizes: KeptBack;
  /** Everybody met, and whether they are on file. */
  readonly #met = new Map<string, boolean>();
  readonly #open = new Map<string, OpenPerson>();
  #further = 0;

  constructor(persons: number, sizes: KeptBack) {
    this.#persons = persons;
    this.#sizes = sizes;
  }

  /** @returns the record that is on file by it; undefined: it is sent later, or never. */
  take(row: RegisterRow): RecordWrite | undefined {
    const isOnFile = this.#met.get(row.person);
    if (isOnFile === undefined) return this.#meet(row);
    if (!isOnFile) return undefined;
    const open = this.#open.get(row.person);
    const half = this.#sizes.fresh / 2;
    const isTurn = isTurnOf(this.#further++, (this.#persons * FURTHER_ROWS) / half);
    if (open && !(isTurn && this.ofKnown.length < half)) return this.#file(row, open);
    if (this.ofKnown.length < half) this.ofKnown.push(row);
    return undefined;
  }

  /** The golden records of those met first, but for so many. */
  close(openMax: number): PersonWrite[] {
    const closed: PersonWrite[] = [];
    for (const [name, { personId, records }] of this.#open) {
      if (this.#open.size <= openMax) break;
      this.#open.delete(name);
      const golden = reconcile(records, DEFAULT_SURVIVORSHIP);
      const journalId = records[0]?.createdBy ?? 0;
      const common = { status: "active" as const, replacedBy: null, journalId };
      closed.push({ personId, golden, search: searchColumns(golden), ...common });
    }
    return closed;
  }

  #meet(row: RegisterRow): RecordWrite | undefined {
    const { ofOthers, strangers } = this;
    const half = this.#sizes.fresh / 2;
    const apart = half + this.#sizes.strangers;
    const isTurn = isTurnOf(this.#met.size, (this.#persons + apart) / apart);
    const isApart = (isTurn && ofOthers.length + strangers.length < apart) || this.persons >= this.#persons;
    this.#met.set(row.person, !isApart);
    if (!isApart) {
      this.persons++;
      const open = { personId: homePersonOf(idOf(this.records + 1)), records: [] };
      this.#open.set(row.person, open);
      return this.#file(row, open);
    }
    const isAsked = ofOthers.length * this.#sizes.strangers > strangers.length * half;
    const pool = isAsked ? strangers : ofOthers;
    if (pool.length < (isAsked ? this.#sizes.strangers : half)) pool.push(row);
    return undefined;
  }

  #file(row: RegisterRow, { personId, records }: OpenPerson): RecordWrite {
    const record = recordOf(row, ++this.records, personId);
    records.push(record);
    const isTurn = isTurnOf(this.records, (this.#persons * (1 + FURTHER_ROWS)) / KNOWN_MAX);
    if (isTurn && this.known.length < KNOWN_MAX) this.known.push(row);
    return record;
  }
}

/** One of so many, so that those chosen live among all the others. */
const isTurnOf = (count: number, oneOf: number): boolean => count % Math.max(1, Math.floor(oneOf)) === 0;

/** As the mint would make it. */
const idOf = (journalId: number) => journalId * 250_000;

/** What the row's message would have come to: it goes the whole way, so that sent again it changes nothing. */
function recordOf(row: RegisterRow, journalId: number, personId: string): RecordWrite {
  const read = readMessage(messageOf(row, "A28"), DIALECT);
  const mapped = read.ok ? toEvent(read.message, DIALECT, new Date()) : read;
  if (!mapped.ok) throw new Error(`A row made no message: ${mapped.text}`);
  const { event } = mapped;
  const [subject] = event.subjects;
  if (!subject) throw new Error("A message is about nobody.");
  const facts = hearAndKeep(undefined, subject.patient, {
    recordedAt: event.recordedAt ?? "",
    journalId,
    feed: FEED.name,
  });
  const said = matchRecordOfFacts(facts);
  return {
    ...facts,
    sourceRecordId: idOf(journalId),
    authority: subject.patient.key.authority,
    localId: subject.patient.key.localId,
    feed: FEED.name,
    status: "active",
    retiredInto: null,
    personId,
    blockingKeys: liveKeys(prepare(said)).map(String),
    matchRecord: JSON.stringify(said),
    matchVersion: LIVE_VERSION,
    createdBy: journalId,
    updatedBy: journalId,
  };
}
