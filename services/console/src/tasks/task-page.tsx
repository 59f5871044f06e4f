import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { readTask } from "../api/calls.ts";
import { EvidenceView } from "../evidence/evidence-view.tsx";
import { reasonInWords } from "../evidence/evidence-words.ts";
import { Page } from "../layout/page.tsx";
import { InsetText, NothingHere, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { Tag } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatSeconds } from "../text/numbers.ts";
import { SideBySide } from "./side-by-side.tsx";
import { TASK_KINDS } from "./task-words.ts";

/** One question for a data manager with the whole evidence on one screen. */
export function TaskPage({ id }: { id: string }) {
  const task = useQuery({ queryKey: ["task", id], queryFn: ({ signal }) => readTask(id, signal) });
  const { data } = task;
  return (
    <Page
      title={data ? TASK_KINDS[data.kind].question : "Review task"}
      tabTitle="Review task"
      aside={<Link href="/tasks">Back to review tasks</Link>}
    >
      {task.error && <ProblemSummary error={task.error} onRetry={() => void task.refetch()} />}
      {task.isPending && <Waiting>Loading the task</Waiting>}
      {data && (
        <>
          <p className="verdict">
            <Tag colour="white">{TASK_KINDS[data.kind].text}</Tag> <span>{reasonInWords(data.why)}</span>
          </p>
          <p className="quiet">
            Opened {formatInstant(data.openedAt)}, {formatSeconds(data.ageHours * 3600)} ago. State: {data.state}.
          </p>
          <SideBySide left={data.left} right={data.right} />
          <h2 className="section-title">What the matching model found</h2>
          {data.evidence ? (
            <EvidenceView decision={data.evidence} leftLabel="A" rightLabel="B" />
          ) : (
            <NothingHere>No comparison was kept with this task.</NothingHere>
          )}
          <InsetText>
            <p>
              This page shows the evidence. Deciding here (same person, different people) comes with the review
              workflow.
            </p>
          </InsetText>
        </>
      )}
    </Page>
  );
}
