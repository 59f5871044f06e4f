import { createHash } from "node:crypto";
import type { Arrival } from "@chesil/store";

let lastControlId = 0;

/** A journal row as ingest would make it, with what a test cares about. */
export function arrival(changes: Partial<Arrival> = {}): Arrival {
  const controlId = changes.controlId ?? `T${++lastControlId}`;
  const raw = changes.raw ?? Buffer.from(`MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|${controlId}|P|2.4\r`);
  return {
    feed: "test",
    connection: "127.0.0.1/1",
    receivedAt: new Date("2026-05-01T08:00:01Z"),
    raw,
    sha256: createHash("sha256").update(raw).digest(),
    contentSha256: createHash("sha256").update(raw).digest(),
    messageCode: "ADT",
    triggerEvent: "A31",
    version: "2.4",
    sender: "PAS|RBD",
    controlId,
    messageAt: new Date("2026-05-01T07:00:00Z"),
    identities: [],
    answer: { bytes: Buffer.from(`AA ${controlId}`), code: "AA" },
    conflictAnswer: () => ({ bytes: Buffer.from(`AE ${controlId}`), code: "AE" }),
    reuseWindowMs: 24 * 3_600_000,
    ...changes,
  };
}

/** One arrival for each list of identities. */
export const arrivals = (identities: readonly (readonly string[])[]): Arrival[] =>
  identities.map((each) => arrival({ identities: each }));
