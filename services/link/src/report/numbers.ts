const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export const whole = (value: number): string => WHOLE.format(value);

/** A weight with its sign, in bits; the minus is the real one, as wide as the plus. */
export function bits(value: number): string {
  const shown = Math.abs(value).toFixed(1);
  if (shown === "0.0") return "0.0";
  return `${value < 0 ? "\u2212" : "+"}${shown}`;
}

/** A share as a percentage, with digits where they matter: near none and near all. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100}%`;
  const rest = Math.min(share, 1 - share) * 100;
  const digits = rest >= 1 ? 1 : Math.min(4, 1 - Math.floor(Math.log10(rest)));
  const shown = (share * 100).toFixed(digits);
  if (Number(shown) === 0) return `<${(10 ** -digits).toFixed(digits)}%`;
  // Rounding never makes a certainty of what is not one, nor nothing of something.
  return Number(shown) === 100 ? `>99.${"9".repeat(digits)}%` : `${shown}%`;
}

/** m or u: plain, or in powers of ten. */
export const probability = (value: number): string =>
  value >= 0.001 ? value.toPrecision(3) : value.toExponential(1).replace("-", "\u2212");

export function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 120) return `${value.toFixed(1)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}
