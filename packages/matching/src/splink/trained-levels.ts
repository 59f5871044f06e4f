import { balanced } from "./balance.ts";
import { recogniseCondition } from "./recognise.ts";
import type { SplinkLevel } from "./splink-settings.ts";

/** A level of Splink that is not for missing values, with its m and u. */
export type TrainedLevel = { readonly level: SplinkLevel; readonly m: number; readonly u: number };

type TrainedLevels = {
  readonly trained: readonly TrainedLevel[];
  readonly problems: readonly string[];
  readonly approximations: readonly string[];
};

/** What Splink itself takes for a level that training never met (`ComparisonLevel.m_probability`, 4.0.17). */
const UNMET = 1e-6;
/** Nothing is certain: an m or u of 1 would leave nothing to the other levels. */
const CERTAIN = 1 - 1e-9;

/** The m and u of a comparison's levels. Where training never met a level it is taken as rare, and that is said. */
export function trainedLevels(called: string, levels: readonly SplinkLevel[]): TrainedLevels {
  const compared = levels.filter((level) => !level.is_null_level);
  const approximations: string[] = [];
  const probability = (level: SplinkLevel, side: "m" | "u"): number => {
    const said = level[`${side}_probability`];
    const taken = said ? Math.min(said, CERTAIN) : UNMET;
    if (taken !== said)
      approximations.push(
        `${called}, level ${labelOf(level)}: its ${side} is taken as ${taken}, as training left it at ${said ?? "nothing"}`,
      );
    return taken;
  };
  const isTrained = (side: "m" | "u") => compared.some((level) => level[`${side}_probability`]);
  if (!isTrained("m") || !isTrained("u"))
    return { trained: [], problems: [`${called}: has no m and u, train the model first`], approximations };
  const trained = compared.map((level) => ({ level, m: probability(level, "m"), u: probability(level, "u") }));
  const base = trained.findIndex(({ level }) => recogniseCondition(level.sql_condition)?.kind === "equal");
  const whole = balanced(trained, base);
  if (whole !== trained)
    approximations.push(`${called}: m or u does not sum to 1; shared out anew, every level weighs what it did`);
  return { trained: whole ?? trained, problems: [], approximations };
}

export const labelOf = ({ label_for_charts, sql_condition }: SplinkLevel): string => label_for_charts ?? sql_condition;
