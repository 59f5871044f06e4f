import type { DemographicField } from "@chesil/model";
import {
  type AuditEntry,
  type Client,
  type Database,
  type PersonMarks,
  readMarks,
  readOptedOut,
  readPersonsOfMessage,
  readPersonsOfRecords,
  readPlaces,
  writeAudit,
  writeLooks,
} from "@chesil/store";
import { type PersonView, personViewOf } from "./person-view.ts";
import { ACCESS_POLICY_DEFAULT, type AccessPolicy } from "./policy.ts";
import { maySeeOptedOut, maySeePatients, maySeeRestricted, purposeOf, type Viewer } from "./viewer.ts";

/** How a look or an act came about, for the audit: names of criteria, counts, reasons. Never a value of a patient. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Which of those asked for may be shown. A person who is missing here is answered like one who does not exist. */
export type Permitted =
  | {
      readonly allowed: true;
      readonly personIds: ReadonlySet<string>;
      /**
       * Of these, whose questions of identity are the privacy officer's alone: who opted out, and who is restricted. Nobody,
       * but for a privacy officer at work on such a question.
       */
      readonly optedOut: ReadonlySet<string>;
      /** What of each of them: for `permittedView`, before anything is counted. */
      readonly viewOf: (personId: string) => PersonView;
    }
  | { readonly allowed: false; readonly reason: "role" };

export type PermittedRecords =
  | {
      readonly allowed: true;
      readonly sourceRecordIds: ReadonlySet<number>;
      /** What of the person whose record it is. */
      readonly viewOf: (personId: string) => PersonView;
    }
  | { readonly allowed: false; readonly reason: "role" };

export type PermittedMessage = { readonly allowed: true } | { readonly allowed: false; readonly reason: Refusal };

/** What somebody searches for. */
export type Search = {
  /** People who have died are looked for too. */
  readonly deceased: boolean;
  /** The fields that are searched by: nobody is found by what is withheld of them. */
  readonly by: readonly DemographicField[];
};

/**
 * The read gate: asked before any patient data leaves, by whichever service answers (law 10).
 *
 * Role first, then consent, which beats every role; one purpose alone is let through (`maySeeOptedOut`). Of whoever is shown, `viewOf` says
 * what may be told. What is allowed is in the audit and committed before a method
 * resolves; when the audit can not be written the method rejects, and the read fails with it.
 */
export type Gate = {
  /** What the region decides about who may see what, its defaults included. */
  readonly policy: AccessPolicy;
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
  /** The same of a search: those who may be found by it, before the page is cut and anything is counted. */
  findable(viewer: Viewer, personIds: readonly string[], search: Search): Promise<Set<string>>;
  /** The same of questions of identity: those about whom a data manager may be asked, neither opted out nor restricted. */
  reviewable(personIds: readonly string[]): Promise<Set<string>>;
  /** Puts an act on record: a sign-in, a replay, a change of an account. Rejects when it can not. */
  record(username: string, action: string, detail?: AuditDetail, journalId?: number): Promise<void>;
};

/** Persons or records in one question. A page of results is far below it. */
const ASKED_MAX = 1_000;

export type GateParts = {
  readonly database: Database;
  readonly clock: () => Date;
  readonly policy?: Partial<AccessPolicy> | undefined;
};

export function openGate({ database, clock, policy: changes }: GateParts): Gate {
  const { pool } = database;
  const policy = { ...ACCESS_POLICY_DEFAULT, ...changes };

  async function persons(
    viewer: Viewer,
    personIds: readonly string[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<Permitted> {
    const asked = bounded(personIds);
    const now = clock();
    const look = looker(viewer, action, detail, now);
    if (!maySeePatients(viewer)) {
      await writeAudit(pool, [look({}, { refused: "role" })]);
      return { allowed: false, reason: "role" };
    }
    const shown = look({});
    if (asked.length === 0) await writeAudit(pool, [shown]);
    const marks = await writeLooks(pool, asked, {
      ...shown,
      detailOfOptedOut: look({}, noteOf(viewer, "opted-out")).detail,
      detailOfRestricted: look({}, noteOf(viewer, "restricted")).detail,
    });
    const hidden = (personId: string) => hiddenFrom(viewer, marks.get(personId));
    const permitted = asked.filter((personId) => hidden(personId) === undefined);
    const officers = permitted.filter((personId) => isOfficersAlone(marks.get(personId)));
    return {
      allowed: true,
      personIds: new Set(permitted),
      optedOut: new Set(maySeeOptedOut(viewer) ? officers : []),
      viewOf: await viewsOf(pool, { viewer, policy, marks, now }, permitted),
    };
  }

  async function sourceRecords(
    viewer: Viewer,
    sourceRecordIds: readonly number[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<PermittedRecords> {
    const asked = bounded(sourceRecordIds);
    const now = clock();
    const look = looker(viewer, action, detail, now);
    if (!maySeePatients(viewer)) {
      await writeAudit(pool, [look({}, { refused: "role" })]);
      return { allowed: false, reason: "role" };
    }
    const personOf = await readPersonsOfRecords(pool, asked);
    const marks = await readMarks(pool, [...new Set(personOf.values())]);
    const known = asked.flatMap((sourceRecordId) => {
      const personId = personOf.get(sourceRecordId);
      return personId === undefined ? [] : [{ sourceRecordId, personId, mark: markOf(marks.get(personId)) }];
    });
    const entries = known.map((each) => look(each, each.mark && noteOf(viewer, each.mark)));
    await writeAudit(pool, entries.length > 0 ? entries : [look({})]);
    const shown = known.filter((each) => hiddenFrom(viewer, marks.get(each.personId)) === undefined);
    const personIds = shown.map((each) => each.personId);
    const viewOf = await viewsOf(pool, { viewer, policy, marks, now }, personIds);
    return { allowed: true, sourceRecordIds: new Set(shown.map((each) => each.sourceRecordId)), viewOf };
  }

  return {
    persons,
    sourceRecords,
    message: messageGate(pool, clock),
    policy,
    ...listsOf(pool, policy, clock),
    async record(username, action, detail = {}, journalId) {
      await writeAudit(pool, [entryOf({ username, action, detail, at: clock() }, { journalId })]);
    },
  };
}

type Marked = {
  readonly viewer: Viewer;
  readonly policy: AccessPolicy;
  readonly marks: ReadonlyMap<string, PersonMarks>;
  readonly now: Date;
};

/** What may be shown of each. Where somebody is to be found is read for who may not be told, to be looked for in the rest. */
async function viewsOf(
  client: Client,
  { viewer, policy, marks, now }: Marked,
  personIds: readonly string[],
): Promise<(personId: string) => PersonView> {
  const isInPart = (personId: string) => !maySeeRestricted(viewer) && markOf(marks.get(personId)) === "restricted";
  const places = await readPlaces(client, [...new Set(personIds)].filter(isInPart));
  const views = new Map<string, PersonView>();
  return (personId) => {
    const view =
      views.get(personId) ??
      personViewOf(viewer, policy, marks.get(personId), { now, places: places.get(personId) ?? [] });
    views.set(personId, view);
    return view;
  };
}

/** The bytes of a message can not be shown in part: they say where somebody lives. */
function messageGate(client: Client, clock: () => Date): Gate["message"] {
  return async function message(
    viewer: Viewer,
    journalId: number,
    personIds: readonly string[],
    action: string,
    detail: AuditDetail = {},
  ): Promise<PermittedMessage> {
    const look = looker(viewer, action, detail, clock());
    if (!maySeePatients(viewer)) {
      await writeAudit(client, [look({ journalId }, { refused: "role" })]);
      return { allowed: false, reason: "role" };
    }
    const named = bounded([...personIds, ...(await readPersonsOfMessage(client, journalId))]);
    const marks = [...(await readMarks(client, named)).values()];
    const isRestricted = marks.some((each) => each.sensitivity !== null) && !maySeeRestricted(viewer);
    const refused = marks.some((each) => each.optedOut) ? "opted-out" : isRestricted ? "restricted" : undefined;
    const entries = named.map((personId) => look({ personId, journalId }, refused && { refused }));
    await writeAudit(client, entries.length > 0 ? entries : [look({ journalId }, refused && { refused })]);
    return refused ? { allowed: false, reason: refused } : { allowed: true };
  };
}

/** Who may be listed, before the gate is asked about whom is shown. */
function listsOf(
  client: Client,
  policy: AccessPolicy,
  clock: () => Date,
): Pick<Gate, "withoutOptedOut" | "findable" | "reviewable"> {
  return {
    withoutOptedOut: (personIds) => inParts(personIds, (part) => readOptedOut(client, part)),
    reviewable: (personIds) =>
      inParts(personIds, async (part) => marked(await readMarks(client, part), isOfficersAlone)),
    findable: (viewer, personIds, { deceased, by }) =>
      inParts(personIds, async (part) =>
        marked(await readMarks(client, part), (marks) => {
          const { withheld } = personViewOf(viewer, policy, marks, { now: clock(), places: [] });
          return marks.optedOut || (marks.deceased && !deceased) || by.some((field) => withheld.has(field));
        }),
      ),
  };
}

/** Those of the persons who are not hidden, asked of so many at once as a statement may name. */
async function inParts(
  personIds: readonly string[],
  hidden: (part: readonly string[]) => Promise<Iterable<string>>,
): Promise<Set<string>> {
  const visible = new Set(personIds);
  const asked = [...visible];
  for (let start = 0; start < asked.length; start += ASKED_MAX) {
    for (const each of await hidden(asked.slice(start, start + ASKED_MAX))) visible.delete(each);
  }
  return visible;
}

const marked = (all: ReadonlyMap<string, PersonMarks>, is: (marks: PersonMarks) => boolean): string[] =>
  [...all.values()].filter(is).map(({ personId }) => personId);

/** Questions about them are the privacy officer's alone. */
const isOfficersAlone = (marks: PersonMarks | undefined): boolean => markOf(marks) !== undefined;

/** Why a person is not like others; an opt-out beats all. */
function markOf(marks: PersonMarks | undefined): "opted-out" | "restricted" | undefined {
  if (marks?.optedOut) return "opted-out";
  return (marks?.sensitivity ?? null) === null ? undefined : "restricted";
}

/** Why a person is hidden from the viewer altogether; undefined: they may be shown, perhaps in part. */
function hiddenFrom(viewer: Viewer, marks: PersonMarks | undefined): "opted-out" | "restricted" | undefined {
  const mark = markOf(marks);
  return mark !== undefined && "refused" in noteOf(viewer, mark) ? mark : undefined;
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

type Refusal = "role" | "opted-out" | "restricted";

/** Makes the audit entries of one question. */
function looker(viewer: Viewer, action: string, detail: AuditDetail, at: Date) {
  const system = viewer.system ? { system: true } : {};
  const purpose = purposeOf(viewer);
  const noted = { ...detail, ...system, ...(purpose === "direct-care" ? {} : { purpose }) };
  return (about: About, note?: AuditDetail): AuditEntry =>
    entryOf({ username: viewer.username, action, detail: { ...noted, ...note }, at }, about);
}

/** How a look at somebody who is marked goes on record: refused, in part, or whole because that is the viewer's work. */
function noteOf(viewer: Viewer, mark: "opted-out" | "restricted"): AuditDetail {
  if (mark === "opted-out") return maySeeOptedOut(viewer) ? { optedOut: true } : { refused: "opted-out" };
  if (maySeeRestricted(viewer)) return { restricted: true };
  // A reviewer's evidence is made of what is withheld.
  return purposeOf(viewer) === "identity-review" ? { refused: "restricted" } : { withheld: "restricted" };
}

/** @throws RangeError over ASKED_MAX: whoever asks for that many has forgotten to page. */
function bounded<Id>(ids: readonly Id[]): Id[] {
  const once = [...new Set(ids)];
  if (once.length > ASKED_MAX) throw new RangeError(`The read gate is asked for at most ${ASKED_MAX} at once.`);
  return once;
}
