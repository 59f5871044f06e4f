/**
 * An answer that is not what was asked for, in words fit for the person who asked. Thrown by handlers and hooks; the
 * error handler makes problem+json of it (an OperationOutcome under /fhir). Title and detail hold no patient data.
 * `members`: what a program needs besides (RFC 9457, 3.2); not under /fhir. What they say of patients has passed the gate.
 */
export class Problem extends Error {
  override name = "Problem";
  readonly statusCode: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    statusCode: number,
    title: string,
    options: { detail?: string; retryAfterSeconds?: number; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(title);
    this.statusCode = statusCode;
    this.title = title;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.members = options.members ?? {};
  }
}

export const badRequest = (title: string, detail?: string) => new Problem(400, title, detail ? { detail } : {});
export const notSignedIn = () => new Problem(401, "You are not signed in");
export const notAllowed = () => new Problem(403, "Your role does not allow this");
/** The one answer for what is not there, what is hidden and who is opted out. */
export const notFound = () => new Problem(404, "This page or record was not found");
export const conflict = (title: string, detail?: string) => new Problem(409, title, detail ? { detail } : {});
/** Well formed, and it can not be done: the words say why. */
export const unprocessable = (title: string, detail?: string) => new Problem(422, title, detail ? { detail } : {});

/** What is said when a status comes without words of its own. */
export const STATUS_TITLES: Readonly<Record<number, string>> = {
  400: "Something in the request is not right",
  401: "You are not signed in",
  403: "Your role does not allow this",
  404: "This page or record was not found",
  405: "This can not be done here",
  406: "This can not be given in the form asked for",
  408: "The request took too long to arrive",
  413: "The request is too large",
  414: "The address is too long",
  415: "The request is not in a form Chesil reads",
  422: "This can not be done",
  431: "The request's headers are too large",
  500: "There is a problem with Chesil",
  503: "Chesil is not ready to answer this just now",
};
