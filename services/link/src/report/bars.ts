import { type Html, html } from "./html.ts";

/** A bar from one value to another on a scale, with a line at 0 where the scale crosses it. Read the figure beside it. */
export function bar(
  from: number,
  to: number,
  scale: { readonly min: number; readonly max: number },
  kind: string,
): Html {
  const span = scale.max - scale.min || 1;
  const at = (value: number) => ((Math.min(scale.max, Math.max(scale.min, value)) - scale.min) / span) * 100;
  const [left, right] = [at(Math.min(from, to)), at(Math.max(from, to))];
  const zero = at(0).toFixed(2);
  const line = scale.min < 0 && html`<line class="zero" x1="${zero}" x2="${zero}" y1="0" y2="10"/>`;
  const width = Math.max(0.4, right - left).toFixed(2);
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="${kind}" x="${left.toFixed(2)}" y="1.5" width="${width}" height="7"/>${line}</svg>`;
}
