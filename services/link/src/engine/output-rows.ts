import { type Prepared, probabilityOf, scorerOf } from "@chesil/matching";
import { writeCsv } from "../csv/write-csv.ts";
import { type Fate, Fates, reasonOf } from "./fates.ts";
import { type Linked, personIds } from "./link.ts";

/** `links.csv`: for each record the person it belongs to. */
export function writeLinks(path: string, linked: Linked): Promise<void> {
  return writeCsv(path, ["id", "person_id"], linkRows(linked));
}

function* linkRows(linked: Linked): Generator<readonly [id: string, personId: string]> {
  const persons = personIds(linked);
  for (const [place, id] of linked.batch.ids.entries()) yield [id, persons[place] as string];
}

const PAIR_COLUMNS = ["id_l", "id_r", "match_weight", "match_probability", "decision", "why", "reason"];

/** The scored pairs from a weight on, in Splink's columns, and what became of each: linked, review or apart, and why. */
export function writePairs(path: string, linked: Linked, weightMin: number): Promise<void> {
  return writeCsv(path, PAIR_COLUMNS, pairRows(scoredPairs(linked, weightMin)));
}

/** A pair of records that was compared, and what became of it. Weight in bits: log2 of the odds. */
export type ScoredPair = {
  readonly idL: string;
  readonly idR: string;
  readonly weight: number;
  readonly probability: number;
  readonly fate: Fate;
};

/** The scored pairs that weigh at least so much. */
export function* scoredPairs(linked: Linked, weightMin: number): Generator<ScoredPair> {
  const { batch, scored, model } = linked;
  const fates = new Fates(linked);
  for (const [at, weight] of scored.weight.entries()) {
    if (weight < weightMin) continue;
    const [left, right] = [scored.left[at] as number, scored.right[at] as number];
    const [idL, idR] = [batch.ids[left] as string, batch.ids[right] as string];
    yield { idL, idR, weight, probability: probabilityOf(weight, model), fate: fates.of(left, right, weight) };
  }
}

/** Numbers are written so that they read back as the same. */
function* pairRows(pairs: Iterable<ScoredPair>): Generator<readonly string[]> {
  for (const { idL, idR, weight, probability, fate } of pairs)
    yield [idL, idR, String(weight), String(probability), fate.decision, fate.why, reasonOf(fate)];
}

const REVIEW_COLUMNS = [
  "id_l",
  "id_r",
  "person_id_l",
  "person_id_r",
  "match_weight",
  "match_probability",
  "why",
  "reason",
  "decision",
];

/**
 * The questions to people, those worth most first: two persons by their strongest pair of records, and why it was not
 * linked. `decision` is empty: filled in (same, different), the file is what `--decisions` reads.
 */
export function writeReview(path: string, linked: Linked): Promise<void> {
  return writeCsv(path, REVIEW_COLUMNS, reviewRows(linked));
}

function* reviewRows(linked: Linked): Generator<readonly string[]> {
  const { batch, clustering, model } = linked;
  const [persons, fates, scorer] = [personIds(linked), new Fates(linked), scorerOf(model)];
  for (const proposal of clustering.proposals) {
    const { left, right } = proposal;
    const weight = scorer.weigh(batch.records[left] as Prepared, batch.records[right] as Prepared);
    const fate = fates.questionOf(proposal);
    const ids = [batch.ids[left], batch.ids[right], persons[left], persons[right]].map(String);
    yield [...ids, String(weight), String(probabilityOf(weight, model)), fate.why, reasonOf(fate), ""];
  }
}
