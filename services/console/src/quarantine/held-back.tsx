import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { readHeld } from "../api/calls.ts";
import type { HeldMessage } from "../api/types.ts";
import { SettleButtons } from "../messages/settle-buttons.tsx";
import { CursorPages, useCursorPages } from "../nhs/cursor-pages.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatSeconds } from "../text/numbers.ts";
import { whatWaits, whyHeld } from "./held-words.ts";

/** Nobody need press a key to see a patient's wait grow. */
const READ_EVERY_MS = 10_000;

/** What holds up patients, and what waits for the rest of itself: longest first, each with a way on. */
export function HeldBack({ onAsked }: { onAsked: (what: string) => void }) {
  const pages = useCursorPages();
  const held = useQuery({
    queryKey: ["held", pages.cursor],
    queryFn: ({ signal }) => readHeld(pages.cursor, signal),
    refetchInterval: READ_EVERY_MS,
  });
  const columns = useMemo(() => columnsFor(onAsked), [onAsked]);
  const { data } = held;
  return (
    <section>
      <h2 className="section-title">Held back</h2>
      {held.error && <ProblemSummary error={held.error} onRetry={() => void held.refetch()} />}
      {held.isPending && <Waiting>Loading what is held back</Waiting>}
      {data?.parked.length === 0 && <p>No patient's messages are held back.</p>}
      {data && data.parked.length > 0 && (
        <>
          <p>
            Messages of these patients wait, in order, until the one before them is replayed, repaired or skipped. To
            repair one, open it.
          </p>
          <DataTable
            caption="Messages that others wait behind, and messages whose rest never came"
            captionHidden
            columns={columns}
            rows={data.parked}
            rowId={(row) => row.id}
          />
        </>
      )}
      {data && <CursorPages pages={pages} next={data.next} label="Pages of what is held back" />}
    </section>
  );
}

function columnsFor(onAsked: (what: string) => void): readonly Column<HeldMessage>[] {
  return [
    {
      id: "age",
      header: "For",
      sortBy: (row) => row.ageSeconds,
      cell: (row) => (
        <>
          {formatSeconds(row.ageSeconds)}
          <span className="quiet nowrap">{formatInstant(row.since)}</span>
        </>
      ),
    },
    {
      id: "message",
      header: "Message",
      rowHeader: true,
      cell: (row) => (
        <>
          <Link href={`/messages/${row.id}`} className="nowrap">
            {[row.messageType, row.triggerEvent].filter(Boolean).join("^") || "Message"} {row.id}
          </Link>
          <span className="quiet">{row.feed}</span>
        </>
      ),
    },
    { id: "why", wide: true, header: "Why", cell: whyHeld },
    { id: "waiting", header: "Waiting", sortBy: (row) => row.messagesBehind, cell: whatWaits },
    { id: "action", header: "Action", cell: (row) => <SettleButtons message={row} onAsked={onAsked} /> },
  ];
}
