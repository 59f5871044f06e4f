import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { readFacts } from "../api/calls.ts";
import type { FactGroup, FactRow } from "../api/types.ts";
import { Button } from "../nhs/button.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary } from "../nhs/messages.tsx";
import { Tabs } from "../nhs/tabs.tsx";
import { Tag } from "../nhs/tag.tsx";
import { mayReadMessages } from "../session/permissions.ts";
import { useUser } from "../session/session.tsx";
import { formatInstant } from "../text/dates.ts";
import { countOf } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { DocumentLinks } from "./document-links.tsx";
import { FACT_KIND_WORDS, FACT_STATE_TAGS, FACT_STATUS_COLOURS } from "./fact-words.ts";

/** What the sources say of the person beside who they are: a tab a kind, a row a fact, each with its message. */
export function ClinicalFacts({ personId, groups }: { personId: string; groups: readonly FactGroup[] }) {
  const tabs = groups.map((group) => ({
    id: group.kind,
    text: `${FACT_KIND_WORDS[group.kind]} (${group.total})`,
    content: () => <FactTable key={group.kind} personId={personId} group={group} />,
  }));
  return (
    <section className="facts" aria-labelledby="clinical-facts">
      <h2 className="section-title" id="clinical-facts">
        Clinical facts
      </h2>
      {tabs.length === 0 ? <NothingHere>None known.</NothingHere> : <Tabs label="Clinical facts" tabs={tabs} />}
    </section>
  );
}

function FactTable({ personId, group }: { personId: string; group: FactGroup }) {
  const { kind } = group;
  const more = useInfiniteQuery({
    queryKey: ["facts", personId, kind, group.next],
    queryFn: ({ pageParam, signal }) => readFacts(personId, kind, pageParam, signal),
    initialPageParam: group.next ?? "",
    getNextPageParam: (page) => page.next,
    enabled: false,
  });
  const pages = more.data?.pages ?? [];
  const next = pages.length === 0 ? group.next : more.hasNextPage;
  const rows = [group, ...pages].flatMap((page) => page.rows);
  const showsMessages = mayReadMessages(useUser().roles);
  return (
    <>
      <DataTable
        caption={`${FACT_KIND_WORDS[kind]}: ${countOf(group.current, "current entry", "current entries")} of ${group.total}, the last recorded first`}
        columns={showsMessages ? [...COLUMNS, MESSAGE_COLUMN] : COLUMNS}
        rows={rows}
        rowId={(row) => row.factId}
        rowClass={(row) => (row.state === "current" ? undefined : "facts__past")}
      />
      {more.error && <ProblemSummary error={more.error} onRetry={() => void more.fetchNextPage()} />}
      {next && (
        <Button variant="secondary" small disabled={more.isFetching} onClick={() => void more.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

const COLUMNS: readonly Column<FactRow>[] = [
  {
    id: "what",
    header: "What",
    wide: true,
    rowHeader: true,
    cell: (row) => (
      <>
        {row.title}
        {row.detail !== "" && <span className="facts__detail lines">{row.detail}</span>}
        <DocumentLinks fact={row} />
      </>
    ),
  },
  {
    id: "status",
    header: "Status",
    cell: (row) => (
      <span className="facts__tags">
        {row.state !== "current" && (
          <Tag colour={FACT_STATE_TAGS[row.state].colour}>{FACT_STATE_TAGS[row.state].text}</Tag>
        )}
        {row.status && <Tag colour={FACT_STATUS_COLOURS[row.status] ?? "white"}>{words(row.status)}</Tag>}
        {row.relation && (
          <span className="quiet">
            {row.relation === "replace" ? "Replaces an earlier one" : "Adds to another one"}
          </span>
        )}
        {row.earlier > 0 && <span className="quiet">{countOf(row.earlier, "earlier version")} kept</span>}
      </span>
    ),
  },
  { id: "when", header: "When", cell: (row) => (row.at ? formatInstant(row.at) : "Not said") },
  {
    id: "source",
    header: "Source",
    cell: (row) => (
      <>
        {row.authority}
        {row.visitNumber && (
          <>
            , visit <span className="mono">{row.visitNumber}</span>
          </>
        )}
        <span className="quiet">
          {row.feed}, recorded {formatInstant(row.recordedAt)}
        </span>
      </>
    ),
  },
];

const MESSAGE_COLUMN: Column<FactRow> = {
  id: "message",
  header: "Message",
  cell: (row) => (
    <>
      <Link href={`/messages/${row.messageId}`}>
        See the message<span className="nhsuk-u-visually-hidden"> that said {row.title}</span>
      </Link>
      {row.state !== "current" && row.changedByMessageId !== row.messageId && (
        <Link className="quiet" href={`/messages/${row.changedByMessageId}`}>
          and what changed it
        </Link>
      )}
    </>
  ),
};
