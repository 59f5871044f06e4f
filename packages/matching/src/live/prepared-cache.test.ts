import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Prepared, prepare } from "../prepare.ts";
import { PreparedCache } from "./prepared-cache.ts";

const record = (practice: number): Prepared =>
  prepare({ names: [], postcodes: [], addressLines: [], phones: [], emails: [], gpPractice: `J8${1000 + practice}` });

const operations = fc.array(fc.record({ slot: fc.nat(20), what: fc.constantFrom("set", "get", "delete") }), {
  maxLength: 100,
});

describe("prepared records that are kept", () => {
  it("are those last set for their slots, and no more than there is room for", () => {
    fc.assert(
      fc.property(operations, fc.nat(6), (history, max) => {
        const cache = new PreparedCache(max);
        const model = new Map<number, Prepared>();
        for (const [time, { slot, what }] of history.entries()) {
          if (what === "set") {
            model.set(slot, record(time));
            cache.set(slot, model.get(slot) as Prepared);
            expect(cache.get(slot)).toBe(max === 0 ? undefined : model.get(slot));
          } else if (what === "delete") {
            model.delete(slot);
            cache.delete(slot);
          }
          const kept = Array.from({ length: 21 }, (_, each) => each).filter((each) => cache.get(each) !== undefined);
          expect(kept.length).toBeLessThanOrEqual(max);
          for (const each of kept) expect(cache.get(each)).toBe(model.get(each));
        }
      }),
    );
  });

  it("outlive others when they are asked for", () => {
    const cache = new PreparedCache(4);
    const wanted = record(0);
    cache.set(0, wanted);
    for (let slot = 1; slot < 100; slot++) {
      expect(cache.get(0)).toBe(wanted);
      cache.set(slot, record(slot));
    }
    expect(cache.get(0)).toBe(wanted);
    expect(cache.get(50)).toBeUndefined();
  });
});
