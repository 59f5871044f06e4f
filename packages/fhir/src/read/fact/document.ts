import type { FactOf } from "@chesil/model";
import { conceptAt, whenAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { partyAt, partyIn } from "../references.ts";
import { stated } from "../stated.ts";
import { documentPart } from "./attachment.ts";
import { isInError, type ReadFact, statusIn } from "./read-fact.ts";

/** DocumentReference, with the content that came along. */

type Document = FactOf<"document">;

const STATUSES: Readonly<Record<string, Document["status"]>> = {
  ...{ preliminary: "preliminary", final: "final", amended: "final" },
};

/** @param keyOf the key of the fact that a DocumentReference of the Bundle becomes. */
export function documentFacts(resource: Element, keyOf: (reference: Element) => string | undefined): ReadFact[] {
  const title = resource.text("description");
  const type = conceptAt(resource, "type");
  const attachments = resource.list("content").flatMap((each) => each.at("attachment") ?? []);
  const parts = attachments.flatMap((each) => documentPart(each) ?? []);
  if (type === undefined && title === undefined && parts.length === 0 && !isInError(resource))
    throw resource.refusal("content", "structure", "It has no type, no title and no content.");
  const content = stated<Document>({
    kind: "document",
    type: type ?? { codings: [] },
    title: title ?? parts[0]?.title,
    status: statusIn(resource, "docStatus", STATUSES, "unknown"),
    availability: resource.text("status") === "superseded" ? "OB" : undefined,
    authoredAt: whenAt(resource, "date") ?? whenAt(attachments[0], "creation"),
    author: partyIn(resource, "author"),
    authenticator: partyAt(resource, "authenticator"),
    custodian: partyAt(resource, "custodian"),
    parts,
  });
  return [{ content, isRetracted: isInError(resource), ...relationOf(resource, keyOf) }];
}

/** What it replaces or adds to. Other relations (signs, transforms) say nothing of whether the other one stands. */
function relationOf(resource: Element, keyOf: (reference: Element) => string | undefined): Pick<ReadFact, "relation"> {
  for (const each of resource.list("relatesTo")) {
    const code = each.text("code");
    const target = each.at("target");
    const relatesTo = code === "replaces" || code === "appends" ? target && keyOf(target) : undefined;
    if (relatesTo !== undefined) return { relation: { action: code === "replaces" ? "replace" : "addend", relatesTo } };
  }
  return {};
}
