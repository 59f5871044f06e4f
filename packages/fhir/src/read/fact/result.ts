import type { FactOf, Observation } from "@chesil/model";
import { conceptAt, conceptIn, noteAt, startAt, whenAt } from "../datatypes.ts";
import type { Element } from "../element.ts";
import { MEMBERS_DEPTH_MAX, OBSERVATIONS_MAX } from "../limits.ts";
import { partyAt, partyIn, resolved } from "../references.ts";
import { stated } from "../stated.ts";
import { documentPart } from "./attachment.ts";
import { observationsOf } from "./observation.ts";
import { numberAs, oneFact, type ReadFact, requiredConcept, statusIn } from "./read-fact.ts";

/** DiagnosticReport with the Observations that it gives as its results. */

type Result = FactOf<"result">;

const STATUSES: Readonly<Record<string, Result["status"]>> = {
  ...{ registered: "registered", partial: "partial", preliminary: "preliminary", final: "final" },
  ...{
    amended: "corrected",
    corrected: "corrected",
    appended: "corrected",
    cancelled: "cancelled",
    unknown: "unknown",
  },
};

/** @param isPatients whether a resource is about the report's patient: others are left out, flagged. */
export function resultFacts(resource: Element, isPatients: (other: Element) => boolean): ReadFact[] {
  const specimen = resource
    .list("specimen")
    .map(resolved)
    .find((each) => each?.type === "Specimen");
  const order = resource
    .list("basedOn")
    .map(resolved)
    .find((each) => each?.type === "ServiceRequest");
  const code = requiredConcept(resource, "code");
  const members = resultsOf(resource, "result", { isPatients, seen: new Set() }, 0);
  const content: Result = {
    ...stated<Omit<Result, "observations">>({
      kind: "result",
      placerId: numberAs(resource, "PLAC"),
      fillerId: numberAs(resource, "FILL") ?? untypedNumber(resource),
      code,
      category: categoryOf(resource),
      status: statusIn(resource, "status", STATUSES, "unknown"),
      collectedAt: startAt(resource, "effective") ?? startAt(specimenCollection(specimen), "collected"),
      reportedAt: whenAt(resource, "issued"),
      requester: partyAt(order, "requester"),
      performer: partyIn(resource, "resultsInterpreter") ?? partyIn(resource, "performer"),
      specimen: conceptAt(specimen, "type"),
      documents: resource.list("presentedForm").flatMap((each) => documentPart(each) ?? []),
      notes: noteAt(resource, "conclusion"),
    }),
    observations: withinLimit(resource, members.flatMap(observationsOf)),
  };
  return oneFact(resource, content);
}

/** Whose number it is that has no type, is not said; that of a report is the one its maker gave it. */
const untypedNumber = (resource: Element): string | undefined =>
  resource
    .list("identifier")
    .find((each) => !each.has("type"))
    ?.text("value");

const specimenCollection = (specimen: Element | undefined) => specimen?.at("collection");

/** The service's code, HL7 table 0074 mostly. */
function categoryOf(resource: Element): string | undefined {
  const category = conceptIn(resource, "category");
  return category?.codings[0]?.code ?? category?.text;
}

interface Members {
  readonly isPatients: (other: Element) => boolean;
  /** Each is read once, however many panels of a report name it. */
  readonly seen: Set<unknown>;
}

/** The observations that a report or a panel names, and those of their panels. */
function resultsOf(resource: Element, name: "result" | "hasMember", members: Members, depth: number): Element[] {
  return resource.list(name, OBSERVATIONS_MAX).flatMap((reference) => {
    const member = resolved(reference);
    if (member === undefined || members.seen.has(member.json)) return [];
    members.seen.add(member.json);
    if (member.type !== "Observation") {
      reference.flag("", "structure", "What it refers to is no Observation: left out.");
      return [];
    }
    if (!members.isPatients(member)) {
      reference.flag("", "identity", "The Observation is about another patient: left out.");
      return [];
    }
    if (depth === MEMBERS_DEPTH_MAX) {
      reference.flag("", "ignored", `Panels are read ${MEMBERS_DEPTH_MAX} deep.`);
      return [];
    }
    return [member, ...resultsOf(member, "hasMember", members, depth + 1)];
  });
}

function withinLimit(resource: Element, observations: Observation[]): Observation[] {
  if (observations.length > OBSERVATIONS_MAX)
    resource.flag("result", "ignored", `Only the first ${OBSERVATIONS_MAX} observations are stated.`);
  return observations.slice(0, OBSERVATIONS_MAX);
}
