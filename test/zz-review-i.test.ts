import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { appendCommands } from "@chesil/store";
import { type Life, openLife } from "./identity-life.ts";
import { adt, message, mrg, pid, receive, resolveAll } from "./region.ts";
import { who, NHS } from "./region-store.ts";
let life: Life;
beforeAll(async () => { life = await openLife(); });
beforeEach(() => life.forget());
afterAll(() => life.database.close());
it("H80 split one of 1500 equal records", async () => {
  const N = 1500;
  const all = Array.from({ length: N }, (_, i) => adt("A28", who(0, { id: `E${i}`, nhsNumber: NHS[0] })));
  for (let i = 0; i < N; i += 500) await receive(life.database, all.slice(i, i + 500));
  let t = performance.now(); await resolveAll(life.database); console.log("load ms", performance.now() - t);
  t = performance.now(); await life.take(adt("A28", who(0, { id: "X1", nhsNumber: NHS[0] }))); console.log("one more ms", performance.now() - t);
  t = performance.now();
  const id = await life.idOf("E7");
  console.log(await life.obey({ command: "move", sourceRecordIds: [id], to: null, by: "ann", reason: "x" } as any), "split ms", performance.now() - t);
  console.log("persons", JSON.stringify(await life.query("select count(*), count(distinct person_id) p from source_record")));
  t = performance.now(); await life.take(adt("A28", who(0, { id: "X2", nhsNumber: NHS[0] }))); console.log("one more after split ms", performance.now() - t);
  t = performance.now(); await life.take(adt("A31", who(0, { id: "E9", nhsNumber: NHS[0], phone: "01632960001" }), { recordedAt: "20260601080000"})); console.log("one changed after split ms", performance.now() - t);
  console.log("persons", JSON.stringify(await life.query("select person_id, count(*) from source_record group by 1")), (await life.tasks()).length);
}, 300000);
it("H81 merged id repaired message", async () => {
  await life.known(who(0), who(1));
  await life.take(adt("A40", who(0), { prior: "P1" , recordedAt: "20260502080000"}));
  // poison: a message that fails to apply; make it by a trigger
  await life.query(`create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
  await life.query(`create trigger refuse before insert on encounter for each row when (new.visit_number = 'BAD') execute function refuse()`);
  await life.take(message("A01", [pid(who(1, {phone: "01632960555"})), { id: "PV1", fields: { 2: "I", 3: "W1", 19: "BAD" } }], { recordedAt: "20260503080000" }));
  const [q] = await life.query("select journal_id, outcome from outcome where outcome='quarantined'");
  await life.query("drop function refuse cascade");
  const good = message("A01", [pid(who(1, {phone: "01632960556"})), { id: "PV1", fields: { 2: "I", 3: "W2", 19: "GOOD" } }], { recordedAt: "20260503080000" });
  await appendCommands(life.database, [{ command: "repair", journalId: Number(q!.journal_id), correction: Buffer.from(good).toString("base64"), message: Buffer.from(good).toString("base64"), by: "ann", reason: "ok" } as any], new Date());
  await resolveAll(life.database);
  console.log("H81", JSON.stringify(await life.query("select journal_id,outcome,reason,detail from outcome order by 1")), JSON.stringify(await life.visits()));
  await life.decide("P0", "P1", "different");
  console.log("H81 after", JSON.stringify(await life.visits()), JSON.stringify(await life.query("select local_id, demographics->'telecoms'->'value'->0->>'value' tel from source_record order by 1")));
});
