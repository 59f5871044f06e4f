import {
  isEncounterPermitted,
  isFactPermitted,
  type Permitted,
  type PersonView,
  permittedEncounter,
  permittedFact,
} from "@chesil/access";
import {
  encounterOf,
  type Provenance,
  provenanceOf,
  type Resource,
  resourcesOfFact,
  type SupportedType,
} from "@chesil/fhir";
import type { FactKind } from "@chesil/model";
import {
  type Client,
  readVersionedEncounters,
  readVersionedFacts,
  type VersionedEncounter,
  type VersionedFact,
} from "@chesil/store";
import { labelled } from "./security-label.ts";

/**
 * Where the resources of somebody's record come from: visits are encounters, everything else is made of facts. What is
 * read here has passed no gate yet.
 */

/** One row of a record. */
export type RecordEntry = {
  readonly entryId: number;
  readonly personId: string;
  /** Its sender took it back. */
  readonly isRetracted: boolean;
  /** Whether what the gate permits includes it. To be asked before anything is made of it or counted. */
  isShown(permitted: Permitted): boolean;
  /** What it is shown as, as far as may be. Made when it is asked for: of most rows that are read to be counted out, it is not. */
  resources(permitted: Permitted): readonly Resource[];
  /** Who said one of these, and in which message. */
  provenance(resource: Resource, permitted: Permitted): Provenance;
};

/** Newest first by their ids, of persons or by ids or both; `before` goes on below an id. */
export type EntriesAsked = {
  readonly personIds?: readonly string[] | undefined;
  readonly entryIds?: readonly number[] | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

export type RecordSource = (client: Client, asked: EntriesAsked) => Promise<RecordEntry[]>;

/** The types that are parts of a patient's record, and of which facts each is made. */
export const RECORD_TYPES = {
  Encounter: "visits",
  AllergyIntolerance: ["allergy"],
  Flag: ["alert"],
  Condition: ["condition"],
  Procedure: ["procedure"],
  DocumentReference: ["document", "result"],
  DiagnosticReport: ["result"],
  Observation: ["result", "measurement"],
  ServiceRequest: ["referral"],
  MedicationStatement: ["medication"],
  RelatedPerson: ["relationship"],
  CarePlan: ["care-package"],
  Immunization: ["immunisation"],
  Appointment: ["appointment"],
  EpisodeOfCare: ["registration"],
  Coverage: ["insurance"],
  Basic: ["accident", "local"],
} as const satisfies Partial<Record<SupportedType, "visits" | readonly FactKind[]>>;

export type RecordType = keyof typeof RECORD_TYPES;

export function sourceOf(type: RecordType): RecordSource {
  const kinds: "visits" | readonly FactKind[] = RECORD_TYPES[type];
  if (kinds === "visits") return readVisits;
  return (client, asked) => readFactEntries(client, asked, kinds);
}

export const readVisits: RecordSource = async (client, { entryIds, ...asked }) =>
  (await readVersionedEncounters(client, { ...asked, encounterIds: entryIds })).map(entryOfVisit);

/** Of all kinds where none is named. */
export const readFactEntries = async (client: Client, asked: EntriesAsked, kinds?: readonly FactKind[]) => {
  const { entryIds, ...rest } = asked;
  return (await readVersionedFacts(client, { ...rest, factIds: entryIds, kinds })).map(entryOfFact);
};

export function entryOfVisit({ updatedBy, updatedAt, saidBy, ...stored }: VersionedEncounter): RecordEntry {
  const { encounterId, personId } = stored;
  const version = { journalId: updatedBy, at: updatedAt ?? undefined };
  const shownAs = shown(personId, (view) => permittedEncounter(view, stored));
  return {
    entryId: encounterId,
    personId,
    isRetracted: stored.status === "deleted",
    isShown: shownWhere(stored, (view) => isEncounterPermitted(view, stored)),
    resources: shown(personId, (view, permitted) => [
      labelled(encounterOf({ ...shownAs(permitted), version }), view.isPartial, view),
    ]),
    provenance: ({ resourceType, id }, permitted) => {
      const { authority, feed, recordedAt } = shownAs(permitted);
      const provenance = provenanceOf({
        target: { type: resourceType, id },
        recordedAt: recordedAt.toISOString(),
        saidBy: [{ authority, feed, journalId: saidBy }],
        version,
      });
      const view = viewIn(permitted, personId);
      return labelled(provenance, view.isPartial, view);
    },
  };
}

export function entryOfFact({ updatedBy, updatedAt, saidBy, ...stored }: VersionedFact): RecordEntry {
  const fact = { ...stored, recordedAt: stored.recordedAt.toISOString() };
  const { factId, personId, recordedAt, relation } = fact;
  const version = { journalId: updatedBy, at: updatedAt ?? undefined };
  const shownAs = shown(personId, (view) => permittedFact(view, fact));
  return {
    entryId: factId,
    personId,
    isRetracted: fact.state === "retracted",
    isShown: shownWhere(fact, (view) => isFactPermitted(view, fact)),
    resources: shown(personId, (view, permitted) =>
      resourcesOfFact({ ...shownAs(permitted), version }).map((each) => labelled(each, view.isPartial, view)),
    ),
    provenance: ({ resourceType, id }, permitted) => {
      const { authority, feed } = shownAs(permitted);
      const provenance = provenanceOf({
        target: { type: resourceType, id },
        recordedAt,
        saidBy: [{ authority, feed, journalId: saidBy }],
        // Of a report the report replaces the report; which finding of it takes whose place nobody said.
        replaces: relation?.action === "replace" && id === String(factId) ? String(relation.factId) : undefined,
        version,
      });
      const view = viewIn(permitted, personId);
      return labelled(provenance, view.isPartial, view);
    },
  };
}

/** Made for a view of the person when it is first asked for, and again for another view. */
function shown<T>(personId: string, make: (view: PersonView, permitted: Permitted) => T): (permitted: Permitted) => T {
  let made: { readonly of: PersonView; readonly value: T } | undefined;
  return (permitted) => {
    const view = viewIn(permitted, personId);
    made = made?.of === view ? made : { of: view, value: make(view, permitted) };
    return made.value;
  };
}

/** @throws Error where nothing of the person may be shown: that is to be asked first. */
function viewIn(permitted: Permitted, personId: string): PersonView {
  if (!permitted.allowed || !permitted.personIds.has(personId)) throw new Error("The read gate does not permit this.");
  return permitted.viewOf(personId);
}

const shownWhere =
  ({ personId, feed }: { personId: string; feed: string }, isOpen: (view: PersonView) => boolean) =>
  (permitted: Permitted): boolean => {
    if (!permitted.allowed || !permitted.personIds.has(personId)) return false;
    const view = permitted.viewOf(personId);
    return !view.closedFeeds.has(feed) && isOpen(view);
  };

/** The row that a resource's id names, undefined for what can be none: `12`, `12-3` (the third observation of a result). */
export function entryIdOf(resourceId: string): number | undefined {
  const digits = /^([1-9]\d{0,15})(?:-[\w]{1,8})?$/.exec(resourceId)?.[1];
  const id = Number(digits ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : undefined;
}
