import { z } from "zod";
import type { MatchingModel } from "../model.ts";

/**
 * What Splink has no place for, kept in the label of the level for missing values: no chart shows it, and Splink 4
 * writes it out again after training, where it forgets the description of a comparison and refuses a key of ours. So a
 * file that Chesil wrote, trained further by Splink or not, comes back whole.
 */
const START = "missing chesil:";

const marker = z.object({
  comparison: z.string(),
  kind: z.string().optional(),
  note: z.string().optional(),
  /** Levels by name, in the model's order; m and u stand in the settings. */
  levels: z.array(
    z.object({ name: z.string(), termFrequencyWeight: z.number().optional(), note: z.string().optional() }),
  ),
  termFrequencies: z.unknown().optional(),
  /** With the first comparison alone: the model but for its comparisons and lambda. */
  model: z.record(z.string(), z.unknown()).optional(),
});
export type Marker = z.infer<typeof marker>;

export function markersOf(model: MatchingModel): string[] {
  const { comparisons, lambda: _, termFrequencies, ...head } = model;
  const counted = new Set(comparisons.map(({ name }) => name));
  const others = Object.entries(termFrequencies).filter(([name]) => !counted.has(name));
  return comparisons.map(({ name, kind, note, levels }, index) => {
    const said: Marker = {
      comparison: name,
      ...(kind !== undefined && { kind }),
      ...(note !== undefined && { note }),
      levels: levels.map(({ m: _m, u: _u, ...level }) => level),
      ...(Object.hasOwn(termFrequencies, name) && { termFrequencies: termFrequencies[name] }),
      ...(index === 0 && { model: { ...head, termFrequencies: Object.fromEntries(others) } }),
    };
    return START + JSON.stringify(said);
  });
}

/** The marker of a comparison, or undefined for a comparison that Chesil did not write. */
export function readMarker(label: string | undefined): Marker | undefined {
  if (!label?.startsWith(START)) return undefined;
  try {
    return marker.safeParse(JSON.parse(label.slice(START.length))).data;
  } catch {
    return undefined;
  }
}
