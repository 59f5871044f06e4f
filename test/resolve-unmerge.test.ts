import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Random } from "../services/simulator/src/random.ts";
import { type Life, openLife } from "./identity-life.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { LATER, NHS, who } from "./region-store.ts";
import { brokenIn, dumpOf } from "./resolve-dump.ts";
import { Drawing, parted } from "./resolve-unmerge-messages.ts";
import { saidOf } from "./unmerge-said.ts";

/**
 * A sender's merge (A40) that was a mistake: taken back, by the sender (A37) or by a person, it leaves nothing on either
 * patient of what was said of the other.
 *
 * `CHESIL_UNMERGES` for a longer run, `CHESIL_UNMERGE_FIRST` to begin with another one.
 */
const RUNS = Number(process.env.CHESIL_UNMERGES ?? 24);
const FIRST = Number(process.env.CHESIL_UNMERGE_FIRST ?? 1);

let life: Life;
beforeAll(async () => {
  life = await openLife();
});
beforeEach(() => life.forget());
afterAll(() => life.database.close());

describe("a merge that is taken back", () => {
  it.each(Array.from({ length: RUNS }, (_, index) => FIRST + index))("leaves nothing behind: run %i", async (seed) => {
    const random = new Random(`unmerge ${seed}`);
    // Alike, and not alike: of these the survivor would look like somebody else, and late messages be refused.
    const other = random.chance(0.5) ? who(1) : who(0, { id: "P1", given: "ANNABEL" });
    const patients = [who(0), other] as const;
    const drawing = new Drawing(random, patients);
    const draw = (count: number) => Array.from({ length: count }, () => drawing.next());
    const [before, after, since] = [draw(random.between(0, 5)), draw(random.between(1, 8)), draw(random.between(0, 4))];
    const merge = adt("A40", patients[0], { prior: "P1", recordedAt: "20260515120000" });
    const instead = adt("A31", patients[0], { recordedAt: "20260515120000" });
    const isByPerson = random.chance(0.5);
    const batches = [random.between(1, 4), random.between(1, 20)];

    const run = async (second: Uint8Array) => {
      await life.forget();
      await life.query("alter sequence journal_id_seq restart");
      await life.query("update log_consumer set position = 0");
      const known = patients.map((patient) => adt("A28", patient, { recordedAt: "20260501080000" }));
      const all = [...known, ...before, second, ...after, ...(isByPerson ? [] : [parted(...patients)])];
      await receive(life.database, all);
      await resolveAll(life.database, { batchMessagesMax: batches[0] as number });
      if (isByPerson) expect(await life.decide("P0", "P1", "different")).toMatchObject({ state: "applied" });
      await receive(life.database, since);
      await resolveAll(life.database, { batchMessagesMax: batches[1] as number });
      return JSON.parse(JSON.stringify(await saidOf(life)));
    };
    const never = await run(instead);
    const takenBack = await run(merge);
    expect(brokenIn(await dumpOf(life.database))).toEqual([]);
    expect(takenBack).toEqual(never);
  });

  it("is an event with its own name, and undone by a person it is one again", async () => {
    const other = who(0, { id: "P1", given: "ANNABEL" });
    await life.known(who(0), other);
    await life.take(adt("A40", who(0), { prior: "P1" }));
    await life.take(adt("A31", { ...other, phone: "01632960001" }, LATER));
    expect(JSON.stringify((await life.row("P0"))?.demographics)).toContain("960001");
    const before = await life.standing();
    const decided = await life.decide("P0", "P1", "different");
    expect(decided).toMatchObject({ state: "applied" });
    expect(await life.areOne("P0", "P1")).toBe(false);
    expect(JSON.stringify((await life.row("P0"))?.demographics)).not.toContain("960001");
    expect(JSON.stringify((await life.row("P1"))?.demographics)).toContain("960001");
    const events = await life.query("select kind, decided_by from identity_event order by event_id desc limit 2");
    expect(events).toEqual([
      { kind: "unlinked", decided_by: "human" },
      { kind: "unmerged", decided_by: "human" },
    ]);
    const undo = { command: "undo" as const, journalId: decided.journalId, by: "bob", reason: "mistaken" };
    expect(await life.obey(undo)).toMatchObject([{ state: "applied" }]);
    expect(await life.standing()).toEqual(before);
    expect(JSON.stringify((await life.row("P0"))?.demographics)).toContain("960001");
  });

  it("is not merged again by the sender once a person said that they are two", async () => {
    await life.known(who(0), who(1));
    await life.take(adt("A40", who(0), { prior: "P1" }));
    await life.decide("P0", "P1", "different");
    await life.take(adt("A40", who(0), { prior: "P1" }));
    expect(await life.areOne("P0", "P1")).toBe(false);
    expect(await life.tasks()).toEqual(["merge-conflict open"]);
  });

  it("of a chain it parts the id that leads to the other, with all that leads to it", async () => {
    await life.known(who(0), who(1), who(2));
    await life.take(adt("A40", who(1), { prior: "P0" }), adt("A40", who(2), { prior: "P1" }));
    expect(await life.decide("P1", "P2", "different")).toMatchObject({ state: "applied" });
    expect([await life.areOne("P0", "P1"), await life.areOne("P1", "P2")]).toEqual([true, false]);
    // Both led to a third: which of them that is nobody said.
    await life.forget();
    await life.known(who(0), who(1), who(2));
    await life.take(adt("A40", who(2), { prior: "P0" }), adt("A40", who(2), { prior: "P1" }));
    const refused = await life.decide("P0", "P1", "different");
    expect(refused).toMatchObject({ state: "refused", detail: expect.stringContaining("third") });
  });

  it("gives an id that was never more than a name its own messages", async () => {
    await life.known(who(0));
    await life.take(adt("A40", who(0), { prior: "GONE" }));
    await life.take(adt("A31", who(3, { id: "GONE", birthDate: "", phone: "01632960001" }), LATER));
    expect(await life.decide("P0", "GONE", "different")).toMatchObject({ state: "applied" });
    expect((await life.row("GONE"))?.status).toBe("active");
    expect(JSON.stringify((await life.row("P0"))?.demographics)).not.toContain("960001");
  });

  it("against a person's word that they are one, it is a question", async () => {
    await life.known(who(0, { nhsNumber: NHS[0] }), who(1));
    await life.decide("P0", "P1", "same");
    await life.take(adt("A40", who(0), { prior: "P1" }), parted(who(0), who(1)));
    expect((await life.row("P1"))?.status).toBe("retired");
    expect(await life.tasks()).toEqual(["link-check open"]);
  });
});
