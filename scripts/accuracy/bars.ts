/** A figure held against what it has to reach. */
export type Bar = {
  /** What is held: "febrl3, clusters: F1". */
  readonly of: string;
  readonly value: number;
  /** In words: "above Splink's 0.9982". */
  readonly bar: string;
  readonly isMet: boolean;
  /** How far the value is on the wrong side; 0 where the bar is met. */
  readonly missedBy: number;
};

type Limit = { readonly limit: number /** Whose figure it is, or why. */; readonly whose: string };

/** Better than somebody's figure: to equal it is not enough. */
export const above = (of: string, value: number, { limit, whose }: Limit): Bar =>
  held(of, value, `above ${shortest(limit)} (${whose})`, { isMet: value > limit, missedBy: limit - value });

export const atLeast = (of: string, value: number, { limit, whose }: Limit): Bar =>
  held(of, value, `at least ${shortest(limit)} (${whose})`, { isMet: value >= limit, missedBy: limit - value });

export const atMost = (of: string, value: number, { limit, whose }: Limit): Bar =>
  held(of, value, `at most ${shortest(limit)} (${whose})`, { isMet: value <= limit, missedBy: value - limit });

const held = (of: string, value: number, bar: string, outcome: Pick<Bar, "isMet" | "missedBy">): Bar => ({
  of,
  value,
  bar,
  isMet: outcome.isMet,
  missedBy: outcome.isMet ? 0 : outcome.missedBy,
});

/** "febrl3, clusters: F1 is 0.997, to be above 0.9982 (Splink 3.9.7): missed by 0.0012" */
export function barLine({ of, value, bar, isMet, missedBy }: Bar): string {
  return `${of} is ${shortest(value)}, to be ${bar}${isMet ? "" : `: missed by ${shortest(missedBy)}`}`;
}

const shortest = (value: number): string => String(Number(value.toFixed(6)));
