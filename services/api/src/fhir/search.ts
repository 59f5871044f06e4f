import type { Viewer } from "@chesil/access";
import {
  type Bundle,
  type Encounter,
  operationOutcome,
  type Patient,
  type SupportedType,
  searchset,
} from "@chesil/fhir";
import type { Client, Database } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import { type Answer, found, refused } from "./answer.ts";
import type { Page } from "./page.ts";
import type { PageState, PageTokens } from "./page-token.ts";
import { type Parameters, type Refusal, readParameters, type SearchParameter } from "./parameters.ts";

/**
 * The course of every search, whatever its type: parameters, or the page link that stands for them; the page; the read
 * gate; the Bundle. What a type finds and how it is read is a `Searcher`.
 */

export type SearchRequest = {
  readonly viewer: Viewer;
  readonly baseUrl: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly isStrict: boolean;
};

export type Searcher = {
  readonly type: SupportedType;
  /** The page after an id, or why the parameters ask for nothing that can be sought. Queries run `within` the time. */
  find(
    within: WithinTime,
    parameters: readonly SearchParameter[],
    page: { after: string | null; count: number },
  ): Promise<({ readonly ok: true } & Page<string>) | Refusal>;
  /** What may be shown of the ids: read, then asked of the gate. "role" when the viewer may see no patient. */
  read(
    ids: readonly string[],
    viewer: Viewer,
    criteria: readonly string[],
  ): Promise<readonly (Patient | Encounter)[] | "role">;
};

/**
 * Runs a query under the limit on time. The connection goes back before anything else is waited for: the read gate
 * needs one of its own, and searches that each held one while waiting for another would wait for ever.
 */
export type WithinTime = <T>(query: (client: Client) => Promise<T>) => Promise<T>;

/** The parameter of our page links. */
const PAGE = "_page";

export async function search(
  { database, tokens }: { database: Database; tokens: PageTokens },
  searcher: Searcher,
  request: SearchRequest,
): Promise<Answer | "role"> {
  const { type } = searcher;
  const { viewer } = request;
  const token = request.pairs.find(([name]) => name === PAGE)?.[1];
  const resumed = token === undefined ? undefined : tokens.open(token, viewer.username);
  if (token !== undefined && resumed?.type !== type) {
    const diagnostics = "This page link is not known or has ended. Search again.";
    return refused(410, { code: "not-found", diagnostics });
  }
  const parameters = readParameters(type, resumed?.search ?? request.pairs);
  if (!parameters.ok) return refusedFor(parameters);
  if (request.isStrict && parameters.ignored.length > 0) return refused(400, ...ignoredIssues(parameters, "error"));
  const state: PageState = resumed ?? {
    type,
    search: parameters.understood,
    count: parameters.count,
    after: null,
    total: null,
  };
  const page = await searcher.find((query) => readAtOnce(database, query), parameters.known, state);
  if (!page.ok) return refusedFor(page);
  const criteria = [...new Set(parameters.known.map((parameter) => parameter.name))];
  const matches = await searcher.read(page.ids, viewer, criteria);
  if (matches === "role") return "role";
  const counted = state.total ?? page.total;
  // Whoever opted out since they were found is not counted either.
  const total = counted === null ? null : counted - (page.ids.length - matches.length);
  return found(bundleOf(page, { ...state, total }, matches, { tokens, request, parameters }));
}

function bundleOf(
  page: Page<string>,
  state: PageState,
  matches: readonly (Patient | Encounter)[],
  { tokens, request, parameters }: { tokens: PageTokens; request: SearchRequest; parameters: Parameters },
): Bundle {
  const linkTo = (after: string | null) =>
    `${request.baseUrl}/${state.type}?${PAGE}=${tokens.seal({ ...state, after }, request.viewer.username)}`;
  const last = page.ids.at(-1);
  return searchset({
    baseUrl: request.baseUrl,
    matches,
    total: state.total ?? undefined,
    selfUrl: linkTo(state.after),
    nextUrl: page.hasMore && last !== undefined ? linkTo(last) : undefined,
    outcome: parameters.ignored.length > 0 ? operationOutcome(...ignoredIssues(parameters, "warning")) : undefined,
  });
}

const refusedFor = ({ code, text }: Refusal) => refused(400, { code, diagnostics: text });

type Ignored = Parameters["ignored"];

function ignoredIssues({ ignored }: { ignored: Ignored }, severity: "error" | "warning") {
  const [first = "", ...rest] = new Set(ignored);
  const issue = (name: string) => ({
    severity,
    code: "not-supported" as const,
    diagnostics: `${name === "" ? "A parameter" : `The parameter ${name}`} is not supported${severity === "warning" ? " and was ignored" : ""}.`,
  });
  return [issue(first), ...rest.map(issue)] as const satisfies readonly [unknown, ...unknown[]];
}
