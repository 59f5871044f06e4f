/** How heavy pairs are that share a key: pairs from `bits` on, up to BIN_BITS more. May be parts of pairs, as they are scaled. */
export type PairBin = {
  /** Lowest weight of the bin, in bits. */
  readonly bits: number;
  /** Pairs that are linked from the link weight on. */
  readonly free: number;
  /** Pairs of which a guard says that a person must look, however heavy they are. */
  readonly held: number;
};

export const BIN_BITS = 0.5;
const BITS_MIN = -60;
const BITS_MAX = 100;

/** Counts pairs by weight. */
export class PairBins {
  readonly #bins = new Map<number, { free: number; held: number }>();

  add(weight: number, isHeld: boolean, pairs = 1): void {
    if (Number.isNaN(weight)) return;
    const bits = Math.floor(Math.min(BITS_MAX, Math.max(BITS_MIN, weight)) / BIN_BITS) * BIN_BITS;
    const bin = this.#bins.get(bits) ?? { free: 0, held: 0 };
    bin[isHeld ? "held" : "free"] += pairs;
    this.#bins.set(bits, bin);
  }

  /** Lightest first; bins without a pair are left out. @param scale what each pair counts for. */
  bins(scale = 1): PairBin[] {
    return [...this.#bins]
      .sort(([a], [b]) => a - b)
      .map(([bits, { free, held }]) => ({ bits, free: free * scale, held: held * scale }));
  }
}
