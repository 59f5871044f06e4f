import { keepsItsConnections, type MllpFeed } from "./feed.ts";
import { type FeedContext, FeedListener } from "./feed-listener.ts";

export type FeedFailure = { readonly feed: string; readonly error: unknown };

export type ReloadResult =
  | {
      readonly ok: true;
      readonly added: readonly string[];
      readonly changed: readonly string[];
      readonly removed: readonly string[];
      /** Feeds whose address another one had to leave first, and that found it taken all the same. */
      readonly failed: readonly FeedFailure[];
    }
  /** Nothing has changed. */
  | { readonly ok: false; readonly failed: readonly FeedFailure[] };

/** Listens and dials for every feed, or for none. */
export async function openAll(feeds: readonly MllpFeed[], context: FeedContext): Promise<FeedListener[]> {
  const opened: FeedListener[] = [];
  try {
    for (const feed of feeds) opened.push(await FeedListener.open(feed, context));
    return opened;
  } catch (error) {
    await stopAll(opened);
    throw error;
  }
}

export async function stopAll(listeners: readonly FeedListener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.stop()));
}

/**
 * From the feeds that run to those that are wanted. First whatever can fail while the old ones still run: listening on
 * addresses nobody has to leave, and certificates. Only when all of that has succeeded is anything given up.
 */
export async function changeOver(
  running: readonly FeedListener[],
  feeds: readonly MllpFeed[],
  context: FeedContext,
): Promise<{ running: readonly FeedListener[]; result: ReloadResult }> {
  const plan = planOf(running, feeds);
  const names = namesOf(running, feeds);
  const prepared = await prepare(plan, context);
  if ("failed" in prepared) return { running, result: { ok: false, failed: [prepared.failed] } };

  await stopAll(plan.leaving);
  const failed: FeedFailure[] = [];
  const begun = new Map(prepared.opened.map((listener) => [listener.feed.name, listener]));
  for (const { feed, before } of plan.waiting) {
    try {
      begun.set(feed.name, await FeedListener.open(feed, context, before?.activity));
    } catch (error) {
      failed.push({ feed: feed.name, error });
    }
  }
  for (const { listener } of plan.staying) begun.set(listener.feed.name, listener);
  return {
    running: feeds.flatMap((feed) => begun.get(feed.name) ?? []),
    result: { ok: true, ...names, failed },
  };
}

type Arriving = { readonly feed: MllpFeed; readonly before: FeedListener | undefined };

type Plan = {
  readonly staying: readonly { readonly listener: FeedListener; readonly feed: MllpFeed }[];
  readonly leaving: readonly FeedListener[];
  /** Can begin while the others run. */
  readonly arriving: readonly Arriving[];
  /** Can begin only when one that leaves has gone. */
  readonly waiting: readonly Arriving[];
};

function planOf(running: readonly FeedListener[], feeds: readonly MllpFeed[]): Plan {
  const byName = new Map(running.map((listener) => [listener.feed.name, listener]));
  const staying = feeds.flatMap((feed) => {
    const listener = byName.get(feed.name);
    return listener !== undefined && keepsItsConnections(listener.feed, feed) ? [{ listener, feed }] : [];
  });
  const stays = new Set(staying.map(({ listener }) => listener));
  const leaving = running.filter((listener) => !stays.has(listener));
  const begin = feeds
    .filter((feed) => !staying.some((each) => each.feed === feed))
    .map((feed) => ({ feed, before: byName.get(feed.name) }));
  const mustWait = ({ feed, before }: Arriving) =>
    // A sender that is dialled anew must not find two of us.
    (before !== undefined && feed.mode === "dial") ||
    leaving.some((listener) => listener.state.mode === "listen" && listener.state.port === feed.port);
  return {
    staying,
    leaving,
    arriving: begin.filter((each) => !mustWait(each)),
    waiting: begin.filter(mustWait),
  };
}

/** What can fail, with what was done undone again when it does. */
async function prepare(
  plan: Plan,
  context: FeedContext,
): Promise<{ readonly opened: FeedListener[] } | { readonly failed: FeedFailure }> {
  const opened: FeedListener[] = [];
  const replaced: { listener: FeedListener; before: MllpFeed }[] = [];
  let at = "";
  try {
    for (const { feed, before } of plan.arriving) {
      at = feed.name;
      opened.push(await FeedListener.open(feed, context, before?.activity));
    }
    for (const { listener, feed } of plan.staying) {
      at = feed.name;
      const before = listener.feed;
      listener.replace(feed);
      replaced.push({ listener, before });
    }
    return { opened };
  } catch (error) {
    for (const { listener, before } of replaced) listener.replace(before);
    await stopAll(opened);
    return { failed: { feed: at, error } };
  }
}

function namesOf(running: readonly FeedListener[], feeds: readonly MllpFeed[]) {
  const before = new Map(running.map(({ feed }) => [feed.name, feed]));
  const after = new Set(feeds.map((feed) => feed.name));
  return {
    added: feeds.filter((feed) => !before.has(feed.name)).map((feed) => feed.name),
    changed: feeds
      .filter((feed) => before.has(feed.name) && JSON.stringify(before.get(feed.name)) !== JSON.stringify(feed))
      .map((feed) => feed.name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}
