import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { readMessage } from "../api/calls.ts";
import type { MessageDetail } from "../api/types.ts";
import { EvidenceView } from "../evidence/evidence-view.tsx";
import { Page } from "../layout/page.tsx";
import { InsetText, NothingHere, ProblemSummary, SuccessBanner, Waiting } from "../nhs/messages.tsx";
import { SummaryList } from "../nhs/summary-list.tsx";
import { Tabs } from "../nhs/tabs.tsx";
import { formatInstant } from "../text/dates.ts";
import { countOf, formatCount, formatMilliseconds } from "../text/numbers.ts";
import { EventView } from "./event-view.tsx";
import { outcomeSentence } from "./outcome-sentence.ts";
import { OutcomeTag } from "./outcome-tag.tsx";
import { RawView } from "./raw-view.tsx";
import { RepairButton } from "./repair-button.tsx";
import { SettleButtons } from "./settle-buttons.tsx";
import { TreeView } from "./tree-view.tsx";

/** After a replay or skip was asked for, the page looks again this often, for this long. */
const FOLLOW_EVERY_MS = 2000;
const FOLLOW_FOR_MS = 12_000;

type Asked = { text: string; atMs: number; outcome: MessageDetail["outcome"] };

/** One message: what became of it and why, and everything known of it. */
export function MessagePage({ id }: { id: string }) {
  const [asked, setAsked] = useState<Asked>();
  const message = useQuery({
    queryKey: ["message", id],
    queryFn: ({ signal }) => readMessage(id, signal),
    refetchInterval: (query) =>
      asked && Date.now() - asked.atMs < FOLLOW_FOR_MS && query.state.data?.outcome === asked.outcome
        ? FOLLOW_EVERY_MS
        : false,
  });
  const { data } = message;
  const follow = (of: MessageDetail) => (text: string) => setAsked({ text, atMs: Date.now(), outcome: of.outcome });
  return (
    <Page title="Message" aside={<Link href="/messages">Back to messages</Link>}>
      {asked && <SuccessBanner>{asked.text}</SuccessBanner>}
      {message.error && <ProblemSummary error={message.error} onRetry={() => void message.refetch()} />}
      {message.isPending && <Waiting>Loading the message</Waiting>}
      {data && (
        <>
          <p className="verdict" role="status">
            <OutcomeTag outcome={data.outcome} /> <span>{outcomeSentence(data)}</span>
          </p>
          {data.parkedBehind && (
            <p>
              <Link href={`/messages/${data.parkedBehind}`}>See the message it waits for</Link>
            </p>
          )}
          {data.repair && <Repaired repair={data.repair} />}
          <SettleButtons message={data} onAsked={follow(data)}>
            <RepairButton message={data} onAsked={follow(data)} />
          </SettleButtons>
          <Facts message={data} />
          <Warnings message={data} />
          {data.decision && (
            <section>
              <h2 className="section-title">How its person was decided</h2>
              <EvidenceView decision={data.decision} leftLabel="This record" rightLabel="The other" />
            </section>
          )}
          <Content message={data} />
        </>
      )}
    </Page>
  );
}

/** Who gave what stands in for the message, when and why. */
function Repaired({ repair }: { repair: NonNullable<MessageDetail["repair"]> }) {
  return (
    <InsetText>
      <p>
        Repaired by {repair.by} on {formatInstant(repair.at)}: {repair.reason}
      </p>
    </InsetText>
  );
}

function Facts({ message }: { message: MessageDetail }) {
  const type = [message.messageType, message.triggerEvent].filter(Boolean).join("^");
  return (
    <div className="two-columns">
      <SummaryList
        rows={[
          {
            label: "Person",
            value: message.person ? (
              <Link href={`/people/${message.person.personId}`}>{message.person.displayName}</Link>
            ) : message.personId ? (
              <Link href={`/people/${message.personId}`}>Open the record</Link>
            ) : (
              "None"
            ),
          },
          { label: "Type", value: `${type || "Not known"}${message.version ? `, version ${message.version}` : ""}` },
          { label: "Control id", value: <span className="mono">{message.controlId || "None"}</span> },
          { label: "Feed", value: message.feed },
          { label: "Sender", value: message.sender.replace("|", ", ") || "Not said" },
          {
            label: "Identities",
            value: message.identities.length > 0 ? <Identities identities={message.identities} /> : null,
          },
        ]}
      />
      <SummaryList
        rows={[
          { label: "Received", value: formatInstant(message.receivedAt, "second") },
          {
            label: "Applied",
            value: message.appliedAt
              ? `${formatInstant(message.appliedAt, "second")}${message.applyMs === null ? "" : ` (${formatMilliseconds(message.applyMs)} after receipt)`}`
              : "Not applied",
          },
          { label: "Size", value: [countOf(message.bytes, "byte"), message.charset].filter(Boolean).join(", ") },
          {
            label: "Resent",
            value:
              message.redeliveriesAt.length > 0
                ? message.redeliveriesAt.map((at) => <div key={at}>{formatInstant(at, "second")}</div>)
                : message.redeliveries > 0
                  ? `${formatCount(message.redeliveries)} times`
                  : "Never",
          },
          { label: "Reason", value: message.reasonText },
          { label: "Detail", value: message.detail },
        ]}
      />
    </div>
  );
}

function Identities({ identities }: { identities: string[] }) {
  return identities.map((identity) => (
    <div key={identity} className="mono">
      {identity.replace("|", " ")}
    </div>
  ));
}

function Warnings({ message }: { message: MessageDetail }) {
  if (message.warnings.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">Warnings</h2>
      <ul className="plain-list">
        {message.warnings.map((warning) => (
          <li key={`${warning.location} ${warning.code}`}>
            <span className="mono">{warning.location}</span> {warning.text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Content({ message }: { message: MessageDetail }) {
  const { raw, repair, tree, event, archive } = message;
  const unread = (here: string) => (archive === null ? here : `Its bytes are in the archive ${archive}.`);
  const corrected = repair?.raw ?? null;
  const tabs = [
    {
      id: "raw",
      text: "As received",
      content: () =>
        raw === null ? (
          <NothingHere>{unread("Not available.")}</NothingHere>
        ) : (
          <RawView raw={raw} label="The message as received" />
        ),
    },
    ...(corrected === null
      ? []
      : [
          {
            id: "repaired",
            text: "As repaired",
            content: () => <RawView raw={corrected} label="The message as repaired" />,
          },
        ]),
    {
      id: "tree",
      text: corrected === null ? "Fields" : "Fields as repaired",
      content: () =>
        tree ? <TreeView tree={tree} /> : <NothingHere>{unread("It could not be read as HL7 v2.")}</NothingHere>,
    },
    {
      id: "event",
      text: "Canonical event",
      content: () =>
        event ? <EventView event={event} /> : <NothingHere>{unread("It was not turned into an event.")}</NothingHere>,
    },
    {
      id: "acknowledgement",
      text: `Acknowledgement ${message.acknowledgementCode}`.trim(),
      content: () =>
        message.acknowledgement ? (
          <RawView raw={message.acknowledgement} label="The acknowledgement as sent" />
        ) : (
          <NothingHere>Nothing was answered.</NothingHere>
        ),
    },
  ];
  return (
    <section>
      <h2 className="section-title">Content</h2>
      {message.withheld && (
        <InsetText>
          <p>Your role does not include patient data, so the content of this message is not shown.</p>
        </InsetText>
      )}
      <Tabs label="Content of the message" tabs={message.withheld ? tabs.slice(-1) : tabs} />
    </section>
  );
}
