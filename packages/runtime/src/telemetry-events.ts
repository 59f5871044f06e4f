/**
 * Every line Chesil may log, and every field a line may have. A field that is not listed here is dropped, and each is
 * held to its kind, so that the text of a message cannot slip into one: there is no kind for free text.
 *
 * - `count`: a finite number. `flag`: true or false.
 * - `code`: a word of a fixed vocabulary, an id of our own, or a version.
 * - `name`: what an operator called a feed, or we a part. `folder`: a path on this machine.
 * - `address`: host and port, or where a URL begins. `route`: a route's pattern (`/fhir/Patient/:id`), never a path.
 * - `error`: the class of an error and its code or SQLSTATE, never its words: PostgreSQL's quote the row.
 */
export type FieldKind = "count" | "flag" | "code" | "name" | "address" | "route" | "folder" | "error";
export type Level = "error" | "warn" | "info" | "debug";
export type EventShape = { readonly level: Level; readonly fields: Readonly<Record<string, FieldKind>> };

export const EVENTS = {
  // The process.
  starting: { level: "info", fields: { version: "code", node: "code", dataDir: "folder" } },
  ready: { level: "info", fields: { ms: "count", address: "address" } },
  stopping: { level: "info", fields: { reason: "code", drainMs: "count" } },
  stopped: { level: "info", fields: { ms: "count", exitCode: "count" } },
  "part-started": { level: "debug", fields: { part: "name", ms: "count" } },
  "part-stopped": { level: "debug", fields: { part: "name", ms: "count" } },
  "part-failed": { level: "error", fields: { part: "name", stage: "code", error: "error" } },
  "unexpected-error": { level: "error", fields: { where: "code", error: "error" } },
  // The configuration, read again. `place` is a file and line or a variable, `setting` a path (`feeds[0].port`).
  "config-activated": { level: "info", fields: { added: "count", changed: "count", removed: "count" } },
  "config-refused": { level: "error", fields: { problems: "count" } },
  "config-problem": { level: "error", fields: { place: "address", setting: "address" } },
  "config-needs-restart": { level: "warn", fields: { setting: "address" } },
  // `survivorship.gpSources` names nobody: what GP practices say of the dead, and whose patient a restricted person is, is shown.
  "gp-sources-unknown": { level: "warn", fields: { setting: "address" } },
  // The database.
  "database-started": { level: "info", fields: { embedded: "flag", pid: "count", ms: "count" } },
  "database-log": { level: "debug", fields: { severity: "code", sqlState: "code" } },
  "database-ended": { level: "error", fields: { exitCode: "count", signal: "code" } },
  "database-unreachable": { level: "warn", fields: { error: "error" } },
  "migration-applied": { level: "info", fields: { number: "count", ms: "count" } },
  // Feeds.
  "feed-listening": { level: "info", fields: { feed: "name", address: "address" } },
  "feed-connected": { level: "info", fields: { feed: "name", connection: "code", remote: "address" } },
  "feed-disconnected": {
    level: "info",
    fields: { feed: "name", connection: "code", remote: "address", frames: "count" },
  },
  "feed-fault": {
    level: "warn",
    fields: { feed: "name", connection: "code", remote: "address", reason: "code", bytes: "count", error: "error" },
  },
  "feed-refused": { level: "warn", fields: { feed: "name", remote: "address", reason: "code" } },
  "certificate-ending": { level: "warn", fields: { feed: "name", days: "count" } },
  "feed-dial-failed": { level: "warn", fields: { feed: "name", error: "error", retryMs: "count" } },
  "feed-failed": { level: "error", fields: { feed: "name", error: "error" } },
  "answer-undelivered": { level: "warn", fields: { feed: "name", error: "error", retryMs: "count" } },
  "feed-paused": { level: "debug", fields: { feed: "name", connection: "code" } },
  "feed-resumed": { level: "debug", fields: { feed: "name", connection: "code" } },
  "feed-silent": { level: "warn", fields: { feed: "name", minutes: "count" } },
  "storage-failed": { level: "error", fields: { feed: "name", messages: "count", error: "error" } },
  // The life of a message, by its number in the journal.
  "message-received": { level: "debug", fields: { feed: "name", message: "count", outcome: "code", code: "code" } },
  "message-set-aside": { level: "warn", fields: { feed: "name", message: "count", outcome: "code", reason: "code" } },
  "batch-applied": { level: "debug", fields: { messages: "count", ms: "count" } },
  "batch-failed": { level: "warn", fields: { messages: "count", attempt: "count", error: "error" } },
  "index-loaded": { level: "info", fields: { records: "count", ms: "count" } },
  "record-not-resettled": { level: "error", fields: { record: "count", error: "error" } },
  "lease-taken": { level: "info", fields: { lease: "name", epoch: "count" } },
  "lease-lost": { level: "warn", fields: { lease: "name", epoch: "count" } },
  // Destinations.
  "forward-settled": { level: "debug", fields: { destination: "name", message: "count", outcome: "code" } },
  "forward-failed": { level: "warn", fields: { destination: "name", reason: "code", attempt: "count" } },
  // The web server.
  "http-listening": { level: "info", fields: { address: "address" } },
  "http-answered": {
    level: "debug",
    fields: { method: "code", route: "route", status: "count", ms: "count", request: "code" },
  },
  "http-failed": {
    level: "error",
    fields: { method: "code", route: "route", status: "count", request: "code", error: "error" },
  },
  "sign-in": { level: "info", fields: { outcome: "code", remote: "address" } },
} as const satisfies Record<string, EventShape>;

type ValueOf<Kind extends FieldKind> = Kind extends "count"
  ? number
  : Kind extends "flag"
    ? boolean
    : Kind extends "error"
      ? unknown
      : string;

type Events = typeof EVENTS;
type FieldsOf<Name extends keyof Events> = Events[Name]["fields"] & Readonly<Record<string, FieldKind>>;

/** `{ event: "feed-listening", feed: "poole-pas", address: "127.0.0.1:2575" }`: any field may be left out. */
export type LogEvent = {
  [Name in keyof Events]: { readonly event: Name } & {
    readonly [Field in keyof Events[Name]["fields"]]?: ValueOf<FieldsOf<Name>[Field & string]> | undefined;
  };
}[keyof Events];
