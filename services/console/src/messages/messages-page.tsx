import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { searchMessages } from "../api/calls.ts";
import type { MessageRow } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { CursorPages, useCursorPages } from "../nhs/cursor-pages.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { useRemembered } from "../session/search-memory.ts";
import { formatInstant } from "../text/dates.ts";
import { countOf } from "../text/numbers.ts";
import { MESSAGES_PAGE, type MessageCriteria, messageSearch, NO_CRITERIA } from "./message-search.ts";
import { OutcomeTag } from "./outcome-tag.tsx";
import { SearchForm } from "./search-form.tsx";

const COLUMNS: readonly Column<MessageRow>[] = [
  {
    id: "received",
    header: "Received",
    cell: (message) => <span className="nowrap">{formatInstant(message.receivedAt, "second")}</span>,
  },
  {
    id: "message",
    header: "Message",
    rowHeader: true,
    cell: (message) => (
      <>
        <Link href={`/messages/${message.id}`} className="nhsuk-link">
          {typeOf(message)}
        </Link>
        <span className="quiet mono">{message.controlId || "no control id"}</span>
      </>
    ),
  },
  {
    id: "feed",
    header: "Feed",
    cell: (message) => (
      <>
        {message.feed}
        <span className="quiet">{message.sender.replace("|", ", ")}</span>
      </>
    ),
  },
  {
    id: "outcome",
    header: "Outcome",
    cell: (message) => (
      <>
        <OutcomeTag outcome={message.outcome} />
        {message.redeliveries > 0 && <span className="quiet">resent {countOf(message.redeliveries, "time")}</span>}
      </>
    ),
  },
  {
    id: "reason",
    wide: true,
    header: "Why",
    cell: (message) => message.reasonText ?? <span className="quiet-inline">–</span>,
  },
];

function typeOf(message: MessageRow): string {
  return [message.messageType || "Type not known", message.triggerEvent].filter(Boolean).join(" ");
}

/** Every message received, newest first, found by its control id, its patient, its feed, its outcome or its time. */
export function MessagesPage() {
  const [criteria, setCriteria] = useRemembered<MessageCriteria>(MESSAGES_PAGE, NO_CRITERIA);
  const pages = useCursorPages();
  // "Last hour" is the hour before the search was made, not before each render.
  const search = useMemo(() => messageSearch(criteria, Date.now()), [criteria]);
  const found = useQuery({
    queryKey: ["messages", search, pages.cursor],
    queryFn: ({ signal }) => searchMessages(search, pages.cursor, signal),
    placeholderData: keepPreviousData,
  });
  const messages = found.data?.messages ?? [];
  return (
    <Page title="Messages">
      <SearchForm
        criteria={criteria}
        onSearch={(wanted) => {
          pages.reset();
          setCriteria({ ...wanted });
        }}
      />
      {found.error && <ProblemSummary error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Waiting>Searching</Waiting>}
      {found.data && (
        <div className={found.isFetching ? "results results--old" : "results"} aria-busy={found.isFetching}>
          <p className="nhsuk-u-visually-hidden" role="status">
            {found.isFetching ? "" : countOf(messages.length, "message")} on this page
          </p>
          {messages.length === 0 ? (
            <NothingHere>No message matches. A control id, NHS number or local id must match exactly.</NothingHere>
          ) : (
            <DataTable
              caption="Messages, newest first"
              captionHidden
              columns={COLUMNS}
              rows={messages}
              rowId={(message) => message.id}
            />
          )}
          <CursorPages pages={pages} next={found.data.next} label="Pages of messages" />
        </div>
      )}
    </Page>
  );
}
