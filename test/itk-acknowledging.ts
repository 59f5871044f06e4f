import { createHash } from "node:crypto";
import { type Destination, type ForwardHandle, startForward } from "@chesil/forward";
import { type Envelope, HANDLING, writeEnvelope, writeSoap } from "@chesil/itk";
import { postgresLog } from "@chesil/log";
import { RESOLVE_CONSUMER } from "@chesil/resolve";
import { type Arrival, appendArrivals, type Database } from "@chesil/store";
import { expect } from "vitest";
import { arrivalOf } from "../services/ingest/src/arrival.ts";
import { activateFeeds, DIALECT } from "./region.ts";

/** ITK payloads in the journal with the envelope that they came in, and who acknowledges them. */

export const ITK_FEED = "itk";
export const SENDER = "RXX";
const SERVICE = "urn:nhs-itk:services:201005:updatePatientPH-v1-0";

export type Asked = {
  readonly infrastructure?: boolean;
  readonly business?: boolean;
  /** The feed that it comes on. */
  readonly feed?: string;
  readonly trackingId?: string;
  readonly service?: string;
  /** Where the message says that its answers belong. */
  readonly replyTo?: string;
};

export const payloadIdOf = (trackingId: string, index: number) => `uuid_${trackingId}-${index + 1}`;

/** The whole message as it comes in, of HL7 v2 messages in base64. */
export function envelopeBody(payloads: readonly Uint8Array[], asked: Asked & { trackingId: string }): Buffer {
  const { trackingId, service = SERVICE, replyTo } = asked;
  const spec = (key: string, isAsked = false) => (isAsked ? ([[key, "true"]] as const) : []);
  const head: Omit<Envelope, "payloads"> = {
    ...{ service, trackingId, addresses: [], auditIdentities: [] },
    sender: { uri: `urn:nhs-uk:addressing:ods:${SENDER}:PAS` },
    handling: new Map([
      ...spec(HANDLING.infrastructureAcknowledgement, asked.infrastructure),
      ...spec(HANDLING.businessAcknowledgement, asked.business),
    ]),
  };
  const body = writeEnvelope({
    ...head,
    payloads: payloads.map((bytes, index) => ({
      ...{ id: payloadIdOf(trackingId, index), mimeType: "text/plain", content: { bytes } },
    })),
  });
  const addressing = { action: service, ...(replyTo ? { replyTo, faultTo: replyTo } : {}) };
  return Buffer.from(writeSoap({ addressing, body }));
}

let envelopes = 0;

/** Takes the payloads of one envelope in, in one commit. @returns their journal ids. */
export async function receiveEnvelope(
  database: Database,
  payloads: readonly Uint8Array[],
  asked: Asked = { business: true },
): Promise<number[]> {
  const { feed: name = ITK_FEED, trackingId = `TRACKING-${++envelopes}` } = asked;
  await activateFeeds(database, name);
  const header = envelopeBody(payloads, { ...asked, trackingId });
  const feed = { name, dialect: DIALECT, reuseWindowHours: 24 };
  const receipt = { connection: "127.0.0.1/1", receivedAt: new Date(), answerControlId: "A1" };
  const arrivals = payloads.map((payload, index): Arrival => {
    const answer = { bytes: null, code: "AA" };
    return {
      ...arrivalOf(payload, feed, receipt),
      ...{ sender: SENDER, controlId: index === 0 ? trackingId : `${trackingId}#${index + 1}` },
      contentSha256: createHash("sha256").update(payload).digest(),
      ...{ answer, conflictAnswer: () => answer },
      ...(index === 0 ? { envelope: { header, trailer: Buffer.alloc(0), messages: payloads.length, faults: [] } } : {}),
    };
  });
  return (await appendArrivals(database, arrivals)).map(({ journalId }) => journalId);
}

export const DESTINATION = "trust";

/** Acknowledges the feed's messages to a port, until stopped. */
export async function startAcknowledging(
  database: Database,
  port: number,
  changes: Partial<Destination> = {},
): Promise<ForwardHandle> {
  const settings = { path: "/itk", odsCode: "RDZ", organisation: "Example Shared Care Record" };
  const handle = startForward({
    database,
    log: postgresLog(database.pool),
    destinations: [
      {
        ...{ name: DESTINATION, host: "127.0.0.1", port, feeds: [ITK_FEED], retryOn: [] },
        limits: { connectMs: 500, answerMs: 1_000 },
        acknowledgements: settings,
        ...changes,
      },
    ],
    decider: RESOLVE_CONSUMER,
    owner: "test",
    telemetry: { settled: () => {}, attemptFailed: () => {} },
    now: () => new Date(),
  });
  const isBegun = async () =>
    (await database.pool.query("select 1 from log_consumer where consumer = $1", [`forward-${DESTINATION}`])).rowCount;
  await expect.poll(isBegun, { timeout: 5_000 }).toBe(1);
  return handle;
}

/** Resolves once the destination has gone past everything that the log has. */
export async function caughtUp(database: Database): Promise<void> {
  const behind = async () =>
    (
      await database.pool.query(
        `select 1 from log_consumer where consumer = $1
         and position >= (select coalesce(max(journal_id), 0) from journal where accepted)`,
        [`forward-${DESTINATION}`],
      )
    ).rowCount;
  await expect.poll(behind, { timeout: 15_000 }).toBe(1);
}
