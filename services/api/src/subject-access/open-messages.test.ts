import fc from "fast-check";
import { expect, it } from "vitest";
import { OpenMessages } from "./open-messages.ts";

it("gives each message as it is, opens none again while there is room, and keeps no more than that", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(fc.nat(11), { maxLength: 60 }), async (sizeOf, asked) => {
      const room = 100;
      let opened = 0;
      const messages = new OpenMessages(async (id) => {
        opened += 1;
        const size = sizeOf[id];
        return size === undefined ? undefined : { size, contentOf: async () => Buffer.from(String(id)) };
      }, room);
      // The last asked for at the end.
      let held: number[] = [];
      for (const id of asked) {
        const before = opened;
        const message = await messages.get(id);
        expect(message?.size).toBe(sizeOf[id]);
        expect(opened - before).toBe(held.includes(id) ? 0 : 1);
        held = [...held.filter((each) => each !== id), id];
        const sizeFrom = (place: number) => held.slice(place).reduce((sum, each) => sum + (sizeOf[each] ?? 0), 0);
        held = held.filter((each, place) => each === id || sizeFrom(place) <= room);
      }
    }),
  );
});
