import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gate } from "@chesil/access";
import type { FeedDialect } from "@chesil/hl7";
import type { MatchingModel } from "@chesil/matching";
import type { Database } from "@chesil/store";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { LiveSource } from "./live/snapshot.ts";
import type { ModelDesk } from "./models/model-desk.ts";
import type { ReviewPolicy } from "./review/policy.ts";
import type { ApiTelemetry } from "./telemetry.ts";

/** The server, its routes typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The settings the API reads: the parts of these names of the runtime's config. */
export type ApiConfig = {
  readonly http: { readonly host: string; readonly port: number; readonly trustProxy: readonly string[] };
  readonly session: { readonly idleMinutes: number; readonly absoluteHours: number };
  readonly review: ReviewPolicy;
  /** A bearer token with every role, accepted from loopback only. */
  readonly bootstrapToken?: string | undefined;
};

/** Whether Chesil can do its work, and the parts that can not yet. */
export type Readiness = { readonly ready: boolean; readonly waitingFor: readonly string[] };

export type ApiOptions = {
  readonly database: Database;
  readonly config: ApiConfig;
  readonly live: LiveSource;
  /** What records are compared by now. */
  readonly model: () => Promise<MatchingModel>;
  readonly models: ModelDesk;
  /** The log's consumer that decides identities: what it has committed is what there is to follow. */
  readonly decider: string;
  /** How each feed's messages are to be read: a message is parsed again whenever it is shown. */
  readonly dialectOf: (feed: string) => FeedDialect;
  readonly readiness: () => Readiness | Promise<Readiness>;
  /** The metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** The built console; without it `/` says that it is not built. */
  readonly consoleDir?: string | undefined;
  readonly telemetry: ApiTelemetry;
  readonly clock: () => Date;
};

/** The options, and the gate made of them. */
export type Deps = ApiOptions & { readonly gate: Gate };
