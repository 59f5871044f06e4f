import fc from "fast-check";
import { expect, it } from "vitest";
import { Pieces } from "./pieces.ts";

const chunks = fc.array(
  fc
    .oneof(fc.nat(40), fc.constantFrom(1_000, 20_000, 65_536, 200_000))
    .chain((byteCount) => fc.nat(255).map((byte) => Buffer.alloc(byteCount, byte))),
  { maxLength: 12 },
);

it("joins what was added, in order, up to the length asked for", () => {
  fc.assert(
    fc.property(chunks, fc.uint8Array({ maxLength: 30 }), fc.nat(30), (added, last, short) => {
      const pieces = new Pieces(1 << 30);
      for (const chunk of added) pieces.add(chunk);
      const whole = Buffer.concat([...added, last]);
      const byteCount = Math.max(0, whole.length - short);
      expect(pieces.byteCount).toBe(whole.length - last.length);
      expect(pieces.join(Buffer.from(last), byteCount).equals(whole.subarray(0, byteCount))).toBe(true);
      expect(pieces.byteCount).toBe(0);
    }),
  );
});

it("shows the head as a copy", () => {
  fc.assert(
    fc.property(chunks, fc.nat(2_000), (added, bytesMax) => {
      const pieces = new Pieces(1 << 30);
      for (const chunk of added) pieces.add(chunk);
      const head = pieces.head(bytesMax);
      expect(head.equals(Buffer.concat(added).subarray(0, bytesMax))).toBe(true);
      expect(head.buffer.byteLength).toBe(head.length);
    }),
  );
});

it("copies a piece of larger memory rather than pin all of it", () => {
  const memory = Buffer.alloc(1024 * 1024, "A");
  const pieces = new Pieces(1 << 30);
  pieces.add(memory.subarray(0, 20_000));
  memory.fill("B");
  expect(pieces.head(3).toString()).toBe("AAA");
});
