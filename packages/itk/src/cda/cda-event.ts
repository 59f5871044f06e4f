import type { CanonicalEvent, PatientStatement, SourceKey, SubjectStatement } from "@chesil/model";
import { isNamed, type XmlElement } from "@chesil/xml";
import { HL7_V3 } from "../names.ts";
import type { CdaContext, CdaDocument, CdaReading, CdaResult } from "./cda-reading.ts";
import { documentFact, parentSets, replacedSet, retractionOf } from "./document-fact.ts";
import { custodianOf, documentSaid } from "./document-said.ts";
import { localIdOf, setOf } from "./document-set.ts";
import { type DocumentType, documentTypeOf } from "./document-type.ts";
import { encounterOf } from "./encounter.ts";
import { guardianFacts } from "./guardian.ts";
import { identifiersOf, patientKeyOf } from "./identifiers.ts";
import { CDA_LIMITS } from "./limits.ts";
import { notMapped } from "./not-mapped.ts";
import { odsCodeAt, organisationOf } from "./party.ts";
import { demographicsOf } from "./patient.ts";
import { Place, Warnings } from "./place.ts";
import { recordedAtOf } from "./recorded-at.ts";

/**
 * What a CDA document says, as a canonical event: its patient, the visit it is about, and itself, whole. Never throws.
 *
 * A document that carries no id of its patient (see `identifiers.ts`) makes a source record of its own, (authority, document
 * set): nothing but matching says whose it is. Where another record has a document of this set, that is found by `set` of
 * the fact: a nullification names its patient by the NHS number alone, and a version may name another patient.
 */
export function cdaEvent(element: XmlElement, reading: CdaReading, context: CdaContext): CdaResult {
  if (!isNamed(element, HL7_V3, "ClinicalDocument")) return refused("not-readable", "It is no CDA document.");
  const warnings = new Warnings();
  const document = new Place(element, "", { receivedAt: context.receivedAt, warnings });
  const type = documentTypeOf(document);
  // Of what is not read it could not be said whose it is.
  if (element.children.length > CDA_LIMITS.childrenMax)
    return refused("not-readable", `It has more than ${CDA_LIMITS.childrenMax} elements and texts in its header.`);
  const [role, otherRole] = document.all("recordTarget").flatMap((target) => target.all("patientRole"));
  if (otherRole !== undefined) return refused("not-readable", "It is about more than one patient.");
  if (role === undefined && !type.isNullification)
    return refused("no-patient-id", "It says of no patient whose it is.");

  const recordedAt = recordedAtOf(document, type);
  const set = setOf(document) ?? setWithoutId(document, context);
  const input: Input = { document, role, type, set, reading, context };
  const { subjects, said } = type.isNullification ? nullification(input) : statement(input);
  const [first] = subjects;
  const event: CanonicalEvent = {
    schemaVersion: 2,
    source: sourceOf(document, type, context),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    subjects: [...subjects],
    operations: [],
    warnings: [],
    notMapped: notMapped(document),
  };
  return { ok: true, event: { ...event, warnings: warnings.list }, key: first.patient.key, document: said };
}

const refused = (reason: "not-readable" | "no-patient-id", text: string): CdaResult => ({ ok: false, reason, text });

type Input = {
  readonly document: Place;
  readonly role: Place | undefined;
  readonly type: DocumentType;
  readonly set: string;
  readonly reading: CdaReading;
  readonly context: CdaContext;
};

type Output = { readonly subjects: readonly [SubjectStatement, ...SubjectStatement[]]; readonly said: CdaDocument };

/** A resend has the same, so that it is found again; another version has not. */
function setWithoutId(document: Place, { controlId }: CdaContext): string {
  document.warn("structure", "The document has no id, so no other version of it can be known.");
  return controlId.slice(0, CDA_LIMITS.idLengthMax);
}

function statement(input: Input): Output {
  const { document, role, type, set, reading, context } = input;
  const identifiers = role ? identifiersOf(role, type, reading) : [];
  const key = patientKeyOf(identifiers, reading) ?? setKey(set, reading);
  const patient: PatientStatement = { key, identifiers, demographics: role ? demographicsOf(role) : {} };
  const encounter = encounterOf(document, type);
  const said = documentSaid(document, set, type);
  const fact = documentFact(document, set, {
    content: context.content,
    visitNumber: encounter?.visitNumber,
    said,
    reading,
  });
  const subject: SubjectStatement = {
    patient,
    ...(encounter ? { encounter } : {}),
    facts: [fact, ...guardianFacts(role?.at("patient"))],
    snapshots: [],
  };
  return { subjects: [subject, ...takenBack(input, key)], said };
}

/** Where records are of documents, what the document replaces is in a record of its own. */
function takenBack({ document, set, reading }: Input, key: SourceKey): SubjectStatement[] {
  const replaced = replacedSet(document, set);
  const isOwn = replaced !== undefined && isSame(key, setKey(set, reading));
  return isOwn ? [retracting(setKey(replaced, reading), replaced, reading)] : [];
}

/**
 * It takes the document of its set back, and says nothing of the patient beyond the NHS number.
 */
function nullification({ document, role, type, set, reading }: Input): Output {
  const [about = set] = parentSets(document, "RPLC");
  const subject = retracting(setKey(about, reading), about, reading);
  const identifiers = role ? identifiersOf(role, type, reading) : [];
  const said = documentSaid(document, about, type);
  return { subjects: [{ ...subject, patient: { ...subject.patient, identifiers } }], said };
}

const retracting = (key: SourceKey, set: string, reading: CdaReading): SubjectStatement => ({
  patient: { key, identifiers: [], demographics: {} },
  facts: [retractionOf(set, reading)],
  snapshots: [],
});

const setKey = (set: string, { authority }: CdaReading): SourceKey => ({ authority, localId: localIdOf(set) });

const isSame = (one: SourceKey, other: SourceKey): boolean =>
  one.authority === other.authority && one.localId === other.localId;

function sourceOf(document: Place, type: DocumentType, { controlId }: CdaContext): CanonicalEvent["source"] {
  const author = document.at("author", "assignedAuthor");
  return {
    application: author?.at("assignedAuthoringDevice", "softwareName")?.text() ?? "",
    facility: odsCodeAt(custodianOf(document)) ?? odsCodeAt(organisationOf(author)) ?? "",
    controlId,
    messageType: "CDA",
    triggerEvent: type.code,
    version: "R2",
  };
}
