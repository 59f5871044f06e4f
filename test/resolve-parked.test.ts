import { appendCommands } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, mrg, pid, pv1 } from "./region.ts";
import { LATER, LATER_STILL, openRegion, who } from "./region-store.ts";

/** What waits behind a message that can not be applied, where messages join identities. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());
beforeEach(() => region.empty());

/** The database refuses one patient's new place: a fault of that message alone, as a bug would be. */
const poison = async () => {
  await region.query("alter table source_record add constraint refuse_poison check (local_id <> 'POISON')");
  return () => region.query("alter table source_record drop constraint refuse_poison");
};

const outcomes = async () =>
  (await region.query("select outcome from outcome order by journal_id")).map((row) => row.outcome);

const settle = async (command: "replay" | "skip") => {
  const [failed] = await region.query("select journal_id from outcome where reason = 'apply-failed'");
  const journalId = failed?.journal_id;
  await appendCommands(region.database, [{ command, journalId, by: "test", reason: "mended" }], new Date());
  await region.take();
};

describe("a merge that is parked", () => {
  it("holds both sides and every alias of either, and nobody else; released, all go on in order", async () => {
    const cure = await poison();
    await region.known(who(0), who(1), who(2), who(3), who(4));
    await region.take(adt("A40", who(0), { prior: "P1" }), adt("A40", who(2), { prior: "P3" }));
    await region.take(adt("A31", who(5, { id: "POISON" }), LATER));
    // It names POISON as a further id, so it waits, and with it P0 and P2 with all that led to them.
    await region.take(message("A40", [pid(who(0), { alsoKnownAs: ["POISON"] }), mrg({ id: "P2" })], LATER));
    await region.take(
      adt("A31", who(0, { id: "P1", phone: "01632960001" }), LATER),
      adt("A31", who(0, { id: "P3", phone: "01632960003" }), LATER_STILL),
      adt("A31", who(4), LATER),
    );
    expect((await outcomes()).slice(-5)).toEqual(["quarantined", "parked", "parked", "parked", "applied"]);
    const held = await region.query(
      "select identity, since <= now() as has_age from parked_identity order by identity",
    );
    expect(held).toEqual(
      ["RBD|P0", "RBD|P1", "RBD|P2", "RBD|P3", "RBD|POISON"].map((identity) => ({ identity, has_age: true })),
    );
    await cure();
    await settle("replay");
    expect(new Set(await outcomes())).toEqual(new Set(["applied"]));
    expect(await region.query("select * from parked_identity")).toEqual([]);
    const survivor = await region.row("P0");
    expect(survivor?.demographics.telecoms.value[0].value).toContain("960003");
    expect((await region.row("P2"))?.retired_into).toBe(survivor?.source_record_id);
  });

  it("holds an operation on a visit that lives with a parked patient", async () => {
    const cure = await poison();
    await region.take(
      message("A01", [pid(who(0), { account: "A1" }), pv1("V1")]),
      message("A44", [pid(who(2), { account: "A1" }), mrg({ id: "P0", account: "A1" })], LATER),
    );
    await region.take(
      adt("A31", who(5, { id: "POISON" }), LATER),
      message("A31", [pid(who(5, { id: "POISON" }), { alsoKnownAs: ["P2"] })], LATER),
      message("A50", [pid(who(0)), mrg({ id: "P0", visit: "V1" }), pv1("V9")], LATER_STILL),
    );
    expect((await outcomes()).slice(-3)).toEqual(["quarantined", "parked", "parked"]);
    expect((await region.visits()).map((visit) => visit.slice(0, 2))).toEqual([["P2", "V1"]]);
    await cure();
    await settle("replay");
    expect((await region.visits()).map((visit) => visit.slice(0, 2))).toEqual([["P2", "V9"]]);
  });

  it("lets everybody go on when what it waits for is skipped", async () => {
    const cure = await poison();
    await region.take(
      adt("A28", who(0, { id: "POISON" })),
      adt("A40", who(1), { prior: "POISON" }),
      adt("A31", who(1)),
    );
    expect(await outcomes()).toEqual(["quarantined", "parked", "parked"]);
    await cure();
    await settle("skip");
    expect(await outcomes()).toEqual(["skipped", "applied", "applied"]);
    expect((await region.row("POISON"))?.status).toBe("retired");
  });
});

describe("a message that waits for two", () => {
  it("goes on when both are settled, and what comes after it goes after it", async () => {
    await region.query(
      `alter table source_record add constraint refuse_poison check (local_id not in ('P0', 'P1')
         or demographics::text not like '%POISON%')`,
    );
    await region.take(adt("A28", who(0, { family: "POISON" })), adt("A28", who(1, { family: "POISON" })));
    await region.take(
      adt("A31", who(2), LATER),
      message("A24", [pid(who(2)), pid(who(0))], LATER),
      message("A24", [pid(who(2)), pid(who(1))], LATER),
      adt("A31", who(2, { phone: "01632960002" }), LATER_STILL),
    );
    expect(await outcomes()).toEqual(["quarantined", "quarantined", "applied", "parked", "parked", "parked"]);
    const skip = async (index: number) => {
      const rows = await region.query(
        "select journal_id from outcome where reason = 'apply-failed' order by journal_id",
      );
      const journalId = rows[index]?.journal_id;
      await appendCommands(region.database, [{ command: "skip", journalId, by: "test", reason: "wrong" }], new Date());
      await region.take();
    };
    await skip(1);
    expect(await outcomes()).toEqual(["quarantined", "skipped", "applied", "parked", "parked", "parked"]);
    await skip(0);
    expect(await outcomes()).toEqual(["skipped", "skipped", "applied", "applied", "applied", "applied"]);
    expect(await region.query("select * from parked_identity")).toEqual([]);
    expect([await region.areOne("P0", "P2"), await region.areOne("P1", "P2")]).toEqual([true, true]);
    await region.query("alter table source_record drop constraint refuse_poison");
  });
});
