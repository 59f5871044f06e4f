export { type Config, loadConfig, redact } from "./config.ts";
export { type ConfigProblem, describeProblems } from "./config-problem.ts";
export { configJsonSchema, type SettingSchema } from "./config-schema.ts";
export { type Connections, connect } from "./connect.ts";
export { EmbeddedPostgresError, type EmbeddedPostgresFailure } from "./embedded-postgres/failure.ts";
export {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  type PostgresExit,
  startEmbeddedPostgres,
} from "./embedded-postgres.ts";
export { Lifecycle, type Part } from "./lifecycle.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { EXIT, runUntilStopped } from "./run.ts";
export { createTelemetry, type Telemetry } from "./telemetry.ts";
export type { LogEvent } from "./telemetry-events.ts";
