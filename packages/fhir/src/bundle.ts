import type { Bundle, OperationOutcome, Patient, Resource } from "./resources.ts";
import { EXTENSION } from "./uk-core.ts";

/** How good a match is: http://hl7.org/fhir/ValueSet/match-grade. */
export type MatchGrade = "certain" | "probable" | "possible" | "certainly-not";

export type Match = {
  readonly patient: Patient;
  /** From 0 to 1: the probability that this is the person. */
  readonly score: number;
  readonly grade: MatchGrade;
};

/** The answer to `Patient/$match`: the matches as they are given, best first. `baseUrl` as for `searchset`. */
export function matchset(baseUrl: string, matches: readonly Match[], total: number): Bundle {
  const entry: NonNullable<Bundle["entry"]> = matches.map(({ patient, score, grade }) => ({
    fullUrl: `${baseUrl}/Patient/${patient.id}`,
    resource: patient,
    search: { extension: [{ url: EXTENSION.matchGrade, valueCode: grade }], mode: "match", score },
  }));
  return { resourceType: "Bundle", type: "searchset", total, ...(entry.length > 0 ? { entry } : {}) };
}

/**
 * One page of a search. `baseUrl` is the service root without a slash at its end (`https://host/fhir`). `total` counts
 * the matches of all pages; absent when there are too many to count. `outcome` tells what of the search was ignored.
 * The links are the caller's and must be opaque: no identifier of a patient belongs in a URL.
 */
export function searchset(page: {
  readonly baseUrl: string;
  readonly matches: readonly Resource[];
  /** What the matches refer to, given with them and not counted. */
  readonly included?: readonly Resource[] | undefined;
  readonly total?: number | undefined;
  readonly selfUrl?: string | undefined;
  readonly nextUrl?: string | undefined;
  readonly outcome?: OperationOutcome | undefined;
}): Bundle {
  const link = [
    ...(page.selfUrl ? [{ relation: "self" as const, url: page.selfUrl }] : []),
    ...(page.nextUrl ? [{ relation: "next" as const, url: page.nextUrl }] : []),
  ];
  const shown = (resource: Resource, mode: "match" | "include") => ({
    fullUrl: `${page.baseUrl}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode },
  });
  const entry: NonNullable<Bundle["entry"]> = [
    ...page.matches.map((resource) => shown(resource, "match")),
    ...(page.included ?? []).map((resource) => shown(resource, "include")),
  ];
  if (page.outcome) entry.push({ resource: page.outcome, search: { mode: "outcome" } });
  return {
    resourceType: "Bundle",
    type: "searchset",
    ...(page.total === undefined ? {} : { total: page.total }),
    ...(link.length > 0 ? { link } : {}),
    ...(entry.length > 0 ? { entry } : {}),
  };
}
