import fc from "fast-check";
import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

/** Whole numbers up to 2^53, many of them equal in their low halves. */
const ids = fc.oneof(
  fc.nat(40),
  fc.maxSafeNat(),
  fc.nat(40).map((n) => n * 2 ** 32),
  fc.constant(2 ** 53),
);

it("slots are a map from ids to small numbers, each of one id at a time", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, fc.boolean()), { maxLength: 300 }), (history) => {
      const slots = new Slots();
      const model = new Map<number, number>();
      let most = 0;
      for (const [id, isTaken] of history) {
        const known = model.get(id);
        expect(slots.slotOf(id)).toBe(known ?? -1);
        if (isTaken && known === undefined) model.set(id, slots.take(id));
        else if (!isTaken && known !== undefined) {
          slots.release(known);
          model.delete(id);
        }
        most = Math.max(most, model.size);
        expect(slots.count).toBe(model.size);
      }
      expect(new Set(model.values()).size).toBe(model.size);
      for (const [id, slot] of model) {
        expect([slots.slotOf(id), slots.idAt(slot)]).toEqual([slot, id]);
        expect(slot).toBeLessThan(most);
      }
    }),
  );
});

it("slots are found among a hundred thousand ids in a row, and half of them gone", () => {
  const slots = new Slots();
  const first = 2 ** 40;
  for (let n = 0; n < 100_000; n++) slots.take(first + n);
  for (let n = 0; n < 100_000; n += 2) slots.release(slots.slotOf(first + n));
  const wrong: number[] = [];
  for (let n = 0; n < 100_000; n++) if (slots.slotOf(first + n) !== (n % 2 === 0 ? -1 : n)) wrong.push(n);
  expect(wrong).toEqual([]);
});
