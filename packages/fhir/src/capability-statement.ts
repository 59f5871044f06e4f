import type { CapabilityStatement, SearchParam } from "./resources.ts";
import { PROFILE } from "./uk-core.ts";

/**
 * What the FHIR service can do, as one table: the CapabilityStatement is made from it, and the service reads its search
 * parameters from it, so that neither can claim what the other does not do.
 */

type Supported = {
  readonly profile: string;
  readonly documentation: string;
  readonly searchParam: readonly SearchParam[];
  readonly operation?: readonly Operation[];
};

type Operation = { readonly name: string; readonly definition: string; readonly documentation: string };

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
    ],
  },
  Encounter: {
    profile: PROFILE.encounter,
    documentation: "One visit as one source system tells it. A search names a patient or an id.",
    searchParam: [
      { name: "_id", type: "token", documentation: "The encounter's id." },
      {
        name: "patient",
        type: "reference",
        documentation: "Patient/id or id. That of a merged person finds the survivor's encounters.",
      },
    ],
  },
} as const satisfies Record<string, Supported>;

export type SupportedType = keyof typeof SUPPORTED;

/** When the table changed last: a CapabilityStatement must say. */
const SUPPORTED_SINCE = "2026-11-22";

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
        security: {
          description:
            "A session cookie or a bearer token. Every read of a patient passes the role, the person's consent and the audit.",
        },
        resource: Object.entries<Supported>(SUPPORTED).map(([type, supported]) => ({
          type,
          profile: supported.profile,
          documentation: supported.documentation,
          interaction: [{ code: "read" }, { code: "search-type" }],
          versioning: "versioned" as const,
          searchParam: supported.searchParam.map((parameter) => ({ ...parameter })),
          ...(supported.operation ? { operation: supported.operation.map((operation) => ({ ...operation })) } : {}),
        })),
        searchParam: [{ name: "_count", type: "number", documentation: "Matches a page; the service has a limit." }],
      },
    ],
  };
}
