/** A task to be dealt, and those who may not have it: they have given a verdict on it. */
export type DealtTask = { readonly taskId: number; readonly notTo: ReadonlySet<string> };

/**
 * Deals tasks out in turn: each goes to whoever of those who may have it has the fewest open ones, of equals to the first by
 * name. So shares differ by one at most where everybody may have everything, and who has much already is spared.
 *
 * @param load the open tasks that each reviewer has now; those that are dealt anew are not among them.
 * @returns for each reviewer the tasks; `left`: those that nobody may have.
 */
export function deal(
  tasks: readonly DealtTask[],
  reviewers: readonly string[],
  load: ReadonlyMap<string, number>,
): { readonly dealt: ReadonlyMap<string, readonly number[]>; readonly left: readonly number[] } {
  const inTurn = [...new Set(reviewers)].sort();
  const counts = new Map(inTurn.map((reviewer) => [reviewer, load.get(reviewer) ?? 0]));
  const dealt = new Map<string, number[]>();
  const left: number[] = [];
  for (const { taskId, notTo } of tasks) {
    const able = inTurn.filter((reviewer) => !notTo.has(reviewer));
    const [first] = able;
    if (first === undefined) {
      left.push(taskId);
      continue;
    }
    const countOf = (reviewer: string) => counts.get(reviewer) ?? 0;
    const least = able.reduce((best, reviewer) => (countOf(reviewer) < countOf(best) ? reviewer : best), first);
    counts.set(least, countOf(least) + 1);
    dealt.set(least, [...(dealt.get(least) ?? []), taskId]);
  }
  return { dealt, left };
}
