import {
  appendCommands,
  applyPrivacy,
  journalPrivacy,
  type PrivacyCommand,
  readMarks,
  readOptedOut,
  readPartedAfterOptOut,
} from "@chesil/store";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adt, message, pid, resolveAll } from "./region.ts";
import { LATER, LATER_STILL, openRegion, who } from "./region-store.ts";

/** Who opted out, and what is restricted: journalled, in force at once, the same from the journal alone (laws 8 and 10). */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
beforeEach(async () => {
  await region.empty();
  await region.query("truncate consent, consent_statement, sensitivity_mark, decision");
  await region.query("delete from journal where kind in ('message', 'command')");
});
afterAll(() => region.database.close());

const consent = (personId: string, optedOut = true): PrivacyCommand => ({
  ...{ command: "consent", personId, optedOut, askedBy: "person", authority: null, lacksCapacity: false },
  ...{ evidence: "form 12", askedOn: "2026-05-01", by: "olga", reason: "asked at the desk" },
});
const record = (...commands: PrivacyCommand[]) => journalPrivacy(region.database, commands, new Date());
const optedOut = async (...ids: string[]) => [...(await readOptedOut(region.database.pool, ids))].sort();
const state = async () => ({
  consent: await region.query("select * from consent order by person_id"),
  statements: await region.query("select * from consent_statement order by journal_id"),
  marks: await region.query("select * from sensitivity_mark order by source_record_id"),
});
const personOf = async (id: string): Promise<string> => await region.personOf(id);
const recordOf = async (id: string): Promise<number> => (await region.row(id))?.source_record_id;

async function decide(verdict: "same" | "different", one: string, other: string): Promise<void> {
  const pair = { one: await recordOf(one), other: await recordOf(other) };
  const command = { command: "decide", ...pair, verdict, taskId: null, isSecondNeeded: false } as const;
  await appendCommands(region.database, [{ ...command, by: "dora", reason: "seen the notes" }], new Date());
  await resolveAll(region.database);
}

const drawn = fc.array(
  fc.record({
    of: fc.nat(3),
    optedOut: fc.boolean(),
    level: fc.constantFrom("unrestricted", "restricted", "very-restricted"),
  }),
  { minLength: 1, maxLength: 12 },
);
const personIdOf = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;

it("what holds is the last that was said, however often and in whatever order it is applied", async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.infiniteStream(fc.nat()), async (said, random) => {
      await region.query("truncate consent, consent_statement, sensitivity_mark");
      await region.query("delete from journal where kind = 'command'");
      const commands = said.flatMap(({ of, optedOut, level }): PrivacyCommand[] => [
        consent(personIdOf(of), optedOut),
        {
          command: "sensitivity",
          sourceRecordIds: [of + 1, of + 2],
          level,
          by: "olga",
          reason: "asked",
        } as PrivacyCommand,
      ]);
      const at = new Date("2026-05-01T10:00:00.000Z");
      const journalIds = await journalPrivacy(region.database, commands, at);
      const before = await state();
      await region.query("truncate consent, consent_statement, sensitivity_mark");
      const shuffled = [...commands.entries(), ...commands.entries()]
        .map((entry) => ({ entry, key: random.next().value }))
        .sort((a, b) => a.key - b.key);
      await region.database.transaction(async (transaction) => {
        for (const { entry } of shuffled)
          await applyPrivacy(transaction, { journalId: journalIds[entry[0]] ?? 0, receivedAt: at }, entry[1]);
      });
      expect(await state()).toEqual(before);
    }),
    { numRuns: 25 },
  );
});

it("is in force before resolve has come to it, and resolve changes nothing about it", async () => {
  await region.known(who(0));
  const anna = await personOf("P0");
  await record(consent(anna));
  expect(await optedOut(anna)).toEqual([anna]);
  const before = await state();
  await resolveAll(region.database);
  expect(await state()).toEqual(before);
  await record(consent(anna, false));
  expect(await optedOut(anna)).toEqual([]);
});

it("is there again after a rebuild that begins with nothing", async () => {
  await region.known(who(0), who(1));
  await record(consent(await personOf("P0")));
  await record({
    ...{ command: "sensitivity", sourceRecordIds: [await recordOf("P1")], level: "restricted" },
    ...{ by: "olga", reason: "asked" },
  });
  await resolveAll(region.database);
  const before = await state();
  await region.empty();
  await region.query("truncate consent, consent_statement, sensitivity_mark");
  await region.query("update log_consumer set position = 0");
  await resolveAll(region.database);
  expect(await state()).toEqual(before);
  expect(before.consent.length + before.marks.length).toBe(2);
});

describe("an opt-out and who is whom", () => {
  it("wins after a merge, and is its own person's again after it is taken back", async () => {
    await region.known(who(0), who(1));
    const [anna, ben] = [await personOf("P0"), await personOf("P1")];
    await record(consent(ben));
    await decide("same", "P0", "P1");
    expect(await optedOut(anna, ben)).toEqual([anna, ben].sort());
    await decide("different", "P0", "P1");
    expect([await personOf("P0"), await personOf("P1")]).toEqual([anna, ben]);
    expect(await optedOut(anna, ben)).toEqual([ben]);
    expect(await readPartedAfterOptOut(region.database.pool, 10)).toEqual([]);
  });

  it("recorded of two held for one stays with the id, and it is asked whose it is until somebody says", async () => {
    await region.known(who(0), who(1));
    const [anna, ben] = [await personOf("P0"), await personOf("P1")];
    await decide("same", "P0", "P1");
    await record(consent(anna));
    expect(await readPartedAfterOptOut(region.database.pool, 10)).toEqual([]);
    await decide("different", "P0", "P1");
    expect(await optedOut(anna, ben)).toEqual([anna]);
    expect(await readPartedAfterOptOut(region.database.pool, 10)).toMatchObject([{ personId: ben, optedOutId: anna }]);
    await record(consent(ben, false));
    expect(await readPartedAfterOptOut(region.database.pool, 10)).toEqual([]);
  });
});

describe("a restricted record", () => {
  const said = (level: string, id = "P0", times = LATER) =>
    message("A31", [pid(who(Number(id.slice(1)))), { id: "PD1", fields: { 12: level } }], times);
  const levelOf = async (...ids: string[]) => {
    const persons = await Promise.all(ids.map(personOf));
    const marks = await readMarks(region.database.pool, persons);
    return persons.map((personId) => marks.get(personId)?.sensitivity ?? null);
  };

  it("makes its person as restricted as it is, whoever they are held for", async () => {
    await region.known(who(0), who(1));
    await region.take(said("Y"));
    expect(await levelOf("P0", "P1")).toEqual(["restricted", null]);
    await decide("same", "P0", "P1");
    expect(await levelOf("P0", "P1")).toEqual(["restricted", "restricted"]);
    await decide("different", "P0", "P1");
    expect(await levelOf("P0", "P1")).toEqual(["restricted", null]);
    await region.take(said("V", "P1", LATER_STILL));
    await decide("same", "P0", "P1");
    expect(await levelOf("P0")).toEqual(["very-restricted"]);
  });

  it("is none any more when its sender says so later, and is what a privacy officer says all the same", async () => {
    await region.known(who(0));
    await region.take(said("Y", "P0", LATER_STILL), said("N", "P0", LATER));
    expect(await levelOf("P0")).toEqual(["restricted"]);
    const sourceRecordIds = [await recordOf("P0")];
    const command = { command: "sensitivity", sourceRecordIds, by: "olga", reason: "asked" } as const;
    await record({ ...command, level: "unrestricted" });
    expect(await levelOf("P0")).toEqual([null]);
    await region.take(
      adt("A31", who(0), { recordedAt: "20260603080000" }),
      said("N", "P0", { recordedAt: "20260604080000" }),
    );
    await record({ ...command, level: "very-restricted" });
    expect(await levelOf("P0")).toEqual(["very-restricted"]);
  });
});
