import type { DocumentPart, FactOf } from "@chesil/model";
import type { Binary, DocumentReference } from "../clinical-resources.ts";
import { wordsOf } from "../code-system.ts";
import { absent } from "../data-absent.ts";
import type { Attachment, CodeableConcept, Identifier } from "../datatypes.ts";
import type { FactSource } from "../fact-source.ts";
import { metaOf, patientReference } from "../patient.ts";
import { CODE_SYSTEM, PROFILE } from "../uk-core.ts";
import { readable, withoutEmpty } from "../without-empty.ts";
import { instantOf } from "./observation.ts";
import { type SourceOf, statusOf, Telling } from "./telling.ts";

/** DocumentReference: letters, summaries and reports as documents; and the Binary that each of their parts is. */

type Document = FactOf<"document">;

const DOC_STATUS = {
  dictated: "preliminary",
  documented: "preliminary",
  preliminary: "preliminary",
  authenticated: "final",
  final: "final",
  unknown: undefined,
} as const satisfies Record<Document["status"], DocumentReference["docStatus"]>;

const NOT_CURRENT = {
  retracted: "entered-in-error",
  superseded: "superseded",
  withdrawn: "superseded",
} as const;

/** HL7 table 0272 in FHIR's words; V is restricted most of all in both. */
const CONFIDENTIALITY: ReadonlyMap<string, string> = new Map([
  ["N", "normal"],
  ["U", "unrestricted"],
  ["R", "restricted"],
  ["V", "very restricted"],
]);

/** R4, mimetypes: what can not be one says no more than that there are bytes. */
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/;
const OCTETS = "application/octet-stream";
const URL = /^(https?|ftp|urn):\S+$/i;

export function documentReferenceOf(source: SourceOf<"document">): DocumentReference {
  const { content, state, relation } = source;
  const telling = new Telling(source);
  const author = telling.party("Author", content.author, "Practitioner");
  const writtenAt = telling.when("Written", content.authoredAt);
  const target = relation && { reference: `DocumentReference/${relation.factId}`, type: "DocumentReference" };
  const description = telling.text("Title", content.title);
  const document: Omit<DocumentReference, "text"> = {
    resourceType: "DocumentReference",
    ...telling.head(PROFILE.documentReference),
    masterIdentifier: identifierOf(content.set?.instance),
    identifier: identifiersOf(content),
    status: statusOf<DocumentReference["status"]>(state, NOT_CURRENT, statusIn(content)),
    docStatus: state === "retracted" ? "entered-in-error" : DOC_STATUS[content.status],
    type: telling.concept("Type", content.type),
    subject: telling.patient,
    date: instantOf(writtenAt),
    author: author && [author],
    authenticator: telling.party("Authenticator", content.authenticator, "Practitioner"),
    custodian: telling.party("Kept by", content.custodian, "Organization"),
    relatesTo: target ? [{ code: relation?.action === "replace" ? "replaces" : "appends", target }] : undefined,
    description,
    securityLabel: labelsOf(content),
    content: contentsOf(source.factId, content.parts, writtenAt),
    context: { encounter: telling.encounter && [telling.encounter] },
  };
  telling.text("Status", content.status);
  telling.note("Availability as sent", content.availability);
  telling.text("Version", content.set?.version?.toString());
  for (const { as, display, code } of content.recipients ?? [])
    telling.text(as === "copy" ? "Copy to" : "Sent to", display ?? code);
  telling.text("Sections", content.sections?.flatMap(({ title, code }) => title ?? code?.display ?? []).join("; "));
  partsTold(content.parts, telling);
  // A page without it would read as if nobody had written anything.
  if ((content.parts ?? []).length === 0) telling.note("Content", "none was sent");
  const heading = description ?? wordsOf(content.type) ?? "Document";
  return withoutEmpty<DocumentReference>({ ...document, text: telling.narrative(heading, false) });
}

/** What all versions of the document have in common. */
function identifiersOf({ set }: Document): Identifier[] | undefined {
  const identifier = identifierOf(set?.id);
  return identifier && [identifier];
}

function identifierOf(text: string | undefined): Identifier | undefined {
  const value = readable(text);
  if (value === undefined) return undefined;
  return UUID.test(value) ? { system: URI, value: `urn:uuid:${value.toLowerCase()}` } : { value };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URI = "urn:ietf:rfc:3986";

/** Documents that came with a result: one reference to all of them, beside the report. */
export function reportDocumentsOf(source: SourceOf<"result">): DocumentReference[] {
  const { content, factId, state } = source;
  if (content.documents === undefined || content.documents.length === 0) return [];
  const telling = new Telling(source);
  const report = { reference: `DiagnosticReport/${factId}`, type: "DiagnosticReport" };
  const author = telling.either("Author", content.performer);
  const reference: Omit<DocumentReference, "text"> = {
    resourceType: "DocumentReference",
    ...telling.head(PROFILE.documentReference, `${factId}-d`),
    status: statusOf<DocumentReference["status"]>(state, NOT_CURRENT, "current"),
    docStatus: state === "retracted" ? "entered-in-error" : reportStatus(content),
    type: telling.concept("Type", content.code),
    subject: telling.patient,
    date: instantOf(content.reportedAt),
    author: author && [author],
    content: contentsOf(factId, content.documents),
    context: { encounter: telling.encounter && [telling.encounter], related: [report] },
  };
  partsTold(content.documents, telling);
  const heading = `Documents of the report: ${wordsOf(content.code) ?? "not stated"}`;
  return [withoutEmpty<DocumentReference>({ ...reference, text: telling.narrative(heading, false) })];
}

/** What is told of the n-th document of a fact, from 1, without its bytes; undefined where there is none to serve. */
export function binaryOf(source: FactSource, n: number): Binary | undefined {
  const { content } = source;
  const parts = content.kind === "document" ? content.parts : content.kind === "result" ? content.documents : undefined;
  const part = parts?.[n - 1];
  if (part === undefined || part.reference !== undefined) return undefined;
  return {
    resourceType: "Binary",
    id: `${source.factId}-${n}`,
    meta: metaOf(source.version, PROFILE.binary),
    contentType: contentTypeOf(part),
    securityContext: patientReference(source.personId),
  };
}

/** Where the content of each part is to be had. `creation` may be as little as a year, as `date` elsewhere may not. */
export function attachmentsOf(
  factId: number,
  parts: readonly DocumentPart[] | undefined,
  creation?: string | undefined,
): Attachment[] {
  return (parts ?? []).map((part, place) => ({
    contentType: contentTypeOf(part),
    title: readable(part.title),
    creation,
    ...(part.reference === undefined
      ? { url: `Binary/${factId}-${place + 1}`, size: Math.max(0, part.bytes) }
      : { url: pointerOf(part.reference) }),
  }));
}

/** FHIR requires content; of a document that was only spoken of it is said that there is none. */
function contentsOf(
  factId: number,
  parts: readonly DocumentPart[] | undefined,
  creation?: string | undefined,
): DocumentReference["content"] {
  const attachments = attachmentsOf(factId, parts, creation);
  const none: Attachment = { ...absent("unknown"), creation };
  return (attachments.length > 0 ? attachments : [none]).map((attachment) => ({ attachment }));
}

const pointerOf = (reference: string) => (URL.test(reference) ? reference : undefined);

function contentTypeOf({ contentType }: DocumentPart): string {
  return CONTENT_TYPE.test(contentType) ? contentType : OCTETS;
}

/** The text of each part that is plain text; of others, what they are. */
function partsTold(parts: readonly DocumentPart[] | undefined, telling: Telling): void {
  for (const part of parts ?? []) {
    const isPointer = part.reference !== undefined;
    if (isPointer && pointerOf(part.reference ?? "") === undefined)
      telling.note("Kept by its sender at", part.reference);
    const said = part.text ?? `${contentTypeOf(part)}${isPointer ? "" : `, ${part.bytes} bytes`}`;
    telling.text(part.title ?? "", said);
  }
}

/** What its sender says is obsolete or not available is not current. */
function statusIn({ availability }: Document): DocumentReference["status"] {
  return readable(availability)?.toUpperCase() === "OB" ? "superseded" : "current";
}

const reportStatus = ({ status }: FactOf<"result">): DocumentReference["docStatus"] =>
  status === "final" || status === "corrected" ? "final" : undefined;

function labelsOf({ confidentiality }: Document): CodeableConcept[] | undefined {
  const text = readable(confidentiality);
  if (text === undefined) return undefined;
  const code = text.toUpperCase();
  const display = CONFIDENTIALITY.get(code);
  return [display === undefined ? { text } : { coding: [{ system: CODE_SYSTEM.confidentiality, code, display }] }];
}
