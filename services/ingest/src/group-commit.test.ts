import type { Appended, Arrival } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMIT_ARRIVALS_MAX, COMMIT_BYTES_BESIDE, COMMIT_BYTES_MAX, GroupCommit } from "./group-commit.ts";

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
    const header = new Uint8Array(COMMIT_BYTES_MAX / 2);
    const enveloped = ["1", "2", "3", "4"].map((id) => ({
      ...arrival(id),
      envelope: { header, trailer: new Uint8Array() },
    }));
    await Promise.all(enveloped.map((each) => commits.commit(each as unknown as Arrival)));
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it("bounds a commit by count and by bytes, and takes one that is larger alone", async () => {
    const sizes: number[] = [];
    const commits = new GroupCommit(async (arrivals) => {
      sizes.push(arrivals.length);
      await turn();
      return arrivals.map(accepted);
    });
    const many = Array.from({ length: COMMIT_ARRIVALS_MAX + 1 }, (_, index) =>
      commits.commit(arrival(String(index), 1)),
    );
    await Promise.all([
      ...many,
      commits.commit(arrival("0", COMMIT_BYTES_MAX + 1)),
      commits.commit(arrival("0", COMMIT_BYTES_MAX)),
    ]);
    expect(sizes).toEqual([COMMIT_ARRIVALS_MAX, 1, 1, 1]);
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

  it("lets documents larger than a commit delay another's message by one of them, and be delayed by nobody for ever", async () => {
    const { commits, batches, step } = steppedCommits();
    for (const feed of ["x", "y", "x", "y"]) void commits.commit(arrival("0", COMMIT_BYTES_MAX, feed));
    await turn();
    void commits.commit(arrival("0", COMMIT_BYTES_BESIDE, "quiet"));
    for (let index = 0; index < 4; index++) await step();
    expect(batches).toEqual([["x"], ["y", "quiet"], ["x"], ["y"]]);
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
        const bytes = COMMIT_BYTES_MAX / 8;
        await Promise.all(feeds.map((feed, index) => commits.commit(arrival(String(index), bytes, feed))));
        for (const ids of order.values())
          expect(ids).toEqual(ids.toSorted((left, right) => Number(left) - Number(right)));
      }),
    );
  });
});
