/**
 * Why the embedded PostgreSQL is not running:
 * `in-use`: another process holds the data folder; `unsupported`: no binaries for this machine, or they do not run;
 * `not-permitted`: this user may not use that folder, or has no name; `wrong-version`: the data is of another major
 * version; `initialise-failed`, `start-failed`: PostgreSQL itself said no, its last lines are in the message.
 */
export type EmbeddedPostgresFailure =
  | "in-use"
  | "unsupported"
  | "not-permitted"
  | "wrong-version"
  | "initialise-failed"
  | "start-failed";

export class EmbeddedPostgresError extends Error {
  override name = "EmbeddedPostgresError";
  readonly code: EmbeddedPostgresFailure;

  constructor(code: EmbeddedPostgresFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What spawn's error code says about starting PostgreSQL's programs as their owner. */
const UNSTARTABLE: Readonly<Record<string, string>> = {
  EPERM: "this root may not become another user (a container without the capabilities SETUID and SETGID)",
  EINVAL: "this root may not become another user (a container that maps only one user id)",
  ENOENT: "they need the GNU C library, which this system (Alpine?) does not have",
};

/** Turns the error of a program that could not be started at all into words. */
export function throwUnstartable(cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
  const why = UNSTARTABLE[code] ?? code;
  const message = `PostgreSQL's programs do not start here: ${why}. Start Chesil as an ordinary user, or set CHESIL_DATABASE_URL.`;
  throw new EmbeddedPostgresError("unsupported", message, { cause });
}
