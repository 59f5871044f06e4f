import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { documentContentAddress, readDocument, readPerson } from "../api/calls.ts";
import type { DocumentFinding, DocumentView } from "../api/types.ts";
import { Page } from "../layout/page.tsx";
import { Details } from "../nhs/details.tsx";
import { InsetText, NothingHere, ProblemSummary, Waiting, Warning } from "../nhs/messages.tsx";
import { SummaryList } from "../nhs/summary-list.tsx";
import { Tag } from "../nhs/tag.tsx";
import { mayReadMessages } from "../session/permissions.ts";
import { useUser } from "../session/session.tsx";
import { formatInstant } from "../text/dates.ts";
import { countOf } from "../text/numbers.ts";
import { words } from "../text/words.ts";
import { DocumentFrame } from "./document-frame.tsx";
import { FACT_STATE_TAGS } from "./fact-words.ts";
import { PatientBanner } from "./patient-banner.tsx";

/** One document, under the banner of the person whose it is now. */
export function DocumentPage({ factId, number }: { factId: string; number: string }) {
  const document = useQuery({
    queryKey: ["document", factId, number],
    queryFn: ({ signal }) => readDocument(factId, number, signal),
  });
  const personId = document.data?.personId;
  const person = useQuery({
    queryKey: ["person", personId],
    queryFn: ({ signal }) => readPerson(personId ?? "", signal),
    enabled: personId !== undefined,
    // Opened from the person's page it is there already, and each read is a look on record.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const failed = document.error ? document : person.error ? person : undefined;
  // No document without its patient's name above it.
  if (document.data && person.data) {
    return (
      <div className="page">
        <PatientBanner golden={person.data.golden} />
        <p className="page__back">
          <Link href={`/people/${document.data.personId}`}>Back to the person's record</Link>
        </p>
        <Content document={document.data} />
      </div>
    );
  }
  return (
    <Page title="Document">
      {failed ? (
        <ProblemSummary error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Waiting>Loading the document</Waiting>
      )}
    </Page>
  );
}

function Content({ document }: { document: DocumentView }) {
  const warnings = document.findings.filter(({ severity }) => severity === "warning");
  const notes = document.findings.filter(({ severity }) => severity === "information");
  return (
    <article aria-labelledby="document-title">
      <h2 className="section-title" id="document-title">
        {document.title}{" "}
        {document.state !== "current" && (
          <Tag colour={FACT_STATE_TAGS[document.state].colour}>{FACT_STATE_TAGS[document.state].text}</Tag>
        )}
      </h2>
      <About document={document} />
      {warnings.length > 0 && (
        <Warning title="Before you rely on it">
          <Findings findings={warnings} />
        </Warning>
      )}
      {document.reference !== null && (
        <InsetText>
          <p>
            Its sender keeps it at <span className="mono">{document.reference}</span>. Chesil does not fetch it.
          </p>
        </InsetText>
      )}
      {document.html === null ? (
        <NothingHere>This document is not shown here.</NothingHere>
      ) : (
        <DocumentFrame html={document.html} title={document.title} />
      )}
      {notes.length > 0 && (
        <Details summary="How it is shown">
          <Findings findings={notes} />
        </Details>
      )}
      <Others document={document} />
    </article>
  );
}

function About({ document }: { document: DocumentView }) {
  const showsMessages = mayReadMessages(useUser().roles);
  const { kind, kindName, bytes, at, status } = document;
  return (
    <SummaryList
      rows={[
        { label: "Date", value: at ? formatInstant(at) : "Not said" },
        { label: "Status", value: status ? words(status) : null },
        ...document.about.map(({ label, text }) => ({ label, value: text })),
        {
          label: "Source",
          value: (
            <>
              {document.authority}, {document.feed}
              {showsMessages && (
                <>
                  {" "}
                  <Link href={`/messages/${document.messageId}`}>See the message</Link>
                </>
              )}
            </>
          ),
        },
        {
          label: "As sent",
          value:
            kind === null || bytes === 0 ? null : (
              <a href={documentContentAddress(document)} download>
                Download {kindName}, {countOf(bytes, "byte")}
              </a>
            ),
        },
      ]}
    />
  );
}

function Findings({ findings }: { findings: readonly DocumentFinding[] }) {
  return (
    <ul className="plain-list">
      {findings.map(({ code, text, count }) => (
        <li key={code}>
          {text}
          {count > 1 && <span className="quiet"> {count} times</span>}
        </li>
      ))}
    </ul>
  );
}

/** The other documents of the same entry. */
function Others({ document }: { document: DocumentView }) {
  const others = document.documents.filter(({ number }) => number !== document.number);
  if (others.length === 0) return null;
  return (
    <nav aria-labelledby="other-documents">
      <h3 className="section-title" id="other-documents">
        Sent with it
      </h3>
      <ul className="plain-list">
        {others.map(({ number, title }) => (
          <li key={number}>
            <Link href={`/documents/${document.factId}/${number}`}>{title || `Document ${number}`}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
