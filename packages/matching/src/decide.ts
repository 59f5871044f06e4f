import { areTwoPeople, nhsNumbersDiffer, nhsNumbersEqual, type Veto } from "./guards.ts";
import type { MatchingModel } from "./model.ts";
import { type Evidence, guardedLevels } from "./score.ts";

/** A person an arriving record may be, with the evidence against one of that person's records. */
export type Candidate = { readonly personId: string; readonly evidence: Evidence };

/** Why a data manager must decide: a guard, too little weight, or more than one person. */
export type ReviewReason = Veto | "weight-below-link" | "two-persons" | "nhs-number-of-another-person";

export type Decision =
  | {
      readonly kind: "link";
      readonly personId: string;
      readonly evidence: Evidence;
      readonly runnerUp?: Candidate | undefined;
    }
  | { readonly kind: "review"; readonly candidates: readonly Candidate[]; readonly why: ReviewReason }
  | { readonly kind: "new"; readonly best?: Candidate | undefined };

/** One person among the candidates: the best of its records, and what any of its records forbids. */
type Contender = Candidate & { readonly veto: Veto | undefined; readonly sameNhsNumber: boolean };

/**
 * What to do with a record, given its evidence against every candidate (several for one person where that person has
 * several records). The order of the candidates does not matter. A review lists its candidates best first.
 */
export function decide(candidates: readonly Candidate[], model: MatchingModel): Decision {
  const { linkWeightMin, reviewWeightMin, marginWeightMin } = model.thresholds;
  const contenders = contendersOf(candidates);
  const [best, second] = contenders;
  const worthAsking = contenders.filter(
    (contender) => contender.evidence.weight >= reviewWeightMin || contender.sameNhsNumber,
  );
  if (best === undefined || worthAsking.length === 0) return { kind: "new", best: best && candidateOf(best) };
  const review = (why: ReviewReason): Decision => ({ kind: "review", candidates: worthAsking.map(candidateOf), why });
  // One NHS number on two people: whichever of them the record joins, one of the two is wrong.
  if (contenders.some((contender) => contender.sameNhsNumber && contender !== best)) {
    return review("nhs-number-of-another-person");
  }
  if (best.veto !== undefined) return review(best.veto);
  if (best.evidence.weight < linkWeightMin) return review("weight-below-link");
  if (second && best.evidence.weight - second.evidence.weight < marginWeightMin) return review("two-persons");
  return {
    kind: "link",
    personId: best.personId,
    evidence: best.evidence,
    runnerUp: second && candidateOf(second),
  };
}

const candidateOf = ({ personId, evidence }: Contender): Candidate => ({ personId, evidence });

/** The persons, best first; equal weights by id, so that the order of arrival is nothing. */
function contendersOf(candidates: readonly Candidate[]): Contender[] {
  const byPerson = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const records = byPerson.get(candidate.personId);
    if (records) records.push(candidate);
    else byPerson.set(candidate.personId, [candidate]);
  }
  return [...byPerson.values()]
    .flatMap((records) => contenderOf(records))
    .sort((a, b) => b.evidence.weight - a.evidence.weight || (a.personId < b.personId ? -1 : 1));
}

/**
 * The record that fits best speaks for its person, but no other record of that person may be silenced: where one has
 * another NHS number than the arrival, linking would put two numbers on one person. No contender where every record
 * is plainly somebody else's.
 */
function contenderOf(records: readonly Candidate[]): Contender[] {
  const possible = records.filter(({ evidence }) => !areTwoPeople(evidence.veto, guardedLevels(evidence.levels)));
  const [first, ...rest] = possible;
  if (!first) return [];
  const best = rest.reduce((leader, record) => (leads(record, leader) ? record : leader), first);
  const nhsLevels = records.map(({ evidence }) => guardedLevels(evidence.levels).nhsNumber);
  return [
    {
      ...best,
      veto: nhsLevels.some(nhsNumbersDiffer) ? "different-nhs-numbers" : best.evidence.veto,
      sameNhsNumber: nhsLevels.some(nhsNumbersEqual),
    },
  ];
}

/** The heavier; of equals a vetoed one, then by content: the order the records came in decides nothing. */
function leads(a: Candidate, b: Candidate): boolean {
  if (a.evidence.weight !== b.evidence.weight) return a.evidence.weight > b.evidence.weight;
  const [left, right] = [a.evidence.veto ?? "", b.evidence.veto ?? ""];
  return left === right ? JSON.stringify(a.evidence) < JSON.stringify(b.evidence) : left > right;
}
