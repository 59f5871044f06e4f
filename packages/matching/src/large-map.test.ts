import fc from "fast-check";
import { expect, it } from "vitest";
import { LargeMap } from "./large-map.ts";

it("is a Map, however few keys each of its own maps may hold", () => {
  const entries = fc.array(fc.tuple(fc.nat(40), fc.nat()));
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 9 }), (entries, keysMax) => {
      const large = new LargeMap<number, number>(keysMax);
      const plain = new Map<number, number>();
      for (const [key, value] of entries) {
        expect(large.get(key)).toBe(plain.get(key));
        large.set(key, value);
        plain.set(key, value);
        expect(large.size).toBe(plain.size);
      }
      expect([...large]).toEqual([...plain]);
      for (const key of [...plain.keys(), -1]) expect(large.get(key)).toBe(plain.get(key));
    }),
  );
});
