import { REASONS } from "@chesil/matching";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExampleFiles, survey } from "../csv/files.fixture.ts";
import type { JudgedPair } from "../csv/read-judged-pairs.ts";
import { Fates, reasonOf } from "./fates.ts";
import { type Linked, link, personIds } from "./link.ts";
import { scoredPairs } from "./output-rows.ts";
import { csvOf, personRows } from "./people.fixture.ts";
import { WHY_WORDS } from "./why.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

const ROWS = personRows(200);
/** Twins of some of them, whom a guard keeps apart. */
const TWINS = ROWS.filter((_, at) => at % 40 === 0).map((row) => ({
  ...row,
  id: `t${row.id}`,
  nhs_number: "",
  given_name: "Zebedee",
  person: `t${row.person}`,
}));

async function linked(decisions: readonly JudgedPair[] = []): Promise<Linked> {
  const surveyed = await survey(files.write(csvOf([...ROWS, ...TWINS])), { truth: "person", compare: "job:exact" });
  if (!surveyed.ok) throw new Error(JSON.stringify(surveyed.errors));
  return link(surveyed.plan, { seed: 1, threads: 1, decisions, onProgress: () => {} });
}

const personOf = (found: Linked): ReadonlyMap<string, string> =>
  new Map(personIds(found).map((person, place) => [found.batch.ids[place] as string, person]));
const decided = (left: string, right: string, isSame: boolean): JudgedPair => ({ left, right, isSame, row: 2 });
const fateOf = (found: Linked, left: string, right: string) =>
  new Fates(found).of(found.batch.ids.indexOf(left), found.batch.ids.indexOf(right), 30);

describe("what became of a pair", () => {
  let found: Linked;
  beforeAll(async () => {
    found = await linked();
  });

  it("is what was done: linked in one person, review where a person is asked, else apart", () => {
    const persons = personOf(found);
    const pair = (a: string | undefined, b: string | undefined) => [a, b].sort().join();
    const asked = new Set(
      found.clustering.proposals.map(({ left, right }) =>
        pair(persons.get(found.batch.ids[left] as string), persons.get(found.batch.ids[right] as string)),
      ),
    );
    const seen = new Set<string>();
    for (const { idL, idR, fate } of scoredPairs(found, Number.NEGATIVE_INFINITY)) {
      const [one, other] = [persons.get(idL), persons.get(idR)];
      const expected = one === other ? "linked" : asked.has(pair(one, other)) ? "review" : "apart";
      expect([idL, idR, fate.decision]).toEqual([idL, idR, expected]);
      expect(WHY_WORDS[fate.why]).toMatch(/\w/);
      seen.add(fate.decision);
    }
    expect(seen).toEqual(new Set(["linked", "review", "apart"]));
  });

  it("names the guard that stopped it", () => {
    const fate = fateOf(found, "a20", "ta20");
    expect(fate).toEqual({ decision: "review", why: "twins", isGuard: true });
    expect(reasonOf(fate)).toBe(`stopped by the guard twins: ${REASONS.twins}`);
  });
});

describe("what people decided", () => {
  it("holds against weights and guards, and is not asked again", async () => {
    const before = await linked();
    const persons = personOf(before);
    expect([persons.get("a1") === persons.get("b1"), persons.get("a20") === persons.get("ta20")]).toEqual([
      true,
      false,
    ]);
    const after = await linked([decided("a1", "b1", false), decided("ta20", "a20", true), decided("a7", "b9", true)]);
    const now = personOf(after);
    expect(now.get("a1")).not.toBe(now.get("b1"));
    expect(now.get("ta20")).toBe(now.get("a20"));
    expect(now.get("a7")).toBe(now.get("b9"));
    expect(fateOf(after, "a1", "b1")).toEqual({ decision: "apart", why: "decided-different", isGuard: false });
    expect(fateOf(after, "a20", "ta20")).toEqual({ decision: "linked", why: "decided-same", isGuard: false });
    const asked = after.clustering.proposals.map(({ left, right }) => [left, right].map((at) => after.batch.ids[at]));
    for (const pair of [
      ["a1", "b1"],
      ["a20", "ta20"],
    ])
      expect(asked.filter((ids) => pair.every((id) => ids.includes(id)))).toEqual([]);
  });

  it("changes nothing of those whom it does not touch", async () => {
    const [before, after] = [personOf(await linked()), personOf(await linked([decided("a1", "b1", false)]))];
    for (const [id, person] of before) if (id !== "b1") expect([id, after.get(id)]).toEqual([id, person]);
  });
});
