import type { Clustering, Veto } from "@chesil/matching";
import type { Linked } from "./link.ts";
import { WHY_WORDS, type Why } from "./why.ts";

/** What became of a pair of records: in one person, asked of a person, or in two. */
export type Fate = {
  readonly decision: "linked" | "review" | "apart";
  readonly why: Why;
  /** Whether it is a guard that stands between the two. */
  readonly isGuard: boolean;
};

type Proposal = Clustering["proposals"][number];

/** Tells of pairs of a linked input what became of them, and why. */
export class Fates {
  readonly #linked: Linked;
  readonly #proposals = new Map<number, Proposal>();
  /** Persons of whom some records were decided to be different people's. */
  readonly #parted = new Set<number>();
  readonly #decided = new Map<number, boolean>();
  #members: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(linked: Linked) {
    this.#linked = linked;
    for (const proposal of linked.clustering.proposals)
      this.#proposals.set(this.#personsKey(proposal.left, proposal.right), proposal);
    for (const { left, right, isMatch } of linked.decisions) {
      this.#decided.set(this.#recordsKey(left, right), isMatch);
      if (!isMatch) this.#parted.add(this.#personsKey(left, right));
    }
  }

  /** Of the records at two places, whose match weight is so many bits. */
  of(left: number, right: number, weight: number): Fate {
    const { clustering, guards } = this.#linked;
    const { veto } = guards.judge(left, right);
    if (clustering.clusterOf[left] === clustering.clusterOf[right]) return this.#linkedFate(left, right, weight, veto);
    const key = this.#personsKey(left, right);
    if (this.#parted.has(key)) {
      const isOwn = this.#decided.has(this.#recordsKey(left, right));
      return { decision: "apart", why: isOwn ? "decided-different" : "others-decided-different", isGuard: false };
    }
    const proposal = this.#proposals.get(key);
    const decision = proposal === undefined ? "apart" : "review";
    if (veto !== undefined) return { decision, why: veto, isGuard: true };
    return proposal === undefined ? this.#apartFate(weight) : this.questionOf(proposal);
  }

  #linkedFate(left: number, right: number, weight: number, veto: Veto | undefined): Fate {
    const isDecided = this.#decided.has(this.#recordsKey(left, right));
    const isEnough = veto === undefined && weight >= this.#linked.model.thresholds.linkWeightMin;
    const why = isDecided ? "decided-same" : isEnough ? "weight-links" : "others-link";
    return { decision: "linked", why, isGuard: false };
  }

  #apartFate(weight: number): Fate {
    const { model, clustering } = this.#linked;
    const isLight = weight < model.thresholds.reviewWeightMin;
    const isCut = clustering.stats.proposalsLeftOut > 0 || clustering.stats.edgesUnsolved > 0;
    const why = isLight ? "weight-below-review" : isCut ? "left-out" : "others-against";
    return { decision: "apart", why, isGuard: false };
  }

  /** Why two persons are asked about. Guards are read as they stand with everybody else on file. */
  questionOf({ left, right, why }: Proposal): Fate {
    const decision = "review";
    if (why === "vetoed") {
      const veto = this.#linked.guards.judge(left, right).veto ?? this.#vetoBetween(left, right);
      return { decision, why: veto ?? "weight-below-link", isGuard: veto !== undefined };
    }
    if (why === "weak") return { decision, why: "weight-below-link", isGuard: false };
    return { decision, why: why === "fits-two" ? "two-persons" : why, isGuard: false };
  }

  /** The guard between other records of two persons, where their strongest pair has none. */
  #vetoBetween(left: number, right: number): Veto | undefined {
    for (const one of this.#recordsOf(left))
      for (const other of this.#recordsOf(right)) {
        const { veto } = this.#linked.guards.judge(one, other);
        if (veto !== undefined) return veto;
      }
    return undefined;
  }

  #recordsOf(place: number): readonly number[] {
    const { clusterOf } = this.#linked.clustering;
    this.#members ??= Map.groupBy(clusterOf.keys(), (record) => clusterOf[record] as number);
    return this.#members.get(clusterOf[place] as number) ?? [];
  }

  #personsKey(left: number, right: number): number {
    const { clusterOf, clusters } = this.#linked.clustering;
    const [one, other] = [clusterOf[left] as number, clusterOf[right] as number];
    return Math.min(one, other) * clusters + Math.max(one, other);
  }

  #recordsKey(left: number, right: number): number {
    return Math.min(left, right) * this.#linked.batch.records.length + Math.max(left, right);
  }
}

/** A fate's reason in words, a guard called one. */
export const reasonOf = ({ why, isGuard }: Fate): string =>
  isGuard ? `stopped by the guard ${why}: ${WHY_WORDS[why]}` : WHY_WORDS[why];
