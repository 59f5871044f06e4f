import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare } from "../score.ts";
import { scorerOf } from "../scorer.ts";
import { goldenModel, goldenRecords } from "./golden/records.ts";
import golden from "./golden/splink.json" with { type: "json" };
import { columnOf, splinkRow, splinkTermFrequencies } from "./splink-row.ts";
import { toSplinkSettings } from "./to-splink.ts";

/** Where to write what `golden/run_splink.py` reads. */
const OUT = process.env.CHESIL_SPLINK_IN;

const records = goldenRecords();
const { settings, approximations } = toSplinkSettings(goldenModel);
const rows = records.map((record) => splinkRow(record, goldenModel));

if (OUT) {
  mkdirSync(OUT, { recursive: true });
  const tables = splinkTermFrequencies(rows, goldenModel);
  const tf = Object.fromEntries(Object.entries(tables).map(([column, table]) => [column, [...table]]));
  writeFileSync(join(OUT, "settings.json"), JSON.stringify(settings));
  writeFileSync(join(OUT, "rows.json"), JSON.stringify(rows.map((row, at) => ({ unique_id: at, ...row }))));
  writeFileSync(join(OUT, "tf.json"), JSON.stringify(tf));
}

/** What Splink found: the level by comparison, and the weight. */
const pairs = (golden.pairs as [number, number, string, number][]).map(([left, right, letters, weight]) => ({
  left,
  right,
  weight,
  levels: settings.comparisons.map(({ comparison_levels }, index) => {
    const place = letters.charCodeAt(index) - "a".charCodeAt(0);
    return place < 0 ? "missing" : (comparison_levels[place + 1]?.label_for_charts ?? "");
  }),
}));
const names = goldenModel.comparisons.map(({ name }) => name);

describe("Splink 4 on the exported settings", () => {
  it("has the comparisons in the model's order", () => {
    expect(golden.comparisons).toEqual(names.map(columnOf));
    expect(pairs.length).toBeGreaterThan(1000);
  });

  it("weighs every pair at the same levels as Chesil does, to a millionth of a bit", () => {
    let agreed = 0;
    for (const { left, right, weight, levels } of pairs) {
      const ours = evidenceOf(left, right);
      if (!ours.levels.every(({ level }, index) => sameLevel(level, levels[index]))) continue;
      expect(Math.abs(ours.weight - weight), `${left} and ${right}`).toBeLessThan(1e-6);
      agreed++;
    }
    expect(agreed / pairs.length).toBeGreaterThan(0.9);
  });

  it("comes out at another level only where an approximation says so", () => {
    const differing = new Set<string>();
    for (const { left, right, levels } of pairs)
      for (const [index, { level, comparison }] of evidenceOf(left, right).levels.entries())
        if (!sameLevel(level, levels[index])) differing.add(`${comparison} ${level} ${levels[index]}`);
    const unexplained = [...differing].filter((each) => {
      const [name, ours, theirs] = each.split(" ");
      return !approximations.some((it) => it.startsWith(`${name} ${ours}:`) || it.startsWith(`${name} ${theirs}:`));
    });
    expect(unexplained).toEqual([]);
  });

  it("meets every level that SQL can say", () => {
    const met = new Set(pairs.flatMap(({ levels }) => levels.map((level, index) => `${names[index]} ${level}`)));
    const never = scorerOf(goldenModel).comparisons.flatMap(({ name, levels }) =>
      levels.map((level) => `${name} ${level}`).filter((each) => !met.has(each)),
    );
    expect(never).toEqual(["nhsNumber equal-verified", "nhsNumber different-verified"]);
  });
});

const evidenceOf = (left: number, right: number) =>
  compare(records[left] as (typeof records)[number], records[right] as (typeof records)[number], goldenModel);

/** A given name that the family name counts is no evidence in Splink either. */
const sameLevel = (ours: string, theirs: string | undefined): boolean =>
  ours === theirs || (ours === "swapped" && theirs === "missing");
