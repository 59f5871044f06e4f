import { setImmediate as turn } from "node:timers/promises";
import { buildMessage, type FeedDialect, type SegmentContent } from "@chesil/hl7";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import { type Appended, appendArrivals, type Database } from "@chesil/store";
import { arrivalOf } from "../services/ingest/src/arrival.ts";

/** Ingest and resolve on a real database, without sockets and timers: for tests that say exactly what arrives when. */

export const DIALECT: FeedDialect = { defaultAuthority: "RBD" };
const FEED = { name: "test", dialect: DIALECT, reuseWindowHours: 24, onStorageFailure: "close" as const };

let answers = 0;

/** Takes messages in, in one commit, as the listener would. */
export function receive(
  database: Database,
  messages: readonly Uint8Array[],
  receivedAt = new Date(),
): Promise<Appended[]> {
  return appendArrivals(
    database,
    messages.map((bytes) =>
      arrivalOf(bytes, FEED, { connection: "127.0.0.1/1", receivedAt, answerControlId: `A${++answers}` }),
    ),
  );
}

/** Resolves everything that was taken in. */
export async function resolveAll(
  database: Database,
  options: { batchMessagesMax?: number; onEvent?: (event: ResolverEvent) => void } = {},
): Promise<void> {
  const log = postgresLog(database.pool);
  const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "test", leaseMs: 60_000 });
  if (!consumer) throw new Error("Somebody else resolves.");
  const resolver = new Resolver(
    {
      database,
      log,
      model: defaultModel,
      dialectOf: () => DIALECT,
      batchMessagesMax: options.batchMessagesMax ?? 100,
      now: () => new Date(),
      onEvent: options.onEvent ?? (() => {}),
    },
    consumer,
  );
  try {
    while ((await resolver.step()) > 0) await turn();
  } finally {
    await consumer.close();
  }
}

export type Patient = {
  readonly id: string;
  readonly authority?: string;
  readonly nhsNumber?: string;
  readonly nhsStatus?: string;
  readonly family?: string;
  readonly given?: string;
  readonly birthDate?: string;
  readonly sex?: string;
  readonly postcode?: string;
  readonly street?: string;
  readonly phone?: string;
};

let controlIds = 0;

/** One ADT message of UK shape. `recordedAt` is EVN-2 as HL7 writes times. */
export function adt(
  event: string,
  patient: Patient,
  options: {
    recordedAt?: string;
    prior?: string;
    priorAuthority?: string;
    visit?: string;
    ward?: string;
    controlId?: string;
  } = {},
): Uint8Array {
  const authority = patient.authority ?? "RBD";
  const identifiers = [[patient.id, "", "", authority, "MR"]];
  if (patient.nhsNumber) identifiers.push([patient.nhsNumber, patient.nhsStatus ?? "01", "", "NHS", "NH"]);
  const segments: SegmentContent[] = [
    {
      id: "MSH",
      fields: {
        3: "PAS",
        4: authority,
        5: "CHESIL",
        6: "DORSET",
        7: "20260501080000",
        9: ["ADT", event],
        10: options.controlId ?? `C${++controlIds}`,
        11: "P",
        12: "2.4",
      },
    },
    { id: "EVN", fields: { 1: event, 2: options.recordedAt ?? "20260501080000" } },
    {
      id: "PID",
      fields: {
        3: { repetitions: identifiers },
        5: [patient.family ?? "", patient.given ?? "", "", "", "", "", "L"],
        7: patient.birthDate ?? "",
        8: patient.sex ?? "",
        11: [patient.street ?? "", "", "Poole", "", patient.postcode ?? "", "GBR", "H"],
        13: patient.phone ?? "",
      },
    },
  ];
  if (options.prior)
    segments.push({ id: "MRG", fields: { 1: [options.prior, "", "", options.priorAuthority ?? authority, "MR"] } });
  if (options.visit)
    segments.push({
      id: "PV1",
      fields: { 2: "I", 3: options.ward ?? "WARD 1", 19: options.visit, 44: "20260501080000" },
    });
  return buildMessage(segments);
}
