import { LeaseLostError } from "@chesil/log";
import { ArchivedEntryError } from "@chesil/store";
import { ArchivedMessagesError } from "./archived-ranges.ts";

/**
 * Failures that pass by themselves: the connection, the server's state, contention (SQLSTATE classes 08, 40, 53, 55,
 * 57, 58; PostgreSQL appendix A) and the sockets below. Anything else will fail the same way again.
 */
const TRANSIENT_CLASSES = ["08", "40", "53", "55", "57", "58"];
const TRANSIENT_CODES = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOENT"];

export function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string")
    return TRANSIENT_CODES.includes(code) || (code.length === 5 && TRANSIENT_CLASSES.includes(code.slice(0, 2)));
  return (
    error instanceof Error && /^(Connection terminated|timeout expired|Client has encountered)/.test(error.message)
  );
}

/**
 * Whether a failure is no message's own, so that nothing may be set aside for it: it passes, somebody else has the lease, or
 * bytes are gone that the journal says are here, of which it must not depend what is decided (law 8).
 */
export const isNoMessagesFault = (error: unknown): boolean =>
  error instanceof LeaseLostError || error instanceof ArchivedEntryError || isTransient(error);

/** What failed, without its words: a database quotes rows in them. */
export function describeFailure(error: Error & { code?: unknown; table?: unknown; constraint?: unknown }): string {
  if (error instanceof ArchivedMessagesError) return error.message;
  const { name, code, table, constraint } = error;
  return [name, code, table, constraint].filter((word) => typeof word === "string" && word !== "").join(" ");
}
