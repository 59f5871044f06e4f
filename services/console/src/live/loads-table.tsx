import { useQuery } from "@tanstack/react-query";
import { readFeeds } from "../api/calls.ts";
import type { Load } from "../api/types.ts";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatCount, formatSeconds } from "../text/numbers.ts";

type LoadRow = Load & { ageSeconds: number };

const count = (id: keyof Load["rows"], header: string): Column<LoadRow> => ({
  id,
  header,
  numeric: true,
  sortBy: ({ rows }) => rows[id],
  cell: ({ rows }) => formatCount(rows[id]),
});

const COLUMNS: readonly Column<LoadRow>[] = [
  {
    id: "feed",
    header: "Source",
    rowHeader: true,
    sortBy: ({ feed }) => feed,
    cell: ({ feed, fileName }) => (
      <>
        {feed}
        <span className="quiet">{fileName}</span>
      </>
    ),
  },
  {
    id: "age",
    header: "Extract made",
    sortBy: ({ ageSeconds }) => ageSeconds,
    cell: ({ extractAt, ageSeconds }) => (
      <>
        {formatSeconds(ageSeconds)} ago
        <span className="quiet">{formatInstant(extractAt)}</span>
      </>
    ),
  },
  count("read", "Rows"),
  count("new", "New"),
  count("changed", "Changed"),
  count("gone", "Gone"),
  count("rejected", "Refused"),
];

const LOADS_EVERY_MS = 15_000;

/** How fresh each source is that sends files. Absent where none does. Ages are by the server's clock. */
export function LoadsTable({ at }: { at: string }) {
  const feeds = useQuery({
    queryKey: ["feeds"],
    queryFn: ({ signal }) => readFeeds(signal),
    refetchInterval: LOADS_EVERY_MS,
  });
  const rows = (feeds.data?.loads ?? []).map((load) => ({
    ...load,
    ageSeconds: Math.max(0, (Date.parse(at) - Date.parse(load.extractAt)) / 1000),
  }));
  if (rows.length === 0) return null;
  return (
    <DataTable
      caption="Sources that send files"
      columns={COLUMNS}
      rows={rows}
      rowId={({ loadId }) => loadId}
      rowClass={({ rows: { rejected } }) => (rejected > 0 ? "row--attention" : undefined)}
    />
  );
}
