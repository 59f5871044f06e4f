import { blocksOf, defaultModel, RuleKeys, type Scored } from "@chesil/matching";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, survey } from "../csv/files.fixture.ts";
import { type Batch, readBatch } from "./batch.ts";
import { csvOf, personRows } from "./people.fixture.ts";
import { Scorers } from "./scorers.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

/** As many as another thread is started for. */
const PEOPLE = 10_000;
const CSV = csvOf(personRows(PEOPLE), ["id", "nhs_number", "given_name", "family_name", "date_of_birth"]);

const blocksFor = ({ records }: Batch, rules: readonly string[][]) => {
  const keys = new RuleKeys(records, []);
  return rules.map((rule) => blocksOf(keys, rule, 300));
};

const weightsOf = ({ left, right, weight }: Scored): Map<string, number> =>
  new Map(Array.from(weight, (bits, at) => [`${left[at]}-${right[at]}`, bits]));

describe("several threads", () => {
  it("compare what one compares, and weigh it the same", async () => {
    const surveyed = await survey(files.write(CSV));
    if (!surveyed.ok) throw new Error("The example has a fault.");
    const batch = await readBatch(surveyed.plan);
    const request = {
      blocks: blocksFor(batch, [["nhsNumber"], ["birthDate", "familySound"], ["familyName", "givenName"]]),
      model: defaultModel,
      keepWeightMin: -20,
    };
    const [one, two] = await Promise.all(
      [1, 2].map(async (threads) => {
        const scorers = new Scorers(surveyed.plan, threads);
        try {
          return await scorers.score(batch, request);
        } finally {
          await scorers.close();
        }
      }),
    );
    if (one === undefined || two === undefined) throw new Error("unreachable");
    expect(one.compared).toBeGreaterThan(PEOPLE);
    expect([two.compared, two.histogram]).toEqual([one.compared, one.histogram]);
    expect(weightsOf(two)).toEqual(weightsOf(one));
    expect(two.weight.length).toBe(one.weight.length);
  });

  it("that fail, fail the whole", async () => {
    const surveyed = await survey(files.write(CSV, "gone.csv"));
    if (!surveyed.ok) throw new Error("The example has a fault.");
    const batch = await readBatch(surveyed.plan);
    const [file] = surveyed.plan.files;
    if (file === undefined) throw new Error("unreachable");
    const gone = { ...surveyed.plan, files: [{ ...file, file: `${file.file}.gone` }] };
    const scorers = new Scorers(gone, 2);
    const request = { blocks: blocksFor(batch, [["nhsNumber"]]), model: defaultModel, keepWeightMin: 0 };
    await expect(scorers.score(batch, request)).rejects.toThrow();
    await scorers.close();
  });
});
