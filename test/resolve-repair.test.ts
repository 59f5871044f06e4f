import { appendCommands, readCounts, readParkedIdentities, verifyJournal } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, type Patient, pid, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, openRegion, who } from "./region-store.ts";

/** A message that can not be applied, repaired by a person: its correction takes its place, and what waited goes on. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
  // A fault of one message's content alone: the database refuses it whenever it comes. What follows comes in another
  // batch, because one that took the fault back before it is written would cure it.
  await region.query(
    "alter table source_record add constraint refuse_poison check (demographics::text not like '%POISON%')",
  );
});
afterAll(() => region.database.close());
beforeEach(async () => {
  await region.empty();
  await region.query("truncate tally, journal, journal_key");
});

type OutcomeRow = { outcome: string; reason: string | null; detail: string | null; journal_id: number };
const outcomes = (): Promise<OutcomeRow[]> =>
  region.query("select journal_id, outcome, reason, detail, decided_by, corrected_by from outcome order by journal_id");
const words = async () => (await outcomes()).map((row) => row.outcome);
const idAt = async (index: number) => (await outcomes())[index]?.journal_id ?? 0;

const command = async (journalId: number, message: Uint8Array) => {
  const repair = { command: "repair" as const, journalId, by: "dora", reason: "the name was wrong" };
  const [commandId] = await appendCommands(
    region.database,
    [{ ...repair, message: Buffer.from(message).toString("base64") }],
    new Date(),
  );
  return commandId;
};
const repair = async (journalId: number, message: Uint8Array) => {
  const commandId = await command(journalId, message);
  await region.take();
  return commandId;
};

const poisoned = (patient: Patient) => adt("A28", { ...patient, family: "POISON" });
const phoneOf = async (id: string) => (await region.row(id))?.demographics.telecoms?.value[0]?.value;

/** Law 2: the counts that transactions kept are those of the rows, and the bytes are those received. */
const expectSound = async () => {
  const { counted, tallied, damaged, withoutOutcome } = await verifyJournal(region.database);
  expect([tallied, damaged, withoutOutcome]).toEqual([counted, [], []]);
};

describe("a message that is repaired", () => {
  it("is applied in its place by its correction, what waited follows in order, and its own bytes stay", async () => {
    await region.take(poisoned(who(0)));
    await region.take(
      adt("A31", who(0, { phone: "01632960001" }), LATER),
      adt("A31", who(0, { phone: "01632960002" }), LATER_STILL),
      adt("A28", who(1)),
    );
    expect(await words()).toEqual(["quarantined", "parked", "parked", "applied"]);
    const received = await region.query(
      "select raw, sha256, identities from journal where kind = 'message' order by journal_id",
    );
    const first = await idAt(0);
    const commandId = await repair(first, adt("A28", who(0, { family: "PORTLAND" })));
    expect(await words()).toEqual(["applied", "applied", "applied", "applied"]);
    expect((await outcomes())[0]).toMatchObject({ decided_by: commandId, corrected_by: commandId });
    expect((await region.row("P0"))?.created_by).toBe(first);
    expect(await phoneOf("P0")).toContain("960002");
    expect(await region.query("select * from parked_identity")).toEqual([]);
    expect(
      await region.query("select raw, sha256, identities from journal where kind = 'message' order by journal_id"),
    ).toEqual(received);
    await expectSound();
  });

  it("stays held back with the reason when the correction will not do either, and can be repaired again", async () => {
    await region.take(poisoned(who(0)));
    await region.take(adt("A31", who(0), LATER));
    const first = await idAt(0);
    const attempts: [Uint8Array, string][] = [
      [adt("A28", who(1)), "other-patients"],
      [message("A28", [pid(who(0), { alsoKnownAs: ["P7"] })]), "other-patients"],
      [Buffer.from("MSH|^~\\&|PAS"), "no-control-id"],
      [Buffer.from("nothing of the kind"), "no-header"],
      [poisoned(who(0)), "apply-failed"],
    ];
    for (const [given, reason] of attempts) {
      await repair(first, given);
      expect((await outcomes()).map((row) => [row.outcome, row.reason])).toEqual([
        ["quarantined", reason],
        ["parked", "behind-parked"],
      ]);
      expect(await region.query("select identity, journal_id from parked_identity")).toEqual([
        { identity: "RBD|P0", journal_id: first },
      ]);
    }
    await repair(first, adt("A28", who(0)));
    expect(await words()).toEqual(["applied", "applied"]);
    await expectSound();
  });

  it("keeps its correction while it waits behind another, and is applied by it when that is settled", async () => {
    await region.take(message("Z99", [pid(who(0))]), poisoned(who(0)));
    expect((await outcomes()).map((row) => row.reason)).toEqual(["not-mapped", "apply-failed"]);
    await repair(await idAt(0), adt("A28", who(0, { phone: "01632960003" })));
    expect(await words()).toEqual(["parked", "quarantined"]);
    const skip = { command: "skip" as const, journalId: await idAt(1), by: "dora", reason: "sent in error" };
    await appendCommands(region.database, [skip], new Date());
    await region.take();
    expect(await words()).toEqual(["applied", "skipped"]);
    expect(await phoneOf("P0")).toContain("960003");
    await expectSound();
  });

  it("is left alone when it was settled before", async () => {
    await region.take(adt("A28", who(0)));
    const before = await outcomes();
    await repair(await idAt(0), adt("A28", who(0, { family: "PORTLAND" })));
    expect(await outcomes()).toEqual(before);
  });
});

describe("a repair", () => {
  const state = async () =>
    Promise.all(
      [
        "select * from source_record order by 1",
        "select * from person order by 1",
        "select * from identity_event order by 1",
        "select journal_id, outcome, reason, detail, decided_by, corrected_by from outcome order by 1",
        "select identity, journal_id from parked_identity order by 1",
      ].map((sql) => region.query(sql)),
    );
  const goBackTo = (position: number) =>
    region.query("update log_consumer set position = $1 where consumer = 'resolve'", [position]);

  it("comes out the same when everything is resolved again from the journal", async () => {
    await region.take(
      poisoned(who(0)),
      adt("A40", who(1), { prior: "P0" }),
      adt("A31", who(1, { phone: "01632960001" }), LATER),
    );
    await repair(await idAt(0), adt("A28", who(0)));
    const before = await state();
    expect(await words()).toEqual(["applied", "applied", "applied"]);
    await region.empty();
    await goBackTo(0);
    await resolveAll(region.database);
    expect(await state()).toEqual(before);
  });

  it("does nothing twice when its command is delivered again", async () => {
    await region.take(poisoned(who(0)));
    await region.take(adt("A31", who(0, { phone: "01632960001" }), LATER));
    const commandId = (await repair(await idAt(0), adt("A28", who(0)))) ?? 0;
    const before = await state();
    await goBackTo(commandId - 1);
    await resolveAll(region.database);
    expect(await state()).toEqual(before);
    await expectSound();
  });

  it.each([0, 1])("goes on where it was after a crash while message %i was applied", async (index) => {
    await region.take(poisoned(who(0)));
    await region.take(adt("A31", who(0, { phone: "01632960001" }), LATER));
    await region.query(
      `create function fail() returns trigger language plpgsql as
         $$ begin raise exception 'gone' using errcode = '57P01'; end $$`,
    );
    await region.query(
      `create trigger crash before update on outcome for each row
         when (new.outcome = 'applied' and new.journal_id = ${await idAt(index)}) execute function fail()`,
    );
    await command(await idAt(0), adt("A28", who(0)));
    await expect(region.take()).rejects.toThrow("gone");
    expect(await words()).toEqual(index === 0 ? ["quarantined", "parked"] : ["applied", "parked"]);
    await region.query("drop trigger crash on outcome");
    await region.query("drop function fail");
    await region.take();
    expect(await words()).toEqual(["applied", "applied"]);
    expect(await phoneOf("P0")).toContain("960001");
    await expectSound();
  });
});

describe("what is held back", () => {
  it("is listed by the message it waits behind, with how much waits, and by the message that is not whole", async () => {
    const part = message("A28", [pid(who(2)), { id: "DSC", fields: { 1: "MORE", 2: "F" } }]);
    await region.take(
      poisoned(who(0)),
      part,
      message("A40", [pid(who(1)), { id: "MRG", fields: { 1: ["P0", "", "", "RBD", "MR"] } }]),
      adt("A31", who(1), LATER),
    );
    const held = (page: { after: number; limit: number }) => readParkedIdentities(region.database.pool, page);
    const rows = await held({ after: 0, limit: 10 });
    expect(rows).toMatchObject([
      { kind: "failed", outcome: "quarantined", reason: "apply-failed", identities: 2, messagesBehind: 2 },
      { kind: "awaiting-continuation", outcome: "parked", reason: "awaiting-continuation", messagesBehind: 0 },
    ]);
    expect(rows[1]?.since).toEqual(rows[1]?.receivedAt);
    expect(JSON.stringify(rows)).not.toMatch(/P[012]\b|ABBOT/);
    expect(await held({ after: 0, limit: 1 })).toEqual(rows.slice(0, 1));
    expect(await held({ after: rows[0]?.journalId ?? 0, limit: 10 })).toEqual(rows.slice(1));
    const counted = async () => (await readCounts(region.database)).oldestParkedAt;
    expect(await counted()).toEqual(rows[1]?.since);
    await repair(await idAt(1), message("A28", [pid(who(2))]));
    expect(await counted()).toEqual(rows[0]?.since);
    await repair(await idAt(0), adt("A28", who(0)));
    expect(await counted()).toBeNull();
    expect(await held({ after: 0, limit: 10 })).toEqual([]);
    expect(new Set(await words())).toEqual(new Set(["applied"]));
    await expectSound();
  });
});
