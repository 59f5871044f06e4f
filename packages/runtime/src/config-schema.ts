import { survivorshipPolicy } from "@chesil/model";
import { z } from "zod";
import { destination } from "./config-destination.ts";
import { DEFAULT_FEED, feed } from "./config-feed.ts";
import { itk } from "./config-itk.ts";
import { load } from "./config-load.ts";
import { count, delayMs, mllp, port } from "./config-mllp.ts";
import { privacy } from "./config-privacy.ts";
import { review } from "./config-review.ts";

/** Every setting there is, with its limits, its default and what it is for. `schemas/config.json` is made from this. */

const TOKEN_LENGTH_MIN = 16;

const http = z.strictObject({
  host: z.string().min(1).default("127.0.0.1").describe("The address to listen on; 0.0.0.0 for every interface."),
  port: port.default(8080).describe("Console, FHIR, API and metrics; 0 lets the system choose."),
  trustProxy: z
    .array(z.string().min(1))
    .default([])
    .meta({
      description: "Addresses or networks of proxies whose X-Forwarded headers count.",
      examples: [["10.0.0.0/8"]],
    }),
});

export const configSchema = z.strictObject({
  dataDir: z.string().min(1).default(".chesil").describe("The data folder; relative to where Chesil is started."),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .meta({
      description: "A PostgreSQL server of your own instead of the one inside.",
      examples: ["postgres://user:password@host:5432/chesil"],
    }),
  http: http.prefault({}).describe("The web server."),
  mllp: mllp.prefault({}).describe("Limits of every MLLP listener."),
  feeds: z
    .array(feed)
    .min(1)
    .default([feed.parse(DEFAULT_FEED)])
    .describe("Who sends messages, one entry a sender."),
  itk: itk.prefault({}).describe("NHS ITK envelopes at POST /itk."),
  loads: z.array(load).default([]).describe("Who sends extracts instead of messages, one entry a source."),
  destinations: z.array(destination).default([]).describe("Where messages are sent on to, in order, once applied."),
  kafka: z
    .strictObject({
      brokers: z.array(z.string().min(1)).max(0).default([]).describe("Must stay empty in this version."),
    })
    .prefault({})
    .describe("Kafka as the event log: not in this version."),
  bootstrapToken: z
    .string()
    .min(TOKEN_LENGTH_MIN)
    .optional()
    .describe("A bearer token with every role, accepted from loopback only. For scripts."),
  resolve: z
    .strictObject({ batchMessagesMax: count.max(10_000).default(500).describe("Messages applied in one transaction.") })
    .prefault({})
    .describe("Applying messages to the record."),
  survivorship: survivorshipPolicy
    .prefault({})
    .describe(
      "Which of several sources' values is the person's. Another policy is journalled, and computed for everybody.",
    ),
  privacy: privacy.prefault({}).describe("Who may see what."),
  review: review.prefault({}).describe("Questions for data managers."),
  session: z
    .strictObject({
      idleMinutes: count
        .max(24 * 60)
        .default(15)
        .describe("A console session unused for this long ends."),
      absoluteHours: count
        .max(24 * 7)
        .default(12)
        .describe("Every console session ends after this."),
    })
    .prefault({})
    .describe("Console sign-in sessions."),
  shutdown: z
    .strictObject({
      drainMs: delayMs.default(20_000).describe("Time for what is in flight when Chesil is asked to stop."),
    })
    .prefault({})
    .describe("Stopping."),
  logLevel: z.enum(["error", "warn", "info", "debug"]).default("info").describe("The least important lines to log."),
});

/** Settings that are never printed, logged or echoed in a problem. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(["databaseUrl", "bootstrapToken"]);

/** What one feed is before anybody configured one. */
export function defaultFeeds(): Record<string, unknown>[] {
  return [{ ...DEFAULT_FEED }];
}

/** The part of JSON Schema that zod makes of the schema above. */
export type SettingSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly items?: SettingSchema;
  /** Of a section whose names are the operator's own, such as code lists: what each is. */
  readonly additionalProperties?: SettingSchema | boolean;
  readonly propertyNames?: SettingSchema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
};

/** The JSON Schema of the config file: what stands in `schemas/config.json`. */
export function configJsonSchema(): SettingSchema & Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: "input" });
  return { $schema, title: "chesil.yaml", description: "The configuration of Chesil.", ...rest } as never;
}

/** The schema of one setting, by its path; undefined when there is no such setting. */
export function settingSchema(path: readonly PropertyKey[]): SettingSchema | undefined {
  return path.reduce<SettingSchema | undefined>(
    (schema, key) => (typeof key === "number" ? schema?.items : entrySchema(schema, String(key))),
    configJsonSchema(),
  );
}

function entrySchema(schema: SettingSchema | undefined, key: string): SettingSchema | undefined {
  const own = schema?.additionalProperties;
  return schema?.properties?.[key] ?? (typeof own === "object" ? own : undefined);
}
