import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MatchingModel, probabilityOf, readModel } from "../model.ts";
import { type Prepared, prepare } from "../prepare.ts";
import { scorerOf } from "../scorer.ts";
import { chance } from "../training/planted.arbitrary.ts";
import type { BatchData } from "./batch-data.ts";
import { type FilePerson, peopleOnFile } from "./people.fixture.ts";
import { type LabelledPair, trainFromLabels } from "./train-from-labels.ts";

const OPTIONS = { version: "labelled", seed: 1, precisionMin: 0.99 };

/** Records of which no field is to be relied upon, so that weights of matches and of strangers overlap. */
const fileOf = (seed: number): FilePerson[] =>
  peopleOnFile({ people: 300, seed, wrongGivenShare: 0.2, wrongBirthShare: 0.2, missingShare: 0.35 });

const dataOf = (file: readonly FilePerson[]): BatchData => ({
  records: file.map(({ record, job }) => prepare(record, [job])),
  extras: [{ name: "job", kind: "exact" }],
});

/** What people say of pairs: every match, and for each of them some strangers of one family name or birth date. */
function judged(file: readonly FilePerson[], seed: number): LabelledPair[] {
  const random = chance(seed);
  const labels: LabelledPair[] = [];
  for (const [right, b] of file.entries())
    for (const [left, a] of file.slice(0, right).entries()) {
      const isMatch = a.person === b.person;
      const alike =
        a.record.names[0]?.family === b.record.names[0]?.family || a.record.birthDate === b.record.birthDate;
      if (isMatch || (alike && random() < 0.3)) labels.push({ left, right, isMatch });
    }
  return labels;
}

/** Of all pairs from the weight up, which share is one person's; and how many pairs these are. */
function precisionFrom(weightMin: number, file: readonly FilePerson[], model: MatchingModel) {
  const { records } = dataOf(file);
  const scorer = scorerOf(model);
  let [pairs, matches] = [0, 0];
  for (const [right, b] of records.entries())
    for (const [left, a] of records.slice(0, right).entries()) {
      if (scorer.weigh(a, b) < weightMin) continue;
      pairs++;
      if (file[left]?.person === file[right]?.person) matches++;
    }
  return { precision: matches / pairs, matches };
}

describe("a model from labels", () => {
  it.each([1, 2, 3])("keeps the precision asked for among records that nobody judged, seed %i", (seed) => {
    const file = fileOf(seed);
    const other = fileOf(seed + 100);
    const recalls = [0.9, 0.99].map((precisionMin) => {
      const { model, thresholds } = trainFromLabels(dataOf(file), judged(file, seed), { ...OPTIONS, precisionMin });
      expect(model.thresholds.linkWeightMin).toBe(thresholds.linkWeightMin);
      const { precision, matches } = precisionFrom(thresholds.linkWeightMin, other, model);
      expect(precision).toBeGreaterThan(precisionMin - 0.03);
      return matches / 300;
    });
    // A threshold that links next to nothing keeps any precision.
    expect(recalls[0]).toBeGreaterThan(0.6);
    expect(recalls[1]).toBeGreaterThan(0.5);
    expect(recalls[0]).toBeGreaterThanOrEqual(recalls[1] ?? 1);
  });

  it("gives probabilities that rise with the weight and are those of pairs that nobody judged", () => {
    const file = fileOf(4);
    const half = judged(file, 4);
    const { model, warnings } = trainFromLabels(
      dataOf(file),
      half.filter((_, place) => place % 2 === 0),
      OPTIONS,
    );
    expect(warnings).toEqual([]);
    expect(model.calibration).toBeDefined();
    const weight = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(weight, weight, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) => probabilityOf(each, model));
        expect(low).toBeLessThanOrEqual(high ?? 0);
        expect([low, high].every((each = -1) => each >= 0 && each <= 1)).toBe(true);
      }),
    );
    const { records } = dataOf(file);
    const scorer = scorerOf(model);
    const said = half
      .filter((_, place) => place % 2 === 1)
      .map(({ left, right, isMatch }) => ({
        probability: probabilityOf(scorer.weigh(records[left] as Prepared, records[right] as Prepared), model),
        isMatch,
      }));
    for (const [from, to] of [
      [0, 0.2],
      [0.2, 0.8],
      [0.8, 1],
    ] as const) {
      const band = said.filter(({ probability }) => probability >= from && probability <= to);
      const expected = band.reduce((sum, { probability }) => sum + probability, 0) / band.length;
      const seen = band.filter(({ isMatch }) => isMatch).length / band.length;
      // Three standard errors of the share, and what two numbers can not bend.
      expect(Math.abs(seen - expected)).toBeLessThan(0.05 + 1.5 / Math.sqrt(band.length));
    }
  });

  it("is the same again, whatever the order of the labels, and another for another label", () => {
    const file = fileOf(5);
    const labels = judged(file, 5);
    const first = trainFromLabels(dataOf(file), labels, OPTIONS);
    expect(trainFromLabels(dataOf(fileOf(5)), labels, OPTIONS)).toEqual(first);
    const turned = trainFromLabels(dataOf(file), labels.toReversed(), OPTIONS).model;
    expect(turned.version.split("+")[0]).toBe("labelled");
    for (const [index, { levels }] of turned.comparisons.entries())
      for (const [rank, { m }] of levels.entries())
        expect(m).toBeCloseTo(first.model.comparisons[index]?.levels[rank]?.m ?? -1, 12);
    expect(turned.calibration?.slope).toBeCloseTo(first.model.calibration?.slope ?? -1, 9);
    expect(trainFromLabels(dataOf(file), labels.slice(1), OPTIONS).model.version).not.toBe(first.model.version);
    expect(readModel(JSON.parse(JSON.stringify(first.model)))).toEqual({ ok: true, model: first.model });
  });

  it("learns from the matches what one person's records are like", () => {
    const file = peopleOnFile({ people: 300, seed: 6, wrongGivenShare: 0.3 });
    const { model } = trainFromLabels(dataOf(file), judged(file, 6), OPTIONS);
    const given = model.comparisons.find(({ name }) => name === "givenName")?.levels[0]?.m ?? 0;
    expect(Math.abs(given - 0.7)).toBeLessThan(0.08);
  });

  it.each<[what: string, labelsOf: (all: LabelledPair[]) => LabelledPair[], warning: RegExp]>([
    ["few labels", (all) => all.slice(0, 60), /^Fewer than 50 pairs/],
    ["no labels", () => [], /^Fewer than 50 pairs/],
    ["matches alone", (all) => all.filter(({ isMatch }) => isMatch), /^Fewer than 50 pairs/],
  ])("bends nothing by %s, and says so", (_, labelsOf, warning) => {
    const file = fileOf(7);
    const data = dataOf(file);
    const { model, warnings } = trainFromLabels(data, labelsOf(judged(file, 7)), OPTIONS);
    expect(warnings.join()).toMatch(warning);
    expect(model.calibration === undefined).toBe(warnings.length > 0);
    expect(readModel(JSON.parse(JSON.stringify(model)))).toEqual({ ok: true, model });
  });

  it("heeds no labels by which a heavier pair is no likelier a match, and says so", () => {
    const file = fileOf(8);
    const random = chance(8);
    const warned = Array.from({ length: 6 }, () => {
      const tossed = judged(file, 8).map((each) => ({ ...each, isMatch: random() < 0.5 }));
      const { model, warnings } = trainFromLabels(dataOf(file), tossed, OPTIONS);
      expect(readModel(JSON.parse(JSON.stringify(model)))).toEqual({ ok: true, model });
      expect(model.calibration === undefined).toBe(warnings.length > 0);
      return warnings.join();
    });
    expect(warned.join()).toMatch(/no likelier a match/);
  });
});
