import type uPlot from "uplot";
import { formatTime } from "../text/dates.ts";
import { formatMilliseconds, formatRate } from "../text/numbers.ts";
import { WINDOW_MS } from "./chart-points.ts";

/** How the live chart is drawn. */

export type ChartLine = {
  label: string;
  /** Its column in the chart's data. */
  column: 1 | 2 | 3;
  scale: "rate" | "ms";
  colour: string;
  /** Lines are told apart by their dashes as well as their colour. */
  dash?: number[];
  fill?: string;
  format: (value: number | null) => string;
};

const perSecond = (value: number | null) => (value === null ? "–" : `${formatRate(value)}/s`);
const milliseconds = (value: number | null) => (value === null ? "–" : formatMilliseconds(value));

export const CHART_LINES: readonly [ChartLine, ChartLine, ChartLine] = [
  { label: "Received", column: 1, scale: "rate", colour: "#005eb8", fill: "#005eb81a", format: perSecond },
  { label: "Applied", column: 2, scale: "rate", colour: "#007f3b", dash: [8, 4], format: perSecond },
  { label: "Acknowledgement p99", column: 3, scale: "ms", colour: "#7c2855", dash: [2, 3], format: milliseconds },
];

const INK = "#4c6272";
const GRID = "#e8edee";

/** Height in root ems: the chart grows with the text of a wall screen. */
const HEIGHT_REM = 15;

function rootPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

export function chartHeightPx(): number {
  return HEIGHT_REM * rootPx();
}

/** `onHover` is told the index of the point under the pointer, null when it leaves. */
export function chartOptions(widthPx: number, onHover: (index: number | null) => void): uPlot.Options {
  const rem = rootPx();
  const font = `${0.8125 * rem}px Arial, sans-serif`;
  const axis = { stroke: INK, font, ticks: { show: false }, labelFont: font, labelSize: 1.25 * rem, labelGap: 0 };
  const fromZero = (_: uPlot, __: number, max: number): uPlot.Range.MinMax => [0, Math.max(1, (max ?? 0) * 1.1)];
  return {
    width: widthPx,
    height: chartHeightPx(),
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: false },
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
    scales: {
      x: { range: (_, min, max) => [Math.min(min, max - WINDOW_MS / 1000), max] },
      rate: { range: fromZero },
      ms: { range: fromZero },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 1.75 * rem,
        space: 5 * rem,
        values: (_, times) => times.map(clockMinutes),
      },
      { ...axis, scale: "rate", label: "messages a second", size: 2.5 * rem, grid: { stroke: GRID, width: 1 } },
      { ...axis, scale: "ms", side: 1, label: "milliseconds", size: 2.5 * rem, grid: { show: false } },
    ],
    series: [
      {},
      ...CHART_LINES.map(({ label, scale, colour, dash, fill }) => ({
        label,
        scale,
        stroke: colour,
        width: scale === "ms" ? 1.5 : 2,
        points: { show: false },
        ...(dash && { dash }),
        ...(fill && { fill }),
      })),
    ],
  };
}

function clockMinutes(seconds: number): string {
  return formatTime(new Date(seconds * 1000).toISOString()).slice(0, 5);
}
