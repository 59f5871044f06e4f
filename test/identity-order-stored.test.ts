import { type RegisterRow, simulateRegister } from "@chesil/simulator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { denseRows, inSomeOrder, type Registration, registrationsOf } from "./identity-stream.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { brokenIn, dumpOf, WIPE } from "./resolve-dump.ts";

/** As test/identity-order.test.ts, through messages and the store: other orders, in batches of other sizes. */
const BATCHES = [1, 7, 500] as const;
const AUTHORITIES = ["RBD", "RDZ", "RD3"] as const;

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

/** The message that says the registration, from one of three hospitals. */
function messageOf({ patient, recordedAt }: Registration): Uint8Array {
  const { names, birthDate, sex, addresses, telecoms } = patient.demographics;
  const saidOf = <T>(field: { said: string; value?: T } | undefined): T | undefined =>
    field?.said === "value" ? field.value : undefined;
  const [name, home, phone] = [saidOf(names)?.[0], saidOf(addresses)?.[0], saidOf(telecoms)?.[0]];
  const number = patient.identifiers.find(({ authority }) => authority === "NHS");
  return adt(
    "A31",
    {
      id: `${patient.key.authority}-${patient.key.localId}`,
      authority: AUTHORITIES[patient.key.localId.length % AUTHORITIES.length] ?? "RBD",
      family: name?.family ?? "",
      given: name?.given.join(" ") ?? "",
      birthDate: saidOf(birthDate)?.replaceAll("-", "") ?? "",
      sex: { male: "M", female: "F", unknown: "U", indeterminate: "O" }[saidOf(sex) ?? "unknown"],
      street: home?.lines.join(" ") ?? "",
      postcode: home?.postcode ?? "",
      phone: phone?.kind === "phone" ? phone.value : "",
      ...(number ? { nhsNumber: number.value, nhsStatus: "03" } : {}),
    },
    { recordedAt: recordedAt.replace(/\D/g, "").slice(0, 14) },
  );
}

async function decided(registrations: readonly Registration[], batchMessagesMax: number) {
  await database.pool.query(WIPE);
  await receive(database, registrations.map(messageOf));
  await resolveAll(database, { batchMessagesMax });
  expect(brokenIn(await dumpOf(database))).toEqual([]);
  const texts = async (sql: string) => (await database.pool.query<{ text: string }>(sql)).rows.map(({ text }) => text);
  return {
    persons: await texts(
      "select string_agg(local_id, ' ' order by local_id) as text from source_record group by person_id order by 1",
    ),
    questions: await texts(
      `with person_name as (
         select person_id, string_agg(local_id, ' ' order by local_id) as name from source_record group by person_id
       )
       select concat(t.kind, ': ', least(a.name, b.name), ' | ', greatest(a.name, b.name)) as text from review_task t
       join source_record one on one.source_record_id = t.source_record_id join person_name a on a.person_id = one.person_id
       join source_record other on other.source_record_id = t.other_source_record_id
       join person_name b on b.person_id = other.person_id
       where t.state = 'open' and t.kind in ('possible-match', 'number-conflict', 'fits-two') order by 1`,
    ),
  };
}

it.each<[string, () => readonly RegisterRow[]]>([
  ["a UK region with NHS numbers", () => [...simulateRegister({ records: 150, seed: "stored" })]],
  ["a UK region without", () => [...simulateRegister({ records: 150, seed: "stored", nhsNumbers: "none" })]],
  ["a small town where nearly everybody may be anybody", () => denseRows("stored", 14)],
])(
  "%s is the same people and questions in any order, and in batches of 1, 7 and 500",
  async (name, rowsOf) => {
    const records = registrationsOf(rowsOf(), name);
    const expected = await decided(inSomeOrder(records, `${name} 0`), 100);
    for (const [order, batch] of BATCHES.entries())
      expect(await decided(inSomeOrder(records, `${name} ${order + 1}`), batch)).toEqual(expected);
  },
  120_000,
);
