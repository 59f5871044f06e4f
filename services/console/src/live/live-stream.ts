import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { SESSION_KEY } from "../api/query-client.ts";
import type { Snapshot } from "../api/types.ts";

/** After this long without a snapshot the numbers on the screen are called old. One is sent every second. */
export const STALE_AFTER_MS = 5000;

/** The browser retries a dropped stream by itself; one that was refused is opened anew after this long. */
const REOPEN_AFTER_MS = 3000;

export type LiveStream = {
  snapshot: Snapshot | null;
  /** This browser's clock when the snapshot came. */
  receivedAtMs: number | null;
  connected: boolean;
};

/** The live stream of snapshots, kept open for as long as the page is shown. */
export function useLiveStream(onSnapshot: (snapshot: Snapshot) => void): LiveStream {
  const [stream, setStream] = useState<LiveStream>({ snapshot: null, receivedAtMs: null, connected: false });
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    let reopening: number | undefined;
    const open = () => {
      source = new EventSource("/api/v1/live");
      source.addEventListener("open", () => setStream((known) => ({ ...known, connected: true })));
      source.addEventListener("snapshot", (event: MessageEvent<string>) => {
        const snapshot = JSON.parse(event.data) as Snapshot;
        setStream({ snapshot, receivedAtMs: Date.now(), connected: true });
        onSnapshot(snapshot);
      });
      source.addEventListener("error", () => {
        setStream((known) => ({ ...known, connected: false }));
        if (source?.readyState !== EventSource.CLOSED) return;
        reopening = window.setTimeout(open, REOPEN_AFTER_MS);
        // A refusal may mean that the session has ended: asking for it finds out.
        void client.refetchQueries({ queryKey: SESSION_KEY });
      });
    };
    open();
    return () => {
      window.clearTimeout(reopening);
      source?.close();
    };
  }, [client, onSnapshot]);
  return stream;
}

/** The time, once a second, for what grows old on the screen. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
