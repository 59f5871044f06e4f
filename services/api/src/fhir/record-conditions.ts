import { type Resource, SUPPORTED, type SupportedType } from "@chesil/fhir";
import { type Client, readSurvivors } from "@chesil/store";
import { elementPredicate, type Predicate } from "./element-search.ts";
import { type Refusal, type SearchParameter, unescaped } from "./parameters.ts";
import { personId } from "./patient-conditions.ts";
import { entryIdOf, type RecordEntry, type RecordType } from "./record-source.ts";

/** What a search of a type of somebody's record asks for. */
export type RecordConditions = {
  /** Whose, where the search names patients; survivors. */
  readonly personIds: readonly string[] | undefined;
  readonly entryIds: readonly number[] | undefined;
  readonly matches: (entry: RecordEntry, resource: Resource) => boolean;
};

/**
 * Searches that ask for one of these see what was retracted too: who asks for a status, who has an id already, and who
 * follows changes and must learn of it. All others do not.
 */
const ASKS_FOR_RETRACTED = new Set(["_id", "_lastUpdated", "status", "clinical-status", "verification-status"]);

/** A repeated parameter narrows: of patients and ids, which each resource has one of, those that all of them name are left. */
export async function recordConditions(
  client: Client,
  type: RecordType | "AuditEvent",
  parameters: readonly SearchParameter[],
): Promise<RecordConditions | Refusal> {
  let personIds: readonly string[] | undefined;
  let ids: readonly string[] | undefined;
  const predicates: Predicate[] = [];
  for (const parameter of parameters) {
    const { name, values } = parameter;
    if (name === "patient" || name === "subject") {
      const named = values.flatMap((value) => referencedPerson(unescaped(value)) ?? []);
      const survivors = [...(await readSurvivors(client, named)).values()];
      personIds = personIds?.filter((id) => survivors.includes(id)) ?? [...new Set(survivors)];
    } else if (name === "_id") {
      const named = values.map(unescaped);
      ids = ids?.filter((id) => named.includes(id)) ?? named;
    } else {
      const predicate = elementPredicate(type, parameterKind(type, name), parameter);
      if (typeof predicate === "object") return predicate;
      predicates.push(predicate);
    }
  }
  if (!personIds && !ids)
    return { ok: false, code: "too-costly", text: `A search for ${type} names a patient or an _id: add patient=id.` };
  const showsRetracted = parameters.some(({ name }) => ASKS_FOR_RETRACTED.has(name));
  return {
    personIds,
    entryIds: ids?.flatMap((id) => entryIdOf(id) ?? []),
    matches: ({ isRetracted }, resource) =>
      resource.resourceType === type &&
      (ids === undefined || ids.includes(resource.id)) &&
      (showsRetracted || !(isRetracted || isEnteredInError(resource))) &&
      predicates.every((holds) => holds(resource)),
  };
}

/** Of a parameter of the table, or of every type. */
export const parameterKind = (type: SupportedType, name: string) => {
  if (name === "_lastUpdated") return "date" as const;
  const known: readonly { name: string; type: "token" | "string" | "date" | "reference" | "number" }[] =
    SUPPORTED[type].searchParam;
  return known.find((each) => each.name === name)?.type ?? "token";
};

/** `id`, `Patient/id`, or the address of one, here or elsewhere: ids are the same wherever Chesil is reached. */
export const referencedPerson = (reference: string) =>
  personId(/^(?:(?:https?:\/\/\S+\/)?Patient\/)?([^/]+)$/.exec(reference)?.[1] ?? "");

/** One observation of a report may have been taken back while the report stands. */
function isEnteredInError(resource: object): boolean {
  const { status, verificationStatus } = resource as {
    status?: unknown;
    verificationStatus?: { coding?: readonly { code?: string }[] };
  };
  return (
    status === "entered-in-error" ||
    (verificationStatus?.coding?.some(({ code }) => code === "entered-in-error") ?? false)
  );
}
