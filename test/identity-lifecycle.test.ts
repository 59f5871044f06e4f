import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Random } from "../services/simulator/src/random.ts";
import { decisionsAstray, drawCommand, idsAstray, type Life, openLife } from "./identity-life.ts";
import { adt, message, type Patient, pid, receive, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, NHS, who } from "./region-store.ts";
import { brokenIn, dumpOf } from "./resolve-dump.ts";
import { historyOf } from "./resolve-history.ts";

/**
 * What persons and senders decide about identities, in any sequence: what must hold of it, that it can be undone, and
 * that the journal alone brings it all back.
 *
 * `CHESIL_LIVES` for a longer run, `CHESIL_LIFE_FIRST` to begin with another one.
 */
const LIVES = Number(process.env.CHESIL_LIVES ?? 12);
const FIRST = Number(process.env.CHESIL_LIFE_FIRST ?? 1);
const MESSAGES = 24;
const BATCHES = [1, 100] as const;

let life: Life;
beforeAll(async () => {
  life = await openLife();
});
beforeEach(() => life.forget());
afterAll(() => life.database.close());

const pairOf = (event: "A24" | "A37", one: Patient, other: Patient) => message(event, [pid(one), pid(other)]);

async function astray(): Promise<string[]> {
  const dump = await dumpOf(life.database);
  return [...brokenIn(dump), ...idsAstray(dump), ...(await decisionsAstray(life))];
}

describe("random lives", () => {
  it.each(Array.from({ length: LIVES }, (_, index) => FIRST + index))(
    "life %i",
    async (seed) => {
      const random = new Random(`life ${seed}`);
      const history = historyOf(seed, MESSAGES);
      for (let at = 0; at < history.length; ) {
        const upTo = at + random.between(1, 4);
        await receive(life.database, history.slice(at, upTo));
        await resolveAll(life.database);
        at = upTo;
        if (random.chance(0.3)) await undoIsInverse(random);
        for (let commands = random.between(0, 2); commands > 0; commands--) {
          const command = await drawCommand(life, random);
          if (command) await life.obey(command);
        }
        expect({ at, command: await astray() }).toEqual({ at, command: [] });
      }
      const before = JSON.parse(JSON.stringify(await life.everything()));
      for (const batch of BATCHES) {
        await life.rebuild(batch);
        expect(JSON.parse(JSON.stringify(await life.everything()))).toEqual(before);
      }
    },
    120_000,
  );

  async function undoIsInverse(random: Random): Promise<void> {
    const command = await drawCommand(life, random);
    if (command?.command !== "decide" && command?.command !== "move" && command?.command !== "lift") return;
    const before = await life.standing();
    const [{ journalId, state } = { journalId: 0, state: "" }] = await life.obey(command);
    if (state === "refused") return expect(await life.standing()).toEqual(before);
    const [undone] = await life.obey({ command: "undo", journalId, by: "ann", reason: "mistaken" });
    expect(undone).toMatchObject({ state: "applied" });
    expect({ command, standing: await life.standing() }).toEqual({ command, standing: before });
  }
});

describe("what a person decided", () => {
  const ONE = who(0, { nhsNumber: NHS[0] });
  const COPY = { ...ONE, id: "COPY" };
  const TWIN: Patient = { ...ONE, id: "TWIN", birthDate: "19350505" };

  it("holds whatever messages say afterwards, and over a rebuild", async () => {
    await life.known(ONE, COPY, who(3), who(4));
    await life.decide("P0", "COPY", "different");
    await life.decide("P3", "P4", "same");
    const holds = async () => [await life.areOne("P0", "COPY"), await life.areOne("P3", "P4")];
    expect(await holds()).toEqual([false, true]);
    await life.take(
      adt("A31", { ...COPY, phone: "01202900456" }, LATER),
      pairOf("A24", ONE, COPY),
      pairOf("A37", who(3), who(4)),
      adt("A40", ONE, { prior: "COPY" }),
      adt("A31", who(4, { family: "OTHERWISE", street: "9 New Road" }), LATER_STILL),
    );
    expect(await holds()).toEqual([false, true]);
    for (const batch of BATCHES) {
      await life.rebuild(batch);
      expect(await holds()).toEqual([false, true]);
    }
    expect(await astray()).toEqual([]);
  });

  it("is refused where `same` chains to a `different`, with the way, and nothing is changed", async () => {
    await life.known(who(1), who(2), who(3), who(4));
    await life.decide("P1", "P2", "same");
    await life.decide("P2", "P3", "same");
    const before = await life.standing();
    const [first, second] = before.rules.map((rule) => rule.rule_id);
    const parted = await life.decide("P1", "P3", "different");
    expect(parted.state).toBe("refused");
    expect(parted.detail).toContain(`rule ${first} (same, by a person)`);
    expect(parted.detail).toContain(`rule ${second} (same, by a person)`);
    expect(await life.standing()).toEqual(before);

    await life.decide("P1", "P4", "different");
    const also = await life.standing();
    const [, , third] = also.rules.map((rule) => rule.rule_id);
    const joined = await life.decide("P4", "P3", "same");
    expect(joined.state).toBe("refused");
    for (const rule of [first, second, third]) expect(joined.detail).toContain(`rule ${rule} `);
    expect(await life.standing()).toEqual(also);
  });

  it("is not undone where what it had lifted would close a chain on what was decided since", async () => {
    await life.known(who(1), who(2), who(3));
    await life.decide("P1", "P2", "same");
    const parted = await life.decide("P1", "P2", "different");
    await life.decide("P2", "P3", "same");
    await life.decide("P1", "P3", "different");
    const before = await life.standing();
    const [undone] = await life.obey({ command: "undo", journalId: parted.journalId, by: "ann", reason: "mistaken" });
    expect(undone?.state).toBe("refused");
    expect(undone?.detail).toContain("(different, by a person)");
    expect(await life.standing()).toEqual(before);
  });

  it("about one record and itself, or that two ids of one record are one, is refused", async () => {
    await life.known(who(1), who(2));
    expect(await life.decide("P1", "P1", "same")).toMatchObject({ state: "refused" });
    await life.take(adt("A40", who(1), { prior: "P2" }));
    const before = await life.standing();
    expect(await life.decide("P1", "P2", "same")).toMatchObject({ state: "refused" });
    expect(await life.standing()).toEqual(before);
  });

  it("never moves all the records that a person has to nobody", async () => {
    await life.known(ONE, COPY, who(3));
    const sourceRecordIds = [await life.idOf("P0"), await life.idOf("COPY")];
    const before = await life.standing();
    const move = { command: "move" as const, sourceRecordIds, by: "ann", reason: "wrong" };
    expect(await life.obey({ ...move, to: null })).toMatchObject([{ state: "refused" }]);
    expect(await life.standing()).toEqual(before);
    // To somebody else they may all go: two persons become one, and can be parted again.
    const [moved] = await life.obey({ ...move, to: await life.idOf("P3") });
    expect([moved?.state, await life.areOne("COPY", "P3")]).toEqual(["applied", true]);
    await life.obey({ command: "undo", journalId: moved?.journalId ?? 0, by: "bob", reason: "mistaken" });
    expect(await life.standing()).toEqual(before);
  });

  it("parts a person so that the golden records are each their own, and together again when it is undone", async () => {
    await life.known(ONE, { ...COPY, authority: "RDZ", phone: "01202900456" });
    const golden = () => life.query("select person_id, golden, status from person order by 1");
    const before = await golden();
    const [one, copy] = [await life.idOf("P0"), Number((await life.row("COPY", "RDZ"))?.source_record_id)];
    const [moved] = await life.obey({ command: "move", sourceRecordIds: [copy], to: null, by: "ann", reason: "wrong" });
    expect(await golden()).toHaveLength(2);
    expect(
      (await life.query("select golden from person where person_id = $1", [(await life.row("P0"))?.person_id]))[0]
        ?.golden.telecoms,
    ).toBeUndefined();
    await life.obey({ command: "undo", journalId: moved?.journalId ?? 0, by: "ann", reason: "mistaken" });
    expect((await golden()).filter(({ status }) => status === "active")).toEqual(before);
    expect(one).not.toBe(copy);
    expect(await astray()).toEqual([]);
  });

  describe("blindly by two reviewers", () => {
    let task: number;
    const vote = (by: string, verdict: "same" | "different") =>
      life.decide("P0", "TWIN", verdict, { taskId: task, isSecondNeeded: true, by });
    const states = async () =>
      (await life.query("select state from decision order by journal_id")).map((row) => row.state);
    const stage = async () => (await life.query("select stage, state from review_task where task_id = $1", [task]))[0];
    beforeEach(async () => {
      await life.known(ONE, TWIN);
      task = Number((await life.query("select task_id from review_task"))[0]?.task_id);
    });

    it("holds when they agree", async () => {
      const before = await life.standing();
      expect(await vote("ann", "same")).toMatchObject({ state: "awaiting" });
      expect(await stage()).toEqual({ stage: "second", state: "open" });
      expect(await life.standing()).toEqual(before);
      expect(await vote("ann", "same")).toMatchObject({ state: "refused" });
      expect(await vote("bob", "same")).toMatchObject({ state: "applied" });
      expect([await states(), await life.areOne("P0", "TWIN")]).toEqual([["applied", "refused", "applied"], true]);
      expect(await stage()).toMatchObject({ state: "closed" });
      expect(await astray()).toEqual([]);
    });

    it("is undone with the decision that closed it, both votes together, and begins anew", async () => {
      const before = await life.standing();
      const first = await vote("ann", "same");
      const second = await vote("bob", "same");
      const undo = (journalId: number) => life.obey({ command: "undo", journalId, by: "ann", reason: "mistaken" });
      expect(await undo(first.journalId)).toMatchObject([{ state: "refused" }]);
      expect(await undo(second.journalId)).toMatchObject([{ state: "applied" }]);
      expect(await life.standing()).toEqual(before);
      expect(await life.query("select from decision where command = 'decide' and undone_by is null")).toEqual([]);
      expect(await vote("ann", "different")).toMatchObject({ state: "awaiting" });
      expect(await vote("bob", "different")).toMatchObject({ state: "applied" });
    });

    it("no longer counts a vote that was taken back", async () => {
      const { journalId } = await vote("ann", "same");
      await life.obey({ command: "undo", journalId, by: "ann", reason: "mistaken" });
      expect(await stage()).toEqual({ stage: "first", state: "open" });
      expect(await vote("ann", "different")).toMatchObject({ state: "awaiting" });
      expect(await vote("bob", "different")).toMatchObject({ state: "applied" });
      expect(await states()).toEqual(["awaiting", "applied", "applied", "applied"]);
    });

    it("goes to a third where they do not, and one of them is outvoted", async () => {
      const { journalId } = await vote("ann", "same");
      const undo = { command: "undo" as const, journalId, by: "ann", reason: "mistaken" };
      expect(await vote("bob", "different")).toMatchObject({ state: "awaiting" });
      expect(await stage()).toEqual({ stage: "adjudication", state: "open" });
      // They would have seen the other verdict, and their next one would count as blind.
      expect(await life.obey(undo)).toMatchObject([{ state: "refused" }]);
      expect(await vote("bob", "same")).toMatchObject({ state: "refused" });
      expect(await vote("cy", "different")).toMatchObject({ state: "applied" });
      expect(await states()).toEqual(["outvoted", "applied", "refused", "refused", "applied"]);
      expect(await life.obey(undo)).toMatchObject([{ state: "refused" }]);
      expect([await life.areOne("P0", "TWIN"), await stage()]).toMatchObject([false, { state: "closed" }]);
      const rules = await life.query("select kind from link_rule where lifted_by is null");
      expect(rules).toEqual([{ kind: "different" }]);
    });
  });
});

describe("a record whose words became somebody else's", () => {
  const BEFORE = who(0, { nhsNumber: NHS[0] });
  const COPY = { ...BEFORE, id: "COPY" };
  const AFTER = who(3, { id: "P0", nhsNumber: NHS[1] });
  const overlaid = async () => (await life.row("P0"))?.overlaid_by !== null;
  beforeEach(async () => {
    await life.known(BEFORE, COPY, who(3, { nhsNumber: NHS[1] }));
    expect(await life.areOne("P0", "COPY")).toBe(true);
    await life.take(adt("A31", AFTER, LATER));
  });

  it("is linked to nobody, and a data manager is asked", async () => {
    expect(await overlaid()).toBe(true);
    expect([await life.areOne("P0", "COPY"), await life.areOne("P0", "P3")]).toEqual([false, false]);
    expect(await life.tasks()).toEqual(["possible-overlay open"]);
    expect(await astray()).toEqual([]);
  });

  it.each(["same", "different"] as const)("is judged `%s`, which can be undone", async (verdict) => {
    const before = await life.standing();
    const overlaidBy = (await life.row("P0"))?.overlaid_by;
    const taskId = Number((await life.query("select task_id from review_task where state = 'open'"))[0]?.task_id);
    const judged = await life.decide("P0", "P0", verdict, { taskId });
    expect(judged).toMatchObject({ state: "applied" });
    // It goes by its new words. Where these are another patient's, never back to whom it was one with.
    expect([await overlaid(), await life.areOne("P0", "P3")]).toEqual([false, true]);
    const rules = await life.query("select kind from link_rule where lifted_by is null and decided_by = 'human'");
    expect(rules).toEqual(verdict === "same" ? [] : [{ kind: "different" }]);
    expect(await life.tasks()).toEqual(["possible-overlay closed"]);
    expect(await astray()).toEqual([]);
    const [undone] = await life.obey({ command: "undo", journalId: judged.journalId, by: "bob", reason: "mistaken" });
    expect(undone).toMatchObject({ state: "applied" });
    expect(await life.standing()).toEqual(before);
    expect((await life.row("P0"))?.overlaid_by).toBe(overlaidBy);
    expect(await life.tasks()).toEqual(["possible-overlay open"]);
    expect(await astray()).toEqual([]);
  });
});
