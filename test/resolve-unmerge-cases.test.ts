import { appendActivation } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Life, openLife } from "./identity-life.ts";
import { adt, DIALECT, FEED, message, mrg, type Patient, pid, receive, resolveAll } from "./region.ts";
import { NHS, who } from "./region-store.ts";
import { saidOf } from "./unmerge-said.ts";

/** A merge that is taken back, where ids were corrected, patients deleted, visits moved or words refused on the way. */

let life: Life;
beforeAll(async () => {
  life = await openLife();
});
beforeEach(() => life.forget());
afterAll(() => life.database.close());

/** Each message a day after the one before. */
const on = (day: number) => ({ recordedAt: `202605${String(day).padStart(2, "0")}080000` });
const OTHER = who(0, { id: "P1", given: "ANNABEL" });
const merge = (day: number, prior = "P1", survivor: Patient = { id: "P0" }) =>
  adt("A40", survivor, { prior, ...on(day) });
const parted = (day: number, one = "P0", other = "P1") =>
  message("A37", [pid({ id: one }), pid({ id: other })], on(day));
const visit = (
  event: string,
  patient: Patient,
  number: string,
  day: number,
  more: { ward?: string; account?: string } = {},
) =>
  message(
    event,
    [
      pid(patient, more.account === undefined ? {} : { account: more.account }),
      { id: "PV1", fields: { 2: "I", 3: more.ward ?? "W1", 19: number } },
    ],
    on(day),
  );
const movedAccount = (to: Patient, from: Patient, account: string, day: number) =>
  message("A44", [pid(to, { account }), mrg({ id: from.id, account })], on(day));

/** What is said after messages, of which one merges; and after the same without it. */
async function bothWays(before: readonly Uint8Array[], mergeMessage: Uint8Array, after: readonly Uint8Array[]) {
  const run = async (second: Uint8Array) => {
    await life.forget();
    await life.query("alter sequence journal_id_seq restart");
    await life.query("update log_consumer set position = 0");
    await receive(life.database, [...before, second, ...after]);
    await resolveAll(life.database);
    const said = JSON.parse(JSON.stringify(await saidOf(life)));
    // Since when the survivor says what the merge says of them too, it says itself: that stays said.
    for (const record of said.records) delete record.former;
    return said;
  };
  // Of somebody else, so that every message has the same place in the journal.
  return { never: await run(adt("A28", who(9), on(1))), takenBack: await run(mergeMessage) };
}

describe("as if nobody had merged them", () => {
  const known = [adt("A28", who(0), on(1)), adt("A28", who(1), on(1)), adt("A28", who(2), on(1))];
  const alike = [adt("A28", who(0), on(1)), adt("A28", OTHER, on(1)), adt("A28", who(2), on(1))];
  it.each<[string, readonly Uint8Array[], Uint8Array, readonly Uint8Array[]]>([
    [
      "what was refused is not heard: a correction to an id that another patient has",
      [...known, message("A47", [pid(who(2, { id: "P0" })), mrg({ id: "P2" })], on(2))],
      merge(3),
      [parted(4)],
    ],
    [
      "a patient who had somebody else's words",
      [...known, adt("A31", who(5, { id: "P1" }), on(2))],
      merge(3),
      [parted(4)],
    ],
    [
      "a visit that is moved to the retired id",
      [...alike, visit("A01", who(2), "V1", 2, { account: "A1" })],
      merge(3),
      [movedAccount(OTHER, who(2), "A1", 4), visit("A02", who(2), "V1", 5, { ward: "W2" }), parted(6)],
    ],
    [
      "a visit that was moved to the survivor before",
      [...alike, visit("A01", who(2), "V1", 2, { account: "A1" }), movedAccount(who(0), who(2), "A1", 3)],
      merge(4),
      [visit("A02", OTHER, "V1", 5, { ward: "W2" }), parted(6)],
    ],
    ["a patient who was deleted before", [...alike, adt("A29", OTHER, on(2))], merge(3), [parted(4)]],
    [
      "visits that went with a deletion, of a patient who is back",
      [...alike, visit("A01", who(0), "V1", 2), adt("A29", who(0), on(3)), adt("A31", who(0), on(4))],
      merge(5),
      [parted(6), visit("A08", who(0), "V1", 7)],
    ],
    [
      "words of a patient who is back under another id",
      [
        ...alike,
        message("A47", [pid(who(0, { id: "P0X" })), mrg({ id: "P0" })], on(2)),
        adt("A29", { id: "P0X" }, on(3)),
        adt("A31", who(0, { phone: "01632960123" }), on(4)),
      ],
      merge(5, "P1", { id: "P0X" }),
      [parted(6, "P0X", "P1")],
    ],
    [
      "words between two merges, once a third is parted",
      [...alike, adt("A31", { ...OTHER, phone: "01632960111" }, on(2))],
      merge(3),
      [
        parted(4),
        adt("A31", { ...OTHER, phone: "01632960222" }, on(5)),
        merge(6, "P1"),
        merge(7, "P2"),
        parted(8, "P0", "P2"),
        parted(9),
      ],
    ],
  ])("%s", async (_, before, mergeMessage, after) => {
    const { never, takenBack } = await bothWays(before, mergeMessage, after);
    const others = new Set([...after, mergeMessage].filter((each) => Buffer.from(each).includes("A40")));
    // Where others are merged too, only the words are as they would be.
    if (others.size > 1) expect(takenBack.records.map(wordsOf)).toEqual(never.records.map(wordsOf));
    else expect(takenBack).toEqual(never);
  });
});

const wordsOf = ({
  local_id,
  demographics,
}: {
  local_id: string;
  demographics: Record<string, { value?: unknown }>;
}) => [local_id, Object.fromEntries(Object.entries(demographics).map(([field, { value }]) => [field, value]))];

describe("a merge that is taken back", () => {
  it("was refused before: what came in between stays the patient's own", async () => {
    const number = (index: 0 | 1) => ({ nhsNumber: NHS[index] });
    await life.known(who(0, number(0)), who(1, number(1)), who(2));
    await life.take(
      merge(2, "P1", who(0, number(0))),
      adt("A31", who(1, { ...number(0), phone: "01632960111" }), on(3)),
    );
    await life.take(merge(4), merge(5, "P2"), parted(6, "P0", "P2"));
    const said = JSON.stringify((await life.row("P0"))?.demographics);
    expect(said).not.toContain("960111");
    expect(said).toContain(who(0).birthDate?.slice(0, 4));
  });

  it("parts from a survivor that its sender deleted since", async () => {
    await life.known(who(0), OTHER);
    await life.take(merge(2), adt("A29", who(0), on(3)));
    expect(await life.decide("P0", "P1", "different")).toMatchObject({ state: "applied" });
    expect([(await life.row("P0"))?.status, (await life.row("P1"))?.status]).toEqual(["deleted", "active"]);
    expect((await life.row("P1"))?.demographics.names.value[0].given).toEqual(["ANNABEL"]);
  });

  it("is that of the record, where one of its former ids is named", async () => {
    await life.known(who(0), OTHER);
    await life.take(
      message("A47", [pid({ ...OTHER, id: "P1X" }), mrg({ id: "P1" })], on(2)),
      merge(3, "P1X"),
      parted(4),
    );
    expect([(await life.row("P1"))?.status, (await life.row("P1X"))?.status]).toEqual(["retired", "active"]);
    expect(await life.areOne("P0", "P1X")).toBe(false);
  });

  it("takes along what its id was corrected to meanwhile", async () => {
    await life.known(who(0), OTHER);
    await life.take(merge(2), message("A47", [pid({ ...OTHER, id: "P1X" }), mrg({ id: "P1" })], on(3)));
    await life.take(parted(4, "P0", "P1X"), visit("A01", { ...OTHER, id: "P1X" }, "V9", 5));
    expect([await life.areOne("P0", "P1X"), await life.areOne("P1", "P1X")]).toEqual([false, true]);
    expect(await life.visits()).toEqual([["P1", "V9", null, "W1", "in-progress"]]);
  });

  it("of a chain goes back to its place in the chain when it is undone", async () => {
    await life.known(who(0), who(1), who(2));
    await life.take(adt("A40", who(1), { prior: "P0" }), adt("A40", who(2), { prior: "P1" }));
    const before = await life.query("select local_id, status, retired_into from source_record order by 1");
    const { journalId } = await life.decide("P0", "P1", "different");
    await life.obey({ command: "undo", journalId, by: "bob", reason: "mistaken" });
    expect(await life.query("select local_id, status, retired_into from source_record order by 1")).toEqual(before);
  });

  it("and undone leaves each row as it was", async () => {
    await life.known(who(0), OTHER);
    await life.take(visit("A01", OTHER, "V1", 2), merge(3), adt("A31", { ...OTHER, phone: "01632960333" }, on(4)));
    await life.take(visit("A01", OTHER, "V2", 5));
    const before = JSON.stringify(await saidOf(life));
    const { journalId } = await life.decide("P0", "P1", "different");
    expect(JSON.stringify(await saidOf(life))).not.toBe(before);
    await life.obey({ command: "undo", journalId, by: "bob", reason: "mistaken" });
    expect(await life.row("P1")).toMatchObject({ status: "retired" });
    expect(JSON.stringify((await life.row("P0"))?.demographics)).toContain("960333");
    expect(JSON.stringify((await life.row("P1"))?.demographics)).not.toContain("960333");
  });

  it("by two persons stays taken back when one of them changes their mind", async () => {
    await life.known(who(0), who(1));
    await life.take(merge(2));
    const { journalId } = await life.decide("P0", "P1", "different", { by: "ann" });
    await life.decide("P0", "P1", "different", { by: "bob" });
    const undo = { command: "undo" as const, journalId, by: "ann", reason: "mistaken" };
    expect(await life.obey(undo)).toMatchObject([{ state: "refused" }]);
    expect(await life.areOne("P0", "P1")).toBe(false);
  });

  it("by a message that makes a patient look like somebody else is taken back all the same, where such are held", async () => {
    await life.known(who(0), who(1));
    await life.take(merge(2));
    await appendActivation(
      life.database,
      { feeds: { [FEED.name]: { ...DIALECT, onOverlay: "hold" } }, by: "test" },
      new Date(),
    );
    await life.take(message("A37", [pid(who(0)), pid(who(5, { id: "P1" }))], on(3)));
    expect(await life.areOne("P0", "P1")).toBe(false);
    expect(await life.tasks()).toEqual(["possible-overlay open"]);
  });
});

it("a record that is split off hundreds of equal ones leaves them one person", async () => {
  const visitors = Array.from({ length: 300 }, (_, index) => ({ ...who(0, { nhsNumber: NHS[0] }), id: `V${index}` }));
  await life.known(...visitors);
  const command = {
    command: "move" as const,
    sourceRecordIds: [await life.idOf("V7")],
    to: null,
    by: "ann",
    reason: "wrong",
  };
  expect(await life.obey(command)).toMatchObject([{ state: "applied" }]);
  await life.known({ ...who(0, { nhsNumber: NHS[0] }), id: "LATE" });
  const sizes = await life.query("select count(*) from source_record group by person_id order by 1");
  // Who comes with the same words may be either of the two.
  expect(sizes.map(({ count }) => Number(count))).toEqual([1, 1, 299]);
  expect(await life.query("select from link_rule where lifted_by is null")).toHaveLength(1);
}, 60_000);
