import { appendCommands, readTally, verifyJournal } from "@chesil/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { adt, type Patient, receive, resolveAll } from "./region.ts";

const ANNA: Patient = {
  id: "1001",
  nhsNumber: "9990004951",
  family: "HARTLEY",
  given: "ANNA",
  birthDate: "19710314",
  sex: "F",
  postcode: "BH15 1AA",
  street: "4 Quay Lane",
  phone: "01632960001",
};

describe("resolve", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows;
  const personOf = async (localId: string, authority = "RBD") =>
    (await query("select person_id from source_record where local_id = $1 and authority = $2", [localId, authority]))[0]
      ?.person_id;
  const outcomes = async () =>
    (await query("select outcome, reason, count(*) from outcome group by 1, 2 order by 1, 2")).map((row) => [
      row.outcome,
      row.reason,
      row.count,
    ]);
  const take = async (...messages: Uint8Array[]) => {
    await receive(database, messages);
    await resolveAll(database);
  };

  it("finds the person of a record from another hospital by NHS number and birth date", async () => {
    await take(
      adt("A28", ANNA),
      adt("A28", {
        ...ANNA,
        id: "77",
        authority: "RDZ",
        family: "HARTLEY-COLE",
        postcode: "DT1 1AA",
        street: "",
        phone: "",
      }),
    );
    expect(await personOf("77", "RDZ")).toBe(await personOf("1001"));
    const [link] = await query("select kind, decided_by, weight, evidence from identity_event where kind = 'linked'");
    expect(link).toMatchObject({ decided_by: "model", evidence: { kind: "link" } });
    expect(link?.evidence.levels.length).toBeGreaterThan(5);
    expect(link?.evidence.modelVersion).toBeTruthy();
  });

  it("never links by NHS number alone: another birth date opens a task", async () => {
    await take(
      adt("A28", ANNA),
      adt("A28", {
        ...ANNA,
        id: "78",
        authority: "RDZ",
        family: "BRANCH",
        given: "OLIVER",
        birthDate: "19500101",
        sex: "M",
        postcode: "",
        street: "",
        phone: "",
      }),
    );
    expect(await personOf("78", "RDZ")).not.toBe(await personOf("1001"));
    expect(await query("select kind, state, why from review_task")).toHaveLength(1);
  });

  it("decides the same whether two records come in one batch or in two", async () => {
    const pair = [adt("A28", ANNA), adt("A28", { ...ANNA, id: "79", authority: "RDZ" })];
    await receive(database, pair);
    await resolveAll(database, { batchMessagesMax: 1 });
    const apart = await personOf("79", "RDZ");
    expect(apart).toBe(await personOf("1001"));
  });

  it("moves a record to its person when the NHS number comes later, and the old person leads there", async () => {
    const anonymous = { id: "80", authority: "RDZ", family: "HARTLEY", given: "A", sex: "F" };
    await take(adt("A28", ANNA), adt("A28", anonymous));
    const before = await personOf("80", "RDZ");
    expect(before).not.toBe(await personOf("1001"));
    await take(adt("A31", { ...ANNA, id: "80", authority: "RDZ" }, { recordedAt: "20260502080000" }));
    expect(await personOf("80", "RDZ")).toBe(await personOf("1001"));
    expect(await query("select status, replaced_by from person where person_id = $1", [before])).toEqual([
      { status: "merged", replaced_by: await personOf("1001") },
    ]);
  });

  it("does not let an older message overwrite what is known, and still counts its visit", async () => {
    await take(adt("A31", ANNA, { recordedAt: "20260503080000" }));
    await take(
      adt("A01", { ...ANNA, family: "OLDNAME" }, { recordedAt: "20260501080000", visit: "V9", ward: "WARD 5" }),
    );
    expect((await query("select golden from person"))[0]?.golden.names.value[0].family).toBe("HARTLEY");
    expect(await query("select visit_number, status, location from encounter")).toMatchObject([
      { visit_number: "V9", status: "in-progress" },
    ]);
  });

  it("retires a merged id, redirects its later messages, and takes the same merge twice as once", async () => {
    await take(adt("A28", ANNA), adt("A28", { id: "1002", family: "HARTLEY", given: "ANNE" }));
    const before = await personOf("1002");
    await take(adt("A40", ANNA, { prior: "1002" }), adt("A40", ANNA, { prior: "1002" }));
    expect(await personOf("1002")).toBe(await personOf("1001"));
    expect((await query("select status from source_record where local_id = '1002'"))[0]?.status).toBe("retired");
    expect((await query("select status, replaced_by from person where person_id = $1", [before]))[0]).toEqual({
      status: "merged",
      replaced_by: await personOf("1001"),
    });
    expect(await query("select kind from identity_event where kind = 'merged'")).toHaveLength(1);
    await take(adt("A31", { ...ANNA, id: "1002", phone: "01632960002" }, { recordedAt: "20260505080000" }));
    const [record] = await query("select demographics from source_record where local_id = '1001'");
    expect(record?.demographics.telecoms.value[0].value).toContain("960002");
  });

  it("leaves a tombstone for a retired id it never knew, so that a late message does not bring it back", async () => {
    await take(adt("A40", ANNA, { prior: "1003" }));
    await take(adt("A28", { id: "1003", family: "HARTLEY" }, { recordedAt: "20200101080000" }));
    expect((await query("select status from source_record where local_id = '1003'"))[0]?.status).toBe("retired");
    expect(await query("select 1 from person where status = 'active'")).toHaveLength(1);
  });

  it("asks before it merges two records with different NHS numbers", async () => {
    await take(
      adt("A28", ANNA),
      adt("A28", { id: "1004", nhsNumber: "9990556512", family: "OTHER", given: "PAT", birthDate: "19800101" }),
    );
    await take(adt("A40", ANNA, { prior: "1004" }));
    expect(await personOf("1004")).not.toBe(await personOf("1001"));
    expect(await query("select kind, why from review_task")).toMatchObject([{ kind: "merge-conflict" }]);
  });

  it("quarantines what it does not map yet, and applies it when replayed after a mapping", async () => {
    await take(adt("A20", ANNA));
    expect(await outcomes()).toEqual([["quarantined", "not-mapped", 1]]);
    const [message] = await query("select journal_id from journal where kind = 'message'");
    await appendCommands(
      database,
      [{ command: "replay", journalId: message?.journal_id, by: "test", reason: "again" }],
      new Date(),
    );
    await resolveAll(database);
    expect(await outcomes()).toEqual([["quarantined", "not-mapped", 1]]);
    await appendCommands(
      database,
      [{ command: "skip", journalId: message?.journal_id, by: "test", reason: "not needed" }],
      new Date(),
    );
    await resolveAll(database);
    expect(await outcomes()).toEqual([["skipped", "not-mapped", 1]]);
    const { counted, tallied } = await verifyJournal(database);
    expect(tallied).toEqual(counted);
  });

  describe("a message that fails to apply", () => {
    /** The database refuses one patient: a fault of that message alone, as a bug would be. */
    const poison = async () => {
      await query("alter table source_record add constraint refuse_poison check (local_id <> 'POISON')");
      return () => query("alter table source_record drop constraint refuse_poison");
    };

    it("parks its own patient, in order, and nobody else", async () => {
      const cure = await poison();
      await take(
        adt("A28", ANNA),
        adt("A28", { ...ANNA, id: "POISON", nhsNumber: "" }),
        adt("A31", { id: "2002", family: "PEEL" }),
        adt("A31", { ...ANNA, id: "POISON", nhsNumber: "", phone: "01632960009" }, { recordedAt: "20260506080000" }),
      );
      await take(
        adt("A31", { id: "2003", family: "ROSE" }),
        adt("A40", { id: "2003", family: "ROSE" }, { prior: "POISON" }),
        adt("A31", { id: "2003", family: "THORN" }, { recordedAt: "20260507080000" }),
      );
      expect(await outcomes()).toEqual([
        ["applied", null, 3],
        ["parked", "behind-parked", 3],
        ["quarantined", "apply-failed", 1],
      ]);
      await cure();
      const [failed] = await query("select journal_id from outcome where reason = 'apply-failed'");
      await appendCommands(
        database,
        [{ command: "replay", journalId: failed?.journal_id, by: "test", reason: "mended" }],
        new Date(),
      );
      await resolveAll(database);
      expect(await outcomes()).toEqual([["applied", null, 7]]);
      expect(await query("select * from parked_identity")).toEqual([]);
      expect((await query("select status from source_record where local_id = 'POISON'"))[0]?.status).toBe("retired");
      expect(
        (await query("select demographics from source_record where local_id = '2003'"))[0]?.demographics.names.value[0]
          .family,
      ).toBe("THORN");
      const { counted, tallied } = await verifyJournal(database);
      expect(tallied).toEqual(counted);
    });

    it("lets its followers go on when it is skipped", async () => {
      const cure = await poison();
      await take(adt("A28", { id: "POISON", family: "ONE" }), adt("A31", { id: "POISON", family: "TWO" }));
      await cure();
      const [failed] = await query("select journal_id from outcome where reason = 'apply-failed'");
      await appendCommands(
        database,
        [{ command: "skip", journalId: failed?.journal_id, by: "test", reason: "wrong" }],
        new Date(),
      );
      await resolveAll(database);
      expect(await outcomes()).toEqual([
        ["applied", null, 1],
        ["skipped", "apply-failed", 1],
      ]);
      expect((await query("select demographics from source_record"))[0]?.demographics.names.value[0].family).toBe(
        "TWO",
      );
    });

    it("stays quarantined, with its patient parked, when it fails again", async () => {
      await poison();
      await take(adt("A28", { id: "POISON", family: "ONE" }), adt("A31", { id: "POISON", family: "TWO" }));
      const [failed] = await query("select journal_id from outcome where reason = 'apply-failed'");
      await appendCommands(
        database,
        [{ command: "replay", journalId: failed?.journal_id, by: "test", reason: "try" }],
        new Date(),
      );
      await resolveAll(database);
      expect(await outcomes()).toEqual([
        ["parked", "behind-parked", 1],
        ["quarantined", "apply-failed", 1],
      ]);
      expect(await query("select identity from parked_identity")).toEqual([{ identity: "RBD|POISON" }]);
      expect((await readTally(database)).get("test")).toMatchObject({ received: 2, parked: 1, quarantined: 1 });
    });
  });
});

/** Found by a reader with fresh eyes, each once a fault. */
describe("resolve, where it once broke", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());
  const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows;
  const take = async (...messages: Uint8Array[]) => {
    await receive(database, messages);
    await resolveAll(database);
  };

  it("takes along what was merged before, when the survivor is merged away in its turn", async () => {
    for (const id of ["A", "B", "C"]) await take(adt("A01", { id, family: `NAME${id}` }, { visit: `V${id}` }));
    await take(adt("A40", { id: "B", family: "NAMEB" }, { prior: "A" }));
    await take(adt("A40", { id: "C", family: "NAMEC" }, { prior: "B" }));
    expect(await query("select distinct person_id from source_record")).toHaveLength(1);
    expect(await query("select 1 from person where status = 'active'")).toHaveLength(1);
  });

  it("keeps the survivor's visit when a merge and a message for the retired id come in one batch", async () => {
    await take(
      adt("A01", { id: "E", family: "EAST" }, { visit: "VE1", ward: "WARD 9" }),
      adt("A28", { id: "F", family: "FORD" }),
    );
    await take(
      adt("A40", { id: "E", family: "EAST" }, { prior: "F", recordedAt: "20260502080000" }),
      adt("A08", { id: "F", family: "EAST" }, { visit: "VE1", ward: " ", recordedAt: "20260503080000" }),
    );
    expect(await query("select location, status from encounter")).toEqual([
      { location: "WARD 9", status: "in-progress" },
    ]);
  });

  it("parks a message for a retired id with its survivor's", async () => {
    await take(adt("A28", { id: "M", family: "MOOR" }), adt("A40", { id: "M", family: "MOOR" }, { prior: "K" }));
    await query("alter table encounter add constraint refuse check (visit_number <> 'POISON')");
    await take(adt("A01", { id: "M", family: "MOOR" }, { visit: "POISON" }), adt("A08", { id: "K", family: "MOOR" }));
    expect(await query("select outcome, count(*) from outcome group by 1 order by 1")).toEqual([
      { outcome: "applied", count: 2 },
      { outcome: "parked", count: 1 },
      { outcome: "quarantined", count: 1 },
    ]);
  });

  it("lets nothing overtake a follower that is held by a second poison message", async () => {
    await query(
      "alter table source_record add constraint refuse_p check (local_id not in ('G', 'H') or demographics::text not like '%POISON%')",
    );
    await take(adt("A28", { id: "G", family: "POISON" }), adt("A28", { id: "H", family: "POISON" }));
    await take(
      adt("A40", { id: "G", family: "GREEN" }, { prior: "H" }),
      adt("A08", { id: "G", family: "LAST" }, { recordedAt: "20260509080000" }),
    );
    const [first] = await query("select journal_id from outcome where outcome = 'quarantined' order by journal_id");
    await appendCommands(
      database,
      [{ command: "skip", journalId: first?.journal_id, by: "test", reason: "wrong" }],
      new Date(),
    );
    await resolveAll(database);
    expect(await query("select outcome from outcome order by journal_id")).toEqual(
      ["skipped", "quarantined", "parked", "parked"].map((outcome) => ({ outcome })),
    );
  });

  it("closes the question whose two records became one person", async () => {
    const person = { family: "ABBOTSBURY", given: "MARY", birthDate: "19550505", sex: "F" };
    await take(
      adt("A28", { ...person, id: "1", nhsNumber: "9990004951" }),
      adt("A28", { ...person, id: "2", authority: "RDZ", nhsNumber: "9990004951", birthDate: "19350505" }),
    );
    expect(await query("select state from review_task")).toEqual([{ state: "open" }]);
    await take(
      adt("A31", { ...person, id: "2", authority: "RDZ", nhsNumber: "9990004951" }, { recordedAt: "20260504080000" }),
    );
    expect(await query("select state from review_task")).toEqual([{ state: "closed" }]);
  });

  it("passes over a blocking key that too many records share, and says so in nobody's link", async () => {
    const crowd = Array.from({ length: 260 }, (_, index) =>
      adt("A28", { id: `X${index}`, family: `K${index}`, given: "C", birthDate: "19500101" }),
    );
    await take(...crowd);
    await take(adt("A28", { id: "LAST", family: "KIRBY", given: "C", birthDate: "19500101" }));
    expect(await query("select 1 from person where status = 'active'")).toHaveLength(261);
    expect(await query("select kind, why from review_task")).toEqual([
      { kind: "data-quality", why: expect.stringContaining("records share one value") },
    ]);
  });
});
