import { z } from "zod";

/**
 * Settings of Splink 4 as `save_model_to_json` writes and `Linker` reads them: `Settings.as_dict`,
 * `Comparison.as_dict` and `ComparisonLevel.as_dict` in splink/internals (moj-analytical-services/splink, 4.0.17). A key
 * that Splink does not know makes it refuse the file, so there is no room for ours but in texts.
 */
const probability = z.number().min(0).max(1);

const level = z.object({
  sql_condition: z.string(),
  label_for_charts: z.string().optional(),
  is_null_level: z.boolean().optional(),
  m_probability: probability.nullish(),
  u_probability: probability.nullish(),
  tf_adjustment_column: z.string().nullish(),
  /** By default the whole adjustment. */
  tf_adjustment_weight: z.number().nullish(),
  /** No value counts as rarer than this. */
  tf_minimum_u_value: z.number().nullish(),
  /** The level's own u stands for the exact match's. */
  disable_tf_exact_match_detection: z.boolean().optional(),
});

const comparison = z.object({
  output_column_name: z.string().optional(),
  comparison_description: z.string().optional(),
  comparison_levels: z.array(level).min(2),
});

export const splinkSettings = z.object({
  link_type: z.enum(["dedupe_only", "link_only", "link_and_dedupe"]),
  probability_two_random_records_match: z.number().gt(0).lt(1),
  unique_id_column_name: z.string().optional(),
  sql_dialect: z.string().optional(),
  retain_matching_columns: z.boolean().optional(),
  retain_intermediate_calculation_columns: z.boolean().optional(),
  blocking_rules_to_generate_predictions: z
    .array(z.union([z.string(), z.object({ blocking_rule: z.string(), sql_dialect: z.string().optional() })]))
    .optional(),
  comparisons: z.array(comparison).min(1),
});

export type SplinkSettings = z.infer<typeof splinkSettings>;
export type SplinkComparison = z.infer<typeof comparison>;
export type SplinkLevel = z.infer<typeof level>;
