import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Barrier } from "./barrier.ts";

type Announced = { readonly names: readonly string[]; readonly joins: readonly string[][] };

const name = fc.constantFrom("A", "B", "C", "D", "E", "F");
const announced: fc.Arbitrary<Announced> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3 })
  .chain((names) =>
    fc.boolean().map((isJoined) => ({ names, joins: isJoined && names.length > 1 ? [[...names]] : [] })),
  );

/** The classes of names after the first messages: what they joined. */
function classesAfter(messages: readonly Announced[]): (name: string) => string {
  const classes = new Map<string, string>();
  const classOf = (each: string) => classes.get(each) ?? each;
  for (const joined of messages.flatMap((message) => message.joins)) {
    const [first = "", ...others] = joined.map(classOf);
    for (const each of ["A", "B", "C", "D", "E", "F"]) if (others.includes(classOf(each))) classes.set(each, first);
  }
  return classOf;
}

/** Whether a later message names an identity of an earlier one, by what was joined before the later one came. */
function meets(messages: readonly Announced[], earlier: number, later: number): boolean {
  const classOf = classesAfter(messages.slice(0, later));
  const names = messages[earlier]?.names.map(classOf);
  return messages[later]?.names.some((each) => names?.includes(classOf(each))) ?? false;
}

/** Runs all of them, the next one always drawn from those that are runnable. @returns the order they ran in. */
function run(messages: readonly Announced[], draw: (count: number) => number): number[] {
  const barrier = new Barrier();
  for (const [id, { names, joins }] of messages.entries()) barrier.announce(id, names, joins);
  let runnable = messages.map((_, id) => id).filter((id) => barrier.isRunnable(id));
  const order: number[] = [];
  while (runnable.length > 0) {
    const id = runnable[draw(runnable.length)] ?? 0;
    order.push(id);
    runnable = [...runnable.filter((each) => each !== id), ...barrier.finish(id)];
  }
  return order;
}

describe("the barrier", () => {
  const history = fc.array(announced, { maxLength: 12 });
  const draws = fc.infiniteStream(fc.nat(1000));

  it("lets every message run, once, after all earlier ones that it meets", () => {
    fc.assert(
      fc.property(history, draws, (messages, stream) => {
        const order = run(messages, (count) => (stream.next().value ?? 0) % count);
        expect([...order].sort((a, b) => a - b)).toEqual(messages.map((_, id) => id));
        for (let later = 0; later < messages.length; later++) {
          for (let earlier = 0; earlier < later; earlier++) {
            if (meets(messages, earlier, later)) expect(order.indexOf(earlier)).toBeLessThan(order.indexOf(later));
          }
        }
      }),
    );
  });

  it("makes nobody wait who meets nobody", () => {
    fc.assert(
      fc.property(history, (messages) => {
        const barrier = new Barrier();
        messages.forEach(({ names, joins }, id) => {
          const isFree = !messages.slice(0, id).some((_, earlier) => meets(messages, earlier, id));
          expect(barrier.announce(id, names, joins) === undefined).toBe(isFree);
          expect(barrier.isRunnable(id)).toBe(isFree);
        });
      }),
    );
  });

  it("names the head of the queue, along all that a held identity was joined with", () => {
    const barrier = new Barrier();
    barrier.hold(7, "A");
    expect(barrier.announce(8, ["A", "B"], [["A", "B"]])).toBe(7);
    expect(barrier.announce(9, ["B"])).toBe(7);
    expect(barrier.announce(10, ["C"])).toBeUndefined();
  });

  it("lets what it holds itself go on: it does not wait for itself", () => {
    const barrier = new Barrier();
    barrier.hold(7, "A");
    expect(barrier.announce(7, ["A"])).toBeUndefined();
    expect(barrier.announce(8, ["A"])).toBe(7);
    expect(barrier.finish(7)).toEqual([8]);
  });
});
