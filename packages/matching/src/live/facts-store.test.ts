import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactsStore } from "./facts-store.ts";

const SLAB_BYTES = 256;

/** Of all scripts, empty, and longer than a slab. */
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("", "\ufeffmark", "é".repeat(31), "x".repeat(2 * SLAB_BYTES)),
);
const operations = fc.array(fc.tuple(fc.nat(9), fc.option(texts, { nil: undefined })), { maxLength: 200 });

describe("facts", () => {
  it("are kept in slabs that grow with them", () => {
    const store = new FactsStore();
    const text = (slot: number) => `${slot} `.repeat(1 + (slot % 60));
    for (let slot = 0; slot < 8_000; slot++) store.put(slot, text(slot));
    const slots = Array.from({ length: 8_000 }, (_, slot) => slot);
    expect(slots.filter((slot) => store.get(slot) !== text(slot))).toEqual([]);
    expect(store.bytes).toBeLessThan(4 * 1024 * 1024);
  });

  it("are what was put last, whichever slabs have come and gone since", () => {
    fc.assert(
      fc.property(operations, (history) => {
        const store = new FactsStore(SLAB_BYTES);
        const model = new Map<number, string>();
        for (const [slot, text] of history) {
          if (text === undefined) {
            store.delete(slot);
            model.delete(slot);
          } else {
            store.put(slot, text);
            model.set(slot, text);
          }
          for (const each of Array.from({ length: 10 }, (_, n) => n)) expect(store.get(each)).toBe(model.get(each));
        }
      }),
    );
  });

  it("of ever the same number of records take ever the same memory, though each is replaced over and over", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(49)), fc.integer({ min: 1, max: 50 }), (slots, length) => {
        const store = new FactsStore(SLAB_BYTES);
        for (let slot = 0; slot < 50; slot++) store.put(slot, "x".repeat(length));
        for (let round = 0; round < 2_000; round++) store.put(slots.next().value as number, "y".repeat(length));
        const livingBytes = 50 * (8 + Math.ceil(length / 4) * 4);
        // Half of each slab may be dead, a quarter of it unused, and one is being filled.
        expect(store.bytes).toBeLessThanOrEqual((livingBytes * 2) / 0.75 + 2 * SLAB_BYTES);
      }),
      { numRuns: 30 },
    );
  });

  it("leave nothing where they come and go in a slab that is still being filled", () => {
    const store = new FactsStore(SLAB_BYTES);
    for (let time = 0; time < 1_000; time++) {
      store.put(time % 3, "x".repeat(time % 50));
      store.delete(time % 3);
    }
    expect(store.bytes).toBeLessThanOrEqual(2 * SLAB_BYTES);
  });
});
