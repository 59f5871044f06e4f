import { BUILT_IN_COMPARISONS } from "../comparisons/built-in.ts";
import { TEXT_KINDS, type TextKind } from "../comparisons/text.ts";
import { comparisonOfColumn, levelMapOf } from "./level-map.ts";
import { type Condition, recogniseCondition } from "./recognise.ts";
import type { SplinkComparison, SplinkLevel } from "./splink-settings.ts";
import { labelOf, type TrainedLevel, trainedLevels } from "./trained-levels.ts";

type Parameters = {
  name: string;
  m: number;
  u: number;
  termFrequencyWeight?: number | undefined;
  note?: string | undefined;
};

export type ReadComparison =
  | {
      readonly ok: true;
      readonly comparison: { name: string; kind?: string; levels: Parameters[]; note?: string };
      /** Splink's column of term frequencies, where any level is adjusted by them. */
      readonly column: string | undefined;
      readonly floor: number | undefined;
      readonly termFrequencies?: unknown;
      readonly head?: Readonly<Record<string, unknown>> | undefined;
      readonly approximations: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What Splink weighs at a level of ours: m and u pooled over its levels that land there. */
type Pool = { m: number; u: number; tf: SplinkLevel | undefined };

type Theirs = TrainedLevel & { readonly label: string; readonly condition: Condition };

/** A floor where Splink has none: below any frequency that is counted. */
const FLOOR = 1e-12;
/** A level of ours inside one of theirs takes so little of it that the latter's u, the base of frequencies, stands. */
const SHARE = 1e-9;

/** Reads a comparison of Splink's library. */
export function readComparison(comparison: SplinkComparison): ReadComparison {
  const called = comparison.output_column_name ?? comparison.comparison_description ?? "a comparison without a name";
  const { trained, problems: untrained, approximations } = trainedLevels(called, comparison.comparison_levels);
  const problems = [...untrained];
  const theirs: Theirs[] = [];
  for (const { level, m, u } of trained) {
    const label = `${called}, level ${labelOf(level)}`;
    const condition = recogniseCondition(level.sql_condition);
    if (condition) theirs.push({ level, m, u, label, condition });
    else problems.push(`${label}: no level of ours says what its condition says`);
  }
  const columns = new Set(theirs.flatMap(({ condition }) => (condition.kind === "else" ? [] : [condition.column])));
  const [column] = columns;
  if (columns.size > 1) {
    const several = [...columns].sort().join(" and ");
    return { ok: false, problems: [`${called}: compares ${several} at once; train them as comparisons of their own`] };
  }
  if (column === undefined && problems.length === 0) problems.push(`${called}: compares no column`);
  if (column === undefined || problems.length > 0) return { ok: false, problems };
  return landed(column, theirs, approximations);
}

function landed(column: string, theirs: readonly Theirs[], said: readonly string[]): ReadComparison {
  const builtIn = BUILT_IN_COMPARISONS.find(({ name }) => name === comparisonOfColumn(column));
  const isPlain = theirs.every(({ condition: { kind } }) => kind === "equal" || kind === "else");
  const kind: TextKind | undefined = builtIn ? undefined : isPlain ? "exact" : "fuzzy";
  const name = builtIn?.name ?? column;
  const names: readonly string[] = builtIn?.levels ?? TEXT_KINDS[kind ?? "exact"];
  const map = levelMapOf(builtIn?.name ?? kind ?? "");
  const last = names.at(-1) ?? "else";
  const pools = new Map<string, Pool>();
  const approximations = [...said];
  for (const their of theirs) {
    const { label, condition } = their;
    const landing = condition.kind === "else" ? { level: last, exactly: true } : map?.landing(condition);
    if (!landing) approximations.push(`${label}: counted with ${last}`);
    else if (!landing.exactly) approximations.push(`${label}: counted as ${landing.level}, which is drawn elsewhere`);
    const at = landing?.level ?? last;
    const before = pools.get(at);
    if (before && landing && condition.kind !== "else") approximations.push(`${label}: counted together with another`);
    pools.set(at, pooled(before, their));
  }
  const within = { ...map?.within };
  const missing = [names[0] ?? "", last].find((each) => !pools.has(each) && !within[each]?.some((it) => pools.has(it)));
  if (missing !== undefined) return { ok: false, problems: [`${column}: has no level that ${missing} could be`] };
  const levels = names.map((each) => levelOf(each, { pools, within, last, names }));
  const tf = [...pools.values()].find((pool) => pool.tf)?.tf;
  const isCounted = kind !== undefined || builtIn?.frequency !== undefined;
  if (tf && !isCounted)
    approximations.push(`${column}: its term frequencies are not used, ours counts none for ${name}`);
  return {
    ok: true,
    comparison: {
      name,
      ...(kind !== undefined && { kind }),
      levels: isCounted ? levels : levels.map(({ termFrequencyWeight: _, ...rest }) => rest),
    },
    column: tf && isCounted ? (tf.tf_adjustment_column ?? undefined) : undefined,
    floor: tf && (tf.tf_minimum_u_value || FLOOR),
    approximations,
  };
}

function pooled(before: Pool | undefined, { level, m, u }: TrainedLevel): Pool {
  const tf = level.tf_adjustment_column && level.tf_adjustment_weight !== 0 ? level : undefined;
  return { m: (before?.m ?? 0) + m, u: (before?.u ?? 0) + u, tf: before?.tf ?? tf };
}

type Pools = {
  readonly pools: ReadonlyMap<string, Pool>;
  readonly within: Readonly<Record<string, readonly string[]>>;
  readonly last: string;
  readonly names: readonly string[];
};

function levelOf(name: string, { pools, within, last, names }: Pools): Parameters {
  const host = (level: string) => within[level]?.find((each) => pools.has(each)) ?? last;
  const own = pools.get(name);
  const pool = own ?? pools.get(host(name));
  if (!pool) return { name, m: 0, u: 0 };
  const guests = names.filter((each) => !pools.has(each) && host(each) === (own ? name : host(name))).length;
  const share = own ? 1 - guests * SHARE : SHARE;
  const weight = pool.tf ? Math.min(1, pool.tf.tf_adjustment_weight ?? 1) : 0;
  return { name, m: pool.m * share, u: pool.u * share, ...(weight > 0 && { termFrequencyWeight: weight }) };
}
