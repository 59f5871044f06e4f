import type { GuardsInContext, LabelledPair } from "@chesil/matching";

type Verdict = ReturnType<GuardsInContext["judge"]>;

/**
 * The guards of a batch, once people have said of pairs that they are one. Who says that a record is this child's answers
 * the fear of a twin towards all that are plainly this child's: else the one record would be taken out of its person to
 * be put to the other.
 */
export class AnsweredGuards {
  readonly #guards: GuardsInContext;
  /** Records that people said are one, by each of them. */
  readonly #together: ReadonlyMap<number, readonly number[]>;

  constructor(guards: GuardsInContext, decisions: readonly LabelledPair[]) {
    this.#guards = guards;
    this.#together = groupsOf(decisions.filter(({ isMatch }) => isMatch));
  }

  /** Of the records at two places. */
  judge(left: number, right: number): Verdict {
    const verdict = this.#guards.judge(left, right);
    if (verdict.veto === undefined || this.#together.size === 0) return verdict;
    return this.#isAnswered(left, right) ? { veto: undefined, areTwo: false } : verdict;
  }

  #isAnswered(left: number, right: number): boolean {
    const [ones, others] = [this.#together.get(left), this.#together.get(right)];
    if (ones === undefined && others === undefined) return false;
    if (ones === others) return true;
    return (ones ?? [left]).some((one) =>
      (others ?? [right]).some((other) => this.#guards.judge(one, other).veto === undefined),
    );
  }
}

function groupsOf(pairs: readonly LabelledPair[]): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const { left, right } of pairs) {
    const [one, other] = [groups.get(left) ?? [left], groups.get(right) ?? [right]];
    if (one === other) continue;
    const [larger, smaller] = one.length >= other.length ? [one, other] : [other, one];
    larger.push(...smaller);
    for (const record of [left, right, ...smaller]) groups.set(record, larger);
  }
  return groups;
}
