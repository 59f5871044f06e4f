import { describe, expect, it } from "vitest";
import { blocksOf } from "../blocking/blocks.ts";
import { chooseRules } from "../blocking/choose-rules.ts";
import { RuleKeys } from "../blocking/rule-keys.ts";
import { clusterRecords } from "../clustering/cluster.ts";
import { clusterAgreement } from "../evaluation/agreement.ts";
import { VETOES } from "../guards.ts";
import { defaultModel, type MatchingModel, readModel } from "../model.ts";
import { type Prepared, prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { scorerOf } from "../scorer.ts";
import { chance } from "../training/planted.arbitrary.ts";
import type { BatchData } from "./batch-data.ts";
import { GuardsInContext } from "./guards-in-context.ts";
import { type FileOfPeople, type FilePerson, peopleOnFile } from "./people.fixture.ts";
import { scorePairs } from "./score-pairs.ts";
import { trainModel } from "./train-model.ts";

const OPTIONS = { version: "test-1", seed: 1 };
const JOB = { name: "job", kind: "exact" } as const;

const dataOf = (file: readonly FilePerson[]): BatchData => ({
  records: file.map(({ record, job }) => prepare(record, [job])),
  extras: [JOB],
});

/** The cluster of each record, as `chesil link` finds it. */
function clusterOf({ records, extras }: BatchData, model: MatchingModel, ids: readonly string[]): Int32Array {
  const names = extras.map(({ name }) => name);
  const { chosen } = chooseRules(records, names, { pairsMax: 2_000_000 });
  const keys = new RuleKeys(records, names);
  const blocks = chosen.map(({ rule }) => blocksOf(keys, rule, 300));
  const edges = scorePairs(records, blocks, model, { share: { from: 0, step: 1 }, keepWeightMin: -10 });
  const scorer = scorerOf(model);
  const guards = new GuardsInContext(records, scorer);
  return clusterRecords(
    {
      ...edges,
      records: records.length,
      weightOf: (i, j) => scorer.weigh(records[i] as Prepared, records[j] as Prepared),
      isForbidden: (i, j) => guards.judge(i, j).veto !== undefined,
      orderOf: (place) => ids[place] as string,
    },
    model.thresholds,
  ).clusterOf;
}

/** Who is with whom, by id. */
function personsOf(file: readonly FilePerson[]): Set<string> {
  const data = dataOf(file);
  const clusters = clusterOf(
    data,
    trainModel(data, OPTIONS).model,
    file.map(({ id }) => id),
  );
  const groups = Map.groupBy(file, (_, place) => clusters[place]);
  return new Set(
    [...groups.values()].map((group) =>
      group
        .map(({ id }) => id)
        .sort()
        .join(" "),
    ),
  );
}

/** Every number of a model, by where it stands. */
function numbersOf(value: unknown, path = ""): [path: string, value: number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => numbersOf(each, `${path}.${key}`));
}

/** The model of data that may be anything, which `link --model` must accept. */
function soundModel(data: BatchData): MatchingModel {
  const { model, trained } = trainModel(data, OPTIONS);
  expect(numbersOf(model).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  expect(numbersOf(trained.parameters).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
  expect(readModel(JSON.parse(JSON.stringify(model)))).toEqual({ ok: true, model });
  const scorer = scorerOf(model);
  for (const a of data.records.slice(0, 20))
    for (const b of data.records.slice(0, 20)) expect(Number.isFinite(scorer.weigh(a, b))).toBe(true);
  return model;
}

const EMPTY: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const CLEAN: FileOfPeople = { people: 300, seed: 7, wrongGivenShare: 0.01, wrongBirthShare: 0.01 };
const DIRTY: FileOfPeople = { people: 300, seed: 7, wrongGivenShare: 0.25, wrongBirthShare: 0.25 };

describe("a model trained without labels", () => {
  it("is the same for the same records and seed", () => {
    const data = dataOf(peopleOnFile(CLEAN));
    const first = trainModel(data, OPTIONS);
    expect(trainModel(dataOf(peopleOnFile(CLEAN)), OPTIONS)).toEqual(first);
    expect(first.model).toMatchObject({
      schemaVersion: 1,
      version: expect.stringMatching(/^test-1\+[0-9a-f]{16}$/),
    });
    expect(first.model.source).toContain("600 records");
  });

  it("lists no value that one person alone bears, however many records of that person there are", () => {
    const file = peopleOnFile(CLEAN);
    const own = { family: "Featherstonehaugh", given: ["Peregrine"] };
    const often = file.slice(0, 1).flatMap((each) => [1, 2, 3, 4].map(() => ({ ...each, job: "falconer" })));
    const of = often.map((each) => ({ ...each, record: { ...each.record, names: [own], birthDate: "1931-05-17" } }));
    const { termFrequencies } = trainModel(dataOf([...file, ...of]), OPTIONS).model;
    const listed = Object.values(termFrequencies).flatMap(({ frequencies }) => Object.keys(frequencies));
    for (const value of ["featherstonehaugh", "peregrine", "1931-05-17", "falconer"])
      expect(listed).not.toContain(value);
    const bearers = Map.groupBy(file, ({ record }) => record.names[0]?.family?.toLowerCase());
    for (const family of Object.keys(termFrequencies.familyName?.frequencies ?? {}))
      expect(new Set(bearers.get(family)?.map(({ person }) => person)).size).toBeGreaterThan(1);
    expect(Object.keys(termFrequencies.familyName?.frequencies ?? {}).length).toBeGreaterThan(40);
  });

  it("lists what the records state, and the declared columns behind", () => {
    const data = dataOf(peopleOnFile(CLEAN));
    const { model } = trainModel(data, OPTIONS);
    const names = ["familyName", "givenName", "birthDate", "postcode", "address", "job"];
    expect(model.comparisons.map(({ name }) => name)).toEqual(names);
    expect(model.comparisons.at(-1)?.kind).toBe("exact");
    expect(Object.keys(model.termFrequencies)).toEqual(expect.arrayContaining(["familyName", "givenName", "job"]));
  });

  it("finds the persons of clean data, and most of dirty data without a wrong one to speak of", () => {
    const judged = [CLEAN, DIRTY].map((rates) => {
      const file = peopleOnFile(rates);
      const data = dataOf(file);
      const found = clusterOf(
        data,
        trainModel(data, OPTIONS).model,
        file.map(({ id }) => id),
      );
      return clusterAgreement(
        found,
        Int32Array.from(file, ({ person }) => person),
      ).pairwise;
    });
    const [clean, dirty] = judged;
    expect(clean?.precision).toBe(1);
    expect(clean?.recall).toBeGreaterThan(0.97);
    expect(dirty?.precision).toBeGreaterThan(0.98);
    expect(dirty?.recall).toBeGreaterThan(0.95);
  });

  it("makes the same persons of the records in any order", () => {
    const file = peopleOnFile({ ...DIRTY, people: 200 });
    const expected = personsOf(file);
    expect(expected.size).toBeGreaterThan(190);
    for (let seed = 1; seed <= 5; seed++) {
      const random = chance(seed);
      const shuffled = file
        .map((each) => ({ each, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each);
      expect(personsOf(shuffled)).toEqual(expected);
    }
  });
});

it("hundreds of equal records are one person, but not where they state neither birth date nor number", () => {
  const file = peopleOnFile(CLEAN);
  const own = { family: "Featherstonehaugh", given: ["Peregrine"] };
  const { postcodes = [], addressLines = [] } = file[0]?.record ?? {};
  const equal = (birthDate: string | undefined): BatchData => {
    const record = { ...EMPTY, names: [own], postcodes, addressLines, ...(birthDate ? { birthDate } : {}) };
    const others = file.slice(2).map((each) => prepare(each.record));
    return { records: [...Array.from({ length: 400 }, () => prepare(record)), ...others], extras: [] };
  };
  const { model } = trainModel({ ...dataOf(file), extras: [] }, OPTIONS);
  const personsOf = (data: BatchData) =>
    new Set(
      clusterOf(
        data,
        model,
        data.records.map((_, place) => String(place)),
      ).slice(0, 400),
    ).size;
  expect(personsOf(equal("1931-05-17"))).toBe(1);
  expect(personsOf(equal(undefined))).toBe(400);
});

describe("a register in which nearly everybody stands once", () => {
  const file = peopleOnFile({ people: 5000, seed: 7 }).filter(({ id, person }) => person < 5 || id.endsWith("-0"));
  const data = dataOf(file);
  const { model, trained } = trainModel(data, OPTIONS);
  const levelsOf = (name: string) => model.comparisons.find((each) => each.name === name)?.levels ?? [];

  it("has too few matches to learn from, and takes m and what a link asks for from the default model", () => {
    expect(model.source).toContain(defaultModel.version);
    expect(trained.warnings.map(({ message }) => message).join()).toContain("published error rates");
    for (const { name, levels } of defaultModel.comparisons)
      if (levelsOf(name).length > 0) expect(levelsOf(name).map(({ m }) => m)).toEqual(levels.map(({ m }) => m));
    expect(model.thresholds.linkWeightMin).toBe(defaultModel.thresholds.linkWeightMin);
    expect(model.guards).toEqual(Object.keys(VETOES));
    // Nothing is published of a declared column; most of those who are there twice agree upon it.
    expect(levelsOf("job")[0]?.m).toBeGreaterThan(0.5);
  });

  it("is linked without a wrong one", () => {
    const found = clusterOf(
      data,
      model,
      file.map(({ id }) => id),
    );
    const truth = Int32Array.from(file, ({ person }) => person);
    expect(clusterAgreement(found, truth).pairwise).toMatchObject({ truePairs: 5, linkedPairs: 5, sharedPairs: 5 });
  });
});

describe("what is linked and what never is", () => {
  it("is strict where one person's records seldom differ", () => {
    const { model } = trainModel(dataOf(peopleOnFile(CLEAN)), OPTIONS);
    expect(model.guards).toEqual(Object.keys(VETOES));
    expect(model.thresholds.linkWeightMin).toBeCloseTo(Math.log2(99), 10);
  });

  it.each([
    ["given name", { wrongGivenShare: 0.25 }],
    ["birth date", { wrongBirthShare: 0.25 }],
  ])("is a weighing of errors where the %s is often mistyped", (_, rates) => {
    const { model } = trainModel(dataOf(peopleOnFile({ people: 300, seed: 7, ...rates })), OPTIONS);
    expect(model.guards).toEqual(["different-nhs-numbers"]);
    expect(model.thresholds.linkWeightMin).toBe(0);
    expect(model.thresholds.reviewWeightMin).toBeLessThan(0);
  });
});

it("guards stand without a birth date column, as nothing links without one, and not where no person is described", () => {
  const file = peopleOnFile(CLEAN);
  const guardsOf = (keep: (record: MatchRecord) => Partial<MatchRecord>) => {
    const records = file.map(({ record }) => prepare({ ...EMPTY, ...keep(record) }));
    return trainModel({ records, extras: [] }, OPTIONS).model.guards;
  };
  expect(guardsOf(({ names, postcodes, addressLines }) => ({ names, postcodes, addressLines }))).toContain("twins");
  expect(guardsOf(({ postcodes, addressLines }) => ({ postcodes, addressLines }))).toEqual(["different-nhs-numbers"]);
});

describe("data that teaches little still gives a sound model", () => {
  const file = peopleOnFile({ people: 120, seed: 3 });
  const only = (keep: (record: MatchRecord) => Partial<MatchRecord>): BatchData => ({
    records: file.map(({ record }) => prepare({ ...EMPTY, ...keep(record) })),
    extras: [],
  });

  it.each<[what: string, data: () => BatchData]>([
    ["clean", () => dataOf(peopleOnFile(CLEAN))],
    ["dirty", () => dataOf(peopleOnFile(DIRTY))],
    ["three values of ten missing", () => dataOf(peopleOnFile({ ...CLEAN, missingShare: 0.3 }))],
    ["nine values of ten missing", () => dataOf(peopleOnFile({ ...CLEAN, missingShare: 0.9 }))],
    ["a constant column", () => dataOf(file.map((each) => ({ ...each, job: "clerk" })))],
    [
      "a constant family name",
      () => only((record) => ({ ...record, names: [{ family: "Lomax", given: record.names[0]?.given ?? [] }] })),
    ],
    ["an empty declared column", () => dataOf(file.map((each) => ({ ...each, job: "" })))],
    [
      "one column of names",
      () => only(({ names }) => ({ names: names.map(({ family = "" }) => ({ family, given: [] })) })),
    ],
    ["one column of dates", () => only(({ birthDate = "" }) => ({ birthDate }))],
    ["one column of one value", () => only(() => ({ birthDate: "1957-03-12" }))],
    ["nobody alike", () => dataOf(peopleOnFile({ people: 200, seed: 9 }).filter((_, place) => place % 2 === 0))],
    ["all records identical", () => dataOf(Array.from({ length: 200 }, () => file[0] as FilePerson))],
    ["two records", () => dataOf(file.slice(0, 2))],
    ["one record", () => dataOf(file.slice(0, 1))],
    [
      "names that JavaScript knows",
      () =>
        only(({ birthDate = "" }) => ({
          birthDate,
          names: [{ family: "constructor", given: ["__proto__", "toString"] }],
        })),
    ],
  ])("%s", (_, data) => {
    soundModel(data());
  });

  it("three values of ten missing: most are found, and nobody wrong", () => {
    const people = peopleOnFile({ ...CLEAN, missingShare: 0.3 });
    const data = dataOf(people);
    const found = clusterOf(
      data,
      soundModel(data),
      people.map(({ id }) => id),
    );
    const { pairwise } = clusterAgreement(
      found,
      Int32Array.from(people, ({ person }) => person),
    );
    expect(pairwise.precision).toBeGreaterThan(0.99);
  });

  it("a constant column weighs next to nothing", () => {
    const data = dataOf(file.map((each) => ({ ...each, job: "clerk" })));
    const job = soundModel(data).comparisons.at(-1);
    expect(Math.abs(Math.log2((job?.levels[0]?.m ?? 0) / (job?.levels[0]?.u ?? 0)))).toBeLessThan(0.1);
  });
});
