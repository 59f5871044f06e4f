import { useQuery } from "@tanstack/react-query";
import { readFeeds } from "../api/calls.ts";
import type { Feed, FeedFault, Snapshot } from "../api/types.ts";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere } from "../nhs/messages.tsx";
import { Tag, type TagColour } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatCount, formatRate, formatSeconds } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { type FeedState, feedState } from "./headline.ts";

const FEED_STATES: Record<FeedState, { text: string; colour: TagColour; order: number }> = {
  down: { text: "Not connected", colour: "red", order: 0 },
  silent: { text: "Silent", colour: "orange", order: 1 },
  never: { text: "Nothing received yet", colour: "grey", order: 2 },
  flowing: { text: "Connected", colour: "green", order: 3 },
};

type FeedRow = Feed & { state: FeedState; ageSeconds: number | null };

const COLUMNS: readonly Column<FeedRow>[] = [
  {
    id: "name",
    header: "Feed",
    rowHeader: true,
    sortBy: (feed) => feed.name,
    cell: (feed) => (
      <>
        {feed.name}
        <span className="quiet">
          {feed.kind.toUpperCase()} {feed.address}
        </span>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    sortBy: (feed) => FEED_STATES[feed.state].order,
    cell: (feed) => <Tag colour={FEED_STATES[feed.state].colour}>{FEED_STATES[feed.state].text}</Tag>,
  },
  {
    id: "last",
    header: "Last message",
    sortBy: (feed) => feed.ageSeconds,
    cell: (feed) => (feed.ageSeconds === null ? "Never" : `${formatSeconds(feed.ageSeconds)} ago`),
  },
  {
    id: "rate",
    header: "Per second",
    numeric: true,
    sortBy: (feed) => feed.receivedPerSecond,
    cell: (feed) => formatRate(feed.receivedPerSecond),
  },
  {
    id: "total",
    header: "Received",
    numeric: true,
    sortBy: (feed) => feed.receivedTotal,
    cell: (feed) => formatCount(feed.receivedTotal),
  },
  {
    id: "connections",
    header: "Connections",
    numeric: true,
    sortBy: (feed) => feed.connections,
    cell: (feed) => formatCount(feed.connections),
  },
];

/** Every feed: whether it is connected, when it last spoke, how much it sends. Ages are by the server's clock. */
export function FeedsTable({ snapshot }: { snapshot: Snapshot }) {
  const nowMs = Date.parse(snapshot.at);
  const rows = snapshot.feeds.map((feed) => ({
    ...feed,
    state: feedState(feed),
    ageSeconds: feed.lastMessageAt === null ? null : (nowMs - Date.parse(feed.lastMessageAt)) / 1000,
  }));
  if (rows.length === 0) return <NothingHere>No feed is configured.</NothingHere>;
  return (
    <DataTable
      caption="Feeds"
      columns={COLUMNS}
      rows={rows}
      rowId={(feed) => feed.name}
      rowClass={(feed) => (feed.state === "down" || feed.state === "silent" ? "row--attention" : undefined)}
    />
  );
}

const FAULTS_SHOWN_MAX = 8;
const FAULTS_EVERY_MS = 15_000;

type FaultRow = FeedFault & { feed: string };

const FAULT_COLUMNS: readonly Column<FaultRow>[] = [
  { id: "at", header: "Time", rowHeader: true, cell: (fault) => formatInstant(fault.at, "second") },
  { id: "feed", header: "Feed", cell: (fault) => fault.feed },
  { id: "remote", header: "From", cell: (fault) => fault.remote },
  {
    id: "reason",
    wide: true,
    header: "What happened",
    cell: (fault) => (
      <>
        {words(fault.reason)}
        {fault.text && <span className="quiet">{fault.text}</span>}
      </>
    ),
  },
];

/** The latest faults on the wire: what came in that was no message. Absent when there are none. */
export function FaultsTable() {
  const feeds = useQuery({
    queryKey: ["feeds"],
    queryFn: ({ signal }) => readFeeds(signal),
    refetchInterval: FAULTS_EVERY_MS,
  });
  const rows = (feeds.data?.feeds ?? [])
    .flatMap((feed) => feed.recentFaults.map((fault) => ({ ...fault, feed: feed.name })))
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, FAULTS_SHOWN_MAX);
  if (rows.length === 0) return null;
  return (
    <DataTable
      caption="Latest connection faults"
      columns={FAULT_COLUMNS}
      rows={rows}
      rowId={(fault) => `${fault.at} ${fault.feed} ${fault.remote} ${fault.reason}`}
    />
  );
}
