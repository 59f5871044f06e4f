import type { Change } from "./counterfactual.ts";
import type { ExplainedComparison, Explanation } from "./explain.ts";
import type { Outcome } from "./outcome.ts";
import { findingOf, list, nameOf, nearPhrase, REASONS } from "./words.ts";

/** A value is called rare or common when its rarity moves the weight by so many bits. */
const REMARKABLE_BITS_MIN = 2;
/** More findings of a kind than this are a list that nobody reads. */
const FINDINGS_MAX = 4;

/** An explanation in a sentence or two of plain English, for those who decide. */
export function sentenceOf(explained: Omit<Explanation, "sentence">): string {
  const found = findings(explained.comparisons);
  const conclusion = conclusionOf(explained, found !== "");
  const first = found === "" ? conclusion : `${found}; ${conclusion}`;
  const [change] = explained.changes;
  // What would make a stranger a question is no news.
  const isNews = explained.outcome !== "new" || change?.outcome === "link";
  const said = change && isNews && changePhrase(change, explained);
  return `${capital(first)}.${said ? ` ${said}.` : ""}`;
}

function findings(comparisons: readonly ExplainedComparison[]): string {
  const of = (finding: string) =>
    comparisons
      .filter(({ comparison, level }) => findingOf(level, comparison) === finding)
      .sort((a, b) => Math.abs(weightOf(b)) - Math.abs(weightOf(a)));
  const [same, near, different] = [of("same"), of("near"), of("different")];
  const parts: string[] = [];
  if (same.length > 0) parts.push(`the same ${list(cut(same.map(sameWords)))}`);
  if (near.length > 0) parts.push(list(cut(near.map(({ comparison, level }) => nearPhrase(comparison, level)))));
  if (different.length > 0) {
    const names = cut(different.map(({ comparison }) => nameOf(comparison).one));
    parts.push(`${names.length > 1 ? "different" : "another"} ${list(names)}`);
  }
  return parts.join("; ");
}

const weightOf = ({ levelWeight, frequencyWeight }: ExplainedComparison): number => levelWeight + frequencyWeight;

function cut(items: string[]): string[] {
  return items.length <= FINDINGS_MAX + 1 ? items : [...items.slice(0, FINDINGS_MAX), "more"];
}

function sameWords({ comparison, frequencyWeight }: ExplainedComparison): string {
  const { one } = nameOf(comparison);
  if (frequencyWeight >= REMARKABLE_BITS_MIN) return `${one} (rare)`;
  return frequencyWeight <= -REMARKABLE_BITS_MIN ? `${one} (common)` : one;
}

function conclusionOf({ outcome, why, obstacles }: Omit<Explanation, "sentence">, hasFindings: boolean): string {
  if (!hasFindings) return "the two have nothing in common that could be compared, so they are not linked";
  if (outcome === "link") return "so they are linked as one person";
  if (outcome === "review") return `${REASONS[why ?? "weight-below-link"]}, so a person must look`;
  const guard = obstacles.find((obstacle) => obstacle.kind === "guard");
  if (guard?.kind === "guard" && !obstacles.some(({ kind }) => kind === "weight"))
    return `${REASONS[guard.guard]}, so they are taken for two people`;
  return "too little speaks for one person, so they are not linked";
}

const RESULTS: Readonly<Record<Outcome, string>> = {
  link: "they would be linked",
  review: "a person would have to look",
  new: "they would not be linked",
};

function changePhrase(change: Change, { comparisons }: Pick<Explanation, "comparisons">): string {
  const result = RESULTS[change.outcome];
  if (change.kind === "guard") return `But for that, ${result}`;
  const { comparison, to, from, sameWouldDo, differentWouldDo } = change;
  const { one, many } = nameOf(comparison);
  const finding = findingOf(to, comparison);
  if (to === "missing") return `Without the ${one}, ${result}`;
  if (finding === "different" || (differentWouldDo && finding === "near"))
    return `Were the ${many} different, ${result}`;
  const value = comparisons.find((each) => each.comparison === comparison)?.left;
  if (sameWouldDo && value !== undefined) return `Were the ${one} '${value}' on both sides, ${result}`;
  if (finding === "same" || sameWouldDo)
    return from === "missing" ? `Did both state the same ${one}, ${result}` : `Were the ${many} the same, ${result}`;
  return `With ${nearPhrase(comparison, to)}, ${result}`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
