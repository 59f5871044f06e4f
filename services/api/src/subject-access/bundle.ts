import type { Permitted } from "@chesil/access";
import { binaryOf, type FactSource, type Patient, patientOf, type Resource } from "@chesil/fhir";
import { type GoldenRecord, NHS_AUTHORITY } from "@chesil/model";
import type { StoredRecord, VersionedFact } from "@chesil/store";
import { partiesNamedIn } from "../fhir/party.ts";
import { versionOf } from "../fhir/patient.ts";
import { provenanceOfPerson } from "../fhir/provenance.ts";
import { entryOfFact, entryOfVisit, type RecordEntry } from "../fhir/record-source.ts";
import { type SubjectDocument, WITH_DOCUMENTS } from "./documents.ts";
import { earlierResources } from "./earlier-documents.ts";
import type { WholeRecord } from "./record.ts";

/** Names the resources of a file, which stands at no address. */
const BASE_URL = "https://chesil.invalid/fhir";

const OTHERS_SYSTEM = "urn:chesil:subject-access";
/** On what is about somebody else: an officer looks at it before it is handed over. */
const ABOUT_ANOTHER = { system: OTHERS_SYSTEM, code: "other-person", display: "About another person: to be reviewed" };
const DELETED = { system: "urn:chesil:fact-state", code: "retracted", display: "Deleted by its sender" };

/**
 * The whole record as one FHIR Bundle of type collection, in pieces of text, one entry a line. It stands by itself: whatever
 * a resource in it refers to is in it, the bytes of documents too, and of documents that were replaced. What a sender took back is there as entered in error. The
 * Patient is followed by one for each source record, which says what that source says.
 */
export async function* recordBundle(record: WholeRecord): AsyncGenerator<string> {
  const timestamp = JSON.stringify(record.preparedAt.toISOString());
  yield `{"resourceType":"Bundle","type":"collection","timestamp":${timestamp},"entry":[`;
  let between = "\n";
  for await (const resource of resourcesOf(record)) {
    const fullUrl = `${BASE_URL}/${resource.resourceType}/${resource.id}`;
    yield `${between}${JSON.stringify({ fullUrl, resource })}`;
    between = ",\n";
  }
  yield "\n]}\n";
}

/** Each resource, and whom and where it names right after the first that names them. */
async function* resourcesOf(record: WholeRecord): AsyncGenerator<Resource> {
  const told = new Set<string>();
  for await (const resource of recordResources(record)) {
    yield resource;
    for (const party of partiesNamedIn([resource])) {
      const key = `${party.resourceType}/${party.id}`;
      if (told.has(key)) continue;
      told.add(key);
      yield party;
    }
  }
}

async function* recordResources(record: WholeRecord): AsyncGenerator<Resource> {
  yield* patientsOf(record);
  for await (const visit of record.visits()) yield* withProvenance(entryOfVisit(visit), record.permitted);
  for await (const fact of record.facts()) {
    yield* withProvenance(entryOfFact(fact), record.permitted, isAboutAnother(fact));
    for await (const document of record.documents(fact)) {
      const binary = binaryOf(sourceOf(fact), document.n);
      if (binary) yield { ...binary, ...dataOf(document) };
    }
    if (!WITH_DOCUMENTS.some((kind) => kind === fact.content.kind)) continue;
    for await (const version of record.earlier(fact.factId)) {
      const documents = record.earlierDocuments(fact, version);
      yield* earlierResources(fact, version, sourceOf(fact), documents, dataOf);
    }
  }
}

function* patientsOf({ person, records, permitted }: WholeRecord): Generator<Resource> {
  const version = versionOf(person);
  const { personId, golden } = person;
  const link = records.map((record) => ({ other: referenceTo(record), type: "seealso" as const }));
  const patient = patientOf({ personId, golden, records, version });
  yield link.length > 0 ? { ...patient, link } : patient;
  const provenance = provenanceOfPerson(person, records, permitted.viewOf(personId));
  if (provenance) yield provenance;
  for (const record of records) yield patientOfRecord(record);
}

const idOf = ({ sourceRecordId }: StoredRecord) => `record-${sourceRecordId}`;
const referenceTo = (record: StoredRecord) => ({ reference: `Patient/${idOf(record)}`, type: "Patient" });

/** What one source says, former values of its own included; of a record that its sender deleted too, and marked so. */
function patientOfRecord(record: StoredRecord): Patient {
  const { sourceRecordId, demographics, identifiers, status } = record;
  const number = identifiers.value?.find(({ authority, trust }) => authority === NHS_AUTHORITY && trust !== "invalid");
  const said = Object.entries(demographics).filter(([, known]) => known.value !== undefined);
  const golden = {
    ...Object.fromEntries(said.map(([field, { value }]) => [field, { value, sourceRecordId }])),
    ...(number && { nhsNumber: { value: { trust: "unverified", ...number }, sourceRecordId } }),
  } as unknown as GoldenRecord;
  // Whether it still speaks is told of the Patient; what it said is told all the same.
  const patient = patientOf({
    ...{ personId: idOf(record), golden, records: [{ ...record, status: "active" }] },
    version: { journalId: record.updatedBy },
  });
  const meta = status === "deleted" ? { ...patient.meta, tag: [DELETED] } : patient.meta;
  return { ...patient, meta, active: status === "active" };
}

function* withProvenance(entry: RecordEntry, permitted: Permitted, isOfAnother = false): Generator<Resource> {
  for (const resource of entry.resources(permitted)) {
    const { meta } = resource;
    yield isOfAnother ? { ...resource, meta: { ...meta, tag: [...(meta.tag ?? []), ABOUT_ANOTHER] } } : resource;
    yield entry.provenance(resource, permitted);
  }
}

/** Whether a fact tells of somebody who is with the person otherwise than by profession. */
export const isAboutAnother = ({ content }: VersionedFact): boolean =>
  content.kind === "relationship" && content.role !== "professional";

function sourceOf({ updatedBy, updatedAt, ...fact }: VersionedFact): FactSource {
  return {
    ...fact,
    recordedAt: fact.recordedAt.toISOString(),
    version: { journalId: updatedBy, at: updatedAt ?? undefined },
  };
}

/** Of bytes that Chesil does not have any more it is said that they are not known. */
const dataOf = ({ bytes }: SubjectDocument) =>
  bytes ? { data: bytes.toString("base64") } : { _data: { extension: [NOT_HELD] } };
const NOT_HELD = { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" };
