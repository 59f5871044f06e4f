import type { MatchingModel } from "@chesil/matching";
import type { Band } from "./report-data.ts";

/** Scored pairs as parallel arrays; `forbidden` is 1 where a guard stops the pair. */
export type ScoredEdges = {
  readonly weight: ArrayLike<number>;
  readonly forbidden: ArrayLike<number>;
};

/** Within so many bits of the link threshold, or of the review threshold, a pair is near the line. */
const NEAR_BITS_MAX = 4;

/** The places of the pairs to be shown, evenly spread over each band by weight: the same for the same pairs. */
export function samplePairs(
  { weight, forbidden }: ScoredEdges,
  { linkWeightMin, reviewWeightMin }: MatchingModel["thresholds"],
  perBand: number,
): { readonly band: Band; readonly place: number }[] {
  const places: Record<Band, number[]> = { sure: [], near: [], refused: [] };
  for (let place = 0; place < weight.length; place++) {
    const bits = weight[place] as number;
    if (forbidden[place] === 1) {
      if (bits >= reviewWeightMin) places.refused.push(place);
    } else if (bits >= linkWeightMin + NEAR_BITS_MAX) places.sure.push(place);
    else if (bits >= Math.min(reviewWeightMin, linkWeightMin - NEAR_BITS_MAX)) places.near.push(place);
  }
  return (Object.keys(places) as Band[]).flatMap((band) => {
    const sorted = places[band].sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
    return spread(sorted, perBand).map((place) => ({ band, place }));
  });
}

function spread(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, at) => values[Math.floor((at + 0.5) * (values.length / count))] as number);
}
