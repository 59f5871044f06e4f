import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessPolicy, Gate } from "@chesil/access";
import type { FeedDialect } from "@chesil/hl7";
import type { MatchingModel } from "@chesil/matching";
import type { GoldenRecord, SourceRecord, SurvivorshipPolicy } from "@chesil/model";
import type { Database } from "@chesil/store";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ItkExchange, ItkHttpReply } from "./itk/route.ts";
import type { LiveSource } from "./live/snapshot.ts";
import type { UploadedFile, UploadOutcome } from "./loads/upload.ts";
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
  /** What the region decides about who may see what; the gate's own defaults for what is left out. */
  readonly privacy?: Partial<AccessPolicy> | undefined;
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
  /** What was known of a person at a moment, by their records then; "too-many": more messages than are read again. */
  readonly knownAt: (sourceRecordIds: readonly number[], at: Date) => Promise<KnownThen | "too-many">;
  readonly models: ModelDesk;
  /** Takes in an extract that was uploaded, as `chesil load` does. */
  readonly loadUploaded: (file: UploadedFile) => Promise<UploadOutcome>;
  /** Takes an ITK envelope; undefined while nothing is taken in. Never rejects. */
  readonly answerItk: (exchange: ItkExchange) => Promise<ItkHttpReply> | undefined;
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

/** What was known at a moment: the golden record and the records behind it, by how many messages and which policy. */
export type KnownThen = {
  readonly golden: GoldenRecord;
  readonly records: readonly SourceRecord[];
  readonly messages: number;
  readonly survivorship: SurvivorshipPolicy;
};

/** The options, and the gate made of them. */
export type Deps = ApiOptions & { readonly gate: Gate };
