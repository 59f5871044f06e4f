import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, html } from "./html.ts";
import { bits, percent } from "./numbers.ts";
import { expectedPrecision } from "./plots.ts";
import { reportData } from "./report.fixture.ts";
import type { ReportData } from "./report-data.ts";
import { reportHtml } from "./report-html.ts";
import { samplePairs } from "./sample-pairs.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};
const unescaped = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? "");
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(..."<>&\"'/=` aé😀"), fc.string({ unit: "binary", maxLength: 1 })),
});

describe("escaping", () => {
  it("leaves no sign that could end a text or an attribute, and loses nothing that can be seen", () => {
    fc.assert(
      fc.property(text, (value) => {
        const escaped = escapeHtml(value);
        expect(escaped).not.toMatch(/[<>"']|&(?!(?:lt|gt|quot|#39|amp);)/);
        expect(escaped.isWellFormed()).toBe(true);
        expect(unescaped(escaped).length).toBe(value.length);
        if (/^[\x20-\x7e]*$/.test(value)) expect(unescaped(escaped)).toBe(value);
      }),
    );
  });

  it("happens to whatever a template is given, however deep", () => {
    expect(html`<b title="${'"<'}">${["<i>", html`<br>`, [1, undefined, false]]}</b>`.text).toBe(
      '<b title="&quot;&lt;">&lt;i&gt;<br>1</b>',
    );
  });

  /** A tag of this name can only come of data. */
  const HOSTILE = '"><script>alert(1)</script><x-hostile a=\'b\' onload="x">&';

  it("happens to every text of the data", () => {
    const page = reportHtml(poisoned(reportData, HOSTILE) as ReportData);
    expect(page).not.toMatch(/<script|<x-hostile/i);
    expect(page).toContain(escapeHtml(HOSTILE));
    fc.assert(
      fc.property(text, (value) => {
        const opened = (it: string) => [...it.matchAll(/<\/?[a-z][a-z0-9-]*/gi)].map(([tag]) => tag).join();
        expect(opened(reportHtml({ ...reportData, warnings: [value], inputs: [value] }))).toBe(
          opened(reportHtml({ ...reportData, warnings: ["a"], inputs: ["a"] })),
        );
      }),
      { numRuns: 30 },
    );
  });
});

/** The data with every text that a user or a record could have written made hostile. */
function poisoned(data: ReportData, hostile: string): unknown {
  const fixed = new Set(["band", "kind", "outcome", "why", "guard", "from", "to"]);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return fixed.has(key) ? value : hostile;
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
  };
  return walk(data, "");
}

describe("the page", () => {
  const page = reportHtml(reportData);

  it("asks for nothing: no script, no link out, no image", () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|@import|url\(|https?:/i);
    expect(page).toContain("default-src 'none'");
  });

  it("says that it holds patient data, and holds none once samples are left out", () => {
    expect(page).toContain("This page holds patient data.");
    const without = reportHtml({ ...reportData, samples: false });
    expect(without).not.toContain("This page holds patient data.");
    for (const value of ["Featherstonehaugh", "1988-07-23", "9990004951", "High Street", "A-1001"]) {
      expect(page).toContain(value);
      expect(without).not.toContain(value);
    }
  });

  it("has a heading for every link of its contents, and every id once", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("closes whatever it opens", () => {
    const open: string[] = [];
    for (const [, slash, name, rest] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
      if (rest?.endsWith("/") || /^(meta|br)$/i.test(name ?? "")) continue;
      if (slash) expect(open.pop()).toBe(name);
      else open.push(name ?? "");
    }
    expect(open).toEqual([]);
  });

  it("is whole for an input of nothing", () => {
    const { accuracy: _, ...rest } = reportData;
    const nothing: ReportData = {
      ...rest,
      records: 0,
      persons: 0,
      pairsCompared: 0,
      pairsLinked: 0,
      steps: [],
      warnings: [],
      samples: [],
      histogram: { bitsMin: -60, pairs: [] },
      clusterSizes: [],
      blocking: { rules: [], refused: [] },
      review: [],
    };
    expect(reportHtml(nothing)).not.toMatch(/NaN|Infinity|undefined/);
    const curved = {
      ...nothing,
      accuracy: { ...(reportData.accuracy as NonNullable<typeof reportData.accuracy>), curve: [] },
    };
    expect(reportHtml(curved)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("never draws what is not a number", () => {
    const counts = fc.array(fc.nat(1_000_000), { maxLength: 160 });
    fc.assert(
      fc.property(counts, fc.integer({ min: -60, max: 20 }), fc.boolean(), (pairs, bitsMin, hasTruth) => {
        const { accuracy, ...rest } = reportData;
        const data = { ...rest, histogram: { bitsMin, pairs }, ...(hasTruth && { accuracy }) };
        expect(reportHtml(data)).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 50 },
    );
  });
});

describe("expected precision", () => {
  it("falls as the threshold falls, and counts every pair", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 100 }), (pairs) => {
        const points = expectedPrecision({ bitsMin: -50, pairs });
        for (const [at, { precision }] of points.entries())
          expect(precision).toBeLessThanOrEqual(points[at - 1]?.precision ?? 1);
        expect(points.at(-1)?.pairs ?? 0).toBe(pairs.reduce((sum, each) => sum + each, 0));
      }),
    );
  });
});

describe("sampled pairs", () => {
  const thresholds = { linkWeightMin: 16, reviewWeightMin: 2, marginWeightMin: 5 };

  it("stand in their band, at most so many of each, none twice", () => {
    const edge = fc.record({ weight: fc.double({ min: -40, max: 60, noNaN: true }), forbidden: fc.nat(1) });
    fc.assert(
      fc.property(fc.array(edge), fc.nat(5), (edges, perBand) => {
        const weight = edges.map((each) => each.weight);
        const forbidden = edges.map((each) => each.forbidden);
        const found = samplePairs({ weight, forbidden }, thresholds, perBand);
        expect(new Set(found.map(({ place }) => place)).size).toBe(found.length);
        for (const band of ["sure", "near", "refused"] as const)
          expect(found.filter((each) => each.band === band).length).toBeLessThanOrEqual(perBand);
        for (const { band, place } of found) expect(forbidden[place] === 1).toBe(band === "refused");
      }),
    );
  });
});

describe("numbers", () => {
  it("never round to a certainty", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(percent(share) === "100%").toBe(share === 1);
        expect(Number.parseFloat(percent(share)) === 0).toBe(share === 0);
        expect(percent(share)).toMatch(/^[<>]?\d+(\.\d+)?%$/);
      }),
    );
    expect(bits(-0.01)).toBe("0.0");
    expect(bits(-2.25)).toBe("\u22122.3");
  });
});
