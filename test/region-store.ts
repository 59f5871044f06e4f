import { expect } from "vitest";
import { freshDatabase } from "./database.ts";
import { adt, type Patient, receive, resolveAll } from "./region.ts";

/** A region with ten people in it, and what the store holds after messages: for tests of what operations do. */

export const NHS = ["9990004951", "9990556512"] as const;

const NAMES = [
  "ABBOT",
  "BRIDPORT",
  "CORFE",
  "DURLSTON",
  "ELDON",
  "FLEET",
  "GODLINGSTON",
  "HENGIST",
  "ISLE",
  "KIMMERIDGE",
];

/** Ten people who are nobody else: another name, birth date and address each. */
export const who = (index: number, more: Partial<Patient> = {}): Patient => ({
  id: `P${index}`,
  family: NAMES[index] ?? "",
  given: ["ANNA", "BEN", "CARA", "DAN", "EVE"][index % 5] ?? "",
  birthDate: `19${10 + index * 7}0${(index % 9) + 1}1${index % 10}`,
  sex: index % 2 === 0 ? "F" : "M",
  postcode: `BH${index + 1} 1AA`,
  street: `${index + 1} ${NAMES[9 - index]} Lane`,
  ...more,
});

/** Recorded after what says no time of its own. */
export const LATER = { recordedAt: "20260601080000" };
export const LATER_STILL = { recordedAt: "20260602080000" };

export async function openRegion() {
  const database = await freshDatabase();
  const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows;
  const row = async (id: string, authority = "RBD") =>
    (await query("select * from source_record where local_id = $1 and authority = $2", [id, authority]))[0];
  const personOf = async (id: string, authority = "RBD") => (await row(id, authority))?.person_id;
  const take = async (...messages: Uint8Array[]) => {
    const answers = await receive(database, messages);
    await resolveAll(database);
    expect(answers.map((answer) => answer.kind)).toEqual(messages.map(() => "accepted"));
  };
  return {
    database,
    query,
    row,
    personOf,
    /** Takes messages in and resolves them, in one batch. */
    take,
    known: (...people: Patient[]) => take(...people.map((person) => adt("A28", person))),
    areOne: async (one: string, other: string) => (await personOf(one)) === (await personOf(other)),
    empty: () =>
      query(
        `truncate source_record, person, identity_event, encounter, number_alias, link_rule, review_task, outcome, fact,
         fact_version, fact_snapshot, parked_identity`,
      ),
    tasks: async () =>
      (await query("select kind, state from review_task order by task_id")).map((task) => `${task.kind} ${task.state}`),
    /** Of the last message. */
    warnings: async (): Promise<string[]> =>
      ((await query("select warnings from outcome order by journal_id desc limit 1"))[0]?.warnings ?? []).map(
        (warning: { code: string }) => warning.code,
      ),
    /** Patient, number, account, place and status of each. */
    visits: async () =>
      (
        await query(
          `select s.local_id, e.visit_number, e.account, e.location, e.status, e.retired_into from encounter e
           join source_record s using (source_record_id) order by e.visit_number, e.encounter_id`,
        )
      ).map(({ local_id, visit_number, account, location, status, retired_into }): (string | null)[] => [
        local_id,
        visit_number,
        account,
        location,
        retired_into === null ? status : "merged away",
      ]),
    /** A person's decision about two records. */
    human: async (kind: "same" | "different", one: string, other: string) =>
      query(
        `insert into link_rule values ((select count(*) from link_rule) + 1, $1, $2, $3, 'human', 1, now(), null)`,
        [kind, (await row(one))?.source_record_id, (await row(other))?.source_record_id],
      ),
  };
}
