import type { Viewer } from "@chesil/access";
import {
  type Client,
  type Decision,
  type PersonHistoryEntry,
  readPersonHistory,
  readRecordsById,
  type StoredIdentityEvent,
  type StoredRecord,
} from "@chesil/store";
import type { Deps } from "../deps.ts";
import { eventWords } from "../persons/event-words.ts";
import { showableDecisions } from "../review/verdict-view.ts";
import { inPages } from "./in-pages.ts";

/** How the records came to be held for one person's: what happened to them, and what people decided about them. */
export type HistoryLine = {
  readonly at: Date;
  readonly text: string;
  /** Who decided: a person by name; undefined: Chesil, by its rules. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  /** The records that it is about, as far as they are this person's. */
  readonly records: readonly string[];
};

const ENTRIES_AT_ONCE = 500;

type Whose = {
  readonly officer: Viewer;
  /** The person's id, then those that were merged into it. */
  readonly mergedIds: readonly string[];
  readonly records: readonly StoredRecord[];
};

/**
 * Newest first, of the person's own id and then of each that was merged into it. Records that are somebody else's by now
 * are not named, nor are decisions told that are about anybody who opted out.
 */
export async function* readHistory(
  deps: Pick<Deps, "database" | "gate">,
  client: Client,
  { officer, mergedIds, records }: Whose,
): AsyncGenerator<HistoryLine> {
  const own = new Map(records.map((record) => [record.sourceRecordId, record]));
  const told = new Set<string>();
  const toldDecisions = new Set<number>();
  for (const personId of mergedIds) {
    const pages = inPages<PersonHistoryEntry>(ENTRIES_AT_ONCE, (last, limit) =>
      readPersonHistory(client, personId, { after: last?.place ?? null, limit }),
    );
    for await (const { event, decision } of pages) {
      if (event) {
        // From one of the ids to another: told already, of the other.
        if (told.has(event.personId) || told.has(event.fromPersonId ?? "")) continue;
        const record = own.get(event.sourceRecordId);
        const text =
          event.kind === "deleted" && !record
            ? await deletionText(client, event)
            : eventWords(event, personId, record).text;
        yield lineOf(event.at, text, { by: event.by, reason: event.reason }, record ? [record] : []);
      } else if (decision && !toldDecisions.has(decision.journalId)) {
        toldDecisions.add(decision.journalId);
        const [shown] = await showableDecisions(deps, officer, [decision]);
        if (shown) yield decisionLine(shown, own);
      }
    }
    told.add(personId);
  }
}

/** A record that its sender deletes is nobody's but its own: what is held of it is exported by that reference. */
async function deletionText(client: Client, { sourceRecordId }: StoredIdentityEvent): Promise<string> {
  const [record] = await readRecordsById(client, [sourceRecordId]);
  const where =
    record?.status === "deleted" ? ` What it said is held apart, under the reference ${record.personId}.` : "";
  return `A record was deleted by its sender: it says nothing any more.${where}`;
}

const lineOf = (
  at: Date,
  text: string,
  { by, reason }: { readonly by: string | null; readonly reason: string | null },
  records: readonly StoredRecord[],
): HistoryLine => ({
  ...{ at, text, by: by ?? undefined, reason: reason ?? undefined },
  records: records.map(({ authority, localId }) => `${authority} ${localId}`),
});

const COMMANDS: Readonly<Record<Exclude<Decision["command"], "decide">, string>> = {
  move: "Somebody decided where records belong.",
  undo: "Somebody took an earlier decision back.",
  lift: "Somebody lifted a rule about two records.",
  assign: "A question was given to somebody.",
};
const VERDICTS: Readonly<Record<NonNullable<Decision["verdict"]>, string>> = {
  same: "Somebody decided that two records are one person's.",
  different: "Somebody decided that two records are of different people.",
  unsure: "Somebody looked at two records and could not tell.",
};
const STATES: Readonly<Record<Decision["state"], string>> = {
  applied: "",
  refused: " It could not be carried out.",
  awaiting: "",
  outvoted: " It was decided otherwise later.",
};

function decisionLine(decision: Decision, own: ReadonlyMap<number, StoredRecord>): HistoryLine {
  const { command, verdict, state, sourceRecordId, otherSourceRecordId, moved } = decision;
  const ids = new Set([sourceRecordId, otherSourceRecordId, ...(moved ?? [])]);
  const theirs = [...ids].flatMap((id) => own.get(id ?? 0) ?? []);
  // Until the second verdict is given nobody is told the first.
  if (state === "awaiting")
    return lineOf(decision.decidedAt, "A question about two records is being decided.", NOBODY, theirs);
  const text = command === "decide" ? VERDICTS[verdict ?? "unsure"] : COMMANDS[command];
  const undone = decision.undoneBy === null ? "" : " It was taken back later.";
  const why = { by: decision.decidedBy, reason: decision.reason };
  return lineOf(decision.decidedAt, `${text}${STATES[state]}${undone}`, why, theirs);
}

const NOBODY = { by: null, reason: null };
