import { appendActivation, appendCommands, readOptedOut } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, DIALECT, FEED, receiveAs, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, NHS, openRegion, who } from "./region-store.ts";
import { brokenIn, dumpOf } from "./resolve-dump.ts";

/** An update that makes a record look like somebody else: what becomes of it, of its person, and of what it says. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
beforeEach(async () => {
  await region.empty();
  await region.query("truncate tally, journal, journal_key, decision");
});
afterAll(() => region.database.close());

const ANNA = who(0, { nhsNumber: NHS[0] });
const COPY = { ...ANNA, id: "COPY", authority: "RDZ" };
/** Another patient's words under the copy's id. */
const STRANGER = { ...who(4, { nhsNumber: NHS[1] }), id: "COPY", authority: "RDZ" };

const task = async () => (await region.query("select task_id, kind, state, evidence from review_task"))[0];
const copy = async () => region.row("COPY", "RDZ");
const isApart = async () => (await copy())?.person_id !== (await region.personOf("P0"));
const decide = async (verdict: "same" | "different") => {
  const { task_id: taskId } = (await task()) ?? {};
  const id = (await copy())?.source_record_id;
  const command = { command: "decide", one: id, other: id, verdict, taskId, isSecondNeeded: false } as const;
  await appendCommands(region.database, [{ ...command, by: "dora", reason: "looked" }], new Date());
  await resolveAll(region.database);
};

describe("flagged, as a feed is by default", () => {
  beforeEach(async () => {
    await region.known(ANNA, COPY);
    expect(await isApart()).toBe(false);
    await region.take(adt("A08", STRANGER, LATER));
  });

  it("takes the words, links the record to nobody, and keeps both versions for the data manager", async () => {
    expect(await isApart()).toBe(true);
    expect((await copy())?.demographics.names.value[0].family).toBe(STRANGER.family);
    const { kind, evidence } = (await task()) ?? {};
    expect(kind).toBe("possible-overlay");
    expect(evidence.before.record.names[0].family).toBe(ANNA.family);
    expect(evidence.after.record.names[0].family).toBe(STRANGER.family);
    expect(await region.query("select kind from identity_event where kind = 'overlaid'")).toHaveLength(1);
    expect(brokenIn(await dumpOf(region.database))).toEqual([]);
  });

  it("finds nobody for it, not even whom the new words are of, until a person has looked", async () => {
    await region.known({ ...STRANGER, id: "REAL", authority: "RBD" });
    expect((await copy())?.person_id).not.toBe(await region.personOf("REAL"));
    await decide("same");
    expect((await copy())?.person_id).toBe(await region.personOf("REAL"));
    expect((await task())?.state).toBe("closed");
  });

  it("goes on being opted out where its person was", async () => {
    await region.query(
      "insert into consent (person_id, opted_out, recorded_by, recorded_at) values ($1, true, 'dora', now())",
      [await region.personOf("P0")],
    );
    const persons = [await region.personOf("P0"), (await copy())?.person_id];
    expect(await readOptedOut(region.database.pool, persons)).toEqual(new Set(persons));
    await region.query("delete from consent");
  });

  it("stays apart where a person finds two patients", async () => {
    await decide("different");
    expect((await task())?.state).toBe("closed");
    await region.take(adt("A08", { ...STRANGER, phone: "01632960001" }, LATER_STILL));
    expect(await isApart()).toBe(true);
  });
});

describe("held, where the feed is set so", () => {
  beforeEach(async () => {
    const feeds = { [FEED.name]: { ...DIALECT, onOverlay: "hold" } };
    await appendActivation(region.database, { feeds, by: "test" }, new Date());
    await take(adt("A28", ANNA), adt("A28", COPY));
    await take(adt("A08", STRANGER, LATER), adt("A08", { ...STRANGER, phone: "01632960001" }, LATER_STILL));
  });
  const take = async (...messages: Uint8Array[]) => {
    await receiveAs(region.database, DIALECT, messages);
    await resolveAll(region.database);
  };
  const outcomes = () => region.query("select outcome, reason from outcome order by journal_id offset 2");
  const command = async (name: "replay" | "skip") => {
    const [{ journal_id: journalId } = {}] = await region.query(
      "select journal_id from outcome where reason = 'possible-overlay'",
    );
    await appendCommands(region.database, [{ command: name, journalId, by: "dora", reason: "looked" }], new Date());
    await resolveAll(region.database);
  };

  it("takes nothing, and the patient's messages wait in order", async () => {
    expect(await outcomes()).toEqual([
      { outcome: "quarantined", reason: "possible-overlay" },
      { outcome: "parked", reason: "behind-parked" },
    ]);
    expect((await copy())?.demographics.names.value[0].family).toBe(ANNA.family);
    expect(await isApart()).toBe(false);
    expect((await task())?.evidence.after.record.names[0].family).toBe(STRANGER.family);
  });

  it("is skipped without letting in what waited behind it and says the same", async () => {
    await command("skip");
    expect(await outcomes()).toMatchObject([
      { outcome: "skipped" },
      { outcome: "quarantined", reason: "possible-overlay" },
    ]);
    expect((await copy())?.demographics.names.value[0].family).toBe(ANNA.family);
    // That question is answered; what waited behind it asks its own.
    expect(await region.tasks()).toEqual(["possible-overlay closed", "possible-overlay open"]);
  });

  it("is taken when a person has it judged again, and what waited goes on", async () => {
    await command("replay");
    expect(await outcomes()).toMatchObject([{ outcome: "applied" }, { outcome: "applied" }]);
    expect((await copy())?.demographics.telecoms.value[0].value).toContain("960001");
    expect(await isApart()).toBe(true);
    expect(await region.tasks()).toEqual(["possible-overlay closed"]);
  });

  it("is not judged by a verdict: that would leave the message where it is", async () => {
    await decide("same");
    const [decision] = await region.query("select state, detail from decision order by journal_id desc limit 1");
    expect(decision).toMatchObject({ state: "refused", detail: expect.stringContaining("replaying") });
    expect(await region.tasks()).toEqual(["possible-overlay open"]);
  });
});
