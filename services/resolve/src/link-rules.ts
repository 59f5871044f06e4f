import type { LinkRule } from "@chesil/store";

/** The rules about the records of a batch: which of them are one patient, and which never are. */
export class LinkRules {
  readonly #rules = new Map<number, LinkRule>();
  readonly #byRecord = new Map<number, Set<number>>();
  readonly #changed = new Set<number>();

  load(rule: LinkRule): void {
    if (!this.#rules.has(rule.ruleId)) this.#place(rule);
  }

  put(rule: LinkRule): void {
    this.#place(rule);
    this.#changed.add(rule.ruleId);
  }

  lift(rule: LinkRule, journalId: number): void {
    this.put({ ...rule, liftedBy: journalId });
  }

  #place(rule: LinkRule): void {
    this.#rules.set(rule.ruleId, rule);
    for (const id of [rule.sourceRecordId, rule.otherSourceRecordId]) {
      const known = this.#byRecord.get(id);
      if (known) known.add(rule.ruleId);
      else this.#byRecord.set(id, new Set([rule.ruleId]));
    }
  }

  /** The rules in force that have one record among `ones` and the other among `others`. */
  between(ones: Iterable<number>, others: ReadonlySet<number>, kind: LinkRule["kind"]): LinkRule[] {
    const found = new Set<LinkRule>();
    for (const one of ones) {
      for (const rule of this.of(one)) {
        const other = rule.sourceRecordId === one ? rule.otherSourceRecordId : rule.sourceRecordId;
        if (rule.kind === kind && others.has(other)) found.add(rule);
      }
    }
    return [...found];
  }

  /** The rules in force about a record, the oldest first. */
  of(sourceRecordId: number): LinkRule[] {
    const ids = this.#byRecord.get(sourceRecordId);
    if (!ids) return [];
    return [...ids]
      .sort((a, b) => a - b)
      .flatMap((id) => this.#rules.get(id) ?? [])
      .filter((rule) => rule.liftedBy === null);
  }

  all(): LinkRule[] {
    return [...this.#rules.values()];
  }

  changed(): LinkRule[] {
    return [...this.#changed].flatMap((id) => this.#rules.get(id) ?? []);
  }

  /** @returns what brings back the rules as they are now. */
  savepoint(): () => void {
    const rules = new Map(this.#rules);
    return () => {
      for (const id of this.#rules.keys()) {
        const before = rules.get(id);
        if (before) this.#rules.set(id, before);
        else this.#rules.delete(id);
      }
    };
  }
}
