import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, mrg, type Patient, pid } from "./region.ts";
import { LATER, NHS, openRegion, who } from "./region-store.ts";

/** Every pathology of a merge, from message to rows. The table in services/resolve/README.md is named after these tests. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(() => region.database.close());
beforeEach(() => region.empty());

describe("merge (A40)", () => {
  const merge = (survivor: Patient, ...priors: string[]) => adt("A40", survivor, { prior: priors[0] ?? "" });

  it("unknown prior id: a tombstone, which a late message does not bring to life", async () => {
    await region.take(merge(who(0), "GONE"));
    await region.take(adt("A28", who(0, { id: "GONE" }), { recordedAt: "20200101080000" }));
    expect(await region.row("GONE")).toMatchObject({
      status: "retired",
      retired_into: (await region.row("P0"))?.source_record_id,
    });
    expect(await region.query("select from person where status = 'active'")).toHaveLength(1);
    expect(await region.warnings()).toEqual(["retired-id"]);
  });

  it("unknown survivor: created, and the prior id leads to it", async () => {
    await region.known(who(1));
    await region.take(merge(who(0), "P1"));
    expect(await region.row("P1")).toMatchObject({
      status: "retired",
      retired_into: (await region.row("P0"))?.source_record_id,
    });
    expect(await region.areOne("P0", "P1")).toBe(true);
  });

  it("chain: A into B, then B into C, leads A to C", async () => {
    await region.known(who(0), who(1), who(2));
    await region.take(merge(who(1), "P0"), merge(who(2), "P1"));
    expect(await region.areOne("P0", "P2")).toBe(true);
    await region.take(adt("A31", who(2, { id: "P0", phone: "01632960001" }), LATER));
    expect((await region.row("P2"))?.demographics.telecoms.value[0].value).toContain("960001");
  });

  it("cycle: the last merge of the circle changes nothing", async () => {
    await region.known(who(0), who(1), who(2));
    await region.take(merge(who(1), "P0"), merge(who(2), "P1"));
    await region.take(merge(who(2, { id: "P0" }), "P2"));
    expect((await region.row("P2"))?.status).toBe("active");
    expect(await region.warnings()).toEqual(["retired-id", "ignored"]);
    expect(await region.tasks()).toEqual([]);
  });

  it("repeat: the same merge twice is the merge once", async () => {
    await region.known(who(0), who(1));
    await region.take(merge(who(0), "P1"));
    const before = await region.query("select * from identity_event");
    await region.take(merge(who(0), "P1"));
    expect(await region.query("select * from identity_event")).toEqual(before);
    expect(await region.warnings()).toEqual(["ignored"]);
  });

  it("inverse: the survivor can not be merged into what was merged into it", async () => {
    await region.known(who(0), who(1));
    await region.take(merge(who(0), "P1"));
    await region.take(merge(who(0, { id: "P1" }), "P0"));
    expect([(await region.row("P0"))?.status, (await region.row("P1"))?.status]).toEqual(["active", "retired"]);
    expect(await region.warnings()).toEqual(["retired-id", "ignored"]);
  });

  it("late message for a retired id: heard by the survivor, with a warning", async () => {
    await region.known(who(0), who(1));
    await region.take(adt("A01", who(1), { visit: "V1" }), merge(who(0), "P1"));
    await region.take(adt("A03", who(0, { id: "P1" }), { visit: "V1", ...LATER }));
    expect(await region.warnings()).toEqual(["retired-id"]);
    expect(await region.visits()).toEqual([["P1", "V1", null, "WARD 1", "finished"]]);
  });

  it("PID-3 lists the live and the merged id: the survivor hears it", async () => {
    await region.known(who(0), who(1));
    await region.take(message("A40", [pid(who(0), { alsoKnownAs: ["P1"] }), mrg({ id: "P1" })]));
    expect((await region.row("P1"))?.status).toBe("retired");
    await region.take(
      message("A31", [pid(who(0, { id: "P1", phone: "01632960001" }), { alsoKnownAs: ["P0"] })], LATER),
    );
    expect((await region.row("P0"))?.demographics.telecoms.value[0].value).toContain("960001");
    expect(await region.warnings()).toEqual(["retired-id"]);
  });

  it("across authorities: linked, both stay, and a data manager looks", async () => {
    await region.known(who(0), who(1, { authority: "RDZ" }));
    const across = adt("A40", who(0), { prior: "P1", priorAuthority: "RDZ" });
    await region.take(across);
    expect(await region.row("P1", "RDZ")).toMatchObject({ status: "active", person_id: await region.personOf("P0") });
    expect(await region.tasks()).toEqual(["link-check open"]);
    await region.take(adt("A40", who(0), { prior: "P1", priorAuthority: "RDZ" }));
    expect(await region.tasks()).toEqual(["link-check open"]);
  });

  it("different NHS numbers: nothing moves, and a data manager is asked", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] }));
    await region.take(merge(who(0, { nhsNumber: NHS[0] }), "P1"));
    expect(await region.areOne("P0", "P1")).toBe(false);
    expect((await region.row("P1"))?.status).toBe("active");
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
    expect(await region.warnings()).toEqual(["identity"]);
  });

  it("different NHS numbers further up a chain are seen too", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1), who(2, { nhsNumber: NHS[1] }));
    await region.take(merge(who(1), "P0"), merge(who(2, { nhsNumber: NHS[1] }), "P1"));
    expect(await region.areOne("P1", "P2")).toBe(false);
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
  });

  it("two survivors for one prior id: the first stands, and a data manager is asked", async () => {
    await region.known(who(0), who(1), who(2));
    await region.take(merge(who(0), "P2"), merge(who(1), "P2"));
    expect(await region.areOne("P0", "P2")).toBe(true);
    expect(await region.areOne("P0", "P1")).toBe(false);
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
  });

  it("several groups: all of them or none", async () => {
    await region.known(who(0, { nhsNumber: NHS[0] }), who(1, { nhsNumber: NHS[1] }), who(2), who(3));
    const groups = [pid(who(2)), mrg({ id: "P3" }), pid(who(0, { nhsNumber: NHS[0] })), mrg({ id: "P1" })];
    await region.take(message("A40", groups));
    expect([(await region.row("P3"))?.status, (await region.row("P1"))?.status]).toEqual(["active", "active"]);
    expect(await region.areOne("P2", "P3")).toBe(false);
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
    expect(await region.query("select from person where status = 'active'")).toHaveLength(4);
    await region.take(message("A40", groups.slice(0, 2)));
    expect((await region.row("P3"))?.status).toBe("retired");
  });

  it("against a person's decision: nothing moves, and a data manager is asked", async () => {
    await region.known(who(0), who(1));
    await region.human("different", "P0", "P1");
    await region.take(merge(who(0), "P1"));
    expect((await region.row("P1"))?.status).toBe("active");
    expect(await region.tasks()).toEqual(["merge-conflict open"]);
  });

  it("finds the visits of the retired id afterwards, whichever id is named", async () => {
    await region.take(adt("A01", who(1), { visit: "V1", ward: "WARD 9" }), merge(who(0), "P1"));
    await region.take(adt("A02", who(0), { visit: "V1", ward: "WARD 3", ...LATER }));
    expect(await region.visits()).toEqual([["P1", "V1", null, "WARD 3", "in-progress"]]);
  });
});
