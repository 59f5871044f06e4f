/**
 * Chance that can be repeated: 32-bit integer arithmetic only, so that a seed gives the same draws on every machine.
 * Not for security.
 */

const GOLDEN = 0x9e3779b9;

/** A 32-bit word in which every bit of the input moves every bit of the output (the finaliser of MurmurHash3). */
export function mix32(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A random order of the whole numbers below `size`, worked out place by place: nothing is kept, nothing comes twice. */
export type Shuffle = (place: number) => number;

const ROUNDS = 6;

/**
 * A Feistel network over the smallest even number of bits that holds `size`, walked until it lands below `size` (Black
 * and Rogaway, Ciphers with arbitrary finite domains, 2002): a permutation, whatever the round function.
 * @param size from 1 up to 2^53.
 */
export function shuffleOf(size: number, seed: number): Shuffle {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const half = 2 ** halfBits;
  const keys = Array.from({ length: ROUNDS }, (_, round) => mix32(mix32(seed) + Math.imul(round + 1, GOLDEN)));
  return (place) => {
    let value = place;
    do {
      let left = Math.floor(value / half);
      let right = value % half;
      for (const key of keys) {
        const mixed = mix32(right ^ key) % half;
        [left, right] = [right, (left ^ mixed) >>> 0];
      }
      value = left * half + right;
    } while (value >= size);
    return value;
  };
}
