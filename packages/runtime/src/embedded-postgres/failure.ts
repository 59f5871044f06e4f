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
