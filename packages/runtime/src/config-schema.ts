import { z } from "zod";

/** Every setting there is, with its limits, its default and what it is for. `schemas/config.json` is made from this. */

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
/** setTimeout fires at once for anything longer. */
const DELAY_MS_MAX = 2 ** 31 - 1;
const TOKEN_LENGTH_MIN = 16;

const port = z.int().min(0).max(65_535);
const count = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const delayMs = z.int().min(1).max(DELAY_MS_MAX);

/** The spellings of `@chesil/hl7`, which this package does not know; `test/schemas.test.ts` holds the two together. */
const CHARSETS = [
  ...["ascii", "utf-8", "windows-1252", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5"],
  ...[
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-9",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
  ],
] as const;

const acknowledgement = z.strictObject({
  onStorageFailure: z
    .enum(["close", "reject"])
    .default("close")
    .describe("When a message cannot be stored just now: close the connection unanswered, or answer AR/CR."),
});

const feed = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .meta({
      description: "Lower-case letters, digits and hyphens: it names the feed on screens and in metrics.",
      examples: ["poole-pas"],
    }),
  kind: z.enum(["mllp"]).default("mllp"),
  host: z.string().min(1).default("127.0.0.1").describe("The address to listen on; 0.0.0.0 for every interface."),
  port: port.describe("The TCP port to listen on; 0 lets the system choose."),
  charset: z.enum(CHARSETS).optional().describe("Read every message in this character set, whatever MSH-18 says."),
  authority: z
    .string()
    .min(1)
    .meta({ description: "The assigning authority of local ids that come without one.", examples: ["RDZ"] }),
  nhsNumberTraced: z
    .boolean()
    .default(false)
    .describe(
      "The sender has traced every NHS number against the Personal Demographics Service: they count as verified.",
    ),
  acknowledgement: acknowledgement.prefault({}).describe("What the sender is answered in special cases."),
  silentAfterMinutes: count
    .max(60 * 24 * 7)
    .default(60)
    .describe("A feed that says nothing for this long is shown as silent."),
  reuseWindowHours: count
    .max(24 * 366)
    .default(24)
    .describe("A control id used again within this time is a resend or a conflict."),
});

const DEFAULT_FEED = { name: "default", kind: "mllp", host: "127.0.0.1", port: 2575, authority: "LOCAL" } as const;

const mllp = z.strictObject({
  connectionsMax: count.default(256).describe("Connections open at once."),
  frameBytesMax: count.default(MIB).describe("Bytes of one frame."),
  junkBytesMax: z.int().min(0).max(MIB).default(64).describe("Bytes before a frame that are tolerated."),
  faultsInRowMax: count.default(32).describe("Faults without a whole frame between them before a connection closes."),
  framesInFlightMax: count.default(64).describe("Frames of one connection not yet answered."),
  bytesInFlightMax: count.default(8 * MIB).describe("Bytes of such frames."),
  bufferedBytesMax: count.default(64 * MIB).describe("Bytes of unfinished and unanswered frames of all connections."),
  framePartialMs: delayMs.default(30_000).describe("Time from a frame's first byte to its last."),
  idleMs: delayMs.default(15 * MINUTE_MS).describe("A connection with nothing to say for this long is closed."),
  keepAliveMs: delayMs.default(60_000).describe("Silence before TCP keep-alive probes begin."),
  answerStallMs: delayMs.default(30_000).describe("A peer that does not read its answers for this long is cut off."),
  closeLingerMs: delayMs.default(1_000).describe("Time a peer has to close its side after ours."),
});

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
    (schema, key) => (typeof key === "number" ? schema?.items : schema?.properties?.[String(key)]),
    configJsonSchema(),
  );
}
