import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { readAudit } from "../api/calls.ts";
import type { AuditEntry } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { CursorPages, useCursorPages } from "../nhs/cursor-pages.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { formatInstant } from "../text/dates.ts";
import { words } from "../text/words.ts";

const COLUMNS: readonly Column<AuditEntry>[] = [
  { id: "at", header: "Time", cell: (entry) => <span className="nowrap">{formatInstant(entry.at, "second")}</span> },
  { id: "who", header: "Who", rowHeader: true, cell: (entry) => entry.username },
  { id: "action", header: "Action", cell: (entry) => words(entry.action) },
  {
    id: "person",
    header: "Person",
    cell: (entry) =>
      entry.personId === null ? (
        <span className="quiet-inline">–</span>
      ) : (
        <Link href={`/people/${entry.personId}`} className="mono">
          {entry.personId}
        </Link>
      ),
  },
  { id: "detail", wide: true, header: "Detail", cell: (entry) => entry.detail },
];

/** Who looked at what, the latest first. */
export function AuditPage() {
  const pages = useCursorPages();
  const found = useQuery({
    queryKey: ["audit", pages.cursor],
    queryFn: ({ signal }) => readAudit(pages.cursor, signal),
    placeholderData: keepPreviousData,
  });
  const { data } = found;
  return (
    <Page title="Audit">
      {found.error && <ProblemSummary error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Waiting>Loading the audit</Waiting>}
      {data?.entries.length === 0 && <NothingHere>Nothing has been recorded yet.</NothingHere>}
      {data && data.entries.length > 0 && (
        <DataTable
          caption="Every look and every act, latest first"
          captionHidden
          columns={COLUMNS}
          rows={data.entries}
          rowId={(entry) => `${entry.at} ${entry.username} ${entry.action} ${entry.personId}`}
        />
      )}
      {data && <CursorPages pages={pages} next={data.next} label="Pages of the audit" />}
    </Page>
  );
}
