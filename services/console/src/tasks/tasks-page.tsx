import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { readTasks } from "../api/calls.ts";
import type { ReviewTaskRow, TaskState } from "../api/types.ts";
import { reasonInWords } from "../evidence/evidence-words.ts";
import { Page } from "../layout/page.tsx";
import { CursorPages, useCursorPages } from "../nhs/cursor-pages.tsx";
import { type Column, DataTable } from "../nhs/data-table.tsx";
import { NothingHere, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { Tag } from "../nhs/tag.tsx";
import { formatInstant } from "../text/dates.ts";
import { formatCount, formatSeconds, formatWeight } from "../text/numbers.ts";
import { TASK_KINDS } from "./task-words.ts";

const COLUMNS: readonly Column<ReviewTaskRow>[] = [
  {
    id: "people",
    header: "Who",
    rowHeader: true,
    cell: (task) => (
      <Link href={`/tasks/${task.taskId}`} className="task-pair">
        <span>{task.left.displayName}</span>
        <span className="nhsuk-u-visually-hidden"> and </span>
        <span>{task.right.displayName}</span>
      </Link>
    ),
  },
  {
    id: "kind",
    header: "Kind",
    sortBy: (task) => task.kind,
    cell: (task) => <Tag colour="white">{TASK_KINDS[task.kind].text}</Tag>,
  },
  { id: "why", wide: true, header: "Why", cell: (task) => reasonInWords(task.why) },
  {
    id: "weight",
    header: "Weight",
    numeric: true,
    sortBy: (task) => task.weight,
    cell: (task) => (task.weight === null ? "–" : formatWeight(task.weight)),
  },
  {
    id: "age",
    header: "Age",
    numeric: true,
    sortBy: (task) => task.ageHours,
    cell: (task) => (
      <>
        <span className="nowrap">{formatSeconds(task.ageHours * 3600)}</span>
        <span className="quiet nowrap">{formatInstant(task.openedAt)}</span>
      </>
    ),
  },
];

/** The queue of questions only a person can answer, oldest first unless sorted otherwise. */
export function TasksPage() {
  const [state, setState] = useState<TaskState>("open");
  const pages = useCursorPages();
  const found = useQuery({
    queryKey: ["tasks", state, pages.cursor],
    queryFn: ({ signal }) => readTasks(state, pages.cursor, signal),
    placeholderData: keepPreviousData,
  });
  const { data } = found;
  const choose = (wanted: TaskState) => {
    pages.reset();
    setState(wanted);
  };
  return (
    <Page title="Review tasks">
      <fieldset className="segmented">
        <legend className="nhsuk-u-visually-hidden">Which tasks</legend>
        <StateButton wanted="open" state={state} count={data?.counts.open} onChoose={choose} />
        <StateButton wanted="closed" state={state} count={data?.counts.closed} onChoose={choose} />
      </fieldset>
      {found.error && <ProblemSummary error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Waiting>Loading the tasks</Waiting>}
      {data &&
        (data.tasks.length === 0 ? (
          <NothingHere>{state === "open" ? "No task is open." : "No task has been closed yet."}</NothingHere>
        ) : (
          <DataTable
            caption={state === "open" ? "Open review tasks" : "Closed review tasks"}
            captionHidden
            columns={COLUMNS}
            rows={data.tasks}
            rowId={(task) => task.taskId}
            sortedBy={[{ id: "age", desc: true }]}
          />
        ))}
      {data && <CursorPages pages={pages} next={data.next} label="Pages of tasks" />}
    </Page>
  );
}

type StateButtonProps = {
  wanted: TaskState;
  state: TaskState;
  count: number | undefined;
  onChoose: (state: TaskState) => void;
};

function StateButton({ wanted, state, count, onChoose }: StateButtonProps) {
  return (
    <button type="button" aria-pressed={state === wanted} onClick={() => onChoose(wanted)}>
      {wanted === "open" ? "Open" : "Closed"}
      {count !== undefined && ` ${formatCount(count)}`}
    </button>
  );
}
