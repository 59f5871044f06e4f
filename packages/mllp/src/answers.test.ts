import fc from "fast-check";
import { expect, it } from "vitest";
import { AnswerQueue, type AnswerSlot } from "./answers.ts";

const fate = fc.record({
  replyCount: fc.nat(3),
  last: fc.constantFrom(undefined, undefined, undefined, "close" as const, "failed" as const),
});

it("gives answers in order of arrival, nothing after the last, whatever order they resolve in", () => {
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
        const repliesTo = (index: number) =>
          Array.from({ length: fates[index]?.replyCount ?? 0 }, (_, nth) => index * 10 + nth);
        const given: number[] = [];
        let last: string | undefined;
        for (const index of order) {
          const slot = slots[index];
          if (slot === undefined) continue;
          const replies = repliesTo(index).map((byte) => Uint8Array.of(byte));
          const fated = fates[index]?.last;
          slot.answer = { replies, ...(fated && { last: fated }) };
          const ready = queue.takeReady();
          for (const bytes of ready.replies) given.push(...bytes);
          last ??= ready.last;
          expect(queue.byteCount).toBe(queue.length * 10);
        }
        const stop = fates.findIndex((each) => each.last !== undefined);
        const until = stop < 0 ? fates.length : stop + 1;
        expect(given).toEqual([...fates.keys()].slice(0, until).flatMap(repliesTo));
        expect(last).toBe(stop < 0 ? undefined : fates[stop]?.last);
        expect(queue.length).toBe(0);
      },
    ),
  );
});
