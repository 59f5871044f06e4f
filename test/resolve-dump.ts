import { defaultModel, type MatchingModel } from "@chesil/matching";
import { DEFAULT_SURVIVORSHIP, reconcile } from "@chesil/model";
import type { StoredRecord } from "@chesil/store";
import type { freshDatabase } from "./database.ts";
import { decidedAnew, questionKey } from "./resolve-anew.ts";

/** Everything that resolve has decided, as rows; and what must hold of it, whatever the messages were. */

type Row = Readonly<Record<string, unknown>>;
export type Dump = Readonly<Record<keyof typeof TABLES, readonly Row[]>>;

/**
 * Left out is what depends on the batch: which of a fact's repetitions is written with it, and which batch closed a
 * question.
 */
const TABLES = {
  source_record: `select source_record_id, authority, local_id, status, retired_into, person_id, identifiers, demographics,
    former, blocking_keys::text[], created_by, updated_by, deleted_at, overlaid_by from source_record order by 1`,
  person: `select person_id, status, replaced_by, golden, nhs_number, family_name, given_name, birth_date, sex, postcode,
    created_by from person order by 1`,
  encounter: "select * from encounter order by encounter_id",
  fact: `select fact_id, source_record_id, kind, fact_key, visit_number, state, content, parts_at, parts_by, retracted_at,
    retracted_by, relation, relates_to, related_at, related_by, created_by from fact order by 1`,
  identity_event: "select * from identity_event order by event_id",
  link_rule: "select * from link_rule order by rule_id",
  number_alias: "select * from number_alias order by 1, 2, 3",
  question: `select task_id, kind, state, settled, source_record_id, other_source_record_id, weight, why, evidence, opened_by,
    opened_at, asked_by from review_task order by task_id`,
  outcome: "select journal_id, outcome, reason, detail, source_record_id, person_id, warnings from outcome order by 1",
};

export const WIPE = `truncate source_record, person, identity_event, encounter, number_alias, link_rule, review_task, outcome,
  fact, fact_version, fact_snapshot, parked_identity, journal, redelivery, tally`;

export async function dumpOf({ pool }: Awaited<ReturnType<typeof freshDatabase>>): Promise<Dump> {
  const dump: Record<string, Row[]> = {};
  for (const [table, sql] of Object.entries(TABLES)) dump[table] = (await pool.query(sql)).rows;
  return JSON.parse(JSON.stringify(dump)) as Dump;
}

/** What does not hold: of nothing that happened may any of this be said. */
export function brokenIn(dump: Dump, model: MatchingModel = defaultModel): string[] {
  return [
    ...unappliedIn(dump),
    ...recordsAstray(dump),
    ...personsAstray(dump),
    ...historyAstray(dump),
    ...rulesAstray(dump),
    ...questionsAstray(dump, model),
    ...decidedAnew(dump, model).moved,
  ];
}

const unappliedIn = ({ outcome }: Dump): string[] =>
  outcome
    .filter((each) => each.outcome !== "applied" && each.outcome !== "rejected")
    .map((each) => `message ${each.journal_id} was ${each.outcome}: ${each.reason} ${each.detail}`);

const recordsOf = ({ source_record }: Dump) => new Map(source_record.map((row) => [row.source_record_id, row]));

/** Every record has a person who lives, and its survivor has the same one. */
function recordsAstray(dump: Dump): string[] {
  const [records, persons] = [recordsOf(dump), new Map(dump.person.map((row) => [row.person_id, row]))];
  return dump.source_record.flatMap((record) => {
    const broken: string[] = [];
    if (persons.get(record.person_id)?.status !== "active") broken.push(`${record.local_id} has no person`);
    let end: Row | undefined = record;
    for (let steps = 0; end?.retired_into != null && steps <= records.size; steps++)
      end = records.get(end.retired_into);
    if (!end || end.retired_into !== null) broken.push(`${record.local_id} leads nowhere`);
    else if (end.person_id !== record.person_id)
      broken.push(`${record.local_id} has not the person of ${end.local_id}`);
    return broken;
  });
}

/** The golden record is a function of the records; a person without any leads to one who lives. */
function personsAstray(dump: Dump): string[] {
  const persons = new Map(dump.person.map((row) => [row.person_id, row]));
  return dump.person.flatMap((person) => {
    const own = dump.source_record.filter((record) => record.person_id === person.person_id);
    if (person.status === "merged") {
      let end: Row | undefined = person;
      for (let steps = 0; end?.replaced_by && steps <= persons.size; steps++) end = persons.get(end.replaced_by);
      return [
        ...(own.length > 0 ? [`merged person ${person.person_id} has records`] : []),
        ...(end?.status === "active" ? [] : [`merged person ${person.person_id} leads nowhere`]),
      ];
    }
    if (own.length === 0) return [`person ${person.person_id} has no records`];
    const golden = JSON.parse(JSON.stringify(reconcile(own.map(asStored), DEFAULT_SURVIVORSHIP)));
    return sorted(golden) === sorted(person.golden) ? [] : [`person ${person.person_id} is not what their records say`];
  });
}

const asStored = (row: Row) =>
  ({
    sourceRecordId: row.source_record_id,
    authority: row.authority,
    status: row.status,
    identifiers: row.identifiers,
    demographics: row.demographics,
  }) as StoredRecord;

/** PostgreSQL orders the keys of jsonb its own way. */
const sorted = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The events of a record lead from person to person without a gap, and end with the one it has (law 6). */
function historyAstray(dump: Dump): string[] {
  const persons = new Map<unknown, unknown>();
  const gaps = dump.identity_event.flatMap((event) => {
    const before = persons.get(event.source_record_id);
    const left = event.from_person_id ?? (before === undefined ? undefined : event.person_id);
    persons.set(event.source_record_id, event.person_id);
    return before === left ? [] : [`event ${event.event_id} (${event.kind}) comes from nowhere`];
  });
  const ends = dump.source_record.filter((record) => persons.get(record.source_record_id) !== record.person_id);
  return [...gaps, ...ends.map((record) => `${record.local_id} came to its person without an event`)];
}

/** What is ruled is so. */
function rulesAstray(dump: Dump): string[] {
  const records = recordsOf(dump);
  return dump.link_rule.flatMap((rule) => {
    const [one, other] = [records.get(rule.source_record_id), records.get(rule.other_source_record_id)];
    const isSame = one !== undefined && one.person_id === other?.person_id;
    // Of one that was set aside nothing holds until a person has looked.
    const ends = [one, other].map((record) => records.get(record?.retired_into ?? record?.source_record_id) ?? record);
    if (rule.kind === "same" && ends.some((record) => record?.overlaid_by !== null)) return [];
    return rule.lifted_by !== null || isSame === (rule.kind === "same") ? [] : [`rule ${rule.rule_id} is not so`];
  });
}

/** A question is open while it stands, and closed for what answers it. */
function questionsAstray(dump: Dump, model: MatchingModel): string[] {
  const records = recordsOf(dump);
  const personOf = (sourceRecordId: unknown) => records.get(sourceRecordId)?.person_id;
  const { raised } = decidedAnew(dump, model);
  return dump.question.flatMap((question) => {
    // What a person closed stays closed.
    if (question.state === "closed" && question.settled === null) return [];
    if (["possible-match", "number-conflict", "fits-two"].includes(String(question.kind))) {
      const isRaised = raised.has(
        questionKey(question.kind, question.source_record_id, question.other_source_record_id),
      );
      const isSo = isRaised === (question.state === "open") && isRaised === (question.settled === null);
      return isSo ? [] : [`question ${question.task_id} (${question.kind}) should be ${isRaised ? "open" : "closed"}`];
    }
    const ids = [question.source_record_id, question.other_source_record_id];
    const persons = ids.map(personOf);
    const [isCheck, isOne] = [question.kind === "link-check", persons[0] === persons[1]];
    const isDeleted = dump.identity_event.some(
      (event) =>
        event.kind === "deleted" && ids.includes(event.source_record_id) && !isBefore(event.journal_id, question),
    );
    const isRuled = dump.link_rule.some((rule) => {
      if (isCheck) return isOne && isPersonsAnswer(rule, question);
      if (ids[0] === ids[1] || rule.kind !== "different" || rule.lifted_by !== null) return false;
      if (isBefore(rule.journal_id, question)) return false;
      const two = [personOf(rule.source_record_id), personOf(rule.other_source_record_id)];
      return persons.every((person) => two.includes(person));
    });
    // Both sides of a possible overlay are one record.
    const joinedOrParted = isCheck === isOne || ids[0] === ids[1] ? null : isOne ? "joined" : "parted";
    const settled = isDeleted ? "deleted" : (joinedOrParted ?? (isRuled ? "ruled" : null));
    const state = settled === null ? "open" : "closed";
    const isSo = question.settled === settled && question.state === state;
    return isSo ? [] : [`question ${question.task_id} (${question.kind}) should be ${settled ?? "open"}`];
  });
}

/** Whether two records should be one is answered by a person who says so of these very two. */
const isPersonsAnswer = (rule: Row, question: Row): boolean =>
  rule.kind === "same" &&
  rule.decided_by === "human" &&
  rule.lifted_by === null &&
  !isBefore(rule.journal_id, question) &&
  [rule.source_record_id, rule.other_source_record_id].every(
    (id) => id === question.source_record_id || id === question.other_source_record_id,
  );

const isBefore = (journalId: unknown, question: Row) => Number(journalId) < Number(question.asked_by);
