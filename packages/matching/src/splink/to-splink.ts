import type { BlockingRule } from "../blocking/rule-keys.ts";
import type { MatchingModel } from "../model.ts";
import { blockingRuleSql, usualRules } from "./blocking-sql.ts";
import type { LevelSql } from "./column-sql.ts";
import { comparisonSql } from "./level-sql.ts";
import { markersOf } from "./marker.ts";
import { columnOf } from "./splink-row.ts";
import type { SplinkComparison, SplinkLevel, SplinkSettings } from "./splink-settings.ts";

export type ToSplinkOptions = {
  /** Default `dedupe_only`: one file whose records may be of one person. */
  readonly linkType?: SplinkSettings["link_type"];
  /** Default `unique_id`. */
  readonly uniqueIdColumn?: string;
  /** Which pairs Splink is to compare; default rules by name, birth date, postcode, number. */
  readonly rules?: readonly BlockingRule[];
};

export type ToSplinkResult = {
  readonly settings: SplinkSettings;
  /** Each level and rule that SQL says only nearly, and how it differs. */
  readonly approximations: readonly string[];
};

/**
 * The model as settings that Splink 4 loads, for the DuckDB dialect, over rows as `splinkRow` makes them. m, u and the
 * prior are the same numbers, so that a pair at the same levels weighs the same. The floor of term frequencies is
 * `tf_minimum_u_value`; the frequencies themselves are registered beside the settings (`splinkTermFrequencies`).
 */
export function toSplinkSettings(model: MatchingModel, options: ToSplinkOptions = {}): ToSplinkResult {
  const approximations: string[] = [];
  const markers = markersOf(model);
  const comparisons = model.comparisons.map((comparison, index) => {
    const { missing, levels } = comparisonSql(comparison);
    for (const { level, approximates } of levels)
      if (approximates) approximations.push(`${comparison.name} ${level}: ${approximates}`);
    return {
      output_column_name: columnOf(comparison.name),
      comparison_levels: [
        { sql_condition: missing, label_for_charts: markers[index] ?? "missing", is_null_level: true },
        ...levels.map((level) => splinkLevel(level, comparison, model)),
      ],
    } satisfies SplinkComparison;
  });
  const rules = (options.rules ?? usualRules(model.comparisons)).map((rule) => ({ rule, said: blockingRuleSql(rule) }));
  for (const { rule, said } of rules)
    approximations.push(
      ...(said?.approximations ?? [`blocking by ${rule.join(" and ")}: left out, a part is unknown`]),
    );
  const settings: SplinkSettings = {
    link_type: options.linkType ?? "dedupe_only",
    probability_two_random_records_match: model.lambda,
    unique_id_column_name: options.uniqueIdColumn ?? "unique_id",
    sql_dialect: "duckdb",
    retain_intermediate_calculation_columns: true,
    retain_matching_columns: true,
    blocking_rules_to_generate_predictions: rules.flatMap(({ said }) => (said ? [{ blocking_rule: said.sql }] : [])),
    comparisons,
  };
  return { settings, approximations: [...new Set(approximations)] };
}

function splinkLevel(
  { level, sql }: LevelSql,
  { name, levels }: MatchingModel["comparisons"][number],
  { termFrequencies }: MatchingModel,
): SplinkLevel {
  const parameters = levels.find((each) => each.name === level);
  const weight = parameters?.termFrequencyWeight ?? 0;
  const floor = termFrequencies[name]?.floor;
  return {
    sql_condition: sql,
    label_for_charts: level,
    ...(parameters && { m_probability: parameters.m, u_probability: parameters.u }),
    // A swap is of two values: no frequency is that of both.
    ...(weight > 0 &&
      level !== "swapped" &&
      sql !== "ELSE" && {
        tf_adjustment_column: columnOf(name),
        tf_adjustment_weight: weight,
        tf_minimum_u_value: floor ?? 0,
      }),
  };
}
