import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "wouter";
import { readPerson } from "../api/calls.ts";
import type { PersonRecord } from "../api/types.ts";
import { reasonInWords } from "../evidence/evidence-words.ts";
import { Page } from "../layout/page.tsx";
import { InsetText, ProblemSummary, Waiting } from "../nhs/messages.tsx";
import { TASK_KINDS } from "../tasks/task-words.ts";
import { formatSeconds, formatWeight } from "../text/numbers.ts";
import { ClinicalFacts } from "./clinical-facts.tsx";
import { FormerValues } from "./former-values.tsx";
import { GoldenTable } from "./golden-table.tsx";
import { PatientBanner } from "./patient-banner.tsx";
import { SourceRecords } from "./source-records.tsx";
import { EncounterTimeline, IdentityTimeline } from "./timelines.tsx";
import { WhereNowPanel } from "./where-now.tsx";

/** One person: who they are, each value with its source, the records behind them and how they came together. */
export function PersonPage({ id }: { id: string }) {
  const person = useQuery({ queryKey: ["person", id], queryFn: ({ signal }) => readPerson(id, signal) });
  if (person.data) return <Record record={person.data} />;
  return (
    <Page title="Person record">
      {person.error ? (
        <ProblemSummary error={person.error} onRetry={() => void person.refetch()} />
      ) : (
        <Waiting>Loading the record</Waiting>
      )}
    </Page>
  );
}

function Record({ record }: { record: PersonRecord }) {
  useEffect(() => {
    // Names stay out of the tab's title: the browser writes titles into its history.
    document.title = "Person record – Chesil";
  }, []);
  if (record.status === "merged" && Object.keys(record.golden).length === 0) return <Replaced record={record} />;
  return (
    <div className="page">
      <PatientBanner golden={record.golden} />
      <p className="page__back">
        <Link href="/people">Back to people</Link>
      </p>
      {record.status === "merged" && <ReplacedBy record={record} />}
      <WhereNowPanel whereNow={record.whereNow} />
      <OpenTasks record={record} />
      <GoldenTable golden={record.golden} />
      <FormerValues values={record.formerValues} />
      <SourceRecords records={record.sourceRecords} />
      <ClinicalFacts personId={record.personId} groups={record.facts} />
      <div className="two-columns">
        <EncounterTimeline encounters={record.encounters} />
        <IdentityTimeline history={record.history} />
      </div>
    </div>
  );
}

/** A merged identity holds nothing any more but the way to the person and how it came to that. */
function Replaced({ record }: { record: PersonRecord }) {
  return (
    <Page title="Person record" aside={<Link href="/people">Back to people</Link>}>
      <ReplacedBy record={record} />
      <IdentityTimeline history={record.history} />
    </Page>
  );
}

function ReplacedBy({ record }: { record: PersonRecord }) {
  return (
    <InsetText>
      <p>
        This identity was merged into another.{" "}
        {record.replacedBy && <Link href={`/people/${record.replacedBy}`}>Open the record that replaces it</Link>}
      </p>
    </InsetText>
  );
}

function OpenTasks({ record }: { record: PersonRecord }) {
  if (record.openTasks.length === 0) return null;
  return (
    <section className="open-tasks" aria-labelledby="open-tasks">
      <h2 className="section-title" id="open-tasks">
        Open review tasks
      </h2>
      <ul className="plain-list">
        {record.openTasks.map((task) => {
          const other = task.left.personId === record.personId ? task.right : task.left;
          return (
            <li key={task.taskId}>
              <Link href={`/tasks/${task.taskId}`}>
                {TASK_KINDS[task.kind].text} with {other.displayName}
              </Link>{" "}
              {reasonInWords(task.why)}
              <span className="quiet">
                Open for {formatSeconds(task.ageHours * 3600)}
                {task.weight === null ? "" : `, weight ${formatWeight(task.weight)}`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
