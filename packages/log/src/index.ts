export { type EventLog, LeaseLostError, type LogConsumer, type LogEntry } from "./event-log.ts";
export { postgresLog } from "./postgres.ts";
