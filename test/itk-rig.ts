import { Readable } from "node:stream";
import {
  type AnswerQuery,
  type CallBack,
  type IngestTelemetry,
  type ItkFeed,
  type ItkHttpReply,
  type ItkSettings,
  type MllpFeed,
  startIngest,
} from "@chesil/ingest";
import {
  ANONYMOUS,
  type Answer,
  type EnvelopeToSend,
  HANDLING,
  type PayloadToSend,
  readAnswer,
  writeEnvelope,
  writeSoap,
} from "@chesil/itk";
import { appendActivation, type Database } from "@chesil/store";
import { readXml } from "@chesil/xml";

/** ITK's door on a real database, without a socket: for tests that say what comes and look at what stands then. */

export const AT = new Date("2026-03-01T12:30:00.000Z");
const PREFIX = "urn:nhs-itk:services:201005:";
export const SERVICES_USED = {
  document: `${PREFIX}SendCDADocument-v2-0`,
  admit: `${PREFIX}admitPatientPH-v1-0`,
  admitXml: `${PREFIX}admitPatient-v1-0`,
  carried: `${PREFIX}sendDistEnvelope`,
  exchanged: `${PREFIX}sendRecvDistEnvelope`,
} as const;

export const FEED: ItkFeed = {
  name: "itk-rxx",
  organisation: "RXX",
  usernames: [],
  isSecurityRequired: true,
  certificates: [],
  sends: ["messages", "documents"],
  dialect: { defaultAuthority: "RXX" },
  reuseWindowHours: 24,
};

const nothing = (): void => {};
export const TELEMETRY: IngestTelemetry = {
  ...{ received: nothing, queried: nothing, acknowledged: nothing, connections: nothing, wire: nothing },
  ...{ batchFault: nothing, storageFailed: nothing, undelivered: nothing },
};

export type Door = {
  /** What is answered to a body. */
  reply(body: string | Uint8Array, soapAction?: string): Promise<ItkHttpReply>;
  /** The same, read. */
  answer(body: string | Uint8Array, soapAction?: string): Promise<Answer>;
  /** Of the first MLLP feed. */
  mllpPort(): number;
  close(): Promise<void>;
};

export async function openDoor(
  database: Database,
  {
    feeds = [FEED],
    now = () => AT,
    mllp = [],
    ...others
  }: {
    feeds?: readonly ItkFeed[];
    now?: () => Date;
    mllp?: readonly MllpFeed[];
    callBack?: CallBack;
    answerQuery?: AnswerQuery;
  } = {},
): Promise<Door> {
  const settings: ItkSettings = { organisation: "QVV", clockSkewMs: 300_000, feeds };
  const readings = Object.fromEntries(feeds.map(({ name, dialect }) => [name, dialect]));
  const all = { ...readings, ...Object.fromEntries(mllp.map((each) => [each.name, each.dialect])) };
  await appendActivation(database, { feeds: all, by: "test" }, now());
  const ingest = await startIngest({
    database,
    feeds: mllp,
    telemetry: TELEMETRY,
    now,
    itk: () => settings,
    ...others,
  });
  const reply = (body: string | Uint8Array, soapAction?: string) =>
    ingest.answerItk({
      ...{ method: "POST", remoteAddress: "127.0.0.1" },
      headers: { "content-type": "text/xml", ...(soapAction === undefined ? {} : { soapaction: soapAction }) },
      body: Readable.from([Buffer.from(body as string)]),
    });
  return {
    reply,
    answer: async (body, soapAction) => readAnswer(readXml(Buffer.from((await reply(body, soapAction)).body))),
    mllpPort: () => ingest.feeds()[0]?.port ?? 0,
    close: () => ingest.stop(),
  };
}

export const TRACKING_ID = "2D6E7A50-0F4B-4E0C-9F0B-3C1B5A0E7A01";

export function envelopeWith(
  service: string,
  payloads: readonly PayloadToSend[],
  more: Partial<EnvelopeToSend> = {},
): string {
  return writeEnvelope({
    ...{ service, trackingId: TRACKING_ID, addresses: [], payloads },
    auditIdentities: [{ uri: "urn:nhs-uk:identity:ods:RXX" }],
    sender: { uri: "urn:nhs-uk:addressing:ods:RXX:PAS" },
    handling: new Map([[HANDLING.interaction, "urn:nhs-itk:interaction:test-v1-0"]]),
    ...more,
  });
}

export const soapWith = (
  envelope: string,
  action: string,
  change: { messageId?: string; created?: Date } = {},
): string => {
  const { messageId = "0D3C1A52-7E0B-4B57-9D4B-1B7C6E1A2F03", created = AT } = change;
  return writeSoap({
    addressing: { messageId, action, to: "https://record.example/itk", replyTo: ANONYMOUS },
    security: { created, expires: new Date(created.getTime() + 60_000), username: "PAS of RXX", id: "uuid_5C1F4B57" },
    body: envelope as never,
  });
};

export const er7Payload = (
  er7: string | Uint8Array,
  change: { isCompressed?: boolean; id?: string } = {},
): PayloadToSend => {
  const { id = "uuid_A", isCompressed = false } = change;
  return { id, mimeType: "text/plain", content: { bytes: Buffer.from(er7 as string), isCompressed } };
};

/** What stands in the journal, by arrival. */
export async function journalled({ pool }: Database) {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select feed, message_code as code, sender, control_id as "controlId", convert_from(raw, 'UTF8') as raw
     from journal where kind = 'message' order by journal_id`,
  );
  return rows;
}
