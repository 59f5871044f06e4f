import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blockingKeys } from "./blocking/live-keys.ts";
import { defaultModel } from "./model.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { MatchRecord } from "./record.ts";
import { compare } from "./score.ts";

/**
 * The default model, untrained, against public sets with known truth. They are no UK care records: febrl3 is
 * Australian and its errors are far more frequent, fake_1000 has four fields and a fifth of them empty. So precision
 * is held high, and recall only to a floor that a broken comparison or blocking rule would fall through.
 */
const corpus = process.env.CHESIL_CORPUS;
const title = corpus ? "known truth" : "known truth (skipped: CHESIL_CORPUS is not set)";

type Row = { entity: string; record: MatchRecord };

describe.skipIf(!corpus)(title, () => {
  it("febrl3: never a wrong pair, most true pairs found", () => {
    const rows = rowsOf("febrl3.csv").map(febrlRow);
    const figures = judge(rows);
    console.log("febrl3", figures, "with the prior of a set of its size", judge(rows, ofSize(rows)).linkedUnvetoed);
    expect(figures.blockingRecall).toBeGreaterThan(0.92);
    expect(figures.atLink.precision).toBeGreaterThan(0.999);
    expect(figures.atReview.precision).toBeGreaterThan(0.999);
    expect(figures.atReview.recall).toBeGreaterThan(0.8);
  });

  it("fake_1000: never a wrong pair", () => {
    const rows = rowsOf("fake_1000.csv").map(fakeRow);
    const figures = judge(rows);
    console.log("fake_1000", figures, "with the prior of a set of its size", judge(rows, ofSize(rows)).linkedUnvetoed);
    expect(figures.blockingRecall).toBeGreaterThan(0.55);
    expect(figures.atLink.precision).toBeGreaterThan(0.999);
    expect(figures.atReview.precision).toBeGreaterThan(0.99);
    expect(figures.atReview.recall).toBeGreaterThan(0.25);
  });
});

/** The prior of the default model is that of a region of 800,000; a small set holds a true pair far sooner. */
const ofSize = (rows: readonly Row[]): typeof defaultModel => ({ ...defaultModel, lambda: 1 / rows.length });

/** Pairwise, over the pairs that share a blocking key; a true pair that shares none counts as missed. */
function judge(rows: readonly Row[], model = defaultModel) {
  const prepared = rows.map(({ record }) => prepare(record));
  const entitySizes = Map.groupBy(rows, ({ entity }) => entity);
  const truePairs = [...entitySizes.values()].reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  const scored = candidatePairs(prepared).map(([left, right]) => {
    const [a, b] = [prepared[left], prepared[right]];
    if (!a || !b) throw new Error("unreachable");
    const { weight, veto } = compare(a, b, model);
    return { weight, veto, same: rows[left]?.entity === rows[right]?.entity };
  });
  const at = (pairs: typeof scored) => {
    const right = pairs.filter(({ same }) => same).length;
    return { precision: right / Math.max(1, pairs.length), recall: right / truePairs };
  };
  const { linkWeightMin, reviewWeightMin } = model.thresholds;
  return {
    blockingRecall: scored.filter(({ same }) => same).length / truePairs,
    candidates: scored.length,
    atReview: at(scored.filter(({ weight }) => weight >= reviewWeightMin)),
    atLink: at(scored.filter(({ weight }) => weight >= linkWeightMin)),
    linkedUnvetoed: at(scored.filter(({ weight, veto }) => weight >= linkWeightMin && veto === undefined)),
  };
}

function candidatePairs(prepared: readonly Prepared[]): [number, number][] {
  const byKey = new Map<bigint, number[]>();
  prepared.forEach((record, index) => {
    for (const key of blockingKeys(record)) byKey.set(key, [...(byKey.get(key) ?? []), index]);
  });
  const pairs = new Map<number, [number, number]>();
  for (const members of byKey.values()) {
    for (const left of members) {
      for (const right of members) if (left < right) pairs.set(left * prepared.length + right, [left, right]);
    }
  }
  return [...pairs.values()];
}

/** Neither file quotes anything. */
function rowsOf(file: string): Record<string, string>[] {
  const [header = "", ...lines] = readFileSync(`${corpus}/matching/${file}`, "utf8").trim().split(/\r?\n/);
  const columns = header.split(",").map((column) => column.trim());
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, values[index]?.trim() ?? ""]));
  });
}

const present = (...values: (string | undefined)[]): string[] => values.flatMap((value) => value || []);
const nameOf = (family: string | undefined, given: string | undefined) => ({
  ...(family ? { family } : {}),
  given: present(given),
});

/** soc_sec_id is left out: it is no NHS number and would decide everything. */
function febrlRow(row: Record<string, string>): Row {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(row.date_of_birth ?? "");
  const street = present(row.street_number, row.address_1).join(" ");
  return {
    entity: row.rec_id?.split("-")[1] ?? "",
    record: {
      names: [nameOf(row.surname, row.given_name)],
      ...(date ? { birthDate: `${date[1]}-${date[2]}-${date[3]}` } : {}),
      postcodes: present(row.postcode),
      addressLines: present(street),
      phones: [],
      emails: [],
    },
  };
}

function fakeRow(row: Record<string, string>): Row {
  return {
    entity: row.cluster ?? "",
    record: {
      names: [nameOf(row.surname, row.first_name)],
      ...(row.dob ? { birthDate: row.dob } : {}),
      postcodes: [],
      addressLines: [],
      phones: [],
      emails: present(row.email),
    },
  };
}
