import { editDistance } from "@chesil/matching";

const DISTANCE_MAX = 3;

/** The name that was probably meant: it contains the other, or at most a third of the letters are wrong. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  const limit = Math.min(DISTANCE_MAX, Math.max(1, Math.floor(lower.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of names) {
    const other = candidate.toLowerCase();
    const holds = lower.length > DISTANCE_MAX && (other.includes(lower) || (other.length > 3 && lower.includes(other)));
    const distance = holds ? Math.min(limit, 2) : editDistance(lower, other, limit);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}
