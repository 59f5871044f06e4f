import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { Link } from "wouter";
import { readQuarantine, replayQuarantined } from "../api/calls.ts";
import type { QuarantineReason } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { seeMessages } from "../messages/message-search.ts";
import { Button } from "../nhs/button.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary, SuccessBanner, Waiting } from "../nhs/messages.tsx";
import { ReasonDialog } from "../nhs/reason-dialog.tsx";
import { maySettleMessages } from "../session/permissions.ts";
import { useUser } from "../session/session.tsx";
import { formatInstant } from "../text/dates.ts";
import { countOf, formatCount, formatSeconds } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { HeldBack } from "./held-back.tsx";

/** What a replay is for: everything, or what was set aside for one reason. */
type Wanted = { reason: QuarantineReason | undefined; count: number };

/** What is set aside and why, and one action to try it again once the cause is gone. */
export function QuarantinePage() {
  const [asking, setAsking] = useState<Wanted>();
  const queries = useQueryClient();
  const [done, setDone] = useState<string>();
  const maySettle = maySettleMessages(useUser().roles);
  const summary = useQuery({ queryKey: ["quarantine"], queryFn: ({ signal }) => readQuarantine(signal) });
  const showAsked = useCallback(() => {
    setDone("It was asked for. What is still held back comes up here again.");
    void queries.invalidateQueries({ queryKey: ["held"] });
    void queries.invalidateQueries({ queryKey: ["quarantine"] });
  }, [queries]);
  const reasons = summary.data?.reasons ?? [];
  const total = reasons.reduce((sum, reason) => sum + reason.count, 0);
  const columns = useMemo(() => columnsFor(maySettle ? setAsking : undefined), [maySettle]);
  return (
    <Page
      title="Quarantine"
      aside={
        <Link href="/messages" onClick={() => seeMessages({ outcome: "quarantined" })}>
          See the messages
        </Link>
      }
    >
      {done && <SuccessBanner>{done}</SuccessBanner>}
      {summary.error && <ProblemSummary error={summary.error} onRetry={() => void summary.refetch()} />}
      {summary.isPending && <Waiting>Loading the quarantine</Waiting>}
      {summary.data && total === 0 && <NothingHere>Nothing is in quarantine.</NothingHere>}
      {total > 0 && (
        <>
          <p>
            {countOf(total, "message")} {total === 1 ? "was" : "were"} acknowledged and set aside. Nothing is lost: each
            can be replayed once what stopped it is put right.
          </p>
          <DataTable
            caption="Why messages were set aside"
            captionHidden
            columns={columns}
            rows={reasons}
            rowId={(reason) => reason.reason}
            sortedBy={[{ id: "count", desc: true }]}
          />
          {maySettle && <Button onClick={() => setAsking({ reason: undefined, count: total })}>Replay all</Button>}
        </>
      )}
      <HeldBack onAsked={showAsked} />
      {asking && (
        <ReasonDialog
          title={
            asking.reason ? `Replay ${countOf(asking.count, "message")}` : `Replay all ${formatCount(asking.count)}`
          }
          confirm="Replay"
          act={(reason) => replayQuarantined(reason, asking.reason?.reason)}
          onDone={(answer) => {
            setAsking(undefined);
            setDone(`${countOf(answer.count, "message")} will be replayed.`);
            void summary.refetch();
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {asking.reason ? asking.reason.text : "Every message in quarantine."} They are read and applied again from
            the bytes received. What still cannot be applied comes back here.
          </p>
        </ReasonDialog>
      )}
    </Page>
  );
}

function columnsFor(onReplay: ((wanted: Wanted) => void) | undefined): readonly Column<QuarantineReason>[] {
  const columns: Column<QuarantineReason>[] = [
    {
      id: "reason",
      header: "Reason",
      rowHeader: true,
      sortBy: (reason) => reason.reason,
      cell: (reason) => words(reason.reason),
    },
    { id: "text", wide: true, header: "What it means", cell: (reason) => reason.text },
    {
      id: "oldest",
      header: "Oldest",
      sortBy: (reason) => reason.oldestAt,
      cell: (reason) => (
        <>
          {formatSeconds((Date.now() - Date.parse(reason.oldestAt)) / 1000)}
          <span className="quiet nowrap">{formatInstant(reason.oldestAt)}</span>
        </>
      ),
    },
    {
      id: "count",
      header: "Messages",
      numeric: true,
      sortBy: (reason) => reason.count,
      cell: (reason) => formatCount(reason.count),
    },
  ];
  if (!onReplay) return columns;
  return [
    ...columns,
    {
      id: "replay",
      header: "Action",
      cell: (reason) => (
        <Button variant="secondary" small onClick={() => onReplay({ reason, count: reason.count })}>
          Replay<span className="nhsuk-u-visually-hidden"> {words(reason.reason)}</span>
        </Button>
      ),
    },
  ];
}
