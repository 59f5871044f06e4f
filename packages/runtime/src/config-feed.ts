import { z } from "zod";
import { count, mllp, port } from "./config-mllp.ts";

/** The settings of one feed: how it connects, who may send on it, how it is answered, and how its messages are read. */

/** The spellings of `@chesil/hl7`, which this package does not know; `test/schemas.test.ts` holds the two together. */
const CHARSETS = [
  ...["ascii", "utf-8", "windows-1252", "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5"],
  ...["iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-10", "iso-8859-11", "iso-8859-13"],
  ...["iso-8859-14", "iso-8859-15", "gb18030", "big5", "euc-kr", "shift_jis", "iso-2022-jp"],
] as const;
const CODE_SETS = [
  ...["sex", "patientClass", "nameUse", "addressUse", "telecomUse", "maritalStatus", "religion", "ethnicity"],
  ...["language", "specialty", "admissionMethod", "dischargeDestination", "confidentiality"],
] as const;
const PLACED_FIELDS = [
  ...["ethnicity", "religion", "language", "maritalStatus", "deceased", "deathDate", "generalPractice"],
  "generalPractitioner",
  "confidentiality",
] as const;

const path = z.string().min(1);
const host = z.string().min(1);

/** MSH-3 and MSH-4 as a sender writes them. */
const sender = z
  .string()
  .regex(/^[^|]{0,180}\|[^|]{0,180}$/)
  .meta({ description: "MSH-3 and MSH-4 with a bar between them.", examples: ["PAS|RBD"] });

export const fingerprint256 = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/)
  .meta({
    description: "The certificate's SHA-256 fingerprint, as `openssl x509 -fingerprint -sha256` prints it.",
    examples: ["A3:1F:…"],
  });

const client = z.strictObject({
  fingerprint256,
  senders: z.array(sender).default([]).describe("Who this certificate may send as; empty: whom the feed allows."),
});

const tls = z.strictObject({
  certificateFile: path
    .optional()
    .describe("Our certificate, then its chain, PEM. A listener needs one; a dialling feed shows it when asked."),
  keyFile: path.optional().describe("The certificate's private key, PEM."),
  caFile: path
    .optional()
    .describe(
      "The authorities that sign the other side's certificates, PEM. Where we dial, the default is the public ones.",
    ),
  serverName: z
    .string()
    .min(1)
    .optional()
    .describe("Where we dial: the name that the sender's certificate must be for. Default: host."),
  clientCertificate: z
    .enum(["none", "required"])
    .default("none")
    .describe("Whether who connects must show a certificate that caFile vouches for."),
  clients: z
    .array(client)
    .default([])
    .describe("Binds certificates to senders. With an entry here, a certificate that is not listed may send nothing."),
});

const answerTo = z.strictObject({
  host: host.describe("Where the sender takes acknowledgements."),
  port: port.min(1).describe("The TCP port there."),
  tls: z.boolean().default(false).describe("Over TLS, with the feed's certificate and caFile."),
});

/** The first six are `AcknowledgementPolicy` of `@chesil/hl7`: AE is an error and AR a reject; CE and CR likewise. */
const acknowledgement = z.strictObject({
  force: z
    .enum(["original", "enhanced"])
    .optional()
    .describe("Answer in this mode whatever MSH-15 and MSH-16 ask for. Default: as they ask."),
  unsupported: z
    .enum(["reject", "error"])
    .default("reject")
    .describe("To a message that is not for us by MSH-9, 10, 11 or 12."),
  permanent: z.enum(["error", "reject"]).default("error").describe("To content that can never be accepted."),
  conflict: z
    .enum(["error", "reject", "accept"])
    .default("error")
    .describe("To other content under a control id that was used before. Both are kept, whatever the answer."),
  outOfSequence: z.enum(["error", "reject"]).default("error").describe("To a number in MSH-13 that is not due."),
  transient: z
    .enum(["close", "reject", "error"])
    .default("close")
    .describe("When a message cannot be stored just now: close the connection unanswered, or answer that it was not."),
  commitBytes: z
    .boolean()
    .default(false)
    .describe("MLLP release 2: a commit byte before every acknowledgement, and one that says no when none can follow."),
  answerTo: answerTo.optional().describe("Acknowledgements go there, on a connection of their own."),
});

const codes = z.record(z.string().min(1), z.string().min(1));
/** A section of optional settings of one kind. */
const fromList = <Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schemaOf: (name: Name) => Schema,
) =>
  z.strictObject(
    Object.fromEntries(names.map((name) => [name, schemaOf(name).optional()])) as Record<Name, z.ZodOptional<Schema>>,
  );
const spaced = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const place = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{2}-[1-9]\d{0,2}(\.[1-9]\d?)?$/)
  .meta({ description: "A segment, field and component.", examples: ["ZPI-4"] });
const localField = z
  .string()
  .regex(/^[1-9]\d{0,2}(\.[1-9]\d?)?$/)
  .meta({ description: "a field's number, and a component's after a dot", examples: ["3.1"] });
const localSegment = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{2}$/)
  .meta({ description: "a segment's id", examples: ["ZAL"] });

/** Any of the listener's limits, without its default: what is not given here is taken from `mllp`. */
const limits = z.strictObject(
  Object.fromEntries(
    Object.entries(mllp.shape).map(([name, limit]) => [
      name,
      limit
        .unwrap()
        .optional()
        .describe(limit.description ?? ""),
    ]),
  ) as { [Name in keyof typeof mllp.shape]: z.ZodOptional<z.ZodInt> },
);

/** How its messages are read: `FeedDialect` of `@chesil/hl7`. */
export const dialect = {
  charset: z.enum(CHARSETS).optional().describe("Read every message in this character set, whatever MSH-18 says."),
  unicodeIs: z
    .enum(["utf-8", "iso-8859-1"])
    .optional()
    .describe("What MSH-18 `UNICODE` means here. Default: UTF-8 where the bytes are that, else Latin-1."),
  segmentEnd: z
    .enum(["cr", "lf", "crlf"])
    .optional()
    .describe("What ends segments. Default: CR, or LF in a message without any CR."),
  authority: z
    .string()
    .min(1)
    .meta({ description: "The assigning authority of local ids that come without one.", examples: ["RDZ"] }),
  authorities: codes.default({}).meta({
    description: "Authorities that are sent by another name: as sent, and as Chesil knows them.",
    examples: [{ "RDZ-PAS": "RDZ" }],
  }),
  foreignAuthorities: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Authorities whose ids this sender only quotes: kept as identifiers, never a source record of their own.",
    ),
  onOverlay: z
    .enum(["flag", "hold"])
    .default("flag")
    .describe(
      "What becomes of a message that makes a patient look like somebody else: `flag` takes it and links the record to nobody until a data manager has looked, `hold` takes nothing of it and lets the patient's messages wait.",
    ),
  nhsNumberTraced: z
    .boolean()
    .default(false)
    .describe(
      "The sender has traced every NHS number against the Personal Demographics Service: they count as verified.",
    ),
  codes: fromList(CODE_SETS, (set) => codes.describe(`Codes of ${spaced(set)}: as sent, and the standard's.`))
    .default({})
    .meta({
      description: "The sender's own codes: as sent, and as the standard has them.",
      examples: [{ sex: { "1": "M" } }],
    }),
  places: fromList(PLACED_FIELDS, () => place)
    .default({})
    .meta({
      description: "Where the sender puts a field, when it is not its usual place.",
      examples: [{ ethnicity: "ZPI-4" }],
    }),
  localSegments: z
    .record(localSegment, z.record(localField, z.string().min(1).max(64)))
    .default({})
    .meta({
      description: "Local segments that become facts: by segment and field, the name of each.",
      examples: [{ ZAL: { "3": "access needs" } }],
    }),
};

export const feedName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .meta({
    description: "Lower-case letters, digits and hyphens: it names the feed on screens and in metrics.",
    examples: ["poole-pas"],
  });

/** An ODS code. */
export const organisation = z.string().regex(/^[A-Z0-9]{3,12}$/);

export const reuseWindowHours = count.max(24 * 366).default(24);
export const silentAfterMinutes = count
  .max(60 * 24 * 7)
  .default(60)
  .describe("A feed that says nothing for this long is shown as silent.");

export const feed = z.strictObject({
  name: feedName,
  kind: z.enum(["mllp"]).default("mllp"),
  mode: z
    .enum(["listen", "dial"])
    .default("listen")
    .describe("Whether the sender connects to us, or we connect to it and it sends on that connection."),
  host: host
    .default("127.0.0.1")
    .describe("The address to listen on, 0.0.0.0 for every interface; or the sender to dial."),
  port: port.describe("The TCP port to listen on, 0 lets the system choose; or the one to dial."),
  endBlockAlone: z
    .enum(["data", "ends"])
    .default("data")
    .describe("Whether an end block without CR after it is data, or ends the frame."),
  tls: tls.optional().describe("TLS 1.2 or later. Without it the connection is in the clear."),
  organisation: organisation.optional().meta({ description: "The sender's ODS code.", examples: ["RBD"] }),
  senders: z
    .array(sender)
    .default([])
    .describe("Who may send on this feed; empty: anybody who can connect. Another's messages are kept and refused."),
  ...dialect,
  sequence: z
    .boolean()
    .default(false)
    .describe("The sender numbers its messages in MSH-13: one out of sequence is refused, and told which is due."),
  queries: z
    .boolean()
    .default(false)
    .describe("The sender may ask who somebody is (QBP^Q21, Q22, Q23, ZV1), and is told what is known of patients."),
  acknowledgement: acknowledgement.prefault({}).describe("How the sender is answered."),
  limits: limits.default({}).describe("This feed's limits, where they differ from those of `mllp`."),
  silentAfterMinutes,
  reuseWindowHours: reuseWindowHours.describe("A control id used again within this time is a resend or a conflict."),
});

export const DEFAULT_FEED = {
  name: "default",
  kind: "mllp",
  host: "127.0.0.1",
  port: 2575,
  authority: "LOCAL",
} as const;
