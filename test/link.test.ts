import { defaultModel, type MatchingModel } from "@chesil/matching";
import { describe, expect, it } from "vitest";
import { csvOf, Folder, quoted, REGISTER } from "./link-folder.ts";

describe("chesil link", () => {
  it("says of each record whose it is, and how right that is", async () => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER) });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--truth", "person", "--json");
    expect(ran.code).toBe(0);
    const links = folder.rows("links.csv");
    expect(Object.keys(links[0] ?? {})).toEqual(["id", "person_id"]);
    expect(links.map(({ id }) => id)).toEqual(REGISTER.map(({ id }) => id));
    for (const records of Map.groupBy(links, ({ person_id }) => person_id).values()) {
      const ids = records.map(({ id }) => id);
      expect(records[0]?.person_id).toBe(ids.sort()[0]);
    }
    const figures = JSON.parse(ran.out);
    expect(Object.keys(figures)).toEqual([
      ...["records", "persons", "truePersons"],
      ...["pairPrecision", "pairRecall", "pairF1", "bCubedPrecision", "bCubedRecall", "bCubedF1"],
      ...["largestCluster", "blockingRecall", "bestPairF1", "bestPairThreshold"],
      ...[
        "pairsCompared",
        "estimatedBlockingRecall",
        "blocking",
        "proposals",
        "model",
        "guards",
        "linkProbabilityMin",
        "seconds",
        "recordsPerSecond",
        "stepSeconds",
      ],
    ]);
    expect(figures).toMatchObject({ records: 600, pairPrecision: 1, model: expect.stringMatching(/^trained-600-1\b/) });
    expect(figures.persons).toBe(new Set(links.map(({ person_id }) => person_id)).size);
    expect(figures.truePersons).toBe(new Set(REGISTER.map(({ person }) => person)).size);
    expect(figures.pairRecall).toBeGreaterThan(0.97);
    for (const [name, value] of Object.entries(figures))
      if (typeof value === "number") expect([name, Number.isFinite(value)]).toEqual([name, true]);
  });

  it("writes the pairs it scored, and prints its figures for people", async () => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER) });
    const ran = await folder.chesil(
      "link",
      "people.csv",
      "--out",
      "links.csv",
      "--pairs",
      "pairs.csv",
      "--truth",
      "person",
    );
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^600 records are \d+ persons; \d+ pairs to look at\.\n/);
    expect(ran.out).toContain("pairs    precision 100.00 %");
    const pairs = folder.rows("pairs.csv");
    const columns = ["id_l", "id_r", "match_weight", "match_probability", "decision", "why", "reason"];
    expect(Object.keys(pairs[0] ?? {})).toEqual(columns);
    const ids = new Set(REGISTER.map(({ id }) => id));
    for (const { id_l = "", id_r = "", match_weight, match_probability } of pairs) {
      expect([ids.has(id_l), ids.has(id_r), id_l === id_r]).toEqual([true, true, false]);
      expect(Number(match_probability)).toBeCloseTo(1 / (1 + 2 ** -Number(match_weight)), 12);
    }
    expect(new Set(pairs.map(({ id_l, id_r }) => [id_l, id_r].sort().join())).size).toBe(pairs.length);
  });

  it("gives by a model that was trained on the same records what it gives without", async () => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER) });
    const trained = await folder.chesil("train", "people.csv", "--out", "model.json", "--truth", "person", "--json");
    expect([trained.code, JSON.parse(trained.out).model]).toEqual([0, expect.stringMatching(/^trained-600-1\b/)]);
    const on = ["link", "people.csv", "--truth", "person", "--out"];
    expect((await folder.chesil(...on, "fresh.csv", "--pairs", "fresh-pairs.csv")).code).toBe(0);
    expect((await folder.chesil(...on, "given.csv", "--pairs", "given-pairs.csv", "--model", "model.json")).code).toBe(
      0,
    );
    expect(folder.read("given.csv")).toBe(folder.read("fresh.csv"));
    expect(folder.read("given-pairs.csv")).toBe(folder.read("fresh-pairs.csv"));
    const judged = await folder.chesil(
      "evaluate",
      "people.csv",
      "--truth",
      "person",
      "--model",
      "model.json",
      "--json",
    );
    expect(JSON.parse(judged.out)).toMatchObject({
      records: 600,
      pairPrecision: 1,
      model: expect.stringMatching(/^trained-600-1\b/),
    });
  });

  it("remembers in a model which other columns are compared", async () => {
    const rows = REGISTER.slice(0, 200).map(({ id, family_name, date_of_birth, source }) => [
      id,
      family_name,
      date_of_birth,
      source,
    ]);
    const people = [["id", "family_name", "date_of_birth", "ward, or clinic"], ...rows].map((row) =>
      row.map(quoted).join(),
    );
    const folder = new Folder({ "people.csv": people.join("\n") });
    expect(
      (await folder.chesil("train", "people.csv", "--out", "model.json", "--compare", '"ward, or clinic:exact"')).code,
    ).toBe(0);
    const model: MatchingModel = JSON.parse(folder.read("model.json"));
    expect(model.comparisons.at(-1)).toMatchObject({ name: "ward, or clinic", kind: "exact" });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--model", "model.json");
    expect([ran.code, ran.said]).toEqual([0, expect.not.stringContaining("--compare")]);
  });

  it("links fewer from a higher probability on", async () => {
    const folder = new Folder({
      "people.csv": csvOf(REGISTER.slice(0, 300)),
      "model.json": JSON.stringify(defaultModel),
    });
    const persons = async (threshold: string) => {
      const args = [
        "link",
        "people.csv",
        "--truth",
        "person",
        "--json",
        "--model",
        "model.json",
        "--threshold",
        threshold,
      ];
      return JSON.parse((await folder.chesil(...args)).out).persons;
    };
    const found = [await persons("0.01"), await persons("0.99"), await persons("0.999999999999")];
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[2]).toBeGreaterThan(found[0]);
  });

  it("links what several files hold as if one did", async () => {
    const [half, rest] = [REGISTER.slice(0, 250), REGISTER.slice(250)];
    const folder = new Folder({ "all.csv": csvOf(REGISTER), "one.csv": csvOf(half), "two.csv": csvOf(rest) });
    await folder.chesil("link", "all.csv", "--out", "of-all.csv", "--truth", "person");
    const ran = await folder.chesil("link", "one.csv", "two.csv", "--out", "of-both.csv", "--truth", "person");
    expect(ran.code).toBe(0);
    expect(folder.read("of-both.csv")).toBe(folder.read("of-all.csv"));
  });

  it("never links twins, whose records agree in all but a letter, and asks about them", async () => {
    const twin = (id: string, given: string) =>
      `${id},${given},Castell,2014-05-09,M,12 Quarry Lane,DT1 1XJ,07700 900123\n`;
    const people = `id,given_name,family_name,date_of_birth,sex,address,postcode,phone\n${twin("1", "Jayden")}${twin("2", "Kayden")}`;
    const folder = new Folder({ "people.csv": people, "model.json": JSON.stringify(defaultModel) });
    const args = ["--out", "links.csv", "--pairs", "pairs.csv", "--model", "model.json", "--json"];
    const ran = await folder.chesil("link", "people.csv", ...args);
    expect(JSON.parse(ran.out)).toMatchObject({ records: 2, persons: 2, proposals: 1 });
    expect(folder.read("links.csv")).toBe("id,person_id\n1,1\n2,2\n");
    // By weight alone they would have been one.
    const [pair] = folder.rows("pairs.csv");
    expect(Number(pair?.match_weight)).toBeGreaterThan(defaultModel.thresholds.linkWeightMin);
    expect(pair).toMatchObject({ decision: "review", why: "twins" });
  });
});
