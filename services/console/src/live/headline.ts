import type { Feed, Snapshot } from "../api/types.ts";
import { countOf, formatSeconds } from "../text/numbers.ts";

/** What the operator at three in the morning needs in words: is it flowing, and if not, what is wrong. */

export type FeedState = "never" | "down" | "silent" | "flowing";

/** A feed that never spoke is told apart from one that stopped, and a lost connection from a silence. */
export function feedState(feed: Feed): FeedState {
  if (!feed.connected) return feed.lastMessageAt === null ? "never" : "down";
  if (feed.silent) return "silent";
  return feed.lastMessageAt === null ? "never" : "flowing";
}

/** Backlog older than this is worth a person's eye: applying normally follows receipt within a second. */
const BACKLOG_WARN_SECONDS = 30;

/** A patient whose messages wait longer than this waits for a person. The Prometheus alert says the same. */
const PARKED_WARN_SECONDS = 15 * 60;

/** `grave`: something stopped or is stuck. Not grave: work for a person that nothing waits on. */
export type Concern = { grave: boolean; text: string };

/** What there is to say, gravest first. Quarantine is not grave: a type not mapped yet stands there by design. */
export function concerns(snapshot: Snapshot): Concern[] {
  const found: Concern[] = [];
  const say = (grave: boolean, text: string) => found.push({ grave, text });
  if (!snapshot.ready) say(true, "Chesil is not ready to receive.");
  const down = namesOf(snapshot.feeds, "down");
  if (down) say(true, `Not connected: ${down}.`);
  const silent = namesOf(snapshot.feeds, "silent");
  if (silent) say(true, `Connected but silent: ${silent}.`);
  const { messages, oldestSeconds } = snapshot.backlog;
  if (oldestSeconds > BACKLOG_WARN_SECONDS) {
    say(true, `${countOf(messages, "message")} not yet applied, the oldest for ${formatSeconds(oldestSeconds)}.`);
  }
  const { outcomes, parkedIdentities, parkedOldestSeconds } = snapshot;
  if (parkedIdentities > 0) {
    const held = countOf(parkedIdentities, "identity", "identities");
    say(
      parkedOldestSeconds > PARKED_WARN_SECONDS,
      `${held} parked, the oldest for ${formatSeconds(parkedOldestSeconds)}.`,
    );
  }
  if (parkedIdentities === 0 && parkedOldestSeconds > PARKED_WARN_SECONDS)
    say(true, `A message sent in parts has waited ${formatSeconds(parkedOldestSeconds)} for its rest.`);
  if (outcomes.quarantined > 0) say(false, `${countOf(outcomes.quarantined, "message")} in quarantine.`);
  const never = namesOf(snapshot.feeds, "never");
  if (never) say(false, `Never heard from: ${never}.`);
  return found;
}

/** The state of the whole in two or three words. */
export function headlineWord(snapshot: Snapshot): string {
  if (concerns(snapshot).some((concern) => concern.grave)) return "Needs attention";
  return snapshot.feeds.some((feed) => feedState(feed) === "flowing") ? "Flowing" : "Waiting";
}

function namesOf(feeds: readonly Feed[], state: FeedState): string {
  return feeds
    .filter((feed) => feedState(feed) === state)
    .map((feed) => feed.name)
    .join(", ");
}

export type Balance = { received: number; accounted: number; balanced: boolean };

/** Law 2 on the screen: every message received has one outcome or is in flight. */
export function balanceOf(snapshot: Snapshot): Balance {
  const settled = Object.values(snapshot.outcomes).reduce((sum, count) => sum + count, 0);
  const accounted = settled + snapshot.inFlight;
  return { received: snapshot.received, accounted, balanced: accounted === snapshot.received };
}
