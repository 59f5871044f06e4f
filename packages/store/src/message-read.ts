import type { Outcome, Warning } from "@chesil/model";
import type { Client } from "./client.ts";
import { journalBounds } from "./journal-bounds.ts";
import { ARCHIVE_OF_ROW } from "./journal-read.ts";

/** A message in a list: nothing of a patient but the opaque id of the person it went to. */
export type MessageSummary = {
  readonly journalId: number;
  readonly feed: string;
  readonly receivedAt: Date;
  readonly messageCode: string;
  readonly triggerEvent: string;
  readonly controlId: string;
  readonly sender: string;
  /** Null: in flight. Never `duplicate`: a resend is counted in `redeliveries`. */
  readonly outcome: Exclude<Outcome, "duplicate"> | null;
  readonly reason: string | null;
  readonly bytes: number;
  readonly redeliveries: number;
  /** The person its source record belongs to now, wherever it was linked when the message was applied. */
  readonly personId: string | null;
};

export type StoredMessage = MessageSummary & {
  readonly version: string;
  /** Empty where its bytes are archived. */
  readonly raw: Buffer;
  /** The folder of the archive that has its bytes; null: the journal has them. */
  readonly archive: string | null;
  readonly identities: readonly string[];
  readonly acknowledgement: Buffer | null;
  readonly acknowledgementCode: string | null;
  readonly decidedAt: Date | null;
  readonly detail: string | null;
  readonly sourceRecordId: number | null;
  readonly warnings: readonly Warning[];
  /** The last resends, newest first. */
  readonly redeliveriesAt: readonly Date[];
};

/** Every given condition holds. `anyOf`: at least one of its lists names the message. */
export type MessageFilter = {
  readonly anyOf?:
    | {
        readonly controlId: string;
        readonly identities: readonly string[];
        readonly sourceRecordIds: readonly number[];
      }
    | undefined;
  readonly feed?: string | undefined;
  /** `duplicate`: messages that were sent again. */
  readonly outcome?: Outcome | undefined;
  readonly receivedFrom?: Date | undefined;
  readonly receivedTo?: Date | undefined;
};

const REDELIVERIES_SHOWN_MAX = 100;

const SUMMARY_COLUMNS = `j.journal_id as "journalId", j.feed, j.received_at as "receivedAt", j.message_code as "messageCode",
  j.trigger_event as "triggerEvent", j.control_id as "controlId", j.sender, o.outcome, o.reason, octet_length(j.raw) as bytes,
  (select count(*) from redelivery r where r.journal_id = j.journal_id) as redeliveries,
  coalesce(s.person_id, o.person_id) as "personId"`;

const SUMMARY_SOURCE = `journal j left join outcome o using (journal_id)
  left join source_record s on s.source_record_id = o.source_record_id`;

/**
 * Messages, newest first, older than `before` where it is given. Run it under a statement timeout: a filter that few
 * messages of a large journal pass reads a long way back.
 */
export async function searchMessages(
  client: Client,
  filter: MessageFilter,
  page: { before: number | null; limit: number },
): Promise<MessageSummary[]> {
  const bounds = await journalBounds(client, filter.receivedFrom, filter.receivedTo);
  const { text, values } = idsQuery(filter, bounds, page);
  const { rows } = await client.query<MessageSummary>(
    `select ${SUMMARY_COLUMNS} from (${text}) page join ${SUMMARY_SOURCE.replace("journal j", "journal j using (journal_id)")}
     order by j.journal_id desc`,
    values,
  );
  return rows;
}

type Bounds = { readonly from: number | null; readonly to: number | null };
type Page = { readonly before: number | null; readonly limit: number };

/** Said in so many words, the partial index of the messages that were not applied serves. */
const outcomeIs = (outcome: Outcome, placeholder: string) =>
  `o.outcome = ${placeholder}${outcome === "applied" ? "" : " and o.outcome <> 'applied'"}`;

/** The ids of one page, each branch answered by its own index. */
function idsQuery(filter: MessageFilter, bounds: Bounds, page: Page): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const limit = bind(page.limit);
  const within = [
    ...(page.before === null ? [] : [`journal_id < ${bind(page.before)}`]),
    ...(bounds.from === null ? [] : [`journal_id >= ${bind(bounds.from)}`]),
    ...(bounds.to === null ? [] : [`journal_id <= ${bind(bounds.to)}`]),
  ];
  const { anyOf, outcome } = filter;
  const isByOutcome = outcome !== undefined && outcome !== "duplicate";
  const select = (source: string, conditions: readonly string[]) =>
    `(select journal_id from ${source} where ${conditions.join(" and ") || "true"} order by journal_id desc limit ${limit})`;
  if (isByOutcome && !anyOf && filter.feed === undefined && !filter.receivedFrom && !filter.receivedTo) {
    // The outcomes alone know: the journal need not be read for thousands to show fifty.
    return { text: select("outcome o", [...within, outcomeIs(outcome, bind(outcome))]), values };
  }
  const conditions = [
    ...within,
    "j.kind = 'message'",
    ...(filter.receivedFrom ? [`j.received_at >= ${bind(filter.receivedFrom)}`] : []),
    ...(filter.receivedTo ? [`j.received_at <= ${bind(filter.receivedTo)}`] : []),
    ...(filter.feed === undefined ? [] : [`j.feed = ${bind(filter.feed)}`]),
    ...(isByOutcome ? [outcomeIs(outcome, bind(outcome))] : []),
    ...(outcome === "duplicate" ? ["exists (select from redelivery r where r.journal_id = j.journal_id)"] : []),
  ];
  const source = isByOutcome ? "journal j join outcome o using (journal_id)" : "journal j";
  if (!anyOf) return { text: select(source, conditions), values };
  const branches = [select(source, [...conditions, `j.control_id = ${bind(anyOf.controlId)}`])];
  if (anyOf.identities.length > 0) {
    branches.push(select(source, [...conditions, `j.identities && ${bind(anyOf.identities)}::text[]`]));
  }
  if (anyOf.sourceRecordIds.length > 0) {
    const records = `${bind(anyOf.sourceRecordIds)}::bigint[]`;
    const theirs = `journal_id in (select journal_id from outcome where source_record_id = any(${records}))`;
    branches.push(select(source, [...conditions, theirs]));
  }
  const found = `select journal_id from (${branches.join(" union ")}) found`;
  return { text: `${found} order by journal_id desc limit ${limit}`, values };
}

/** One message with its bytes, or undefined when the id is no message's. */
export async function readMessageById(client: Client, journalId: number): Promise<StoredMessage | undefined> {
  const { rows } = await client.query<Omit<StoredMessage, "warnings"> & { warnings: Warning[] | null }>(
    `select ${SUMMARY_COLUMNS}, j.version, j.raw, ${ARCHIVE_OF_ROW} as archive, j.identities, j.acknowledgement,
       j.acknowledgement_code as "acknowledgementCode", o.decided_at as "decidedAt", o.detail,
       o.source_record_id as "sourceRecordId", o.warnings,
       array(select received_at from redelivery r where r.journal_id = j.journal_id order by redelivery_id desc limit $2)
         as "redeliveriesAt"
     from ${SUMMARY_SOURCE} where j.journal_id = $1 and j.kind = 'message'`,
    [journalId, REDELIVERIES_SHOWN_MAX],
  );
  const row = rows[0];
  return row && { ...row, warnings: row.warnings ?? [] };
}

/** Everybody a message is about, as far as it was applied or names identities that are known. */
export async function readPersonsOfMessage(client: Client, journalId: number): Promise<string[]> {
  const { rows } = await client.query<{ person_id: string }>(
    `select s.person_id from outcome o join source_record s using (source_record_id) where o.journal_id = $1
     union
     select person_id from outcome where journal_id = $1 and person_id is not null
     union
     select s.person_id from journal j cross join unnest(j.identities) as named (identity)
       join source_record s on s.authority = split_part(identity, '|', 1)
         and s.local_id = substr(identity, strpos(identity, '|') + 1)
     where j.journal_id = $1`,
    [journalId],
  );
  return rows.map((row) => row.person_id);
}

export type QuarantineReason = { readonly reason: string; readonly messages: number; readonly oldestAt: Date };

/** What is quarantined, by reason, most first. Answered by the index of what was not applied. */
export async function readQuarantine(client: Client): Promise<QuarantineReason[]> {
  const { rows } = await client.query<QuarantineReason>(
    `select q.reason, q.messages, j.received_at as "oldestAt"
     from (select coalesce(reason, '') as reason, count(*) as messages, min(journal_id) as journal_id
           from outcome where outcome = 'quarantined' and outcome <> 'applied' group by 1) q
     join journal j using (journal_id) order by q.messages desc, q.reason`,
  );
  return rows;
}

/** Quarantined messages in journal order, of one reason where it is given. */
export async function readQuarantined(client: Client, reason: string | null, limit: number): Promise<number[]> {
  const { rows } = await client.query<{ journal_id: number }>(
    `select journal_id from outcome where outcome = 'quarantined' and outcome <> 'applied'
       and ($1::text is null or reason = $1) order by journal_id limit $2`,
    [reason, limit],
  );
  return rows.map((row) => row.journal_id);
}

/** When the entries were received; an unknown one is missing. */
export async function readReceivedAt(client: Client, journalIds: readonly number[]): Promise<Map<number, Date>> {
  if (journalIds.length === 0) return new Map();
  const { rows } = await client.query<{ journal_id: number; received_at: Date }>(
    "select journal_id, received_at from journal where journal_id = any($1::bigint[])",
    [journalIds],
  );
  return new Map(rows.map((row) => [row.journal_id, row.received_at]));
}
