import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, mrg, type Patient, pid } from "./region.ts";
import { LATER, NHS, openRegion, who } from "./region-store.ts";

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

  it("unlink of what was merged is a question", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A40", who(0), { prior: "P1" }), two("A37", who(0), who(1)));
    expect((await region.row("P1"))?.status).toBe("retired");
    expect(await region.tasks()).toEqual(["link-check open"]);
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
    expect(await region.query("select kind from link_rule")).toEqual([{ kind: "different" }]);
    await region.take(move("COPY", who(1)));
    expect(await region.warnings()).toEqual(["ignored"]);
  });

  it("is a question where the NHS numbers differ", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] }));
    await region.take(move("P0", who(1, { nhsNumber: NHS[1] })));
    expect(await region.areOne("P0", "P1")).toBe(false);
    expect(await region.tasks()).toEqual(["link-conflict open"]);
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
