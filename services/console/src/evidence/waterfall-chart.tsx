import type { DecisionLevel } from "../api/types.ts";
import { CELL, COLUMN_HEADER, ROW, ROW_GROUP, ROW_HEADER, TABLE } from "../nhs/table-roles.ts";
import { formatProbability, formatWeight } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { levelInWords, valueInWords } from "./evidence-words.ts";
import { barOf, positionOf, type Scale, type Step, waterfall } from "./waterfall.ts";

type WaterfallChartProps = {
  levels: readonly DecisionLevel[];
  total: number | null;
  probability: number | null;
  leftLabel: string;
  rightLabel: string;
};

/**
 * Match weights as a waterfall inside a table: each row is a comparison with its level, values and weight in text, and
 * its bar drawn from where the row above ended. The table says everything; the drawing shows it.
 */
export function WaterfallChart({ levels, total, probability, leftLabel, rightLabel }: WaterfallChartProps) {
  const { steps, scale } = waterfall(levels, total);
  const withValues = levels.some((level) => level.left != null || level.right != null);
  const heads = ["Comparison", "Found", ...(withValues ? [leftLabel, rightLabel] : []), "Weight"];
  return (
    <table {...TABLE} className="waterfall">
      <caption className="nhsuk-u-visually-hidden">Match weights by comparison, from the prior to the total</caption>
      <thead {...ROW_GROUP}>
        <tr {...ROW}>
          {heads.map((head) => (
            <th key={head} {...COLUMN_HEADER} className={head === "Weight" ? "waterfall__weight" : undefined}>
              {head}
            </th>
          ))}
          <th {...COLUMN_HEADER} className="waterfall__chart">
            <span className="nhsuk-u-visually-hidden">Drawing</span>
            <Ticks scale={scale} />
          </th>
        </tr>
      </thead>
      <tbody {...ROW_GROUP}>
        {steps.map((step, index) => (
          <tr
            {...ROW}
            key={step.level?.comparison ?? step.kind}
            className={`waterfall__row waterfall__row--${step.kind}`}
          >
            <th {...ROW_HEADER}>{nameOf(step)}</th>
            <td {...CELL} className="waterfall__level">
              {step.level ? (
                levelInWords(step.level.comparison, step.level.level)
              ) : (
                <span className="quiet-inline">{noteOf(step, probability)}</span>
              )}
            </td>
            {withValues && (
              <>
                <Value label={leftLabel} step={step} side="left" />
                <Value label={rightLabel} step={step} side="right" />
              </>
            )}
            <td {...CELL} className="waterfall__weight">
              {formatWeight(step.weight)}
            </td>
            <td {...CELL} className="waterfall__chart" aria-hidden="true">
              <Bar step={step} scale={scale} first={index === 0} last={index === steps.length - 1} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function nameOf(step: Step): string {
  if (step.level) return words(step.level.comparison);
  return step.kind === "prior" ? "Prior" : "Total";
}

function noteOf(step: Step, probability: number | null): string {
  if (step.kind === "prior") return "before any evidence";
  return probability === null ? "all evidence" : `probability ${formatProbability(probability)}`;
}

function Value({ label, step, side }: { label: string; step: Step; side: "left" | "right" }) {
  const text = step.level?.[side] ?? "";
  return (
    <td {...CELL} className="waterfall__value">
      {step.level && text !== "" && (
        <>
          <span className="waterfall__side">{label} </span>
          {valueInWords(step.level.comparison, text)}
        </>
      )}
    </td>
  );
}

/** Coordinates are per cent of the cell, so rows of any height and width line up. */
function Bar({ step, scale, first, last }: { step: Step; scale: Scale; first: boolean; last: boolean }) {
  const bar = barOf(step, scale);
  const percent = (value: number) => `${value}%`;
  const from = percent(positionOf(step.from, scale));
  const to = percent(positionOf(step.to, scale));
  const way = step.kind === "total" ? "total" : step.weight < 0 ? "against" : "for";
  return (
    <svg width="100%" height="100%" focusable="false" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <line
          key={tick}
          className={tick === 0 ? "waterfall__zero" : "waterfall__grid"}
          x1={percent(positionOf(tick, scale))}
          x2={percent(positionOf(tick, scale))}
          y1="0"
          y2="100%"
        />
      ))}
      {!first && !last && <line className="waterfall__joint" x1={from} x2={from} y1="0" y2="50%" />}
      {!last && <line className="waterfall__joint" x1={to} x2={to} y1="50%" y2="100%" />}
      {last && <line className="waterfall__joint" x1={to} x2={to} y1="0" y2="50%" />}
      <rect
        className={`waterfall__bar waterfall__bar--${way}`}
        x={percent(bar.x)}
        width={percent(Math.max(bar.width, 0.4))}
        y="22%"
        height="56%"
      />
    </svg>
  );
}

function Ticks({ scale }: { scale: Scale }) {
  return (
    <span className="waterfall__ticks" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <span key={tick} style={{ left: `${positionOf(tick, scale)}%` }}>
          {tick > 0 ? `+${tick}` : String(tick).replace("-", "−")}
        </span>
      ))}
    </span>
  );
}
