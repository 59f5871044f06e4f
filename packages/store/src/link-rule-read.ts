import type { Client } from "./client.ts";
import type { LinkRule } from "./link-rule.ts";

const RULE_COLUMNS = `rule_id as "ruleId", kind, source_record_id as "sourceRecordId",
  other_source_record_id as "otherSourceRecordId", decided_by as "decidedBy", journal_id as "journalId", at, lifted_by as "liftedBy"`;

export async function readLinkRule(client: Client, ruleId: number): Promise<LinkRule | undefined> {
  const { rows } = await client.query<LinkRule>(`select ${RULE_COLUMNS} from link_rule where rule_id = $1`, [ruleId]);
  return rows[0];
}

/** Every rule that there is or was about a record, from either side, the newest first. */
export async function readLinkRulesOfRecord(
  client: Client,
  sourceRecordId: number,
  limit: number,
): Promise<LinkRule[]> {
  const { rows } = await client.query<LinkRule>(
    `select ${RULE_COLUMNS} from link_rule where source_record_id = $1 or other_source_record_id = $1
     order by rule_id desc limit $2`,
    [sourceRecordId, limit],
  );
  return rows;
}

/**
 * The rules that persons laid down, in force, about the records and about every record that a chain of their `same` rules
 * leads to: what a new rule between any two of them could contradict.
 */
export async function readHumanRulesAround(client: Client, sourceRecordIds: readonly number[]): Promise<LinkRule[]> {
  if (sourceRecordIds.length === 0) return [];
  const { rows } = await client.query<LinkRule>(
    `with recursive reached as (
       select unnest($1::bigint[]) as id
       union
       select next.id from reached cross join lateral (
         select r.other_source_record_id as id from link_rule r
         where r.source_record_id = reached.id and r.lifted_by is null and r.kind = 'same' and r.decided_by = 'human'
         union all
         select r.source_record_id from link_rule r
         where r.other_source_record_id = reached.id and r.lifted_by is null and r.kind = 'same' and r.decided_by = 'human'
       ) next
     ), bound as (
       select r.rule_id from reached join link_rule r on r.source_record_id = reached.id
       where r.lifted_by is null and r.decided_by = 'human'
       union
       select r.rule_id from reached join link_rule r on r.other_source_record_id = reached.id
       where r.lifted_by is null and r.decided_by = 'human'
     )
     select ${RULE_COLUMNS} from link_rule where rule_id in (select rule_id from bound) order by rule_id`,
    [sourceRecordIds],
  );
  return rows;
}
