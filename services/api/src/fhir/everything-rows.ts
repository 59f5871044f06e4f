import type { Resource } from "@chesil/fhir";
import type { FactKind } from "@chesil/model";
import type { Client } from "@chesil/store";
import type { EverythingQuestion, Part } from "./everything-input.ts";
import { PARTY_TYPES } from "./party.ts";
import { entryIdOf, RECORD_TYPES, type RecordEntry, readFactEntries, readVisits } from "./record-source.ts";

/** The rows of a whole record in the order in which it is told, and where a page of it ended. */

const SECTIONS = ["patient", "visits", "facts", "parties"] as const;
type Section = (typeof SECTIONS)[number];

export type Row = {
  readonly section: "visits" | "facts";
  readonly entry: RecordEntry;
  /** The place after all of it. */
  readonly end: string;
};

/** Where a page goes on. */
export type Place = {
  readonly section: Section;
  /** With rows below this id. */
  readonly before: number | undefined;
  /** The last resource of the page before: what follows it in its row comes first. */
  readonly isAt: (resource: Resource) => boolean;
};

export const atStart: Place = { section: "patient", before: undefined, isAt: () => false };

export const placeAfter = (section: Section, { resourceType, id }: Resource): string =>
  `${section}/${resourceType}/${id}`;

/** After all of a row. */
const placeBelow = (section: Section, entryId: number): string => `${section}//${entryId}`;

/** Only what we sealed ourselves comes this far, so its shape is known. */
export function placeOf(after: string | null): Place {
  const [section = "", type = "", id = ""] = after?.split("/") ?? [];
  const known = SECTIONS.find((each) => each === section);
  if (!known) return atStart;
  // A provenance has the id of what it is of, after its type.
  const entryId = known === "visits" || known === "facts" ? entryIdOf(id.replace(/^[A-Za-z]+-(?=\d)/, "")) : undefined;
  return {
    section: known,
    // The row of the last resource may have more.
    before: entryId === undefined || type === "" ? entryId : entryId + 1,
    isAt: (resource) => resource.resourceType === type && resource.id === id,
  };
}

/** Of a list that may hold the last resource of the page before, what comes after it; else all. */
export const goingOn = <T extends Resource>(resources: readonly T[], { isAt }: Place): T[] =>
  resources.slice(resources.findIndex(isAt) + 1);

/** The rows from a place on, one more than the page has resources: each makes one at least. */
export async function readRows(
  client: Client,
  personIds: readonly string[],
  { parts, count }: EverythingQuestion,
  { section, before }: Place,
): Promise<Row[]> {
  if (section === "parties") return [];
  const limit = count + 1;
  // Whom it names, and where it comes from, is asked of all that there is.
  const isAll = [...PARTY_TYPES, "Provenance" as const].some((part) => parts.has(part));
  const types = Object.entries<"visits" | readonly FactKind[]>(RECORD_TYPES);
  const kinds = types.flatMap(([type, of]) => (of !== "visits" && (isAll || parts.has(type as Part)) ? of : []));
  const asksVisits = section !== "facts" && (isAll || parts.has("Encounter"));
  const [visits, facts] = await Promise.all([
    asksVisits ? readVisits(client, { personIds, before: section === "visits" ? before : undefined, limit }) : [],
    kinds.length > 0
      ? readFactEntries(client, { personIds, before: section === "facts" ? before : undefined, limit }, kinds)
      : [],
  ]);
  return [...visits.map(rowOf("visits")), ...facts.map(rowOf("facts"))].slice(0, limit);
}

const rowOf =
  (section: Row["section"]) =>
  (entry: RecordEntry): Row => ({ section, entry, end: placeBelow(section, entry.entryId) });
