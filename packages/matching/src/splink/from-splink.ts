import { BUILT_IN_COMPARISONS } from "../comparisons/built-in.ts";
import { TEXT_KINDS } from "../comparisons/text.ts";
import type { Veto } from "../guards.ts";
import { comparisonsOf, defaultModel, type MatchingModel, readModel } from "../model.ts";
import { readMarker } from "./marker.ts";
import { type ReadComparison, readComparison } from "./read-comparison.ts";
import { termOfValue } from "./read-terms.ts";
import { columnOf } from "./splink-row.ts";
import { type SplinkComparison, type SplinkSettings, splinkSettings } from "./splink-settings.ts";
import { labelOf, trainedLevels } from "./trained-levels.ts";

export type FromSplinkOptions = {
  /** Default `splink-import`. A file that Chesil wrote names its own. */
  readonly version?: string;
  readonly thresholds?: MatchingModel["thresholds"];
  readonly guards?: readonly Veto[];
  /** By Splink's column: the term frequency table that Splink computed or was given. It replaces what a file carries. */
  readonly termFrequencies?: Readonly<Record<string, ReadonlyMap<string, number>>>;
};

export type FromSplinkResult =
  | { readonly ok: true; readonly model: MatchingModel; readonly approximations: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads settings of Splink 4 (trained, as `save_model_to_json` writes them) as a model. What `toSplinkSettings` wrote
 * comes back as it was, with whatever m, u and prior Splink trained since. Other settings are read as far as their
 * levels are those of Splink's comparison library: each level of theirs finds ours, a level of ours that they do not tell apart
 * weighs what the level it lies in weighs, and a level that ours do not tell apart is counted with `else` and named in
 * `approximations`. A condition that no level of ours says is a problem that names its comparison and level.
 */
export function fromSplinkSettings(value: unknown, options: FromSplinkOptions = {}): FromSplinkResult {
  const parsed = splinkSettings.safeParse(value);
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) };
  const read = parsed.data.comparisons.map((comparison) => fromMarker(comparison) ?? readComparison(comparison));
  const problems = read.flatMap((each) => (each.ok ? [] : each.problems));
  if (problems.length > 0) return { ok: false, problems };
  const comparisons = read.flatMap((each) => (each.ok ? [each] : []));
  const result = readModel(modelOf(parsed.data, comparisons, options));
  if (!result.ok) return result;
  const approximations = comparisons.flatMap((each) => [...each.approximations, ...withoutTable(each, options)]);
  return { ok: true, model: result.model, approximations };
}

/** A comparison that Chesil wrote: m and u by level name, the rest from its marker. */
function fromMarker({ comparison_levels }: SplinkComparison): ReadComparison | undefined {
  const marker = readMarker(comparison_levels.find((level) => level.is_null_level)?.label_for_charts);
  if (!marker) return undefined;
  const { comparison: name, kind, note, termFrequencies } = marker;
  if (!isKnown(name, kind))
    return { ok: false, problems: [`${name}: is no comparison that this version of Chesil knows`] };
  const { trained, problems, approximations } = trainedLevels(name, comparison_levels);
  if (problems.length > 0) return { ok: false, problems };
  const found = marker.levels.map((level) => trained.find((each) => labelOf(each.level) === level.name));
  const levels = marker.levels.map((level, at) => ({ ...level, m: found[at]?.m ?? 0, u: found[at]?.u ?? 0 }));
  const lost = marker.levels.filter((_, at) => !found[at]).map((level) => `${name}: the level ${level.name} is gone`);
  if (lost.length > 0) return { ok: false, problems: lost };
  return {
    ok: true,
    comparison: { name, ...(kind !== undefined && { kind }), levels, ...(note !== undefined && { note }) },
    column: columnOf(name),
    floor: undefined,
    termFrequencies,
    head: marker.model,
    approximations,
  };
}

const isKnown = (name: string, kind: string | undefined): boolean =>
  kind === undefined ? BUILT_IN_COMPARISONS.some((each) => each.name === name) : Object.hasOwn(TEXT_KINDS, kind);

type Read = ReadComparison & { readonly ok: true };

function modelOf(settings: SplinkSettings, read: readonly Read[], options: FromSplinkOptions): unknown {
  const head = read.find((each) => each.head)?.head;
  const names = new Set(read.map(({ comparison }) => comparison.name));
  const termFrequencies: Record<string, unknown> = { ...(head?.termFrequencies as object | undefined) };
  for (const each of read) {
    const terms = termsOf(each, options);
    if (terms !== undefined) termFrequencies[each.comparison.name] = terms;
  }
  const { thresholds = head?.thresholds ?? usualThresholds, guards = head?.guards ?? guardsFor(names) } = options;
  return {
    schemaVersion: 1,
    source: "Imported from settings of Splink.",
    ...head,
    version: options.version ?? head?.version ?? "splink-import",
    lambda: settings.probability_two_random_records_match,
    thresholds,
    guards,
    comparisons: read.map(({ comparison }) => comparison),
    termFrequencies,
  };
}

/** The table given for the column, by Chesil's terms; else what the file carries; else none, so that nothing adjusts. */
function termsOf({ comparison, column, floor, termFrequencies }: Read, options: FromSplinkOptions): unknown {
  const carried = termFrequencies as MatchingModel["termFrequencies"][string] | undefined;
  const table = column === undefined ? undefined : options.termFrequencies?.[column];
  // Splink adjusts nothing for a value that its table has not: the frequency is then the exact level's own u.
  const other = carried?.other ?? comparison.levels[0]?.u;
  if (table === undefined) return carried ?? (floor === undefined ? undefined : { floor, other, frequencies: {} });
  const frequencies: Record<string, number> = {};
  const termOf = termOfValue(comparisonsOf({ comparisons: [comparison as MatchingModel["comparisons"][number]] })[0]);
  for (const [value, frequency] of table) {
    const term = termOf(value);
    if (term !== undefined && frequency > 0 && frequency < 1) frequencies[term] = (frequencies[term] ?? 0) + frequency;
  }
  return { floor: carried?.floor ?? floor ?? other, other, frequencies };
}

const withoutTable = ({ comparison: { name }, column, floor }: Read, options: FromSplinkOptions): string[] =>
  floor === undefined || column === undefined || options.termFrequencies?.[column]
    ? []
    : [`${name}: no term frequencies of ${column} are given, so that its values are not told apart by rarity`];

/** The usual reading of Splink's scores: link at a probability of 0.99, look from 0.5. */
const usualThresholds = { linkWeightMin: Math.log2(99), reviewWeightMin: 0, marginWeightMin: 3 };

/** All guards need the names and the birth date; without them only two NHS numbers forbid. */
function guardsFor(names: ReadonlySet<string>): readonly Veto[] {
  const whole = ["familyName", "givenName", "birthDate"].every((name) => names.has(name));
  return whole ? defaultModel.guards : names.has("nhsNumber") ? ["different-nhs-numbers"] : [];
}
