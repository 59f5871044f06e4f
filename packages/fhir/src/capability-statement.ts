import type { CapabilityStatement } from "./resources.ts";
import { CLINICAL, ofSubject, REGISTERS, type Supported } from "./supported-facts.ts";
import { PROFILE } from "./uk-core.ts";

/**
 * What the FHIR service can do, as one table: the CapabilityStatement is made from it, and the service reads its search
 * parameters from it, so that neither can claim what the other does not do.
 */

export const SUPPORTED = {
  Patient: {
    profile: PROFILE.patient,
    documentation:
      "One reconciled person. A person whose records were merged into another answers as inactive, with a link " +
      "replaced-by the survivor; searches find survivors only. Persons who opted out are not found and not counted.",
    searchParam: [
      { name: "_id", type: "token", documentation: "The person's id. That of a merged person finds the survivor." },
      {
        name: "identifier",
        type: "token",
        documentation: "system|value, |value or value: an NHS number, or a local id under its authority's system.",
      },
      {
        name: "family",
        type: "string",
        documentation: "Start of the usual family name, whatever its case, accents and signs. Modifier: exact.",
      },
      {
        name: "given",
        type: "string",
        documentation: "Start of any usual given name, whatever its case, accents and signs. Modifier: exact.",
      },
      {
        name: "birthdate",
        type: "date",
        documentation: "A year, month or day. Prefixes: eq, ne, gt, lt, ge, le, sa, eb.",
      },
      { name: "gender", type: "token", documentation: "male, female, other or unknown." },
      {
        name: "address-postalcode",
        type: "string",
        documentation: "Start of the postcode of the home address, with or without its space.",
      },
      {
        name: "address-city",
        type: "string",
        documentation: "Start of the town of any address, whatever its case. Slow alone: give something else with it.",
      },
      {
        name: "address",
        type: "string",
        documentation: "Start of a line, the town, county or postcode of any address. Slow alone.",
      },
      {
        name: "telecom",
        type: "token",
        documentation: "A telephone number, mobile or at home, or an e-mail address; system phone or email.",
      },
      { name: "active", type: "token", documentation: "true, which every person found is, or false, which none is." },
      {
        name: "deceased",
        type: "token",
        documentation: "true, false, or true,false for both. Nobody who died is found without it, but by _id.",
      },
      {
        name: "_lastUpdated",
        type: "date",
        documentation:
          "When the person last changed. Prefixes: eq, ne, gt, lt, ge, le, sa, eb. Slow alone. Who is shown in part has no such time.",
      },
    ],
    operation: [
      {
        name: "match",
        definition: "http://hl7.org/fhir/OperationDefinition/Patient-match",
        documentation:
          "Who may this be? Best first, each person once, and nothing is created. certain: Chesil would link it by itself; " +
          "probable: it would ask a data manager; possible: as likely as not. Also IHE PDQm ITI-119.",
      },
      {
        name: "ihe-pix",
        definition: "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix",
        documentation: "The other identifiers of the patient of one (IHE PIXm ITI-83), by GET or POST.",
      },
      {
        name: "everything",
        definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything",
        documentation:
          "The whole record of one person, the Patient first, then visits, then facts, each newest first, and at the end " +
          "whom and where they name. _type, _since, _count; Provenance where _type names it. What was taken back is there.",
      },
    ],
  },
  Encounter: {
    profile: PROFILE.encounter,
    documentation: "One visit as one source system tells it.",
    searchParam: ofSubject(
      { name: "date", type: "date", documentation: "When the visit was or is." },
      { name: "status", type: "token", documentation: "planned, in-progress, onleave, finished, cancelled, …" },
      { name: "class", type: "token", documentation: "IMP, AMB, EMER, …" },
      { name: "identifier", type: "token", documentation: "system|value or value: the visit number." },
    ),
  },
  ...CLINICAL,
  ...REGISTERS,
} as const satisfies Record<string, Supported>;

export type SupportedType = keyof typeof SUPPORTED;

/** When the table changed last: a CapabilityStatement must say. */
const SUPPORTED_SINCE = "2026-11-22";

/** Read by whoever holds its reference, never searched for. */
const BINARY = {
  type: "Binary",
  profile: PROFILE.binary,
  documentation: "The content of a document, as its source sent it.",
  interaction: [{ code: "read" }],
  versioning: "versioned" as const,
};

/** `version` is the software's, `baseUrl` the root of the service. */
export function capabilityStatement(instance: {
  readonly version: string;
  readonly baseUrl: string;
}): CapabilityStatement {
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: SUPPORTED_SINCE,
    kind: "instance",
    software: { name: "Chesil", version: instance.version },
    implementation: { description: "Chesil: streaming patient identity.", url: instance.baseUrl },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json", "json"],
    rest: [
      {
        mode: "server",
        documentation:
          "What a source took back is entered-in-error. Searches leave it out, but for those by _id, _lastUpdated or a status. What is redacted has no meta.versionId and no meta.lastUpdated and is not found by _lastUpdated; its ETag is of what is shown.",
        security: {
          description:
            "A session cookie or a bearer token. Every read of a patient passes the role, the person's consent and the audit.",
        },
        resource: [
          ...Object.entries<Supported>(SUPPORTED).map(([type, supported]) => ({
            type,
            profile: supported.profile,
            documentation: supported.documentation,
            interaction: [{ code: "read" }, { code: "search-type" }],
            versioning: "versioned" as const,
            searchParam: supported.searchParam.map((parameter) => ({ ...parameter })),
            ...(supported.operation ? { operation: supported.operation.map((operation) => ({ ...operation })) } : {}),
          })),
          BINARY,
        ],
        searchParam: [
          { name: "_count", type: "number", documentation: "Matches a page; the service has a limit." },
          { name: "_elements", type: "string", documentation: "Names of elements: of each match no more is shown." },
          { name: "_summary", type: "token", documentation: "true, text, data, count or false." },
        ],
      },
    ],
  };
}
