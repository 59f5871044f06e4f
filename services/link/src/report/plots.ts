import { type Html, html } from "./html.ts";
import { bits, percent, whole } from "./numbers.ts";
import type { ReportData } from "./report-data.ts";

type Thresholds = ReportData["model"]["thresholds"];

/** The bins that hold anything, as a range of whole bits. */
function filled({ bitsMin, pairs }: ReportData["histogram"]): { from: number; counts: number[] } {
  const counts = Array.from(pairs);
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { from: 0, counts: [] };
  return { from: bitsMin + first, counts: counts.slice(first, counts.findLastIndex((count) => count > 0) + 1) };
}

/** Pairs by match weight. The height is logarithmic: strangers outnumber matches by thousands. */
export function histogramSection({ histogram, model: { thresholds } }: ReportData): Html {
  const { from, counts } = filled(histogram);
  if (counts.length === 0) return html`<p class="empty">No pair was compared.</p>`;
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(...counts) + 1)));
  const height = (count: number) => (count === 0 ? 0 : Math.max(1.5, (Math.log10(count + 1) / decades) * 100));
  const bars = counts.map((count, at) => {
    const kind = kindOf(from + at, thresholds);
    const tall = height(count).toFixed(2);
    return html`<rect class="${kind}" x="${at + 0.06}" y="${(100 - Number(tall)).toFixed(2)}" width="0.88" height="${tall}"/>`;
  });
  const place = (weight: number) => ((weight - from) / counts.length) * 100;
  const grid = Array.from({ length: decades }, (_, at) => ((at + 1) / decades) * 100);
  const rows = counts.flatMap((count, at) =>
    count > 0 ? [html`<tr><td class="number">${bits(from + at)}</td><td class="number">${whole(count)}</td></tr>`] : [],
  );
  return html`<figure><div class="plot" role="img" aria-label="Histogram of pairs by match weight; the table below has its figures.">
<svg viewBox="0 0 ${counts.length} 100" preserveAspectRatio="none" aria-hidden="true">${grid.map((y) => html`<line class="grid" x1="0" x2="${counts.length}" y1="${100 - y}" y2="${100 - y}"/>`)}${bars}${marks(thresholds, from, counts.length)}</svg>
${grid.map((y, at) => html`<span class="tick y" style="bottom:${y.toFixed(2)}%">${whole(10 ** (at + 1))}</span>`)}
${steps(from, from + counts.length).map((value) => html`<span class="tick x" style="left:${place(value).toFixed(2)}%">${bits(value).replace(".0", "")}</span>`)}
${said("review", thresholds.reviewWeightMin, place, true)}${said("link", thresholds.linkWeightMin, place, false)}
<span class="axis">match weight, bits</span></div>
<ul class="legend"><li><span class="key for"></span>at or above the link threshold</li><li><span class="key between"></span>between</li><li><span class="key against"></span>below the review threshold</li></ul>
<figcaption>Pairs compared, by match weight, on a logarithmic scale. Two hills with a valley at the thresholds are a good sign.</figcaption></figure>
<details><summary>The same as a table</summary><div class="scroll"><table><thead><tr><th scope="col" class="number">Bits, from</th><th scope="col" class="number">Pairs</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

function kindOf(weight: number, { linkWeightMin, reviewWeightMin }: Thresholds): string {
  // A bin belongs to where its middle lies.
  if (weight + 0.5 >= linkWeightMin) return "for";
  return weight + 0.5 >= reviewWeightMin ? "between" : "against";
}

function marks({ linkWeightMin, reviewWeightMin }: Thresholds, from: number, length: number): Html[] {
  return [linkWeightMin, reviewWeightMin]
    .map((weight) => weight - from)
    .filter((x) => x > 0 && x < length)
    .map((x) => html`<line class="mark" x1="${x}" x2="${x}" y1="0" y2="100"/>`);
}

function said(text: string, weight: number, place: (weight: number) => number, isLeft: boolean): Html | undefined {
  const x = place(weight);
  if (x < 0 || x > 100) return undefined;
  return html`<span class="tick said${isLeft && " left"}" style="left:${x.toFixed(2)}%">${text}</span>`;
}

/** Some five to nine round values within a range. */
function steps(min: number, max: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((each) => (max - min) / each <= 8) ?? 200;
  const values: number[] = [];
  for (let value = Math.ceil(min / step) * step; value <= max; value += step) values.push(value);
  return values;
}

/** Precision against recall where truth was given; else the precision that the model itself expects. */
export function accuracySection(data: ReportData): Html {
  return data.accuracy ? truthCurve(data, data.accuracy) : expectedCurve(data);
}

const CURVE_ROWS = 12;

function truthCurve({ model: { thresholds } }: ReportData, accuracy: NonNullable<ReportData["accuracy"]>): Html {
  const { curve, pairwise, bCubed } = accuracy;
  const agreement = ([name, it]: [string, typeof pairwise]) =>
    html`<tr><th scope="row">${name}</th><td class="number">${percent(it.precision)}</td><td class="number">${percent(it.recall)}</td><td class="number">${percent(it.f1)}</td></tr>`;
  const table = html`<div class="scroll"><table><caption>Persons as found, against the truth that was given.</caption><thead><tr><th scope="col">Counted by</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead><tbody>${[["Pairs", pairwise] as [string, typeof pairwise], ["Records (B-cubed)", bCubed] as [string, typeof pairwise]].map(agreement)}</tbody></table></div>`;
  if (curve.length === 0) return table;
  const f1 = (point: (typeof curve)[number]) =>
    point.precision + point.recall === 0 ? 0 : (2 * point.precision * point.recall) / (point.precision + point.recall);
  const best = curve.reduce((leader, point) => (f1(point) > f1(leader) ? point : leader));
  const atLink = curve.findLast(({ weightMin }) => weightMin >= thresholds.linkWeightMin);
  const lowest = Math.min(best.precision, best.recall, atLink?.precision ?? 1, atLink?.recall ?? 1);
  const min = [0.98, 0.9, 0.8, 0.5].find((each) => lowest >= each + (1 - each) / 4) ?? 0;
  const at = (value: number) => (((value - min) / (1 - min)) * 100).toFixed(2);
  const inside = curve.filter(({ precision, recall }) => precision >= min && recall >= min);
  const points = inside.map(({ precision, recall }) => `${at(recall)},${(100 - Number(at(precision))).toFixed(2)}`);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => min + share * (1 - min));
  const dot = (point: (typeof curve)[number] | undefined, kind: string) =>
    point &&
    point.precision >= min &&
    point.recall >= min &&
    html`<span class="point ${kind}" style="left:${at(point.recall)}%;bottom:${at(point.precision)}%"></span>`;
  const every = Math.max(1, Math.floor(curve.length / CURVE_ROWS));
  const rows = curve.filter((_, index) => index % every === 0 || index === curve.length - 1);
  return html`${table}<figure class="beside"><div class="plot square" role="img" aria-label="Precision against recall of pairs; the table below has its figures.">
<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${[0, 25, 50, 75, 100].map((x) => html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="100"/><line class="grid" x1="0" x2="100" y1="${x}" y2="${x}"/>`)}<polyline class="line" points="${points.join(" ")}"/></svg>
${dot(best, "best")}${dot(atLink, "")}
${ticks.map((value) => html`<span class="tick x" style="left:${at(value)}%">${percent(value)}</span><span class="tick y" style="bottom:${at(value)}%">${percent(value)}</span>`)}
<span class="axis">recall</span></div>
<figcaption>Precision (upwards) against recall of scored pairs, before clustering. Filled: the link threshold${atLink && html`, precision ${percent(atLink.precision)} and recall ${percent(atLink.recall)}`}. Ring: the best F1, ${percent(f1(best))} at ${bits(best.weightMin)} bits.${min > 0 && html` The axes begin at ${percent(min)}.`}</figcaption></figure>
<details><summary>The same as a table</summary><div class="scroll"><table><thead><tr><th scope="col" class="number">Bits, from</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead><tbody>${rows.map((point) => html`<tr><td class="number">${bits(point.weightMin)}</td><td class="number">${percent(point.precision)}</td><td class="number">${percent(point.recall)}</td><td class="number">${percent(f1(point))}</td></tr>`)}</tbody></table></div></details>`;
}

/** By whole bits, descending: pairs at or above, and the share of them that the model expects to be one person. */
export function expectedPrecision(
  histogram: ReportData["histogram"],
): { weightMin: number; pairs: number; precision: number }[] {
  const { from, counts } = filled(histogram);
  const points: { weightMin: number; pairs: number; precision: number }[] = [];
  let pairs = 0;
  let matches = 0;
  for (const [at, count] of [...counts.entries()].reverse()) {
    if (count === 0) continue;
    // Of a bin the middle stands for all.
    matches += count / (1 + 2 ** -(from + at + 0.5));
    pairs += count;
    points.push({ weightMin: from + at, pairs, precision: matches / pairs });
  }
  return points;
}

/** The share expected wrong is drawn from one in a million to all. */
const WRONG_POWERS = 6;
const EXPECTED_ROWS = 14;

function expectedCurve({ histogram, model: { thresholds } }: ReportData): Html {
  const near = expectedPrecision(histogram)
    .filter(
      ({ weightMin }) => weightMin >= thresholds.reviewWeightMin - 10 && weightMin <= thresholds.linkWeightMin + 15,
    )
    .reverse();
  const [first, last] = [near[0], near.at(-1)];
  if (!first || !last) return html`<p class="empty">No pair is near the thresholds.</p>`;
  const span = Math.max(1, last.weightMin - first.weightMin);
  const place = (weight: number) => ((weight - first.weightMin) / span) * 100;
  const height = (wrong: number) => Math.max(0, 100 + (Math.log10(Math.max(wrong, 1e-12)) / WRONG_POWERS) * 100);
  const points = near.map(
    ({ weightMin, precision }) => `${(place(weightMin) / 100) * span},${(100 - height(1 - precision)).toFixed(2)}`,
  );
  const powers = Array.from({ length: WRONG_POWERS + 1 }, (_, power) => 10 ** -power);
  const every = Math.max(1, Math.ceil(near.length / EXPECTED_ROWS));
  const rows = near
    .filter((_, at) => at % every === 0)
    .map(
      ({ weightMin, pairs, precision }) =>
        html`<tr><td class="number">${bits(weightMin)}</td><td class="number">${whole(pairs)}</td><td class="number">${percent(precision)}</td><td class="number">${pairs * (1 - precision) < 1 ? "under 1" : whole(pairs * (1 - precision))}</td></tr>`,
    );
  return html`<p>No truth was given, so this is what the model expects of itself: of all pairs at or above a weight, the share that would be wrong to link. Guards and clustering take wrong ones out of it. Where it matters, check it on pairs that a person has decided.</p>
<figure><div class="plot" role="img" aria-label="Share of pairs expected to be wrong, by threshold; the table below has its figures.">
<svg viewBox="0 0 ${span} 100" preserveAspectRatio="none" aria-hidden="true">${powers.map((share) => html`<line class="grid" x1="0" x2="${span}" y1="${100 - height(share)}" y2="${100 - height(share)}"/>`)}<polyline class="line" points="${points.join(" ")}"/>${marks(thresholds, first.weightMin, span)}</svg>
${powers.map((share) => html`<span class="tick y" style="bottom:${height(share).toFixed(2)}%">${share * 100 >= 1 ? share * 100 : (share * 100).toFixed(Math.round(-Math.log10(share)) - 2)}%</span>`)}
${steps(first.weightMin, last.weightMin).map((value) => html`<span class="tick x" style="left:${place(value).toFixed(2)}%">${bits(value).replace(".0", "")}</span>`)}
${said("review", thresholds.reviewWeightMin, place, true)}${said("link", thresholds.linkWeightMin, place, false)}
<span class="axis">threshold, bits</span></div>
<figcaption>Share of pairs expected to be wrong, were all from a weight on linked, on a logarithmic scale.</figcaption></figure>
<div class="scroll" tabindex="0" role="region" aria-label="Expected precision by threshold"><table><thead><tr><th scope="col" class="number">Bits, from</th><th scope="col" class="number">Pairs</th><th scope="col" class="number">Expected precision</th><th scope="col" class="number">Expected wrong</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
