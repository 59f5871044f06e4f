import { readLatestLoads, readWireFaults } from "@chesil/store";
import { z } from "zod";
import type { App, Deps } from "../deps.ts";
import { feedState } from "../live/snapshot.ts";
import { loadView, viewLoad } from "../loads/view.ts";

const FAULTS_COUNTED_MAX = 1_000;
const FAULTS_SHOWN_MAX = 20;

const feedWithFaults = feedState.extend({
  /** Among the last thousand faults of the feed. */
  faults: z.record(z.string(), z.number()),
  recentFaults: z.array(z.object({ at: z.iso.datetime(), remote: z.string(), reason: z.string(), text: z.string() })),
});

/** What each fault on the wire means. The bytes that were seen are not shown: they may hold a patient. */
const FAULT_TEXTS: Readonly<Record<string, string>> = {
  "junk-before-frame": "Bytes came before the start of a frame and were passed over.",
  "aborted-frame": "A frame was given up and another begun: the sender should send the first again.",
  "frame-too-large": "A frame was larger than the limit and the connection was closed.",
  "not-mllp": "What came was not MLLP, perhaps a web browser or a scanner, and the connection was closed.",
  "frame-timeout": "A frame was begun and not finished in time, and the connection was closed.",
  "frame-incomplete": "The sender closed the connection in the middle of a frame.",
  "too-many-faults": "Fault followed fault without a whole frame, and the connection was closed.",
  "buffers-full": "Too many unfinished frames at once: this one was given up to make room.",
  "slow-sender": "A frame came slower than the least rate, and the connection was closed.",
  "commit-refused": "The sender says that it could not keep one of our acknowledgements.",
  "tls-handshake-failed": "TLS could not be agreed on, mostly for want of a certificate we trust.",
  "plain-on-tls-port": "Something else than TLS came where TLS is spoken, and the connection was closed.",
  "tls-on-plain-port": "TLS came where none is spoken, and the connection was closed.",
  "batch-envelope": "The envelope of a batch does not agree with its messages. Each of them was judged for itself.",
  "answers-unread": "The sender does not read its acknowledgements, and the connection was closed.",
};

export function feedRoutes(app: App, { database, live }: Deps): void {
  app.get(
    "/api/v1/feeds",
    {
      config: { action: "feed.read" },
      schema: {
        tags: ["feeds"],
        summary: "Every feed, and what its listener saw that was no message",
        response: {
          200: z.object({
            feeds: z.array(feedWithFaults),
            /** Of each source of extracts the file that was loaded last. */
            loads: z.array(loadView),
          }),
        },
      },
    },
    async () => {
      const { feeds } = await live.snapshot();
      const withFaults = feeds.map(async (feed) => {
        const limits = { faultsMax: FAULTS_COUNTED_MAX, recentMax: FAULTS_SHOWN_MAX };
        const { byReason, recent } = await readWireFaults(database.pool, feed.name, limits);
        return {
          ...feed,
          faults: Object.fromEntries(byReason),
          recentFaults: recent.map(({ at, remoteAddress, reason }) => ({
            at: at.toISOString(),
            remote: remoteAddress,
            reason,
            text: FAULT_TEXTS[reason] ?? "Something on the wire was no message.",
          })),
        };
      });
      const loads = await readLatestLoads(database.pool);
      return { feeds: await Promise.all(withFaults), loads: loads.map(viewLoad) };
    },
  );
}
