import { type ExplainedComparison, type Explanation, findingOf, nameOf, REASONS } from "@chesil/matching";
import { WHY_WORDS } from "../engine/why.ts";
import { bar } from "./bars.ts";
import { type Html, html } from "./html.ts";
import { bits, percent } from "./numbers.ts";
import type { SampledPair } from "./report-data.ts";

/** A pair of records with all that was found of it, folded away under one line. */
export function pairDetails({ idLeft, idRight, explanation, became }: SampledPair, isOpen: boolean): Html {
  const { outcome, weight, probability, sentence } = explanation;
  const { decision, why } = became;
  const said = { linked: "linked", review: "to be looked at", apart: "not linked" }[decision];
  const isAsAlone = { linked: "link", review: "review", apart: "new" }[decision] === outcome;
  return html`<details class="pair"${isOpen && html` open`}>
<summary><span class="ids">${idLeft} and ${idRight}</span><span class="badge ${decision}">${said}</span><span>${bits(weight)} bits, ${percent(probability)}</span>${decision !== "linked" && html`<span class="quiet">${WHY_WORDS[why]}</span>`}</summary>
<div><p>${sentence}</p>${!isAsAlone && html`<p>That is of the two alone. Beside all other records: ${said}, as ${WHY_WORDS[why]}.</p>`}${waterfall(explanation, { idLeft, idRight })}${rest(explanation)}</div>
</details>`;
}

function waterfall(explanation: Explanation, { idLeft, idRight }: { idLeft: string; idRight: string }): Html {
  const { prior, comparisons, weight, probability } = explanation;
  const spoken = comparisons.filter(({ comparison, level }) => findingOf(level, comparison) !== "silent");
  const totals = [0, prior, ...comparisons.map(({ total }) => total)];
  const scale = { min: Math.min(...totals), max: Math.max(...totals) };
  return html`<table class="waterfall">
<caption>What each comparison adds, in bits; the bars run from the total before to the total after.</caption>
<thead><tr><th scope="col">Compared</th><th scope="col">${idLeft}</th><th scope="col">${idRight}</th><th scope="col" class="number">Bits</th><th scope="col"><span class="sr">Chart</span></th><th scope="col" class="number">Total</th></tr></thead>
<tbody>
<tr><th scope="row">Before any comparison</th><td class="values"></td><td class="values"></td><td class="number bits">${bits(prior)}</td><td class="bar">${bar(0, prior, scale, prior < 0 ? "against" : "for")}</td><td class="number total">${bits(prior)}</td></tr>
${spoken.map((step) => stepRow(step, scale, { idLeft, idRight }))}
</tbody>
<tfoot><tr><th scope="row">All together</th><td class="values"></td><td class="values"></td><td class="number bits">${bits(weight)}</td><td class="bar"></td><td class="number total">${percent(probability)}</td></tr></tfoot>
</table>`;
}

type Sides = { readonly idLeft: string; readonly idRight: string };

function stepRow(step: ExplainedComparison, scale: { min: number; max: number }, { idLeft, idRight }: Sides): Html {
  const { comparison, level, left, right, levelWeight, frequencyWeight, total } = step;
  const weight = levelWeight + frequencyWeight;
  const rarity =
    Math.abs(frequencyWeight) >= 0.05 && html`<span class="quiet">${bits(frequencyWeight)} of it by rarity</span>`;
  return html`<tr><th scope="row">${capital(nameOf(comparison).one)} <span class="quiet">${plain(level)}</span>${rarity}</th><td class="values side" data-side="${idLeft}">${left ?? ""}</td><td class="values side" data-side="${idRight}">${right ?? ""}</td><td class="number bits">${bits(weight)}</td><td class="bar">${bar(total - weight, total, scale, weight < 0 ? "against" : "for")}</td><td class="number total">${bits(total)}</td></tr>
`;
}

/** What was not stated, and what stands against a link. */
function rest({ comparisons, obstacles, thresholds, runnerUp }: Explanation): Html {
  const silent = comparisons.filter(({ level }) => level === "missing").map(({ comparison }) => nameOf(comparison).one);
  const against = obstacles.map((obstacle) => {
    if (obstacle.kind === "guard") return html`<li>A guard forbids it: ${REASONS[obstacle.guard]}.</li>`;
    if (obstacle.kind === "weight")
      return html`<li>${bits(obstacle.missingBits).slice(1)} bits are missing to the ${bits(thresholds.linkWeightMin)} at which pairs are linked.</li>`;
    return html`<li>The next best person is only ${bits(runnerUp?.behindBits ?? 0)} bits behind.</li>`;
  });
  return html`${against.length > 0 && html`<h4>Why it is not linked</h4><ul>${against}</ul>`}${silent.length > 0 && html`<p class="quiet">Not stated by both, so no evidence: ${silent.join(", ")}.</p>`}`;
}

/** The name of a level as it is read. */
export const plain = (level: string): string => (level === "else" ? "differs" : level.replaceAll("-", " "));
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
