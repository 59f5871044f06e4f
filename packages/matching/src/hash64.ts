/**
 * A 64-bit hash of a text as a signed bigint, for PostgreSQL's `bigint`: two 32-bit lanes over the UTF-16 units, mixed
 * into each other at the end. Not for security; stored keys depend on it, so it never changes.
 */
export function hash64(text: string): bigint {
  let high = 0x811c9dc5;
  let low = 0x2f0b4c47;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995) ^ (low >>> 15);
  }
  high = avalanche(high ^ Math.imul(low, 0x9e3779b1));
  low = avalanche(low ^ Math.imul(high, 0x85ebca77));
  return (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
}

/** Lets every bit of the input move every bit of the output. */
function avalanche(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
