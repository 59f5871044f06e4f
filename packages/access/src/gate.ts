import {
  type AuditEntry,
  type Client,
  type Database,
  readOptedOut,
  readPersonsOfMessage,
  readPersonsOfRecords,
  writeAudit,
} from "@chesil/store";
import { maySeeOptedOut, maySeePatients, type Viewer } from "./viewer.ts";

/** How a look or an act came about, for the audit: names of criteria, counts, reasons. Never a value of a patient. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Which of those asked for may be shown. A person who is missing here is answered like one who does not exist. */
export type Permitted =
  | {
      readonly allowed: true;
      readonly personIds: ReadonlySet<string>;
      /** Of these, who opted out: nobody, but for a privacy officer at work on a question of identity. */
      readonly optedOut: ReadonlySet<string>;
    }
  | { readonly allowed: false; readonly reason: "role" };

export type PermittedRecords =
  | { readonly allowed: true; readonly sourceRecordIds: ReadonlySet<number> }
  | { readonly allowed: false; readonly reason: "role" };

export type PermittedMessage =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: "role" | "opted-out" };

/**
 * The read gate: asked before any patient data leaves, by whichever service answers (law 10).
 *
 * Role first, then consent, which beats every role; one purpose alone is let through (`maySeeOptedOut`). What is allowed is in the audit and committed before a method
 * resolves; when the audit can not be written the method rejects, and the read fails with it.
 */
export type Gate = {
  /**
   * Writes one audit entry for each person who may be shown; one without a person when there is none, so that
   * searches which found nobody are on record too.
   */
  persons(viewer: Viewer, personIds: readonly string[], action: string, detail?: AuditDetail): Promise<Permitted>;
  /** The same for single source records; an unknown id is not permitted. */
  sourceRecords(
    viewer: Viewer,
    sourceRecordIds: readonly number[],
    action: string,
    detail?: AuditDetail,
  ): Promise<PermittedRecords>;
  /**
   * The bytes of a message and whatever is made from them. Refused when anybody it names is opted out: whom its
   * outcome and its identities lead to, and `personIds`, whom the caller found in its content.
   */
  message(
    viewer: Viewer,
    journalId: number,
    personIds: readonly string[],
    action: string,
    detail?: AuditDetail,
  ): Promise<PermittedMessage>;
  /**
   * Those of the persons, however many, who are not opted out, for filling a page before it is asked for. Nothing is
   * audited, so nothing may leave on the strength of it: `persons` is still to be asked.
   */
  withoutOptedOut(personIds: readonly string[]): Promise<Set<string>>;
  /** Puts an act on record: a sign-in, a replay, a change of an account. Rejects when it can not. */
  record(username: string, action: string, detail?: AuditDetail, journalId?: number): Promise<void>;
};

/** Persons or records in one question. A page of results is far below it. */
const ASKED_MAX = 1_000;

export function openGate({ database, clock }: { database: Database; clock: () => Date }): Gate {
  const { pool } = database;

  async function persons(
    viewer: Viewer,
    personIds: readonly string[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<Permitted> {
    const asked = bounded(personIds);
    const look = looker(viewer, action, detail, clock());
    if (!maySeePatients(viewer)) {
      await writeAudit(pool, [look({}, "role")]);
      return { allowed: false, reason: "role" };
    }
    const optedOut = await readOptedOut(pool, asked);
    const entries = asked.map((personId) =>
      look({ personId }, optedOut.has(personId) ? ofOptedOut(viewer) : undefined),
    );
    await writeAudit(pool, entries.length > 0 ? entries : [look({})]);
    if (maySeeOptedOut(viewer)) return { allowed: true, personIds: new Set(asked), optedOut };
    return {
      allowed: true,
      personIds: new Set(asked.filter((personId) => !optedOut.has(personId))),
      optedOut: new Set(),
    };
  }

  async function sourceRecords(
    viewer: Viewer,
    sourceRecordIds: readonly number[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<PermittedRecords> {
    const asked = bounded(sourceRecordIds);
    const look = looker(viewer, action, detail, clock());
    if (!maySeePatients(viewer)) {
      await writeAudit(pool, [look({}, "role")]);
      return { allowed: false, reason: "role" };
    }
    const personOf = await readPersonsOfRecords(pool, asked);
    const optedOut = await readOptedOut(pool, [...new Set(personOf.values())]);
    const known = asked.flatMap((sourceRecordId) => {
      const personId = personOf.get(sourceRecordId);
      return personId === undefined ? [] : [{ sourceRecordId, personId }];
    });
    const entries = known.map((each) => look(each, optedOut.has(each.personId) ? ofOptedOut(viewer) : undefined));
    await writeAudit(pool, entries.length > 0 ? entries : [look({})]);
    const shown = known.filter((each) => maySeeOptedOut(viewer) || !optedOut.has(each.personId));
    return { allowed: true, sourceRecordIds: new Set(shown.map((each) => each.sourceRecordId)) };
  }

  async function message(
    viewer: Viewer,
    journalId: number,
    personIds: readonly string[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<PermittedMessage> {
    const look = looker(viewer, action, detail, clock());
    if (!maySeePatients(viewer)) {
      await writeAudit(pool, [look({ journalId }, "role")]);
      return { allowed: false, reason: "role" };
    }
    const named = bounded([...personIds, ...(await readPersonsOfMessage(pool, journalId))]);
    const optedOut = await readOptedOut(pool, named);
    const refused = optedOut.size > 0 ? "opted-out" : undefined;
    const entries = named.map((personId) => look({ personId, journalId }, refused));
    await writeAudit(pool, entries.length > 0 ? entries : [look({ journalId }, refused)]);
    return refused ? { allowed: false, reason: refused } : { allowed: true };
  }

  return {
    persons,
    sourceRecords,
    message,
    withoutOptedOut: (personIds) => withoutOptedOut(pool, personIds),
    async record(username, action, detail = {}, journalId) {
      await writeAudit(pool, [entryOf({ username, action, detail, at: clock() }, { journalId })]);
    },
  };
}

async function withoutOptedOut(client: Client, personIds: readonly string[]): Promise<Set<string>> {
  const visible = new Set(personIds);
  const asked = [...visible];
  for (let start = 0; start < asked.length; start += ASKED_MAX) {
    for (const hidden of await readOptedOut(client, asked.slice(start, start + ASKED_MAX))) visible.delete(hidden);
  }
  return visible;
}

type About = {
  personId?: string | undefined;
  sourceRecordId?: number | undefined;
  journalId?: number | undefined;
};

function entryOf(
  act: { username: string; action: string; detail: AuditDetail; at: Date },
  { personId, sourceRecordId, journalId }: About,
): AuditEntry {
  return {
    ...act,
    personId: personId ?? null,
    sourceRecordId: sourceRecordId ?? null,
    journalId: journalId ?? null,
  };
}

type Refusal = "role" | "opted-out";
/** Who opted out and is shown all the same: noted with what for. */
const SHOWN_FOR_REVIEW = { optedOut: true, purpose: "review" } as const;

/** Makes the audit entries of one question. */
function looker(viewer: Viewer, action: string, detail: AuditDetail, at: Date) {
  const noted = viewer.system ? { ...detail, system: true } : detail;
  return (about: About, special?: Refusal | typeof SHOWN_FOR_REVIEW): AuditEntry => {
    const more = typeof special === "string" ? { refused: special } : special;
    return entryOf({ username: viewer.username, action, detail: { ...noted, ...more }, at }, about);
  };
}

const ofOptedOut = (viewer: Viewer) => (maySeeOptedOut(viewer) ? SHOWN_FOR_REVIEW : "opted-out");

/** @throws RangeError over ASKED_MAX: whoever asks for that many has forgotten to page. */
function bounded<Id>(ids: readonly Id[]): Id[] {
  const once = [...new Set(ids)];
  if (once.length > ASKED_MAX) throw new RangeError(`The read gate is asked for at most ${ASKED_MAX} at once.`);
  return once;
}
