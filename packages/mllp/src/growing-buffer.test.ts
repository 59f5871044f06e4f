import fc from "fast-check";
import { expect, it } from "vitest";
import { GrowingBuffer } from "./growing-buffer.ts";

const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(400)), { maxLength: 40 });
const limits = fc.record({ capacity: fc.integer({ min: 1, max: 64 }), spare: fc.nat(64) });

it("holds what was added, in order, in one piece", () => {
  fc.assert(
    fc.property(sizes, limits, (added, { capacity, spare }) => {
      const pieces = added.map((byteCount, index) => Buffer.alloc(byteCount, index + 1));
      const whole = Buffer.concat(pieces);
      const buffer = new GrowingBuffer(capacity, Math.max(1, whole.length + spare));
      for (const piece of pieces) buffer.add(piece);
      expect(buffer.bytes.equals(whole)).toBe(true);
    }),
  );
});

it("copies no more at once than three times what is added", () => {
  const capacity = 64 * 1024;
  const chunk = Buffer.alloc(1024, "A");
  const buffer = new GrowingBuffer(capacity, 8 * 1024 * 1024);
  const copy = Buffer.prototype.copy;
  let copied = 0;
  let most = 0;
  Buffer.prototype.copy = function counted(...args: Parameters<Buffer["copy"]>) {
    const byteCount = copy.apply(this, args);
    copied += byteCount;
    return byteCount;
  };
  try {
    for (let added = 0; added < 8 * 1024; added++) {
      copied = 0;
      buffer.add(chunk);
      most = Math.max(most, copied);
    }
  } finally {
    Buffer.prototype.copy = copy;
  }
  expect(most).toBeLessThanOrEqual(3 * chunk.length);
  expect(buffer.bytes.length).toBe(8 * 1024 * 1024);
});
