import { OUTCOMES, type Outcome } from "@chesil/model";
import { z } from "zod";

/** What the live page shows, once a second. Counts and times: nothing of any patient. */

const count = z.number().int();
const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

export const feedState = z.object({
  name: z.string(),
  kind: z.string(),
  /** Where it listens, `127.0.0.1:2575`. */
  address: z.string(),
  connections: count,
  connected: z.boolean(),
  lastMessageAt: z.iso.datetime().nullable(),
  receivedTotal: count,
  receivedPerSecond: z.number(),
  silent: z.boolean(),
});

const outcomes = z.object(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count])) as Record<Outcome, typeof count>,
);

export const snapshot = z.object({
  at: z.iso.datetime(),
  ready: z.boolean(),
  feeds: z.array(feedState),
  receivedPerSecond: z.number(),
  appliedPerSecond: z.number(),
  /** Totals in the store. */
  outcomes,
  received: count,
  inFlight: count,
  /** Receipt to acknowledgement and receipt to record, over the last five minutes; null: nothing was measured. */
  ackMs: percentiles.nullable(),
  applyMs: percentiles.nullable(),
  backlog: z.object({ messages: count, oldestSeconds: z.number() }),
  persons: count,
  sourceRecords: count,
  reviewTasksOpen: count,
  parkedIdentities: count,
  /** How long the first of all that is held back has waited, a message in parts whose rest never came included. */
  parkedOldestSeconds: z.number(),
});
export type Snapshot = z.infer<typeof snapshot>;
export type FeedState = z.infer<typeof feedState>;

/** One second of the last quarter of an hour, for the chart. */
export const historyPoint = z.object({
  at: z.iso.datetime(),
  received: z.number(),
  applied: z.number(),
  ackP99Ms: z.number().nullable(),
  backlog: count,
});
export type HistoryPoint = z.infer<typeof historyPoint>;

export const matchMs = z.object({ p50: z.number(), p99: z.number() });

/** Where the numbers come from: whoever runs the services knows their state. */
export type LiveSource = {
  /** Cheap enough for once a second, whoever watches: counts kept, nothing counted. */
  snapshot(): Promise<Snapshot>;
  /** The last 15 minutes, oldest first, one point a second at most. */
  history(): HistoryPoint[];
  /** How long decisions took over the last five minutes; null: there were none. */
  matchMs(): z.infer<typeof matchMs> | null;
};
