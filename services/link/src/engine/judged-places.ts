import type { LabelledPair } from "@chesil/matching";
import type { JudgedPair } from "../csv/read-judged-pairs.ts";

/** Judged pairs by the places of their records. One that names a record which is not there is left out. */
export function judgedPlaces(pairs: readonly JudgedPair[], ids: readonly string[]): LabelledPair[] {
  const named = new Set(pairs.flatMap(({ left, right }) => [left, right]));
  const places = new Map<string, number>();
  if (named.size > 0) for (const [place, id] of ids.entries()) if (named.has(id)) places.set(id, place);
  return pairs.flatMap(({ left, right, isSame }) => {
    const [from, to] = [places.get(left), places.get(right)];
    return from === undefined || to === undefined ? [] : [{ left: from, right: to, isMatch: isSame }];
  });
}
