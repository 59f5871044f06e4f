/** One place where the console speaks HTTP: same origin, JSON, the CSRF header, and problem+json turned into errors. */

const REQUEST_TIMEOUT_MS = 30_000;

/** A request that failed, in words fit for a person. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;

  constructor(status: number, title: string, detail?: string) {
    super(title);
    this.name = "ApiError";
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * Sends one request and gives the JSON answer (undefined for 204). Throws ApiError for every failure but an abort by
 * the caller's own signal.
 */
export async function request<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await reach(method, path, body, signal);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(response.status, "Chesil gave an answer that could not be read", "Try again in a moment.");
  }
}

async function reach(method: Method, path: string, body: unknown, signal: AbortSignal | undefined) {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-chesil-request"] = "1";
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    if (timeout.aborted) {
      throw new ApiError(0, "Chesil took too long to answer", "It may be busy. Try again in a moment.");
    }
    throw new ApiError(0, "Chesil cannot be reached", "Check that Chesil is running and that you are connected.");
  }
}

/** What to say when the answer carries no problem document of its own. */
const STATUS_TITLES: Record<number, string> = {
  400: "Something in the request is not right",
  401: "You are not signed in",
  403: "Your role does not allow this",
  404: "This page or record was not found",
  409: "Somebody or something changed this at the same time",
  429: "Too many requests",
  503: "Chesil is not ready yet",
};

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = STATUS_TITLES[response.status] ?? "There is a problem with Chesil";
  if (!(response.headers.get("content-type") ?? "").includes("json")) return new ApiError(response.status, fallback);
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown };
    const title = typeof problem.title === "string" && problem.title !== "" ? problem.title : fallback;
    return new ApiError(response.status, title, typeof problem.detail === "string" ? problem.detail : undefined);
  } catch {
    return new ApiError(response.status, fallback);
  }
}
