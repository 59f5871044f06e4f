/** Raw bytes as one value and where each begins, from 1: an array of bytea would be sent as hex text, twice the bytes. */
export function joined(pieces: readonly Uint8Array[]): { blob: Buffer; offsets: number[] } {
  const offsets: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    offsets.push(length + 1);
    length += piece.length;
  }
  const [only, ...others] = pieces.filter((piece) => piece.length > 0);
  // One alone may have megabytes: it is not copied.
  const blob =
    only && others.length === 0 ? Buffer.from(only.buffer, only.byteOffset, length) : Buffer.concat(pieces, length);
  return { blob, offsets };
}
