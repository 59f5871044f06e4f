import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, survey } from "../csv/files.fixture.ts";
import { accuracyOf } from "./accuracy.ts";
import { type Linked, type LinkOptions, link, type Progress, personIds } from "./link.ts";
import { scoredPairs } from "./output-rows.ts";
import { csvOf, type PersonRow, personRows } from "./people.fixture.ts";
import { trainOn } from "./train.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

const ROWS = personRows(300);
const OPTIONS: LinkOptions = { seed: 1, threads: 1, onProgress: () => {} };

async function planOf(rows: readonly PersonRow[] = ROWS) {
  const surveyed = await survey(files.write(csvOf(rows)), { truth: "person", compare: "job:exact" });
  if (!surveyed.ok) throw new Error(JSON.stringify(surveyed.errors));
  return surveyed.plan;
}

const linked = async (options: Partial<LinkOptions> = {}, rows = ROWS): Promise<Linked> =>
  link(await planOf(rows), { ...OPTIONS, ...options });

/** The person of each record, by id. */
const personsOf = (found: Linked): Map<string, string> =>
  new Map(personIds(found).map((person, place) => [found.batch.ids[place] as string, person]));

describe("link", () => {
  it("finds who is who without being taught, and names a person after the first of its ids", async () => {
    const found = await linked();
    expect(personsOf(found)).toEqual(new Map(ROWS.map(({ id, person }) => [id, person.replace("p", "a")])));
    expect(accuracyOf(found)).toMatchObject({
      records: 600,
      persons: 300,
      truePersons: 300,
      pairPrecision: 1,
      pairRecall: 1,
      pairF1: 1,
      bCubedPrecision: 1,
      bCubedRecall: 1,
      bCubedF1: 1,
      largestCluster: 2,
      blockingRecall: 1,
      bestPairF1: 1,
    });
    expect(found.trained).toBeDefined();
  });

  it("tells its steps in order, and how long each took", async () => {
    const told: Progress[] = [];
    const { seconds } = await linked({ onProgress: (progress) => told.push(progress) });
    expect([...new Set(told.map(({ step }) => step))]).toEqual(["read", "train", "block", "compare", "cluster"]);
    for (const { done, total } of told) expect(done).toBeLessThanOrEqual(total);
    for (const [step, took] of Object.entries(seconds)) expect([step, took > 0]).toEqual([step, true]);
  });

  it("by a model that was trained before finds the same", async () => {
    const { model } = await trainOn(await planOf(), { seed: 1 });
    const [fresh, given] = [await linked(), await linked({ model: JSON.parse(JSON.stringify(model)) })];
    expect(fresh.model).toEqual(model);
    expect(given.trained).toBeUndefined();
    expect(personsOf(given)).toEqual(personsOf(fresh));
    expect(given.scored).toEqual(fresh.scored);
  });

  it("finds the declared columns of a model wherever it lists them, and does without those that are not there", async () => {
    const fresh = await linked();
    const comparisons = fresh.model.comparisons.toReversed();
    expect(comparisons.slice(0, 2).map(({ name }) => name)).toEqual(["city", "job"]);
    const turned = await linked({ model: { ...fresh.model, comparisons } });
    expect(turned.batch.extras.map(({ name }) => name)).toEqual(["city", "job"]);
    expect(personsOf(turned)).toEqual(personsOf(fresh));
    const weights = new Map([...scoredPairs(turned, 0)].map(({ idL, idR, weight }) => [`${idL}-${idR}`, weight]));
    for (const { idL, idR, weight } of scoredPairs(fresh, 1))
      expect(weights.get(`${idL}-${idR}`)).toBeCloseTo(weight, 9);
    const without = fresh.model.comparisons.filter(({ name }) => name !== "job");
    const { pairPrecision, pairRecall } = accuracyOf(await linked({ model: { ...fresh.model, comparisons: without } }));
    expect(pairPrecision).toBe(1);
    expect(pairRecall).toBeGreaterThan(0.98);
  });

  it("learns the same model from the records in any order", async () => {
    const { model } = await trainOn(await planOf(), { seed: 1 });
    for (const rows of [ROWS.toReversed(), ROWS.toSorted((a, b) => (a.job < b.job ? -1 : 1))])
      expect((await trainOn(await planOf(rows), { seed: 1 })).model).toEqual(model);
  });

  it("links fewer from a higher probability on, and more from a lower one", async () => {
    const { model } = await trainOn(await planOf(), { seed: 1 });
    const persons = async (linkProbabilityMin: number) =>
      (await linked({ model, linkProbabilityMin })).clustering.clusters;
    const found = [await persons(0.01), await persons(0.99), await persons(1 - 1e-15)];
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[2]).toBeGreaterThan(300);
  });

  it("gives each scored pair once, with the probability of its weight, from a weight on", async () => {
    const found = await linked();
    const pairs = [...scoredPairs(found, 0)];
    expect(pairs.length).toBeGreaterThanOrEqual(300);
    const names = pairs.map(({ idL, idR }) => [idL, idR].sort().join("-"));
    expect(new Set(names).size).toBe(names.length);
    for (const { weight, probability, idL, idR } of pairs) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(probability).toBeCloseTo(1 / (1 + 2 ** -weight), 12);
      expect([found.batch.ids.includes(idL), found.batch.ids.includes(idR)]).toEqual([true, true]);
    }
    expect([...scoredPairs(found, Number.POSITIVE_INFINITY)]).toEqual([]);
  });
});

describe("accuracy", () => {
  it("leaves out records whose person is not known", async () => {
    const rows = ROWS.map((row, place) => (place % 10 === 0 ? { ...row, person: "" } : row));
    const found = accuracyOf(await linked({}, rows));
    expect(found).toMatchObject({ records: 600, persons: 300, pairPrecision: 1, pairRecall: 1, blockingRecall: 1 });
    expect(found.truePersons).toBe(300);
  });

  it("sees a wrong link and a missed one", async () => {
    const found = await linked();
    const { clusterOf } = found.clustering;
    const wrong = Int32Array.from(clusterOf, (cluster) => (cluster === 1 ? 0 : cluster));
    const joined = accuracyOf({ ...found, clustering: { ...found.clustering, clusterOf: wrong, clusters: 299 } });
    expect(joined).toMatchObject({ pairRecall: 1, largestCluster: 4, persons: 299 });
    expect(joined.pairPrecision).toBeCloseTo(300 / 304, 12);
    const parted = Int32Array.from(clusterOf, (cluster, place) => (place === 0 ? 300 : cluster));
    const split = accuracyOf({ ...found, clustering: { ...found.clustering, clusterOf: parted, clusters: 301 } });
    expect([split.pairPrecision, split.pairRecall]).toEqual([1, 299 / 300]);
    for (const { pairF1, bCubedF1 } of [joined, split]) expect(Math.max(pairF1, bCubedF1)).toBeLessThan(1);
  });
});
