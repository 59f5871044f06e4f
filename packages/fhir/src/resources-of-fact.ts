import type { FactKind } from "@chesil/model";
import type { Coding } from "./datatypes.ts";
import { flagOf } from "./fact/alert.ts";
import { allergyOf } from "./fact/allergy.ts";
import { appointmentOf } from "./fact/appointment.ts";
import { accidentOf, localFactOf } from "./fact/basic.ts";
import { carePlanOf } from "./fact/care-package.ts";
import { conditionOf } from "./fact/condition.ts";
import { documentReferenceOf } from "./fact/document.ts";
import { immunizationOf } from "./fact/immunisation.ts";
import { coverageOf } from "./fact/insurance.ts";
import { medicationStatementOf } from "./fact/medication.ts";
import { measurementOf } from "./fact/observation.ts";
import { procedureOf } from "./fact/procedure.ts";
import { serviceRequestOf } from "./fact/referral.ts";
import { episodeOfCareOf } from "./fact/registration.ts";
import { relatedPersonOf } from "./fact/relationship.ts";
import { reportOf } from "./fact/result.ts";
import type { SourceOf } from "./fact/telling.ts";
import type { FactSource } from "./fact-source.ts";
import type { Resource } from "./resources.ts";
import { CODE_SYSTEM } from "./uk-core.ts";
import { readable } from "./without-empty.ts";

type Mappers = { readonly [K in FactKind]: (source: SourceOf<K>) => Resource | Resource[] };

const MAPPERS: Mappers = {
  alert: flagOf,
  allergy: allergyOf,
  condition: conditionOf,
  procedure: procedureOf,
  medication: medicationStatementOf,
  immunisation: immunizationOf,
  result: reportOf,
  document: documentReferenceOf,
  measurement: measurementOf,
  referral: serviceRequestOf,
  appointment: appointmentOf,
  "care-package": carePlanOf,
  relationship: relatedPersonOf,
  registration: episodeOfCareOf,
  accident: accidentOf,
  insurance: coverageOf,
  local: localFactOf,
};

/**
 * A fact as FHIR: first the fact itself, then its observations, then its documents. The first has the id
 * `String(factId)`, the n-th observation of a result, from 1, `${factId}-${n}`, and the reference to a result's documents
 * `${factId}-d`. What they refer to by code (`Organization`, `Practitioner`, `Location`) is made by functions of its own,
 * and so is each document's Binary.
 */
export function resourcesOfFact(source: FactSource): Resource[] {
  const mapper = MAPPERS[source.content.kind] as (source: FactSource) => Resource | Resource[];
  const resources = [mapper(source)].flat();
  const { kind, confidentiality } = source.content;
  const code = readable(confidentiality);
  // A document has its label where FHIR has one for it.
  if (code === undefined || kind === "document") return resources;
  const label = codedLabel(code);
  return resources.map((resource) => ({ ...resource, meta: { ...resource.meta, security: [label] } }));
}

const LEVELS: ReadonlySet<string> = new Set("ULMNRV");

/** What is no level of FHIR's is told as it was sent. */
const codedLabel = (code: string): Coding =>
  LEVELS.has(code.toUpperCase())
    ? { system: CODE_SYSTEM.confidentiality, code: code.toUpperCase() }
    : { code: code.replaceAll(/\s+/g, " ") };
