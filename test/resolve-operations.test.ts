import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, mrg, type Patient, pid, pv1 } from "./region.ts";
import { LATER, LATER_STILL, NHS, openRegion, who } from "./region-store.ts";

/** What a sender's link, unlink, move, correction and deletion do, from message to rows. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());
beforeEach(() => region.empty());

describe("link and unlink (A24, A37)", () => {
  const two = (event: string, one: Patient, other: Patient) => message(event, [pid(one), pid(other)]);

  it("link: two records of one person, none goes away; again changes nothing", async () => {
    await region.known(who(0), who(1));
    await region.take(two("A24", who(0), who(1)), two("A24", who(0), who(1)));
    expect(await region.areOne("P0", "P1")).toBe(true);
    expect([(await region.row("P0"))?.status, (await region.row("P1"))?.status]).toEqual(["active", "active"]);
    expect(await region.query("select kind, decided_by, lifted_by from link_rule")).toEqual([
      { kind: "same", decided_by: "sender", lifted_by: null },
    ]);
  });

  it("unlink gives back exactly what the link had joined, and it is never linked again", async () => {
    const twin = who(0, { nhsNumber: NHS[0] });
    await region.known(who(0), who(1), who(2));
    await region.take(two("A24", who(1), who(2)));
    const [before, other] = [await region.personOf("P0"), await region.personOf("P1")];
    await region.take(two("A24", who(0), who(1)));
    expect(await region.areOne("P0", "P2")).toBe(true);
    expect(await region.query("select status from person where person_id = $1", [other])).toEqual([
      { status: "merged" },
    ]);
    await region.take(two("A37", who(1), who(0)));
    expect(await region.personOf("P0")).toBe(before);
    expect([await region.personOf("P1"), await region.personOf("P2")]).toEqual([other, other]);
    expect(await region.query("select status, replaced_by from person where person_id = $1", [other])).toEqual([
      { status: "active", replaced_by: null },
    ]);
    await region.take(two("A37", who(1), who(2)));
    await region.take(adt("A31", { ...twin, id: "P0" }, LATER), adt("A31", { ...twin, id: "P1" }, LATER));
    expect(await region.areOne("P0", "P1")).toBe(false);
  });

  it("unlink parts what the matcher had linked", async () => {
    const twin = who(0, { nhsNumber: NHS[0] });
    await region.known(twin, { ...twin, id: "COPY", authority: "RDZ" });
    expect(await region.personOf("COPY", "RDZ")).toBe(await region.personOf("P0"));
    await region.take(two("A37", twin, { ...twin, id: "COPY", authority: "RDZ" }));
    expect(await region.personOf("COPY", "RDZ")).not.toBe(await region.personOf("P0"));
    expect(await region.query("select kind from identity_event order by event_id desc limit 1")).toEqual([
      { kind: "unlinked" },
    ]);
    await region.take(adt("A31", { ...twin, phone: "01632960001" }, LATER));
    expect(await region.personOf("COPY", "RDZ")).not.toBe(await region.personOf("P0"));
  });

  it("a link against what a person decided, or between two NHS numbers, is a question", async () => {
    await region.known(who(0), who(1), who(2, { nhsNumber: NHS[0] }), who(3, { nhsNumber: NHS[1] }));
    await region.human("different", "P0", "P1");
    await region.take(
      two("A24", who(0), who(1)),
      two("A24", who(2, { nhsNumber: NHS[0] }), who(3, { nhsNumber: NHS[1] })),
    );
    expect([await region.areOne("P0", "P1"), await region.areOne("P2", "P3")]).toEqual([false, false]);
    expect(await region.tasks()).toEqual(["link-conflict open", "link-conflict open"]);
    await region.human("same", "P0", "P2");
    await region.take(two("A37", who(0), who(2, { nhsNumber: NHS[0] })));
    expect(await region.tasks()).toHaveLength(3);
  });

  it("a sender's later word replaces its earlier one", async () => {
    await region.known(who(0), who(1));
    await region.take(two("A37", who(0), who(1)), two("A24", who(0), who(1)));
    expect(await region.areOne("P0", "P1")).toBe(true);
    expect(await region.query("select kind from link_rule where lifted_by is null")).toEqual([{ kind: "same" }]);
  });

  it("unlink of what was merged takes the merge back", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A40", who(0), { prior: "P1" }), two("A37", who(0), who(1)));
    expect((await region.row("P1"))?.status).toBe("active");
    expect(await region.areOne("P0", "P1")).toBe(false);
    expect(await region.tasks()).toEqual([]);
  });
});

describe("move of a record (A43)", () => {
  const move = (moved: string, to: Patient) => message("A43", [pid(to), mrg({ id: moved })]);

  it("takes the record to the other patient, and the matcher never brings it back", async () => {
    const twin = who(0, { nhsNumber: NHS[0] });
    await region.known(twin, { ...twin, id: "COPY" }, who(1));
    expect(await region.areOne("P0", "COPY")).toBe(true);
    await region.query("update source_record set identifiers = identifiers - 'value' where local_id = 'COPY'");
    await region.take(move("COPY", who(1)));
    expect([await region.areOne("P1", "COPY"), await region.areOne("P0", "COPY")]).toEqual([true, false]);
    expect((await region.row("COPY"))?.status).toBe("active");
    expect(await region.query("select kind from link_rule order by rule_id")).toEqual([
      { kind: "different" },
      { kind: "same" },
    ]);
    await region.take(move("COPY", who(1)));
    expect(await region.warnings()).toEqual(["ignored"]);
  });

  it("is a question where the NHS numbers differ", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] }));
    await region.take(move("P0", who(1, { nhsNumber: NHS[1] })));
    expect(await region.areOne("P0", "P1")).toBe(false);
    expect(await region.tasks()).toEqual(["link-conflict open"]);
  });

  it("of one id on both sides: it leaves before its new words find its patient", async () => {
    const [anna, ben] = [who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] })];
    await region.known({ ...anna, authority: "RDZ" }, anna, ben);
    expect(await region.personOf("P0")).toBe(await region.personOf("P0", "RDZ"));
    await region.take(message("A43", [pid({ ...ben, id: "P0" }), mrg({ id: "P0" })], LATER));
    expect(await region.areOne("P0", "P1")).toBe(true);
    expect(await region.personOf("P0")).not.toBe(await region.personOf("P0", "RDZ"));
    const rules = await region.query(
      `select r.kind, s.authority from link_rule r join source_record s on s.source_record_id = r.other_source_record_id`,
    );
    expect(rules).toEqual([{ kind: "different", authority: "RDZ" }]);
  });

  it("of an unknown id makes a record like any other", async () => {
    const ben = who(1, { nhsNumber: NHS[1] });
    await region.known(ben);
    await region.take(message("A43", [pid({ ...ben, id: "P0" }), mrg({ id: "P0" })], LATER));
    expect(await region.areOne("P0", "P1")).toBe(true);
    expect(await region.query("select from link_rule")).toEqual([]);
  });
});

describe("correction of an id (A47)", () => {
  const change = (wrong: string, right: Patient) => message("A47", [pid(right), mrg({ id: wrong })]);

  it("renames the record; the wrong id leads to it; again changes nothing; back is back", async () => {
    await region.known(who(0));
    const record = await region.row("P0");
    await region.take(change("P0", who(0, { id: "RIGHT" })));
    expect(await region.row("RIGHT")).toMatchObject({ source_record_id: record?.source_record_id, status: "active" });
    expect(await region.row("P0")).toMatchObject({ status: "retired", retired_into: record?.source_record_id });
    await region.take(change("P0", who(0, { id: "RIGHT" })));
    expect(await region.warnings()).toEqual(["ignored"]);
    await region.take(adt("A31", who(0, { phone: "01632960001" }), LATER));
    expect((await region.row("RIGHT"))?.demographics.telecoms.value[0].value).toContain("960001");
    await region.take(change("RIGHT", who(0)));
    expect(await region.row("P0")).toMatchObject({ source_record_id: record?.source_record_id, status: "active" });
    expect((await region.row("RIGHT"))?.status).toBe("retired");
    expect(await region.query("select from person where status = 'active'")).toHaveLength(1);
  });

  it("is a question where another record has the right id", async () => {
    await region.known(who(0), who(1));
    await region.take(change("P0", who(1)));
    expect([(await region.row("P0"))?.status, (await region.row("P1"))?.status]).toEqual(["active", "active"]);
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
  });

  it.each([undefined, NHS])("is a question that overlays nobody (NHS numbers: %s)", async (numbers) => {
    const [anna, ben] = [0, 1].map((index) => who(index, numbers ? { nhsNumber: numbers[index] ?? "" } : {}));
    await region.known(anna as Patient, ben as Patient);
    const before = await region.query("select identifiers, demographics from source_record order by local_id");
    const visit = pv1("V1");
    await region.take(message("A47", [pid({ ...(anna as Patient), id: "P1" }), mrg({ id: "P0" }), visit], LATER));
    expect(await region.query("select identifiers, demographics from source_record order by local_id")).toEqual(before);
    expect([await region.areOne("P0", "P1"), await region.visits()]).toEqual([false, []]);
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
  });

  it("again by the first wrong id: the latest right id is the record's, the others lead to it", async () => {
    await region.known(who(0));
    const record = (await region.row("P0"))?.source_record_id;
    await region.take(change("P0", who(0, { id: "R1" })));
    await region.take(change("P0", who(0, { id: "R2" })));
    expect(await region.row("R2")).toMatchObject({ source_record_id: record, status: "active" });
    expect((await region.row("R2"))?.identifiers.value).toMatchObject([{ value: "R2" }]);
    expect([(await region.row("P0"))?.retired_into, (await region.row("R1"))?.retired_into]).toEqual([record, record]);
  });

  it("of an id that was merged away leads the right one to the survivor, whose id stays", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A40", who(0), { prior: "P1" }), adt("A40", who(0), { prior: "UNKNOWN" }));
    const survivor = (await region.row("P0"))?.source_record_id;
    const retired = [await region.row("P1"), await region.row("UNKNOWN")].map((row) => row?.source_record_id);
    await region.take(change("P1", who(0, { id: "R1" })), change("UNKNOWN", who(0, { id: "R2" })));
    expect(await region.row("P0")).toMatchObject({ source_record_id: survivor, status: "active" });
    expect((await region.row("P0"))?.identifiers.value).toMatchObject([{ value: "P0" }]);
    // Over the id that was corrected: should that merge be taken back, the right one goes along.
    expect([(await region.row("R1"))?.retired_into, (await region.row("R2"))?.retired_into]).toEqual(retired);
    expect(await region.areOne("R1", "P0")).toBe(true);
  });

  it("of an unknown id leaves an alias", async () => {
    await region.take(change("TYPO", who(0)));
    expect(await region.row("TYPO")).toMatchObject({ status: "retired", person_id: await region.personOf("P0") });
  });
});

describe("deletion of a record (A29)", () => {
  const at = (hour: string) => ({ recordedAt: `20260502${hour}0000` });
  const state = async () => {
    const record = await region.row("P0");
    return [
      record?.status,
      Object.keys(record?.demographics ?? {}).sort(),
      (await region.visits()).map((visit) => visit[4]),
    ];
  };
  const messages = {
    admitted: () => adt("A01", who(0), { visit: "V1", ...at("08") }),
    deleted: () => adt("A29", who(0), at("09")),
    again: () => adt("A28", { id: "P0", family: "OTHER" }, at("10")),
  };

  it("leaves a tombstone that older messages do not wake, and later ones do, whatever the order", async () => {
    await region.take(messages.admitted(), messages.deleted());
    expect(await state()).toEqual(["deleted", [], ["deleted"]]);
    const orders = [
      ["admitted", "deleted", "again"],
      ["admitted", "again", "deleted"],
      ["deleted", "admitted", "again"],
      ["deleted", "again", "admitted"],
      ["again", "deleted", "admitted"],
      ["again", "admitted", "deleted"],
    ] as const;
    const ends: unknown[] = [];
    for (const order of orders) {
      await region.query("truncate source_record, person, identity_event, encounter, outcome");
      for (const name of order) await region.take(messages[name]());
      const [status, demographics, visitStates] = await state();
      ends.push([status, demographics, (visitStates as string[]).filter((each) => each !== "deleted")]);
    }
    expect(ends).toEqual(orders.map(() => ["active", ["addresses", "names"], []]));
  });

  it("forgets what senders said of it, so that whoever speaks next is nobody's", async () => {
    await region.known(who(0), who(1));
    await region.take(message("A24", [pid(who(0)), pid(who(1))]));
    await region.take(adt("A29", who(1), LATER));
    expect(await region.query("select from link_rule where lifted_by is null")).toEqual([]);
  });

  it("takes the record out of its person, and the other record stays", async () => {
    const twin = who(0, { nhsNumber: NHS[0] });
    await region.known(twin, { ...twin, id: "COPY", authority: "RDZ" });
    await region.take(adt("A29", { ...twin, id: "COPY", authority: "RDZ" }, LATER));
    expect(await region.personOf("COPY", "RDZ")).not.toBe(await region.personOf("P0"));
    expect((await region.query("select kind from identity_event order by event_id desc"))[0]).toEqual({
      kind: "deleted",
    });
  });

  it("of an id that was merged away does not touch the survivor", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A40", who(0), { prior: "P1" }), adt("A29", who(1), LATER));
    expect((await region.row("P0"))?.status).toBe("active");
    expect(await region.warnings()).toEqual(["retired-id"]);
  });
});

describe("words that speak against what stands", () => {
  const family = async (id: string) => (await region.row(id))?.demographics.names.value[0].family;

  it("a late message for a retired id that describes somebody else is not heard, and a data manager looks", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1));
    await region.take(adt("A40", who(0, { nhsNumber: NHS[0] }), { prior: "P1" }));
    await region.take(adt("A31", who(1, { nhsNumber: NHS[1] }), LATER));
    expect(await family("P0")).toBe("ABBOT");
    expect(await region.query("select nhs_number from person where status = 'active'")).toEqual([
      { nhs_number: NHS[0] },
    ]);
    expect(await region.warnings()).toEqual(["retired-id", "identity"]);
    expect(await region.tasks()).toEqual(["link-check open"]);
    const [task] = await region.query("select evidence from review_task");
    expect(task?.evidence.veto).toBe("different-nhs-numbers");
  });

  it("one that only says less is heard, and the survivor keeps its own id", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A40", who(0), { prior: "P1" }));
    await region.take(adt("A31", { id: "P1", phone: "01632960001" }, LATER));
    expect((await region.row("P0"))?.demographics.telecoms.value[0].value).toContain("960001");
    expect((await region.row("P0"))?.identifiers.value).toMatchObject([{ authority: "RBD", value: "P0" }]);
    expect(await region.tasks()).toEqual([]);
  });

  it("a linked record that turns into somebody else opens a question, once", async () => {
    const twin = who(0, { nhsNumber: NHS[0] });
    const stranger = { ...who(4, { nhsNumber: NHS[1] }), id: "COPY", authority: "RDZ" };
    await region.known(twin, { ...twin, id: "COPY", authority: "RDZ" });
    await region.take(adt("A08", { ...twin, id: "COPY", authority: "RDZ", family: "MARRIED" }));
    expect(await region.tasks()).toEqual([]);
    await region.take(adt("A08", stranger, LATER));
    expect(await region.warnings()).toEqual(["identity"]);
    expect(await region.tasks()).toEqual(["possible-overlay open"]);
    await region.query("update review_task set state = 'closed', closed_by = 1, closed_at = now()");
    await region.take(adt("A08", { ...stranger, phone: "01632960001" }, LATER_STILL));
    expect(await region.tasks()).toEqual(["possible-overlay closed"]);
  });

  it("a record that finds its person takes its retired ids along, each by an event", async () => {
    const anna = who(0, { nhsNumber: NHS[0] });
    await region.known({ ...anna, authority: "RDZ" }, { id: "S" }, { id: "R" });
    await region.take(adt("A40", { id: "S" }, { prior: "R" }));
    await region.take(adt("A31", { ...anna, id: "S" }, LATER));
    const person = await region.personOf("P0", "RDZ");
    expect([await region.personOf("S"), await region.personOf("R")]).toEqual([person, person]);
    const last = await region.query(
      `select distinct on (source_record_id) e.kind, e.person_id, e.weight > 0 as is_explained
       from identity_event e join source_record s using (source_record_id) where s.local_id in ('R', 'S')
       order by source_record_id, event_id desc`,
    );
    const moved = { kind: "moved", person_id: person, is_explained: true };
    expect(last).toEqual([moved, moved]);
  });
});

describe("visits that went elsewhere, one message at a time", () => {
  const admit = (person: Patient, visit: string, account?: string) =>
    message("A01", [pid(person, account ? { account } : {}), pv1(visit)]);
  const moveAccount = (from: string, to: Patient, account: string) =>
    message("A44", [pid(to, { account }), mrg({ id: from, account })], LATER);
  const oneByOne = async (...messages: Uint8Array[]) => {
    for (const each of messages) await region.take(each);
  };
  const homes = async () => (await region.visits()).map(([patient, visit, account]) => [patient, visit, account]);

  it("A44: where the right patient has the visit already the two are one", async () => {
    await oneByOne(admit(who(0), "V1", "A1"), admit(who(1), "V1"), moveAccount("P0", who(1), "A1"));
    expect((await region.visits()).map((visit) => [visit[0], visit[4]])).toEqual([
      ["P0", "merged away"],
      ["P1", "in-progress"],
    ]);
  });

  it("A44 by an account number that was corrected before", async () => {
    const correct = message("A49", [pid(who(0), { account: "A2" }), mrg({ id: "P0", account: "A1" })], LATER);
    await oneByOne(admit(who(0), "V1", "A1"), correct, moveAccount("P0", who(1), "A1"));
    expect(await homes()).toEqual([["P1", "V1", "A2"]]);
  });

  it("A50 by the patient who had the visit before corrects it where it is now", async () => {
    const correct = message("A50", [pid(who(0)), mrg({ id: "P0", visit: "V1" }), pv1("V9")], LATER_STILL);
    await oneByOne(admit(who(0), "V1", "A1"), moveAccount("P0", who(1), "A1"), correct);
    expect(await homes()).toEqual([["P1", "V9", "A1"]]);
  });
});
