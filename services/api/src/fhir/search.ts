import type { Viewer } from "@chesil/access";
import { type Bundle, operationOutcome, type Resource, type SupportedType, searchset } from "@chesil/fhir";
import type { Client, Database } from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";
import { type Answer, found, refused } from "./answer.ts";
import { FOUND_MAX } from "./page.ts";
import type { PageState, PageTokens } from "./page-token.ts";
import { type Parameters, type Refusal, readParameters, type SearchParameter } from "./parameters.ts";
import { shaped } from "./shape.ts";

/**
 * The course of every search, whatever its type: parameters, or the page link that stands for them; the page, which has
 * passed the read gate; the Bundle. What a type finds is a `Searcher`.
 */

export type SearchRequest = {
  readonly viewer: Viewer;
  readonly baseUrl: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly isStrict: boolean;
};

/** What is sought. Queries run `within` the time. */
export type Sought = {
  readonly within: WithinTime;
  readonly viewer: Viewer;
  readonly parameters: readonly SearchParameter[];
  /** Names of what is sought by, for the audit. */
  readonly criteria: readonly string[];
  /** The id that the page before ended with. */
  readonly after: string | null;
  /** Matches of the page; none where they are only counted. */
  readonly count: number;
};

/** A page as it may be shown: the gate was asked, and the look is on record. */
export type Matches = {
  readonly ok: true;
  readonly matches: readonly Resource[];
  /** The last id that the page went through, from which the next goes on; undefined: there is no next. */
  readonly next: string | undefined;
  /** Matches of the whole search; null when there are more than are counted, or this is not its first page. */
  readonly total: number | null;
  /** Of those counted before, who may not be shown any more. */
  readonly gone: number;
};

export type Searcher = {
  readonly type: SupportedType;
  /** The page, or why the parameters ask for nothing that can be sought; "role" when the viewer may not see such things. */
  find(sought: Sought): Promise<Matches | Refusal | "role">;
};

/**
 * Runs a query under the limit on time. The connection goes back before anything else is waited for: the read gate
 * needs one of its own, and searches that each held one while waiting for another would wait for ever.
 */
export type WithinTime = <T>(query: (client: Client) => Promise<T>) => Promise<T>;

/** The parameter of our page links. */
export const PAGE = "_page";

export const PAGE_ENDED = refused(410, {
  code: "not-found",
  diagnostics: "This page link is not known or has ended. Search again.",
});

export async function search(
  { database, tokens }: { database: Database; tokens: PageTokens },
  searcher: Searcher,
  request: SearchRequest,
): Promise<Answer | "role"> {
  const { type } = searcher;
  const { viewer } = request;
  const token = request.pairs.find(([name]) => name === PAGE)?.[1];
  const resumed = token === undefined ? undefined : tokens.open(token, viewer.username);
  if (token !== undefined && resumed?.type !== type) return PAGE_ENDED;
  const parameters = readParameters(type, resumed?.search ?? request.pairs);
  if (!parameters.ok) return refusedFor(parameters);
  if (request.isStrict && parameters.ignored.length > 0) return refused(400, ...ignoredIssues(parameters, "error"));
  // Nothing is left of what was asked: the answer would be everybody.
  if (type === "Patient" && parameters.known.length === 0 && parameters.ignored.length > 0)
    return refused(400, ...ignoredIssues(parameters, "error"));
  const isCount = parameters.shape.summary === "count";
  const state: PageState = resumed ?? {
    type,
    search: parameters.understood,
    count: isCount ? 0 : parameters.count,
    after: null,
    total: null,
  };
  const page = await searcher.find({
    within: (query) => readAtOnce(database, query),
    viewer,
    parameters: parameters.known,
    criteria: [...new Set(parameters.known.map((parameter) => parameter.name))],
    after: state.after,
    count: state.count,
  });
  if (page === "role") return "role";
  if (!page.ok) return refusedFor(page);
  const counted = state.total ?? page.total;
  if (isCount && counted === null) return refusedFor(NOT_COUNTED);
  const total = counted === null ? null : counted - page.gone;
  return found(bundleOf(page, { ...state, total }, { tokens, request, parameters }));
}

function bundleOf(
  page: Matches,
  state: PageState,
  { tokens, request, parameters }: { tokens: PageTokens; request: SearchRequest; parameters: Parameters },
): Bundle {
  const linkTo = (after: string | null) =>
    `${request.baseUrl}/${state.type}?${PAGE}=${tokens.seal({ ...state, after }, request.viewer.username)}`;
  return searchset({
    baseUrl: request.baseUrl,
    matches: page.matches.map((resource) => shaped(resource, parameters.shape)),
    total: state.total ?? undefined,
    selfUrl: linkTo(state.after),
    nextUrl: page.next === undefined ? undefined : linkTo(page.next),
    outcome: parameters.ignored.length > 0 ? operationOutcome(...ignoredIssues(parameters, "warning")) : undefined,
  });
}

const NOT_COUNTED: Refusal = {
  ok: false,
  code: "too-costly",
  text: `There are more than ${FOUND_MAX} matches, or too much to look through, and they are not counted: give the search more to go by.`,
};

export const refusedFor = ({ code, text }: Refusal) => refused(400, { code, diagnostics: text });

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
