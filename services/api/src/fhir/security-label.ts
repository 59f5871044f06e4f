import type { PersonView } from "@chesil/access";
import type { Resource } from "@chesil/fhir";

/** FHIR's security labels (R4, security-labels): how closely what a resource says is kept, and that some of it is left out. */

const CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const LEVELS = {
  restricted: { system: CONFIDENTIALITY, code: "R", display: "restricted" },
  "very-restricted": { system: CONFIDENTIALITY, code: "V", display: "very restricted" },
} as const;
const REDACTED = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
  code: "REDACTED",
  display: "redacted",
} as const;

/**
 * The resource with its labels. Its version and when it last changed are not told of a part: they change with what is
 * withheld, and so would tell that it did; nor is it found by them.
 *
 * @param isPart something of it is withheld from this viewer: they are told so, and not what.
 */
export function labelled<R extends Resource>(resource: R, isPart: boolean, { sensitivity }: PersonView): R {
  const own = resource.meta?.security ?? [];
  const security = [...own, ...(sensitivity === null ? [] : [LEVELS[sensitivity]]), ...(isPart ? [REDACTED] : [])];
  if (security.length === own.length) return resource;
  const { versionId, lastUpdated, ...meta } = resource.meta;
  return { ...resource, meta: { ...(isPart ? {} : { versionId, lastUpdated }), ...meta, security } };
}
