import fc from "fast-check";
import { expect, it } from "vitest";
import { AnswerQueue, type AnswerSlot } from "./answers.ts";

const fate = fc.constantFrom("reply", "reply", "reply", "silent", "close", "failed");

it("gives answers in order of arrival, nothing after a close or a failure, whatever order they resolve in", () => {
  fc.assert(
    fc.property(
      fc.array(fate, { maxLength: 20 }).chain((fates) =>
        fc.record({
          fates: fc.constant(fates),
          order: fc.shuffledSubarray([...fates.keys()], { minLength: fates.length }),
        }),
      ),
      ({ fates, order }) => {
        const queue = new AnswerQueue();
        const slots: AnswerSlot[] = fates.map(() => queue.add(10));
        const given: number[] = [];
        let last: string | undefined;
        for (const index of order) {
          const slot = slots[index];
          const fated = fates[index];
          if (slot === undefined || fated === undefined) continue;
          const reply = fated === "silent" ? null : Uint8Array.of(index);
          slot.answer = fated === "failed" ? "failed" : { reply, close: fated === "close" };
          const ready = queue.takeReady();
          for (const bytes of ready.replies) given.push(...bytes);
          last ??= ready.last;
          expect(queue.byteCount).toBe(queue.length * 10);
        }
        const stop = fates.findIndex((fated) => fated === "close" || fated === "failed");
        const until = stop < 0 ? fates.length : fates[stop] === "close" ? stop + 1 : stop;
        const expected = [...fates.keys()].filter((index) => index < until && fates[index] !== "silent");
        expect(given).toEqual(expected);
        expect(last).toBe(stop < 0 ? undefined : fates[stop]);
        expect(queue.length).toBe(0);
      },
    ),
  );
});
