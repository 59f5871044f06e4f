import type { MatchingModel } from "@chesil/matching";
import { EQUAL_RECORDS_WEIGHED_MAX, type Wording } from "./wording.ts";

/** What finding a component asks of what is known. */
export type Surroundings = {
  /** Undefined: not matched, so that it stands alone. */
  wordingOf(id: number): Wording | undefined;
  /** Which wordings the wording may be, itself among them, and how much speaks for it. */
  neighboursOf(wording: Wording): Iterable<Neighbour>;
  /** Whether records that say no more than this link. */
  linksItself(wording: Wording): boolean;
  /**
   * Active records that belong in the same decision whatever the evidence: of one person now, or tied by a rule. Who was
   * named for one record need not be named for another.
   */
  tiedTo(id: number): Iterable<number>;
};

/** What another wording may be: it weighs enough to ask about, or states the same NHS number. */
export type Neighbour = { readonly wording: Wording; readonly weight: number };

/**
 * The records whose links hang together, so that they are decided together whatever order they came in (law 9), and the
 * edges that the decision rests on.
 */
export type Component = {
  /** Whose persons are decided. */
  readonly members: ReadonlySet<number>;
  /** Near a member, and beyond every link: whom a question may be about, or who comes second. */
  readonly bystanders: ReadonlySet<number>;
  /** From what a member says; both ends may be one wording, whose records are then near each other. */
  readonly edges: readonly Edge[];
  /** Where it was not followed any further: the oldest record that was reached. */
  readonly cutAt: readonly number[];
};
export type Edge = { readonly left: Wording; readonly right: Wording; readonly weight: number };

/**
 * By evidence a component grows to so many records that are weighed (`EQUAL_RECORDS_WEIGHED_MAX` of each wording). Nobody
 * is so many people: it is a template, or test data, and each record more would cost every message more. By rules, and
 * with the records of its persons, it grows on.
 */
export const COMPONENT_RECORDS_MAX = 500;

/**
 * Everything that the seeds' links can hang on: whom an edge at link weight leads to from them, however far, and whoever
 * is tied to any of those. No link crosses what is left out, as long as nothing grows beyond COMPONENT_RECORDS_MAX. What
 * lies beyond keeps its person and is not weighed: a limit and no choice. There, and only there, the order of arrival may
 * matter, for what lies beyond hangs on where one begins.
 *
 * @param spoken what is said besides, by records that are not there yet.
 */
export function componentOf(
  seeds: Iterable<number>,
  around: Surroundings,
  model: MatchingModel,
  spoken: Iterable<Wording> = [],
): Component {
  const growth = new Growth(around, model.thresholds.linkWeightMin);
  for (const wording of spoken) growth.from([], wording);
  for (const seed of inOrder(seeds)) growth.from([seed]);
  return growth.component();
}

/** What hangs on one seed. */
type Walk = {
  readonly ids: number[];
  /** Of so many of the ids it is known who is tied to them. */
  tied: number;
  /** Records that will be weighed. */
  weighed: number;
  isCut: boolean;
};

class Growth {
  readonly #around: Surroundings;
  readonly #linkWeightMin: number;
  readonly #members = new Set<number>();
  readonly #bystanders = new Set<number>();
  readonly #edges: Edge[] = [];
  readonly #walks: Walk[] = [];
  /** In whose walk a wording was met first: it is counted there. */
  readonly #walkOf = new Map<Wording, Walk>();
  readonly #walked = new Set<Wording>();

  constructor(around: Surroundings, linkWeightMin: number) {
    this.#around = around;
    this.#linkWeightMin = linkWeightMin;
  }

  from(seeds: readonly number[], spoken?: Wording): void {
    const walk: Walk = { ids: [], tied: 0, weighed: 0, isCut: false };
    this.#add(walk, seeds);
    if (spoken) this.#grow(walk, spoken);
    // A list grows while it is walked: what is added is visited too.
    for (const id of walk.ids) {
      const wording = this.#around.wordingOf(id);
      if (wording) this.#grow(walk, wording);
    }
    if (walk.ids.length > 0) this.#walks.push(walk);
  }

  component(): Component {
    return {
      members: this.#members,
      bystanders: this.#bystanders.difference(this.#members),
      edges: this.#edges,
      cutAt: this.#walks.flatMap(({ ids, isCut }) => (isCut ? ids.reduce((a, b) => Math.min(a, b)) : [])),
    };
  }

  /** With all that is tied to them, so that they are counted before the next is reached. */
  #add(walk: Walk, ids: Iterable<number>): void {
    this.#note(walk, ids);
    while (walk.tied < walk.ids.length) {
      const id = walk.ids[walk.tied++] as number;
      const wording = this.#around.wordingOf(id);
      if (wording) this.#count(walk, wording);
      this.#note(walk, this.#around.tiedTo(id));
    }
  }

  #note(walk: Walk, ids: Iterable<number>): void {
    for (const id of ids) {
      if (this.#members.has(id)) continue;
      this.#members.add(id);
      walk.ids.push(id);
    }
  }

  #grow(walk: Walk, wording: Wording): void {
    if (this.#walked.has(wording)) return;
    this.#walked.add(wording);
    // In an order that is nothing but theirs: of many, who is reached is the same in every rebuild.
    for (const { wording: other, weight } of [...this.#around.neighboursOf(wording)].sort(byEvidence)) {
      if (weight < this.#linkWeightMin) for (const id of this.#bystandersOf(other)) this.#bystanders.add(id);
      else if (!this.#reach(walk, other)) continue;
      this.#edges.push({ left: wording, right: other, weight });
    }
  }

  /** @returns whether there is room for it. */
  #reach(walk: Walk, wording: Wording): boolean {
    const known = this.#walkOf.get(wording);
    if (!known && walk.weighed >= COMPONENT_RECORDS_MAX) {
      walk.isCut = true;
      return false;
    }
    // Where another walk was cut short, this one is in the same component: it begins with what that has weighed.
    if (known && known !== walk && known.isCut) walk.weighed = Math.max(walk.weighed, known.weighed);
    this.#add(walk, inOrder(wording.ids));
    return true;
  }

  /**
   * Equal records are one person, but for rules. Where they are not, what they say is too little, and there may be
   * thousands: some are enough to ask about.
   */
  #bystandersOf(wording: Wording): Iterable<number> {
    const { ids } = wording;
    if (ids.size <= EQUAL_RECORDS_WEIGHED_MAX || this.#around.linksItself(wording)) return ids;
    return inOrder(ids).slice(0, EQUAL_RECORDS_WEIGHED_MAX);
  }

  #count(walk: Walk, wording: Wording): void {
    if (this.#walkOf.has(wording)) return;
    this.#walkOf.set(wording, walk);
    walk.weighed += Math.min(wording.ids.size, EQUAL_RECORDS_WEIGHED_MAX);
  }
}

const byEvidence = (one: Neighbour, other: Neighbour): number =>
  other.weight - one.weight || (one.wording.facts < other.wording.facts ? -1 : 1);

const inOrder = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);
