import { nameOf } from "@chesil/matching";
import { WHY_WORDS } from "../engine/why.ts";
import { bar } from "./bars.ts";
import { type Html, html } from "./html.ts";
import { bits, percent, probability, seconds, whole } from "./numbers.ts";
import type { Band, ReportData, SampledPair } from "./report-data.ts";
import { capital, pairDetails, plain } from "./waterfall.ts";

const figure = (name: string, value: string, note?: string): Html =>
  html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`;

export function summarySection(data: ReportData): Html {
  const { records, persons, pairsCompared, pairsLinked, steps, model, isTrainedHere, warnings, accuracy } = data;
  const total = steps.reduce((sum, step) => sum + step.seconds, 0);
  const rate = total > 0 ? `${whole(records / total)} records a second` : undefined;
  const toAsk = data.review.reduce((sum, { pairs }) => sum + pairs, 0);
  return html`<dl class="figures">
${figure("Records", whole(records))}
${figure("Persons", whole(persons), persons > 0 ? `${(records / persons).toFixed(2)} records each` : undefined)}
${figure("Pairs linked", whole(pairsLinked), `of ${whole(pairsCompared)} compared`)}
${figure("Pairs to be looked at", whole(toAsk))}
${figure("Time", seconds(total), rate)}
${accuracy && figure("F1 of pairs", percent(accuracy.pairwise.f1), "against the truth that was given")}
</dl>
<p>Model <strong>${model.version}</strong>, ${isTrainedHere ? "trained on these records without labels" : "given beforehand"}. Pairs are linked from ${bits(model.thresholds.linkWeightMin)} bits on and looked at from ${bits(model.thresholds.reviewWeightMin)} bits.</p>
<details><summary>Where the model's numbers come from</summary><p class="quiet">${model.source}</p></details>
${warnings.length === 0 ? html`<p>No warnings.</p>` : html`<h3>Warnings</h3><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>`}
${steps.length > 0 && html`<details><summary>Where the time went</summary><div class="scroll"><table><thead><tr><th scope="col">Step</th><th scope="col" class="number">Time</th><th scope="col"><span class="sr">Chart</span></th></tr></thead><tbody>${steps.map((step) => html`<tr><th scope="row">${capital(step.name)}</th><td class="number">${seconds(step.seconds)}</td><td class="bar">${bar(0, step.seconds, { min: 0, max: Math.max(...steps.map((each) => each.seconds)) }, "for")}</td></tr>`)}</tbody></table></div></details>`}`;
}

const BANDS: Readonly<Record<Band, { readonly title: string; readonly note: string }>> = {
  sure: { title: "Plainly one person", note: "Well above the threshold, linked without asking." },
  near: { title: "Near the threshold", note: "A little more or less would have decided otherwise." },
  refused: { title: "Stopped by a guard", note: "However high the weight, a person must look." },
};

export function samplesSection(samples: readonly SampledPair[]): Html {
  const bands = (Object.keys(BANDS) as Band[]).map((band) => {
    const pairs = samples.filter((pair) => pair.band === band);
    const { title, note } = BANDS[band];
    const shown =
      pairs.length === 0 ? html`<p class="empty">No pair.</p>` : pairs.map((pair, at) => pairDetails(pair, at === 0));
    return html`<h3>${title}</h3><p class="quiet">${note}</p>${shown}`;
  });
  return html`<p>A few pairs of each kind, drawn evenly over their weights. A bit doubles the odds that the two are one person.</p>${bands}`;
}

/** Weights beyond this are drawn as this, so that the rest can be told apart; the figure stands beside. */
const WEIGHT_DRAWN_MAX = 20;

export function weightsSection({ model }: ReportData): Html {
  const weights = model.comparisons.flatMap(({ levels }) => levels.map(({ m, u }) => Math.abs(Math.log2(m / u))));
  const most = Math.min(WEIGHT_DRAWN_MAX, Math.max(1, ...weights));
  const scale = { min: -most, max: most };
  const bodies = model.comparisons.map(({ name, levels }) => {
    const rows = levels.map((level, at) => {
      const weight = Math.log2(level.m / level.u);
      const rarity = (level.termFrequencyWeight ?? 0) > 0 && html` <span class="quiet">and by rarity</span>`;
      return html`<tr>${at === 0 && html`<th scope="rowgroup" rowspan="${levels.length}">${capital(nameOf(name).one)}</th>`}<td>${plain(level.name)}${rarity}</td><td class="number">${probability(level.m)}</td><td class="number">${probability(level.u)}</td><td class="number">${bits(weight)}</td><td class="bar">${bar(0, weight, scale, weight < 0 ? "against" : "for")}</td></tr>`;
    });
    return html`<tbody>${rows}</tbody>`;
  });
  return html`<p>How much each finding speaks for one person (to the right) or for two (to the left), by the model: log2 of m, how often it is found in records of one person, over u, how often in records of two.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Match weights by level"><table><thead><tr><th scope="col">Compared</th><th scope="col">Found</th><th scope="col" class="number">m</th><th scope="col" class="number">u</th><th scope="col" class="number">Bits</th><th scope="col"><span class="sr">Chart</span></th></tr></thead>${bodies}</table></div>`;
}

/** Sizes from here on are shown together, in tens. */
const SIZES_SHOWN = 10;

export function clustersSection({ clusterSizes, records }: ReportData): Html {
  const groups = new Map<string, { clusters: number; records: number }>();
  let largest = 0;
  for (const { size, clusters } of clusterSizes.toSorted((a, b) => a.size - b.size)) {
    const from = Math.floor((size - 1) / 10) * 10 + 1;
    const key = size <= SIZES_SHOWN ? String(size) : `${from} to ${from + 9}`;
    const group = groups.get(key) ?? { clusters: 0, records: 0 };
    groups.set(key, { clusters: group.clusters + clusters, records: group.records + clusters * size });
    if (clusters > 0) largest = Math.max(largest, size);
  }
  const rows = [...groups].map(
    ([size, group]) =>
      html`<tr><th scope="row">${size}</th><td class="number">${whole(group.clusters)}</td><td class="number">${whole(group.records)}</td><td class="number">${percent(records > 0 ? group.records / records : 0)}</td><td class="bar">${bar(0, group.records, { min: 0, max: Math.max(1, records) }, "for")}</td></tr>`,
  );
  return html`<p>How many records one person has. The largest has ${whole(largest)}; a size that no hospital would believe is a placeholder that slipped through.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Persons by their number of records"><table><thead><tr><th scope="col">Records of one person</th><th scope="col" class="number">Persons</th><th scope="col" class="number">Records</th><th scope="col" class="number">Share</th><th scope="col"><span class="sr">Chart</span></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export function blockingSection({ blocking: { rules, refused, recall } }: ReportData): Html {
  const words = (rule: readonly string[]): string => rule.map(partName).join(" + ");
  const most = Math.max(1, ...rules.map(({ pairs }) => pairs));
  const rows = rules.map(
    ({ rule, pairs, narrowedKeys, droppedPairs }) =>
      html`<tr><th scope="row">${words(rule)}</th><td class="number">${whole(pairs)}</td><td class="number">${whole(narrowedKeys)}</td><td class="number">${whole(droppedPairs)}</td><td class="bar">${bar(0, pairs, { min: 0, max: most }, "for")}</td></tr>`,
  );
  const lost = rules.some(({ droppedPairs }) => droppedPairs > 0);
  return html`<p>Only pairs that share a key of some rule are compared.${recall !== undefined && html` Of the true pairs <strong>${percent(recall)}</strong> were: what blocking loses, nothing finds again.`} A pair that several rules find is compared once.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Blocking rules"><table><thead><tr><th scope="col">Both share</th><th scope="col" class="number">Pairs</th><th scope="col" class="number">Narrowed keys</th><th scope="col" class="number">Dropped pairs</th><th scope="col"><span class="sr">Chart</span></th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="quiet">A key that too many records share is narrowed by a further part.${lost && html` What is too common even then is dropped, unless another rule finds it.`}</p>
${refused.length > 0 && html`<details><summary>${refused.length === 1 ? "One rule was" : `${whole(refused.length)} rules were`} left out, as too many comparisons would have come of it</summary><div class="scroll"><table><thead><tr><th scope="col">Both share</th><th scope="col" class="number">Pairs, predicted</th></tr></thead><tbody>${refused.map(({ rule, pairs }) => html`<tr><th scope="row">${words(rule)}</th><td class="number">${whole(pairs)}</td></tr>`)}</tbody></table></div></details>`}`;
}

/** `familySound` as `family sound`; a part that is a comparison is called as that is. */
function partName(part: string): string {
  const { one } = nameOf(part);
  return one === part ? part.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase() : one;
}

export function reviewSection({ review, records }: ReportData): Html {
  const total = review.reduce((sum, { pairs }) => sum + pairs, 0);
  if (total === 0) return html`<p>Nothing: every pair is linked or left apart by the model alone.</p>`;
  const rows = review
    .toSorted((a, b) => b.pairs - a.pairs)
    .map(
      ({ why, pairs }) =>
        html`<tr><th scope="row">${capital(WHY_WORDS[why])}</th><td class="number">${whole(pairs)}</td><td class="bar">${bar(0, pairs, { min: 0, max: total }, "guarded")}</td></tr>`,
    );
  return html`<p>${whole(total)} pairs would be put to a data manager, ${records > 0 ? ((total / records) * 1000).toFixed(1) : "0"} for every thousand records.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Questions for review"><table><thead><tr><th scope="col">Why</th><th scope="col" class="number">Pairs</th><th scope="col"><span class="sr">Chart</span></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
