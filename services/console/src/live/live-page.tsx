import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { readHistory } from "../api/calls.ts";
import type { Snapshot } from "../api/types.ts";
import { ErrorBoundary } from "../layout/error-boundary.tsx";
import { Page } from "../layout/page.tsx";
import { Button } from "../nhs/button.tsx";
import { NothingHere, Waiting } from "../nhs/messages.tsx";
import { Tag } from "../nhs/tag.tsx";
import { formatTime } from "../text/dates.ts";
import { formatSeconds } from "../text/numbers.ts";
import { Announcer } from "./announcer.tsx";
import { type ChartPoint, mergePoints, pointOfHistory, pointOfSnapshot } from "./chart-points.ts";
import { FaultsTable, FeedsTable } from "./feeds-table.tsx";
import { concerns, headlineWord } from "./headline.ts";
import { type LiveStream, STALE_AFTER_MS, useLiveStream, useNow } from "./live-stream.ts";
import { LoadsTable } from "./loads-table.tsx";
import { OutcomesTable, StoreFigures, Tiles } from "./tiles.tsx";
import { useWallScreen } from "./wall-screen.ts";

/** The charting library comes on its own: the figures do not wait for it, nor fall with it. */
const RateChart = lazy(() => import("./rate-chart.tsx").then((module) => ({ default: module.RateChart })));

/** Live operations: what flows, what stopped, what is stuck. */
export function LivePage() {
  const [live, setLive] = useState<ChartPoint[]>([]);
  const keep = useCallback(
    (snapshot: Snapshot) => setLive((known) => mergePoints(known, [pointOfSnapshot(snapshot)])),
    [],
  );
  const stream = useLiveStream(keep);
  const history = useQuery({
    queryKey: ["live", "history"],
    queryFn: ({ signal }) => readHistory(signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const points = useMemo(
    () => mergePoints((history.data?.points ?? []).map(pointOfHistory), live),
    [history.data, live],
  );
  const now = useNow();
  const wall = useWallScreen();
  const ageMs = stream.receivedAtMs === null ? null : now - stream.receivedAtMs;
  const stale = ageMs !== null && ageMs > STALE_AFTER_MS;
  const { snapshot } = stream;

  return (
    <Page
      title="Live operations"
      aside={
        <>
          <LinkState stream={stream} stale={stale} />
          <Button className="wall-button" variant="secondary" small onClick={wall.toggle} aria-pressed={wall.on}>
            {wall.on ? "Leave wall screen" : "Wall screen"}
          </Button>
        </>
      }
    >
      {stale && snapshot && <StaleBanner snapshot={snapshot} ageMs={ageMs} />}
      {snapshot === null ? (
        <FirstWait connected={stream.connected} />
      ) : (
        <div className={stale ? "live live--stale" : "live"}>
          <Headline snapshot={snapshot} />
          <Tiles snapshot={snapshot} />
          <div className="live__columns">
            <div>
              <ErrorBoundary fallback={<NothingHere>The chart cannot be drawn in this browser.</NothingHere>}>
                <Suspense fallback={<Waiting>Loading the chart</Waiting>}>
                  <RateChart points={points} key={wall.on ? "wall" : "desk"} />
                </Suspense>
              </ErrorBoundary>
              <FeedsTable snapshot={snapshot} />
            </div>
            <div>
              <OutcomesTable snapshot={snapshot} />
              <StoreFigures snapshot={snapshot} />
            </div>
          </div>
          <LoadsTable at={snapshot.at} />
          <FaultsTable />
        </div>
      )}
    </Page>
  );
}

function LinkState({ stream, stale }: { stream: LiveStream; stale: boolean }) {
  if (stream.snapshot === null) return <Tag colour="grey">Connecting</Tag>;
  if (stale || !stream.connected) return <Tag colour="red">Reconnecting</Tag>;
  return (
    <span className="link-state">
      <Tag colour="green">Live</Tag> <span className="quiet-inline">{formatTime(stream.snapshot.at)}</span>
    </span>
  );
}

/** After a while without a first snapshot, waiting in silence would look like a page that hangs. */
function FirstWait({ connected }: { connected: boolean }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), STALE_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!long) return <Waiting>Connecting to the live stream</Waiting>;
  return (
    <Waiting>
      {connected
        ? "Connected, but no figures have come yet. Still waiting."
        : "The live stream cannot be reached. Still trying."}
    </Waiting>
  );
}

function StaleBanner({ snapshot, ageMs }: { snapshot: Snapshot; ageMs: number }) {
  return (
    <div className="stale-banner" role="alert">
      <strong>These numbers are old.</strong> They are from {formatTime(snapshot.at)}.{" "}
      <span aria-hidden="true">No update for {formatSeconds(ageMs / 1000)}; trying to reconnect.</span>
    </div>
  );
}

function Headline({ snapshot }: { snapshot: Snapshot }) {
  const found = concerns(snapshot);
  const word = headlineWord(snapshot);
  const text = found.length === 0 ? "Nothing is stuck." : found.map((concern) => concern.text).join(" ");
  return (
    <div className={found.some((concern) => concern.grave) ? "headline headline--attention" : "headline"}>
      <strong className="headline__word">{word}</strong>
      <span>{text}</span>
      <Announcer text={`${word}. ${text}`} />
    </div>
  );
}
