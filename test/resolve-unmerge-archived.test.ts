import { appendCommands, readMessageById, readStateHash } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Random } from "../services/simulator/src/random.ts";
import { type Life, openLife } from "./identity-life.ts";
import { Folder } from "./link-folder.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { adt, receive, resolveAll } from "./region.ts";
import { LATER, who } from "./region-store.ts";
import { Drawing, parted } from "./resolve-unmerge-messages.ts";
import { SMALL_RANGES } from "./small-ranges.ts";
import { saidOf } from "./unmerge-said.ts";

/**
 * A merge is taken back, and the bytes of what was said of the two are in an archive: what becomes of it is a function of the
 * journal, whatever archive is at hand, and in the end as if nothing had ever been archived.
 *
 * `CHESIL_ARCHIVED_UNMERGES` for a longer run, `CHESIL_ARCHIVED_UNMERGE_FIRST` to begin with another one.
 */
const RUNS = Number(process.env.CHESIL_ARCHIVED_UNMERGES ?? 4);
const FIRST = Number(process.env.CHESIL_ARCHIVED_UNMERGE_FIRST ?? 1);
const RECEIVED = new Date("2026-06-10T08:00:00Z");

let life: Life & { readonly database: { readonly url: string } };
let folder: Folder;
beforeAll(async () => {
  life = (await openLife()) as typeof life;
  vi.stubEnv("CHESIL_DATABASE_URL", life.database.url);
});
beforeEach(async () => {
  folder = new Folder({});
  await begin();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await life.database.close();
});

async function begin(): Promise<void> {
  await life.forget();
  await life.query("alter sequence journal_id_seq restart");
  await life.query("update log_consumer set position = 0");
  await life.query(SMALL_RANGES);
}

const take = async (messages: readonly Uint8Array[], batchMessagesMax = 100): Promise<void> => {
  await receive(life.database, messages, RECEIVED);
  await resolveAll(life.database, { batchMessagesMax });
};
/** Of people who are nobody else, so that whole ranges are old. */
const others = (count: number) => Array.from({ length: count }, (_, at) => adt("A31", who(2 + (at % 7))));
const outcomes = (reason: string) => life.query("select journal_id from outcome where reason = $1", [reason]);
const archived = async (): Promise<string[]> =>
  (await life.query("select archive from journal_partition where archive is not null order by first_id")).map(
    (row) => row.archive as string,
  );

async function retain(): Promise<{ state: string }[]> {
  const { out } = await folder.chesil("retain", "--json", "--older-than", "0d", "--archive", folder.path);
  return JSON.parse(out);
}

/** Archives what is settled, or brings everything back. @returns how many numbers of the journal that took. */
async function keep(step: "retain" | "import"): Promise<number> {
  const drawn = async () => Number((await life.query("select last_value from journal_id_seq"))[0]?.last_value);
  const before = await drawn();
  if (step === "retain") await retain();
  else for (const each of await archived()) expect((await folder.chesil("import", "journal", each)).code).toBe(0);
  return (await drawn()) - before;
}

type Step = "retain" | "import" | readonly Uint8Array[];

/** A merge, late messages of both, and that they are two; at any time something is archived. */
function drawHistory(random: Random): Step[] {
  const other = random.chance(0.5) ? who(1) : who(0, { id: "P1", given: "ANNABEL" });
  const patients = [who(0), other] as const;
  const drawing = new Drawing(random, patients);
  const some = (min: number, max: number) => [
    ...Array.from({ length: random.between(min, max) }, () => drawing.next()),
    ...others(random.between(0, 6)),
  ];
  const known = patients.map((patient) => adt("A28", patient, { recordedAt: "20260501080000" }));
  const merge = adt("A40", patients[0], { prior: "P1", recordedAt: "20260515120000" });
  return [
    [...known, ...some(0, 3), ...others(9)],
    ...(random.chance(0.5) ? (["retain"] as const) : []),
    [merge, ...some(1, 6), ...others(5)],
    "retain",
    [...random.shuffled(some(0, 2)), parted(...patients), ...some(1, 4)],
    ...(random.chance(0.5) ? (["retain"] as const) : []),
    some(0, 3),
    "import",
    some(0, 3),
  ];
}

describe("a merge that is taken back when its messages are archived", () => {
  it.each(Array.from({ length: RUNS }, (_, index) => FIRST + index))(
    "comes out as if they were not: run %i",
    async (seed) => {
      const random = new Random(`archived ${seed}`);
      const steps = drawHistory(random);
      const drawn: number[] = [];
      let held = 0;
      for (const step of steps) {
        if (typeof step !== "string") await take(step, random.between(1, 20));
        else {
          drawn.push(await keep(step));
          await resolveAll(life.database, { batchMessagesMax: random.between(1, 20) });
        }
        held = Math.max(held, (await outcomes("archived-messages")).length);
      }
      expect(held).toBe(1);
      expect(await outcomes("archived-messages")).toEqual([]);
      const archiving = await readStateHash(life.database.pool);
      const anew = await rebuildAside(life.database, { batchMessagesMax: random.between(1, 50) });
      expect(anew).toMatchObject({ isSame: true, differences: [] });

      await begin();
      for (const step of steps) {
        if (typeof step !== "string") await take(step);
        // The same numbers, for ids are minted from them.
        else for (let left = drawn.shift() ?? 0; left > 0; left--) await life.query("select nextval('journal_id_seq')");
      }
      expect(await readStateHash(life.database.pool)).toEqual(archiving);
    },
  );

  it("by its sender waits for them, says where they are, and holds up nobody else", async () => {
    await take([adt("A28", who(0)), adt("A28", who(1)), adt("A40", who(0), { prior: "P1" }), ...others(9)]);
    await keep("retain");
    const [first = ""] = await archived();
    expect(await readMessageById(life.database.pool, 2)).toMatchObject({ archive: first, raw: Buffer.alloc(0) });
    const late = adt("A31", who(1, { phone: "01632960001" }), LATER);
    await take([parted(who(0), who(1)), late, adt("A31", who(5, { phone: "01632960005" }), LATER)]);
    const [waiting] = await life.query("select outcome, detail from outcome where reason = 'archived-messages'");
    expect(waiting).toEqual({
      outcome: "quarantined",
      detail: expect.stringContaining(`chesil import journal ${first}`),
    });
    expect(await outcomes("behind-parked")).toHaveLength(1);
    expect(JSON.stringify((await life.row("P5"))?.demographics)).toContain("960005");

    await keep("import");
    await resolveAll(life.database);
    expect(await life.query("select from outcome where outcome <> 'applied'")).toEqual([]);
    expect(await life.query("select from parked_identity")).toEqual([]);
    expect(await life.areOne("P0", "P1")).toBe(false);
    expect(JSON.stringify((await life.row("P1"))?.demographics)).toContain("960001");
  });

  it("by a person is refused, says where they are, and is done when it is said again", async () => {
    const known = [adt("A28", who(0)), adt("A28", who(1)), adt("A40", who(0), { prior: "P1" }), ...others(9)];
    await take(known);
    await life.decide("P0", "P1", "different");
    const never = JSON.stringify(await saidOf(life));

    await begin();
    await take(known);
    await keep("retain");
    const [first = ""] = await archived();
    const refused = await life.decide("P0", "P1", "different");
    expect(refused).toMatchObject({
      state: "refused",
      detail: expect.stringContaining(`chesil import journal ${first}`),
    });
    expect(await life.areOne("P0", "P1")).toBe(true);
    await keep("import");
    await resolveAll(life.database);
    expect(await life.areOne("P0", "P1")).toBe(true);
    // Refused again where all archives are at hand.
    expect(await rebuildAside(life.database)).toMatchObject({ isSame: true });
    expect(await life.decide("P0", "P1", "different")).toMatchObject({ state: "applied" });
    expect(JSON.stringify(await saidOf(life))).toBe(never);
    expect(await rebuildAside(life.database)).toMatchObject({ isSame: true });
  });

  it("is decided before they leave, where it came before", async () => {
    await take([adt("A28", who(0)), adt("A28", who(1)), adt("A40", who(0), { prior: "P1" }), ...others(9)]);
    await receive(life.database, [parted(who(0), who(1))], RECEIVED);
    expect(await retain()).toMatchObject([{ state: "not decided" }]);
    expect(await archived()).toEqual([]);
    await resolveAll(life.database);
    expect((await retain())[0]).toMatchObject({ state: "archived" });
    await resolveAll(life.database);
    expect(await life.areOne("P0", "P1")).toBe(false);
  });

  it("is let go of once, however often a command ends in the middle", async () => {
    await take([adt("A28", who(0)), adt("A28", who(1)), adt("A40", who(0), { prior: "P1" }), ...others(9)]);
    await keep("retain");
    await take([parted(who(0), who(1)), adt("A31", who(1, { phone: "01632960001" }), LATER)]);
    await keep("import");
    // The message itself is decided, and then the decider dies.
    let isDead = false;
    const dying = resolveAll(life.database, {
      onEvent: ({ kind }) => {
        if (kind !== "batch" || isDead) return;
        isDead = true;
        throw new Error("killed");
      },
    });
    await expect(dying).rejects.toThrow("killed");
    await resolveAll(life.database);
    expect(await life.query("select from outcome where outcome <> 'applied'")).toEqual([]);
    expect(await life.query("select from parked_identity")).toEqual([]);
    await appendCommands(
      life.database,
      [{ command: "replay", journalId: 13, by: "dora", reason: "once more" }],
      new Date(RECEIVED),
    );
    await resolveAll(life.database);
    expect(await rebuildAside(life.database)).toMatchObject({ isSame: true });
  });
});
