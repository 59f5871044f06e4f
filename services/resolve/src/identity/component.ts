import { type MatchingModel, nhsNumbersAreOne, type Prepared, scorerOf } from "@chesil/matching";

/** What finding a component asks of what is known. */
export type Surroundings = {
  /** Undefined: not matched, so that it stands alone. */
  prepared(id: number): Prepared | undefined;
  /** Whom the record may be, and how much speaks for it; the record itself left out. */
  neighboursOf(id: number, prepared: Prepared): Iterable<Neighbour>;
  /** Active records that belong in the same decision whatever the evidence: of one person now, or tied by a rule. */
  tiedTo(id: number): Iterable<number>;
};

/** A record that another may be: it weighs enough to ask about, or states the same NHS number. */
export type Neighbour = { readonly id: number; readonly weight: number };

/** Compares a record with its candidates, of which it is none. @returns those near enough, and how many were compared. */
export function nearOf(
  prepared: Prepared,
  candidates: Iterable<number>,
  preparedOf: (id: number) => Prepared | undefined,
  model: MatchingModel,
): { near: Neighbour[]; compared: number } {
  const scorer = scorerOf(model);
  const { reviewWeightMin } = model.thresholds;
  const near: Neighbour[] = [];
  let compared = 0;
  for (const id of candidates) {
    const theirs = preparedOf(id);
    if (!theirs) continue;
    compared++;
    const weight = scorer.weigh(prepared, theirs);
    if (weight >= reviewWeightMin || nhsNumbersAreOne(prepared, theirs)) near.push({ id, weight });
  }
  return { near, compared };
}

/**
 * The records whose links hang together, so that they are decided together whatever order they came in (law 9), and the
 * edges that the decision rests on.
 */
export type Component = {
  /** Whose persons are decided. */
  readonly members: ReadonlySet<number>;
  /** Near a member, and beyond every link: whom a question may be about, or who comes second. */
  readonly bystanders: ReadonlySet<number>;
  readonly edges: readonly Edge[];
};
export type Edge = { readonly left: number; readonly right: number; readonly weight: number };

/**
 * Everything that the seeds' links can hang on: whom an edge at link weight leads to from them, however far, and whoever
 * is tied to any of those. No link crosses what is left out.
 */
export function componentOf(seeds: Iterable<number>, around: Surroundings, model: MatchingModel): Component {
  const { linkWeightMin } = model.thresholds;
  const members = new Set(seeds);
  const bystanders = new Set<number>();
  const edges: Edge[] = [];
  // A set grows while it is walked: what is added is visited too.
  for (const id of members) {
    for (const other of around.tiedTo(id)) members.add(other);
    const prepared = around.prepared(id);
    if (!prepared) continue;
    for (const { id: other, weight } of around.neighboursOf(id, prepared)) {
      edges.push({ left: id, right: other, weight });
      if (weight >= linkWeightMin) members.add(other);
      else bystanders.add(other);
    }
  }
  return { members, bystanders: bystanders.difference(members), edges };
}
