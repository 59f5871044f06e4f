import { describe, expect, it } from "vitest";
import type { Feed, Snapshot } from "../api/types.ts";
import { balanceOf, concerns, feedState, headlineWord } from "./headline.ts";

const FEED: Feed = {
  name: "uhd-pas",
  kind: "mllp",
  address: "127.0.0.1:2575",
  connections: 1,
  connected: true,
  lastMessageAt: "2026-07-26T11:59:58Z",
  receivedTotal: 10,
  receivedPerSecond: 1,
  silent: false,
};

const WELL: Snapshot = {
  at: "2026-07-26T12:00:00Z",
  ready: true,
  feeds: [FEED],
  receivedPerSecond: 1,
  appliedPerSecond: 1,
  outcomes: { applied: 9, duplicate: 0, conflict: 0, quarantined: 0, parked: 0, rejected: 0, skipped: 0 },
  received: 10,
  inFlight: 1,
  ackMs: null,
  applyMs: null,
  backlog: { messages: 1, oldestSeconds: 0.2 },
  persons: 5,
  sourceRecords: 8,
  reviewTasksOpen: 0,
  parkedIdentities: 0,
  parkedOldestSeconds: 0,
};

describe("the state of a feed", () => {
  it.each([
    [{}, "flowing"],
    [{ silent: true }, "silent"],
    [{ connected: false }, "down"],
    [{ connected: false, lastMessageAt: null }, "never"],
    [{ lastMessageAt: null }, "never"],
    [{ lastMessageAt: null, silent: true }, "silent"],
  ] as const)("with %o is %s", (change, state) => expect(feedState({ ...FEED, ...change })).toBe(state));
});

describe("the headline", () => {
  it("has nothing to say when all is well", () => {
    expect(concerns(WELL)).toEqual([]);
    expect(headlineWord(WELL)).toBe("Flowing");
  });

  it("calls for attention when something stopped", () => {
    const stopped = { ...WELL, feeds: [{ ...FEED, connected: false }] };
    expect(concerns(stopped)).toEqual([{ grave: true, text: "Not connected: uhd-pas." }]);
    expect(headlineWord(stopped)).toBe("Needs attention");
    expect(headlineWord({ ...WELL, ready: false })).toBe("Needs attention");
    expect(headlineWord({ ...WELL, backlog: { messages: 900, oldestSeconds: 95 } })).toBe("Needs attention");
  });

  it("does not cry wolf over a quarantine", () => {
    const some = { ...WELL, outcomes: { ...WELL.outcomes, applied: 7, quarantined: 2 }, parkedIdentities: 1 };
    expect(concerns(some).map((concern) => concern.text)).toEqual([
      "1 identity parked, the oldest for 0 s.",
      "2 messages in quarantine.",
    ]);
    expect(headlineWord(some)).toBe("Flowing");
  });

  it("calls for attention when a patient is held back for long", () => {
    const held = { ...WELL, parkedIdentities: 2, parkedOldestSeconds: 901 };
    expect(concerns(held)).toEqual([{ grave: true, text: "2 identities parked, the oldest for 15 min 1 s." }]);
    expect(headlineWord({ ...held, parkedOldestSeconds: 900 })).toBe("Flowing");
    expect(concerns({ ...WELL, parkedOldestSeconds: 3600 })).toEqual([
      { grave: true, text: "A message sent in parts has waited 1 h for its rest." },
    ]);
  });

  it("waits for a first message without alarm", () => {
    expect(headlineWord({ ...WELL, feeds: [{ ...FEED, lastMessageAt: null }] })).toBe("Waiting");
  });
});

describe("the balance", () => {
  it("holds when every message has an outcome or is in flight", () => {
    expect(balanceOf(WELL)).toEqual({ received: 10, accounted: 10, balanced: true });
    expect(balanceOf({ ...WELL, received: 11 }).balanced).toBe(false);
  });
});
