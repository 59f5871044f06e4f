import { DOCUMENT_KINDS, renderDocument } from "@chesil/document";
import type { FactContent, Party } from "@chesil/model";
import { z } from "zod";
import { factText } from "../persons/fact-text.ts";
import type { FoundDocument } from "./find-document.ts";

const KINDS = Object.keys(DOCUMENT_KINDS) as [keyof typeof DOCUMENT_KINDS, ...(keyof typeof DOCUMENT_KINDS)[]];

const findingRow = z.object({
  code: z.string(),
  /** `warning`: what is shown is not all, not what it is said to be, or not safe to open elsewhere. */
  severity: z.enum(["information", "warning"]),
  text: z.string(),
  count: z.number(),
});

export const documentAnswer = z.object({
  factId: z.string(),
  /** Which one of the fact's documents, from 1, and all of them. */
  number: z.number(),
  documents: z.array(z.object({ number: z.number(), title: z.string() })),
  personId: z.string(),
  title: z.string(),
  /** Whether the fact still holds. */
  state: z.enum(["current", "superseded", "retracted", "withdrawn"]),
  status: z.string().nullable(),
  at: z.string().nullable(),
  /** What its sender says around it: who wrote it, who keeps it, to whom it went. */
  about: z.array(z.object({ label: z.string(), text: z.string() })),
  authority: z.string(),
  feed: z.string(),
  messageId: z.string(),
  /** What the sender says it is; what it is; null where there are no bytes. */
  contentType: z.string(),
  kind: z.enum(KINDS).nullable(),
  kindName: z.string().nullable(),
  bytes: z.number(),
  /** Harmless by the allow-list of `@chesil/document`; null where it is only to be had as it is. */
  html: z.string().nullable(),
  /** Where the sender keeps it, when that is not here. Never fetched. */
  reference: z.string().nullable(),
  findings: z.array(findingRow),
});

const NOT_HERE = {
  code: "not-here",
  severity: "warning",
  text: "The message does not hold the document, or not in a form that can be read.",
  count: 1,
} as const;

function aboutOf(content: FactContent): { label: string; text: string }[] {
  if (content.kind !== "document") return [];
  const { type, author, authenticator, custodian, recipients = [], set } = content;
  const sentTo = (as: "recipient" | "copy") => recipients.filter((each) => each.as === as).map(nameOf);
  const rows: [label: string, texts: (string | undefined)[]][] = [
    ["Type", [type.text ?? type.codings.find(({ display }) => display)?.display]],
    ["Author", [author && nameOf(author)]],
    ["Signed by", [authenticator && nameOf(authenticator)]],
    ["Kept by", [custodian && nameOf(custodian)]],
    ["Sent to", sentTo("recipient")],
    ["Copies to", sentTo("copy")],
    ["Version", [set?.version?.toString()]],
  ];
  return rows
    .map(([label, texts]) => ({ label, text: texts.filter(Boolean).join("; ") }))
    .filter(({ text }) => text !== "");
}

const nameOf = ({ display, code }: Party): string => display || code || "";

/** A document as people look at it. @param bytes undefined where the message holds none. */
export function documentView(found: FoundDocument, bytes: Buffer | undefined): z.infer<typeof documentAnswer> {
  const { fact, n, part, parts, journalId } = found;
  const { status, at } = factText(fact.content);
  const rendered =
    bytes && renderDocument(bytes, part.contentType, part.encoding === "text" ? { charset: "utf-8" } : {});
  return {
    factId: String(fact.factId),
    number: n,
    documents: parts.map((each, index) => ({ number: index + 1, title: titleOf(found, each) })),
    personId: fact.personId,
    title: titleOf(found, part),
    state: fact.state,
    status,
    at,
    about: aboutOf(fact.content),
    authority: fact.authority,
    feed: fact.feed,
    messageId: String(journalId),
    contentType: part.contentType,
    kind: rendered?.kind ?? null,
    kindName: rendered ? DOCUMENT_KINDS[rendered.kind].name : null,
    bytes: bytes?.length ?? 0,
    html: rendered?.html ?? null,
    reference: part.reference ?? null,
    findings: rendered ? [...rendered.findings] : [NOT_HERE],
  };
}

/** The document's own title, else what its part is called; the report's name of what came with a report. */
function titleOf({ fact, parts }: FoundDocument, part: FoundDocument["part"]): string {
  const { content } = fact;
  const whole = content.kind === "document" ? content.title : undefined;
  const title = parts.length === 1 ? (whole ?? part.title) : (part.title ?? whole);
  return title || factText(content).title;
}
