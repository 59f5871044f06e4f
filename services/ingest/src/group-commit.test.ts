import { type Appended, type Arrival, LARGE_BYTES } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMIT_ARRIVALS_MAX, GroupCommit } from "./group-commit.ts";

const arrival = (controlId: string, bytes = 10, feed = "a") =>
  ({ feed, controlId, raw: new Uint8Array(bytes) }) as unknown as Arrival;
const accepted = (each: Arrival): Appended => ({ kind: "accepted", journalId: Number(each.controlId), answer: null });
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("group commit", () => {
  it("commits a lone arrival at once, and all that came meanwhile together", async () => {
    const batches: string[][] = [];
    let release = () => {};
    const commits = new GroupCommit(async (arrivals) => {
      batches.push(arrivals.map((each) => each.controlId));
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return arrivals.map(accepted);
    });
    const first = commits.commit(arrival("1"));
    await turn();
    const others = ["2", "3", "4"].map((id) => commits.commit(arrival(id)));
    await turn();
    release();
    await first;
    await turn();
    release();
    await Promise.all(others);
    expect(batches).toEqual([["1"], ["2", "3", "4"]]);
  });

  it("keeps the order of arrival and answers each its own, whatever the batches", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (pauses) => {
        const seen: string[] = [];
        const commits = new GroupCommit(async (arrivals) => {
          seen.push(...arrivals.map((each) => each.controlId));
          await turn();
          return arrivals.map(accepted);
        });
        const answers: Promise<Appended>[] = [];
        for (const [index, pause] of pauses.entries()) {
          answers.push(commits.commit(arrival(String(index))));
          if (pause) await turn();
        }
        expect((await Promise.all(answers)).map((each) => each.journalId)).toEqual(pauses.map((_, index) => index));
        expect(seen).toEqual(pauses.map((_, index) => String(index)));
      }),
    );
  });

  it("never parts arrivals that were given as one, counts what they came in, and keeps the order around them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
        const batches: string[][] = [];
        const commits = new GroupCommit(async (arrivals) => {
          batches.push(arrivals.map((each) => each.controlId));
          await turn();
          return arrivals.map(accepted);
        });
        let next = 0;
        const groups = sizes.map((size) => Array.from({ length: size }, () => arrival(String(next++))));
        const taken = await Promise.all(groups.map((group) => commits.commitTogether("a", group)));
        expect(taken.map((each) => each.map(({ journalId }) => journalId))).toEqual(
          groups.map((group) => group.map(({ controlId }) => Number(controlId))),
        );
        expect(batches.flat().map(Number)).toEqual(Array.from({ length: next }, (_, index) => index));
        for (const [first] of groups) {
          const batch = batches.find((each) => each.includes(first?.controlId ?? ""));
          const group = groups.find((each) => each[0] === first) ?? [];
          expect(batch).toEqual(expect.arrayContaining(group.map(({ controlId }) => controlId)));
        }
      }),
      { numRuns: 30 },
    );
    const counts: number[] = [];
    const commits = new GroupCommit(async (arrivals) => {
      counts.push(arrivals.length);
      await turn();
      return arrivals.map(accepted);
    });
    const header = new Uint8Array(LARGE_BYTES);
    const enveloped = ["1", "2", "3", "4"].map((id) => ({
      ...arrival(id),
      envelope: { header, trailer: new Uint8Array() },
    }));
    await Promise.all(enveloped.map((each) => commits.commit(each as unknown as Arrival)));
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it("bounds a commit by count and by bytes, and takes what is large by itself", async () => {
    const sizes: number[] = [];
    const commits = new GroupCommit(async (arrivals) => {
      sizes.push(arrivals.length);
      await turn();
      return arrivals.map(accepted);
    });
    const sent = (count: number, bytes: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => commits.commit(arrival(String(index), bytes))));
    await sent(COMMIT_ARRIVALS_MAX + 1, 1);
    await sent(17, LARGE_BYTES - 1);
    expect(sizes).toEqual([COMMIT_ARRIVALS_MAX, 1, 16, 1]);
    sizes.length = 0;
    await Promise.all([1, LARGE_BYTES, 1, LARGE_BYTES, 1].map((bytes) => commits.commit(arrival("0", bytes))));
    expect(sizes).toEqual([1, 1, 1, 1, 1]);
  });

  it("rejects all of a batch that the storage refused, and none else", async () => {
    let fail = true;
    const commits = new GroupCommit(async (arrivals) => {
      if (fail) throw Object.assign(new Error("down"), { code: "57P01" });
      return arrivals.map(accepted);
    });
    const results = await Promise.allSettled([commits.commit(arrival("1")), commits.commit(arrival("2"))]);
    expect(results.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    fail = false;
    expect((await commits.commit(arrival("3"))).journalId).toBe(3);
  });

  it("lets data that the database refuses cost its own sender only", async () => {
    const commits = new GroupCommit(async (arrivals) => {
      if (arrivals.some((each) => each.controlId === "2"))
        throw Object.assign(new Error("bad data"), { code: "22021" });
      return arrivals.map(accepted);
    });
    const results = await Promise.allSettled(["1", "2", "3"].map((id) => commits.commit(arrival(id))));
    expect(results.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  /** Commits that run one at a time, when the test says so; tells which feeds each one held. */
  function steppedCommits() {
    const batches: string[][] = [];
    let release = () => {};
    const commits = new GroupCommit(async (arrivals) => {
      batches.push(arrivals.map((each) => each.feed));
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return arrivals.map(accepted);
    });
    const step = async () => {
      release();
      await turn();
    };
    return { commits, batches, step };
  }

  it("lets a flooding feed cost another's message no more than the commit under way", async () => {
    const { commits, batches, step } = steppedCommits();
    for (let index = 0; index < 4 * COMMIT_ARRIVALS_MAX; index++)
      void commits.commit(arrival(String(index), 10, "flood"));
    await turn();
    void commits.commit(arrival("0", 10, "quiet"));
    await step();
    expect(batches.map((feeds) => feeds.filter((feed) => feed === "quiet").length)).toEqual([0, 1]);
    expect(batches[1]).toHaveLength(COMMIT_ARRIVALS_MAX);
  });

  it("commits what is large beside the others, one at a time: its own feed waits for it and nobody else", async () => {
    const begun: string[] = [];
    const releases = new Map<string, () => void>();
    const commits = new GroupCommit(async (arrivals) => {
      const name = arrivals.map(({ controlId }) => controlId).join();
      begun.push(name);
      await new Promise<void>((resolve) => releases.set(name, resolve));
      return arrivals.map(accepted);
    });
    const end = async (name: string) => {
      releases.get(name)?.();
      await turn();
    };
    for (const [id, bytes, feed] of [
      ["1", LARGE_BYTES, "x"],
      ["2", 10, "x"],
      ["3", LARGE_BYTES, "y"],
      ["4", 10, "quiet"],
    ] as const)
      void commits.commit(arrival(id, bytes, feed));
    await turn();
    expect(begun).toEqual(["1", "4"]);
    void commits.commit(arrival("5", 10, "quiet"));
    await end("4");
    expect(begun).toEqual(["1", "4", "5"]);
    await end("1");
    expect(begun).toEqual(["1", "4", "5"]);
    await end("5");
    expect(begun.slice(3).toSorted()).toEqual(["2", "3"]);
  });

  it("keeps each feed's order, whatever is large in it", async () => {
    const load = fc.array(
      fc.record({ feed: fc.constantFrom("a", "b", "c"), isLarge: fc.boolean(), pause: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    await fc.assert(
      fc.asyncProperty(load, async (sent) => {
        const done = new Map<string, number[]>();
        const commits = new GroupCommit(async (arrivals) => {
          await turn();
          for (const { feed, controlId } of arrivals) done.set(feed, [...(done.get(feed) ?? []), Number(controlId)]);
          return arrivals.map(accepted);
        });
        const taken: Promise<Appended>[] = [];
        for (const [index, { feed, isLarge, pause }] of sent.entries()) {
          taken.push(commits.commit(arrival(String(index), isLarge ? LARGE_BYTES : 10, feed)));
          if (pause) await turn();
        }
        expect((await Promise.all(taken)).map(({ journalId }) => journalId)).toEqual(sent.map((_, index) => index));
        for (const ids of done.values()) expect(ids).toEqual(ids.toSorted((left, right) => left - right));
      }),
    );
  });

  it("serves every feed in every commit, whatever they send, as far as there is room", async () => {
    const load = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(load, async (feeds) => {
        const order = new Map<string, string[]>();
        let waiting = new Set(feeds);
        const commits = new GroupCommit(async (arrivals) => {
          expect(new Set(arrivals.map((each) => each.feed))).toEqual(waiting);
          for (const { feed, controlId } of arrivals) order.set(feed, [...(order.get(feed) ?? []), controlId]);
          waiting = new Set(
            feeds.filter((feed) => order.get(feed)?.length !== feeds.filter((each) => each === feed).length),
          );
          await turn();
          return arrivals.map(accepted);
        });
        const bytes = LARGE_BYTES / 2;
        await Promise.all(feeds.map((feed, index) => commits.commit(arrival(String(index), bytes, feed))));
        for (const ids of order.values())
          expect(ids).toEqual(ids.toSorted((left, right) => Number(left) - Number(right)));
      }),
    );
  });
});
