import { createHash } from "node:crypto";
import type { FeedDialect } from "@chesil/hl7";
import { cdaEvent, cdaReadingOf } from "@chesil/itk";
import { type Appended, type Arrival, appendActivation, appendArrivals, type Database } from "@chesil/store";
import { readXml } from "@chesil/xml";

/** ITK payloads as they stand in the journal, put there without any transport. */

export const ITK_FEED = "itk";
export const ITK_DIALECT: FeedDialect = { defaultAuthority: "RXX", cda: { authority: "RXX" } };
export const RECEIVED_AT = new Date("2026-11-01T00:00:00Z");

export const activateItk = (database: Database, dialect: FeedDialect = ITK_DIALECT) =>
  appendActivation(database, { feeds: { [ITK_FEED]: dialect }, by: "test" }, RECEIVED_AT);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

function cdaArrival(raw: Uint8Array, controlId: string): Arrival {
  const answer = { bytes: null, code: "AA" };
  return {
    ...{ feed: ITK_FEED, connection: "127.0.0.1/1", receivedAt: RECEIVED_AT, messageAt: RECEIVED_AT },
    ...{ raw, sha256: sha256(raw), contentSha256: sha256(raw) },
    ...{ messageCode: "CDA", triggerEvent: "", version: "3", sender: "RXX", controlId },
    ...{ identities: identitiesOf(raw), answer, conflictAnswer: () => answer, reuseWindowMs: 0 },
  };
}

/** Of the record that the document is kept under. */
function identitiesOf(raw: Uint8Array): string[] {
  const read = readXml(raw);
  const content = { location: "", bytes: raw.byteLength };
  const context = { receivedAt: RECEIVED_AT, controlId: "", content };
  const mapped = read.ok ? cdaEvent(read.document.root, cdaReadingOf(ITK_DIALECT), context) : undefined;
  return mapped?.ok ? [`${mapped.key.authority}|${mapped.key.localId}`] : [];
}

let sent = 0;

/** Takes documents in, in one commit. */
export async function receiveDocuments(database: Database, texts: readonly (string | Uint8Array)[]): Promise<number[]> {
  await activateItk(database);
  return appendDocuments(database, texts);
}

/** The same by a reading that the test has activated. */
export async function appendDocuments(database: Database, texts: readonly (string | Uint8Array)[]): Promise<number[]> {
  const arrivals = texts.map((text) => cdaArrival(new Uint8Array(Buffer.from(text)), `TRACKING-${++sent}`));
  return idsOf(await appendArrivals(database, arrivals));
}

const idsOf = (appended: readonly Appended[]) => appended.map(({ journalId }) => journalId);
