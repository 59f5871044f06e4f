import type { FieldKind } from "./telemetry-events.ts";

/** What may be printed of a value of each kind; undefined drops the field. */
export type Printable = string | number | boolean | { name: string; code?: string; sqlState?: string };

/** A word of a vocabulary (`frame-too-large`, `SIGTERM`), an id of our own (hexadecimal), or a version. */
const WORD = /^[a-z]+([-.][a-z0-9]+){0,7}$|^[A-Z]{2,12}$|^[0-9a-f-]{1,64}$|^v?\d+(\.\d+){1,3}([-.+][a-z0-9.]+)?$/;
/** Ten digits, however grouped, are an NHS number until proved otherwise. */
const TEN_DIGITS = /^\d{3}[ -]?\d{3}[ -]?\d{4}$/;
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/)?[A-Za-z0-9.:[\]%*_-]{1,255}$/;
const ROUTE = /^\/[A-Za-z0-9_$:*/.-]{0,127}$/;
const FOLDER_LENGTH_MAX = 1024;
/** PostgreSQL appendix A: five characters, the first two the class. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Node's and our own: EPIPE, ERR_SOCKET_CLOSED, in-use. No SQLSTATE begins with E. */
const ERROR_CODE = /^E[A-Z0-9_]{2,47}$|^[a-z]+(-[a-z]+){0,5}$/;
const ERROR_NAME = /^[A-Z][A-Za-z]{0,60}(Error|Exception)$/;

/** The value as it may be printed, or undefined when it is not of its kind. */
export function printable(kind: FieldKind, value: unknown): Printable | undefined {
  switch (kind) {
    case "count":
      return typeof value === "number" && Number.isFinite(value) ? Math.round(value * 1000) / 1000 : undefined;
    case "flag":
      return typeof value === "boolean" ? value : undefined;
    case "code":
      return matching(WORD, value);
    case "name":
      return matching(NAME, value);
    case "address":
      return matching(ADDRESS, value);
    case "route":
      return matching(ROUTE, value);
    case "folder":
      return typeof value === "string" ? escapeControls(value).slice(0, FOLDER_LENGTH_MAX) : undefined;
    case "error":
      return value === undefined ? undefined : describeError(value);
  }
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === "string" && pattern.test(value) && !TEN_DIGITS.test(value) ? value : undefined;
}

/** The class of an error and its code. Its message, stack and other properties may quote a patient and stay unread. */
function describeError(error: unknown): { name: string; code?: string; sqlState?: string } {
  const code = read(error, "code");
  const name = matching(ERROR_NAME, read(error, "name")) ?? "Error";
  const known = matching(ERROR_CODE, code);
  if (known !== undefined) return { name, code: known };
  const sqlState = matching(SQLSTATE, code);
  return sqlState === undefined ? { name } : { name, sqlState };
}

function read(error: unknown, property: "name" | "code"): unknown {
  try {
    return (error as Record<string, unknown> | null | undefined)?.[property];
  } catch {
    return undefined;
  }
}

/** Control characters, line ends of every alphabet and bidirectional marks as \u escapes: one event stays one line. */
export function escapeControls(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
