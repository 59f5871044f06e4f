/**
 * The bytes of one very large frame, always in one piece, and never much copied at once: the buffer to follow is
 * filled bit by bit while this one still has room. Joining 100 MB when its last byte comes would stop every other
 * connection for 70 ms. The price: while it moves, a frame lies in memory twice.
 */
export class GrowingBuffer {
  readonly #bytesMax: number;
  #current: Buffer;
  #byteCount = 0;
  #next: Buffer | undefined;
  /** Bytes of the current buffer that the next one has already. */
  #movedBytes = 0;

  /** Memory not written to costs nothing: `capacity` may be generous. Beyond `bytesMax` it does not plan ahead. */
  constructor(capacity: number, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#current = Buffer.allocUnsafeSlow(Math.min(capacity, bytesMax));
  }

  /** A view of what was added. */
  get bytes(): Buffer {
    return this.#current.subarray(0, this.#byteCount);
  }

  add(piece: Buffer): void {
    const byteCount = this.#byteCount + piece.length;
    if (byteCount > this.#current.length) this.#switch(byteCount);
    piece.copy(this.#current, this.#byteCount);
    this.#byteCount = byteCount;
    const capacity = this.#current.length;
    // From half full to full the other half arrives: two bytes moved for each that comes, and all have moved by then.
    if (byteCount > capacity / 2 && capacity < this.#bytesMax) this.#move(2 * piece.length);
  }

  #move(bytesMax: number): void {
    this.#next ??= Buffer.allocUnsafeSlow(Math.min(2 * this.#current.length, this.#bytesMax));
    const until = Math.min(this.#byteCount, this.#movedBytes + bytesMax);
    this.#current.copy(this.#next, this.#movedBytes, this.#movedBytes, until);
    this.#movedBytes = until;
  }

  /** Goes on in the next buffer, or in a larger one when a single piece outgrows even that. */
  #switch(byteCount: number): void {
    if (this.#next === undefined || this.#next.length < byteCount) {
      this.#next = Buffer.allocUnsafeSlow(Math.max(byteCount, 2 * this.#current.length));
      this.#movedBytes = 0;
    }
    this.#current.copy(this.#next, this.#movedBytes, this.#movedBytes, this.#byteCount);
    this.#current = this.#next;
    this.#next = undefined;
    this.#movedBytes = 0;
  }
}
