import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import { CHART_LINES, type ChartLine, chartHeightPx, chartOptions } from "./chart-options.ts";
import { type ChartPoint, columnsOf } from "./chart-points.ts";

/** Received and applied a second (left axis) and acknowledgement p99 (right axis) over 15 minutes. */
export function RateChart({ points }: { points: ChartPoint[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const [hovered, setHovered] = useState<number | null>(null);
  const columns = useMemo(() => columnsOf(points), [points]);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const plot = new uPlot(chartOptions(element.clientWidth, setHovered), [[], [], [], []], element);
    chart.current = plot;
    const watcher = new ResizeObserver(() => {
      requestAnimationFrame(() => plot.setSize({ width: element.clientWidth, height: chartHeightPx() }));
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, []);
  useEffect(() => {
    chart.current?.setData(columns);
  }, [columns]);

  const shown = hovered ?? columns[0].length - 1;
  return (
    <figure className="chart">
      <figcaption className="section-title">Last 15 minutes</figcaption>
      <p className="nhsuk-u-visually-hidden">{chartInWords(points)}</p>
      <div className="chart__frame" aria-hidden="true">
        <ul className="chart__legend">
          {CHART_LINES.map((line) => (
            <li key={line.label}>
              <LineSample line={line} />
              {line.label} <strong>{line.format(columns[line.column][shown] ?? null)}</strong>
            </li>
          ))}
        </ul>
        <div ref={place} />
      </div>
    </figure>
  );
}

function LineSample({ line }: { line: ChartLine }) {
  return (
    <svg viewBox="0 0 28 12" focusable="false" aria-hidden="true">
      <line x1="0" x2="28" y1="7" y2="7" stroke={line.colour} strokeWidth={3} strokeDasharray={line.dash?.join(" ")} />
    </svg>
  );
}

/** The chart for those who do not see it. */
function chartInWords(points: readonly ChartPoint[]): string {
  if (points.length === 0) return "No history yet.";
  const [rates, , latency] = CHART_LINES;
  const received = points.map((point) => point.received);
  const slowest = Math.max(0, ...points.map((point) => point.ackP99Ms ?? 0));
  const mean = received.reduce((sum, value) => sum + value, 0) / received.length;
  return `Received ${rates.format(mean)} on average and ${rates.format(Math.max(...received))} at most. Slowest acknowledgement p99 ${latency.format(slowest)}.`;
}
