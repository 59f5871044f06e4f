import {
  binaryOf,
  type DocumentReference,
  type FactSource,
  type Provenance,
  provenanceOf,
  type Resource,
  resourcesOfFact,
} from "@chesil/fhir";
import type { FactVersion, VersionedFact } from "@chesil/store";
import { type SubjectDocument, versionMark } from "./documents.ts";

/** Of whom it is, and who has it: the same, whatever a version of it said. */
type Source = Omit<FactSource, "content" | "recordedAt">;

const EARLIER = { system: "urn:chesil:subject-access", code: "earlier-version" };

/**
 * What an earlier version of a fact had for documents and the fact has no more: a DocumentReference that is superseded, who
 * said it and when, and the bytes. Nothing where there are none.
 *
 * @param dataOf the bytes of a document as a Binary has them.
 */
export async function* earlierResources(
  fact: VersionedFact,
  version: FactVersion,
  source: Source,
  documents: AsyncIterable<SubjectDocument>,
  dataOf: (document: SubjectDocument) => object,
): AsyncGenerator<Resource> {
  const { content, journalId } = version;
  const recordedAt = version.recordedAt.toISOString();
  const said: FactSource = {
    ...{ ...source, content, recordedAt },
    state: source.state === "retracted" ? "retracted" : "superseded",
  };
  const mark = versionMark(journalId);
  const places: number[] = [];
  for await (const document of documents) {
    places.push(document.n - 1);
    const binary = binaryOf(said, document.n);
    if (binary) yield { ...binary, id: `${binary.id}${mark}`, ...dataOf(document) };
  }
  if (places.length === 0) return;
  const tag = { ...EARLIER, display: `Earlier version, recorded ${recordedAt}` };
  for (const reference of resourcesOfFact(said)) {
    if (reference.resourceType !== "DocumentReference") continue;
    const resource: DocumentReference = {
      ...reference,
      id: `${reference.id}${mark}`,
      meta: { ...reference.meta, tag: [...(reference.meta.tag ?? []), tag] },
      content: reference.content.filter((_, place) => places.includes(place)).map((each) => marked(each, mark)),
    };
    yield resource;
    yield saidBy(resource, fact, { recordedAt, journalId }, said.version);
  }
}

/** The place of the bytes is that of this version's. */
function marked({ attachment, ...rest }: DocumentReference["content"][number], mark: string) {
  const { url } = attachment;
  return { ...rest, attachment: { ...attachment, url: url?.startsWith("Binary/") ? `${url}${mark}` : url } };
}

function saidBy(
  { resourceType, id }: DocumentReference,
  { authority, feed }: VersionedFact,
  { recordedAt, journalId }: { readonly recordedAt: string; readonly journalId: number },
  version: Source["version"],
): Provenance {
  return provenanceOf({
    target: { type: resourceType, id },
    recordedAt,
    saidBy: [{ authority, feed, journalId }],
    version,
  });
}
