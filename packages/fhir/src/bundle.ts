import type { Bundle, Encounter, OperationOutcome, Patient } from "./resources.ts";

/**
 * One page of a search. `baseUrl` is the service root without a slash at its end (`https://host/fhir`). `total` counts
 * the matches of all pages; absent when there are too many to count. `outcome` tells what of the search was ignored.
 * The links are the caller's and must be opaque: no identifier of a patient belongs in a URL.
 */
export function searchset(page: {
  readonly baseUrl: string;
  readonly matches: readonly (Patient | Encounter)[];
  readonly total?: number | undefined;
  readonly selfUrl?: string | undefined;
  readonly nextUrl?: string | undefined;
  readonly outcome?: OperationOutcome | undefined;
}): Bundle {
  const link = [
    ...(page.selfUrl ? [{ relation: "self" as const, url: page.selfUrl }] : []),
    ...(page.nextUrl ? [{ relation: "next" as const, url: page.nextUrl }] : []),
  ];
  const entry: NonNullable<Bundle["entry"]> = page.matches.map((resource) => ({
    fullUrl: `${page.baseUrl}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode: "match" },
  }));
  if (page.outcome) entry.push({ resource: page.outcome, search: { mode: "outcome" } });
  return {
    resourceType: "Bundle",
    type: "searchset",
    ...(page.total === undefined ? {} : { total: page.total }),
    ...(link.length > 0 ? { link } : {}),
    ...(entry.length > 0 ? { entry } : {}),
  };
}
