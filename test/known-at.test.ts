import type { SegmentContent } from "@chesil/hl7";
import { knownAt } from "@chesil/resolve";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CONFIG, openRig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { message, pid, receive, resolveAll } from "./region.ts";
import { who } from "./region-store.ts";

/** What was known at a moment, to whom not everything may be told (law 10). */

const AT = "2026-03-14T09:00:00Z";
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

it("what is closed after a death is not heard, and its messages are not counted", async () => {
  const anna = who(0, { nhsNumber: "9990004951", phone: "01632960001" });
  const atGp = { ...anna, id: "GP1", authority: "J81012", street: "3 Tide" };
  const { id, fields } = pid({ ...anna, street: "1 Quay" }) as Exclude<SegmentContent, readonly unknown[]>;
  const died = { id, fields: { ...fields, 29: "20260110", 30: "Y" } };
  const [before, after] = [{ recordedAt: "20260201090000" }, { recordedAt: "20260210090000" }];
  const messages = [
    message("A31", [died], before),
    ...["A28", "A31"].map((event) => message(event, [pid(atGp)], after)),
  ];
  await receive(database, messages, new Date("2026-03-01T09:00:00Z"));
  await resolveAll(database);
  await database.pool.query("update source_record set feed = 'gp' where authority = 'J81012'");
  const { rows } = await database.pool.query<{ personId: string }>(
    `select distinct person_id as "personId" from source_record`,
  );
  expect(rows).toHaveLength(1);
  const knownTo = async (gpFeeds: readonly string[]) => {
    const rig = await openRig({
      ...{ database, config: { ...CONFIG, privacy: { gpFeeds } } },
      knownAt: (ids, moment) => knownAt(database, ids, moment),
    });
    try {
      const cookie = await rig.signedIn(["clinician"]);
      return (await rig.ask(cookie, "GET", `/api/v1/persons/${rows[0]?.personId}/known-at?at=${AT}`)).json();
    } finally {
      await rig.app.close();
    }
  };
  const whole = await knownTo([]);
  expect([whole.messages, whole.golden.addresses.text]).toEqual([3, expect.stringContaining("3 Tide")]);
  const closed = await knownTo(["gp"]);
  // Of the open record everything is told, in the place of what the practice said.
  expect([closed.messages, closed.golden.addresses?.text]).toEqual([1, expect.stringContaining("1 Quay")]);
});
