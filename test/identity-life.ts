import { appendCommands, type IdentityCommand } from "@chesil/store";
import { asidePersonOf, homePersonOf } from "../services/resolve/src/mint.ts";
import type { Random } from "../services/simulator/src/random.ts";
import { resolveAll } from "./region.ts";
import { openRegion } from "./region-store.ts";
import { type Dump, dumpOf } from "./resolve-dump.ts";

/** A region in which persons give commands, and what must hold of identities through all of it. */

type Row = Readonly<Record<string, unknown>>;
/** Who is one, what is ruled and what is asked. */
export type Standing = {
  readonly links: readonly Row[];
  readonly rules: readonly Row[];
  readonly questions: readonly Row[];
};
export type Obeyed = { readonly journalId: number; readonly state: string; readonly detail: string | null };

const DERIVED =
  "source_record, person, identity_event, encounter, number_alias, link_rule, review_task, decision, fact, fact_version, fact_snapshot, parked_identity";

export async function openLife() {
  const region = await openRegion();
  const { database, query } = region;
  const obey = async (...commands: IdentityCommand[]): Promise<Obeyed[]> => {
    const ids = await appendCommands(database, commands, new Date("2026-05-03T10:00:00Z"));
    await resolveAll(database);
    return (await query(
      `select journal_id::float8 as "journalId", state, detail from decision where journal_id = any($1::bigint[]) order by 1`,
      [ids],
    )) as Obeyed[];
  };
  const idOf = async (id: string) => Number((await region.row(id))?.source_record_id);
  return {
    ...region,
    idOf,
    obey,
    /** A verdict about two records, by their ids at the sender. */
    decide: async (
      one: string,
      other: string,
      verdict: "same" | "different" | "unsure",
      more: Partial<Decide> = {},
    ) => {
      const [left, right] = [await idOf(one), await idOf(other)];
      const [obeyed] = await obey({ ...DECIDE, one: left, other: right, verdict, ...more });
      return obeyed as Obeyed;
    },
    standing: async (): Promise<Standing> => ({
      links: await query(
        "select source_record_id, person_id, status, overlaid_by is null as clear from source_record order by 1",
      ),
      rules: await query("select rule_id, kind, decided_by from link_rule where lifted_by is null order by 1"),
      questions: await query(
        `select kind, least(source_record_id, other_source_record_id) as one, greatest(source_record_id, other_source_record_id) as other
         from review_task where state = 'open' order by 1, 2, 3`,
      ),
    }),
    everything: async () => ({
      ...(await dumpOf(database)),
      decision: await query("select * from decision order by journal_id"),
      stage: await query("select task_id, stage, assignee from review_task order by task_id"),
    }),
    /** Forgets all but the journal, and decides it anew. */
    rebuild: async (batchMessagesMax: number) => {
      await query(`truncate ${DERIVED}`);
      // What was refused at the door never comes this far.
      await query("delete from outcome where outcome <> 'rejected'");
      await query("update log_consumer set position = 0");
      await resolveAll(database, { batchMessagesMax });
    },
    forget: async () => {
      await query(`truncate ${DERIVED}, outcome, journal, journal_key, redelivery, tally`);
    },
  };
}
export type Life = Awaited<ReturnType<typeof openLife>>;

type Decide = Extract<IdentityCommand, { command: "decide" }>;
const DECIDE = { command: "decide", taskId: null, isSecondNeeded: false, by: "ann", reason: "seen" } as const;

/** A command that somebody might give now; undefined: there is nobody to give one about. */
export async function drawCommand(life: Life, random: Random): Promise<IdentityCommand | undefined> {
  const ids = async (sql: string) => (await life.query(sql)).map((row) => Number(row.id));
  const records = await ids("select source_record_id as id from source_record order by 1");
  const mine = { by: random.pick(["ann", "bob", "cy"]), reason: "seen" };
  const [one, other = one] = random.shuffled(records);
  if (one === undefined || other === undefined) return undefined;
  const verdict = random.pick(["same", "different", "different", "same", "unsure"] as const);
  const drawn = random.between(1, 100);
  if (drawn <= 30) return { command: "decide", one, other, verdict, taskId: null, isSecondNeeded: false, ...mine };
  if (drawn <= 60) {
    const [task] = random.shuffled(
      await life.query(
        "select task_id, source_record_id, other_source_record_id from review_task where state = 'open' order by 1",
      ),
    );
    if (!task) return undefined;
    const pair = { one: Number(task.source_record_id), other: Number(task.other_source_record_id) };
    const taskId = Number(task.task_id);
    return { command: "decide", ...pair, verdict, taskId, isSecondNeeded: random.chance(0.3), ...mine };
  }
  if (drawn <= 75) {
    const sourceRecordIds = random.shuffled(records).slice(0, random.between(1, 2));
    return { command: "move", sourceRecordIds, to: random.chance(0.5) ? random.pick(records) : null, ...mine };
  }
  if (drawn <= 90) {
    const [journalId] = random.shuffled(await ids("select journal_id as id from decision order by 1"));
    return journalId === undefined ? undefined : { command: "undo", journalId, ...mine };
  }
  const [ruleId] = random.shuffled(await ids("select rule_id as id from link_rule where lifted_by is null order by 1"));
  if (drawn <= 97) return ruleId === undefined ? undefined : { command: "lift", ruleId, ...mine };
  const taskIds = await ids("select task_id as id from review_task order by 1");
  return { command: "assign", taskIds: taskIds.slice(0, 2), to: random.pick(["ann", null]), ...mine };
}

/**
 * A person's id is its home record's: whoever follows it comes to the person of that record, whatever happened since.
 * Only where that record was set aside it leads to those whom the record left.
 */
export function idsAstray(dump: Dump): string[] {
  const persons = new Map(dump.person.map((row) => [row.person_id, row]));
  const homes = new Map<unknown, Row>();
  for (const record of dump.source_record) {
    const id = Number(record.source_record_id);
    homes.set(asidePersonOf(id), record);
    if (record.person_id !== asidePersonOf(id)) homes.set(homePersonOf(id), record);
  }
  const setAside = new Set(dump.source_record.map((record) => homePersonOf(Number(record.source_record_id))));
  return dump.person.flatMap(({ person_id: id }) => {
    let end = persons.get(id);
    for (let steps = 0; end?.replaced_by && steps <= persons.size; steps++) end = persons.get(end.replaced_by);
    const home = homes.get(id);
    if (!home) return setAside.has(String(id)) ? [] : [`person ${id} was named after no record`];
    return end?.person_id === home.person_id ? [] : [`person ${id} does not lead to record ${home.local_id}`];
  });
}

/** What persons ruled is lifted by persons only, and what a person decided and nobody took back is in force. */
export async function decisionsAstray({ query }: Life): Promise<string[]> {
  const lifted = await query(
    `select r.rule_id from link_rule r where r.decided_by = 'human' and r.lifted_by is not null
       and not exists (select from decision d where d.journal_id = r.lifted_by)`,
  );
  const without = await query(
    `select d.journal_id from decision d where d.command = 'decide' and d.state = 'applied' and d.undone_by is null
       and d.verdict <> 'unsure' and d.source_record_id <> d.other_source_record_id
       and not exists (
         select from link_rule r join source_record a on a.source_record_id = r.source_record_id
         join source_record b on b.source_record_id = r.other_source_record_id
         where r.decided_by = 'human' and (r.lifted_by is null or exists (select from decision l where l.journal_id = r.lifted_by))
           and r.kind = d.verdict
       )`,
  );
  return [
    ...lifted.map((row) => `rule ${row.rule_id} of a person was lifted by nobody`),
    ...without.map((row) => `decision ${row.journal_id} ruled nothing`),
  ];
}
