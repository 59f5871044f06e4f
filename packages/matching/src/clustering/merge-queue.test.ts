import fc from "fast-check";
import { expect, it } from "vitest";
import { noLinkage } from "./linkage.ts";
import { byEvidence, MergeQueue, mergeOf } from "./merge-queue.ts";

it("gives merges back best first, whatever the order they came in", () => {
  const small = fc.nat(3);
  const merge = fc
    .tuple(small, small, small, small, small)
    .map(([left, right, excess, weight, records]) =>
      mergeOf(left, right, { linkage: { ...noLinkage(), pairs: 1, excess, weight }, version: 0 }, records),
    );
  fc.assert(
    fc.property(fc.array(merge), (merges) => {
      const queue = new MergeQueue();
      for (const each of merges) queue.push(each);
      const popped = Array.from({ length: merges.length }, () => queue.pop());
      const ranks = popped.map((each) => each && { ...each, edge: undefined });
      expect(ranks).toEqual(merges.toSorted(byEvidence).map((each) => ({ ...each, edge: undefined })));
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
