import { expect, it } from "vitest";
import { type BudgetHolder, ByteBudget } from "./byte-budget.ts";

function holder(budget: ByteBudget, name: string, log: string[]) {
  const it: BudgetHolder & { partialBytes: number; hold(bytes: number): void } = {
    partialBytes: 0,
    hold(bytes) {
      const more = bytes - it.partialBytes;
      it.partialBytes = bytes;
      budget.change(more, 0);
    },
    reconsider: () => log.push(`${name} may read`),
    shed() {
      log.push(`${name} shed`);
      it.hold(0);
    },
  };
  budget.join(it);
  return it;
}

it("sheds the largest unfinished frame when nothing else can make room", () => {
  const log: string[] = [];
  const budget = new ByteBudget(100);
  const [small, large] = [holder(budget, "small", log), holder(budget, "large", log)];
  large.hold(60);
  small.hold(39);
  expect([budget.isFull, log]).toEqual([false, []]);
  small.hold(40);
  expect([budget.isFull, log]).toEqual([false, ["large shed"]]);
});

it("waits for bytes in flight instead, and wakes those that waited once there is room", () => {
  const log: string[] = [];
  const budget = new ByteBudget(100);
  const [first, second] = [holder(budget, "first", log), holder(budget, "second", log)];
  budget.change(0, 90);
  first.hold(10);
  expect([budget.isFull, log]).toEqual([true, []]);
  budget.wait(second);
  budget.wait(first);
  budget.change(0, -50);
  // Room for less than one read: only the one that waited longest.
  expect(log).toEqual(["second may read"]);
  budget.change(0, -40);
  expect(log).toEqual(["second may read", "first may read"]);
});

it("sheds once the last bytes in flight are gone and unfinished frames alone still fill it", () => {
  const log: string[] = [];
  const budget = new ByteBudget(100);
  const large = holder(budget, "large", log);
  budget.change(0, 50);
  large.hold(100);
  expect(log).toEqual([]);
  budget.change(0, -50);
  expect(log).toEqual(["large shed"]);
});

it("forgets one that left", () => {
  const log: string[] = [];
  const budget = new ByteBudget(100);
  const gone = holder(budget, "gone", log);
  budget.change(0, 100);
  budget.wait(gone);
  budget.leave(gone);
  budget.change(0, -100);
  expect(log).toEqual([]);
});
