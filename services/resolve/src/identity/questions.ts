import type { ReviewTaskKind } from "@chesil/store";

/** A question by what it is about; the order of the two records is nothing. */
export type Question = { readonly kind: ReviewTaskKind; readonly one: number; readonly other: number };

/** Which questions the batch's solutions raise by now, and of which records they have said all there is to ask. */
export class Questions {
  readonly solved = new Set<number>();
  readonly #raised = new Map<string, Question>();

  /** The solution of a component: what it does not raise about its members is overtaken. */
  solve(members: Iterable<number>, raised: readonly Question[]): void {
    const now = new Set(members);
    for (const id of now) this.solved.add(id);
    for (const [key, { one, other }] of this.#raised) if (now.has(one) || now.has(other)) this.#raised.delete(key);
    for (const question of raised) this.#raised.set(keyOf(question), question);
  }

  raised(): Question[] {
    return [...this.#raised.values()];
  }

  /** @returns what brings back the questions as they are now. */
  savepoint(): () => void {
    const [solved, raised] = [new Set(this.solved), new Map(this.#raised)];
    return () => {
      for (const id of this.solved) if (!solved.has(id)) this.solved.delete(id);
      this.#raised.clear();
      for (const [key, question] of raised) this.#raised.set(key, question);
    };
  }
}

const keyOf = ({ kind, one, other }: Question): string => `${kind} ${Math.min(one, other)} ${Math.max(one, other)}`;
