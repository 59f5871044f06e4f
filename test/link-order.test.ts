import { readFileSync } from "node:fs";
import { join } from "node:path";
import { link, personIds, surveyInput } from "@chesil/link";
import type { MatchingModel } from "@chesil/matching";
import { simulateRegister } from "@chesil/simulator";
import { describe, expect, it } from "vitest";
import { csvOf, Folder } from "./link-folder.ts";

const CORPUS = process.env.CHESIL_CORPUS;

/** The same lines in another order, the same for a seed. */
function shuffled(lines: readonly string[], seed: number): string[] {
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return lines
    .map((line) => ({ line, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line);
}

type Found = { readonly persons: ReadonlyMap<string, string>; readonly model: MatchingModel };

async function found(csv: string, truth: string, model?: MatchingModel): Promise<Found> {
  const { path } = new Folder({ "people.csv": csv });
  const survey = await surveyInput({ files: [join(path, "people.csv")], truth, thisYear: 2026 });
  if (!survey.ok) throw new Error("The example has a fault.");
  const linked = await link(survey.plan, { model, seed: 1, threads: 1, onProgress: () => {} });
  const persons = personIds(linked);
  return { persons: new Map(linked.batch.ids.map((id, at) => [id, persons[at] as string])), model: linked.model };
}

/** Twenty orders of the lines of a file; of so many, each with a model of its own, the others by that model. */
async function expectSameInAnyOrder(csv: string, truth: string, trainings: number): Promise<void> {
  const [header = "", ...lines] = csv.trimEnd().split(/\r?\n/);
  const expected = await found(csv, truth);
  expect(new Set(expected.persons.values()).size).toBeLessThan(lines.length);
  for (let seed = 1; seed <= 20; seed++) {
    const again = [header, ...shuffled(lines, seed)].join("\n");
    const { persons, model } = await found(again, truth, seed <= trainings ? undefined : expected.model);
    expect(model).toEqual(expected.model);
    expect(new Map([...persons].sort())).toEqual(new Map([...expected.persons].sort()));
  }
}

describe("the order of the input", () => {
  it("decides nothing: 20 shuffles of a register", async () => {
    // Large enough that the model learns from a sample of the pairs.
    const rows = [...simulateRegister({ records: 2000, seed: "order" })];
    await expectSameInAnyOrder(csvOf(rows), "person", 1);
  }, 120_000);

  it.skipIf(!CORPUS)(
    "decides nothing: 20 shuffles of fake_1000",
    async () => {
      await expectSameInAnyOrder(readFileSync(`${CORPUS}/matching/fake_1000.csv`, "utf8"), "cluster", 5);
    },
    120_000,
  );
});
