import { setImmediate as turn } from "node:timers/promises";
import { buildMessage, type FeedDialect, type SegmentContent } from "@chesil/hl7";
import { postgresLog } from "@chesil/log";
import { defaultModel } from "@chesil/matching";
import { RESOLVE_CONSUMER, Resolver, type ResolverEvent } from "@chesil/resolve";
import { type Appended, appendActivation, appendArrivals, type Database } from "@chesil/store";
import { arrivalOf } from "../services/ingest/src/arrival.ts";

/** Ingest and resolve on a real database, without sockets and timers: for tests that say exactly what arrives when. */

export const DIALECT: FeedDialect = { defaultAuthority: "RBD" };
export const FEED = { name: "test", dialect: DIALECT, reuseWindowHours: 24 };

let answers = 0;

/** Journals that these feeds are read by the dialect above. */
export const activateFeeds = (database: Database, ...feeds: readonly string[]) =>
  appendActivation(
    database,
    { feeds: Object.fromEntries(feeds.map((name) => [name, DIALECT])), by: "test" },
    new Date(),
  );

/** Takes messages in, in one commit, as the listener would. */
export async function receive(
  database: Database,
  messages: readonly Uint8Array[],
  receivedAt = new Date(),
): Promise<Appended[]> {
  await activateFeeds(database, FEED.name);
  return receiveAs(database, DIALECT, messages, receivedAt);
}

/** The same by a reading that the test has activated, or not. */
export function receiveAs(
  database: Database,
  dialect: FeedDialect,
  messages: readonly Uint8Array[],
  receivedAt = new Date(),
): Promise<Appended[]> {
  return appendArrivals(
    database,
    messages.map((bytes) =>
      arrivalOf(
        bytes,
        { ...FEED, dialect },
        { connection: "127.0.0.1/1", receivedAt, answerControlId: `A${++answers}` },
      ),
    ),
  );
}

/** Resolves everything that was taken in. */
export async function resolveAll(
  database: Database,
  options: { batchMessagesMax?: number; sliceRecordsMax?: number; onEvent?: (event: ResolverEvent) => void } = {},
): Promise<void> {
  const log = postgresLog(database.pool);
  const consumer = await log.consume(RESOLVE_CONSUMER, { owner: "test", leaseMs: 60_000 });
  if (!consumer) throw new Error("Somebody else resolves.");
  const resolver = await Resolver.open(
    {
      database,
      log,
      model: defaultModel,
      batchMessagesMax: options.batchMessagesMax ?? 100,
      ...(options.sliceRecordsMax ? { sliceRecordsMax: options.sliceRecordsMax } : {}),
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

/** A message of any segments. `recordedAt` is EVN-2 as HL7 writes times. */
export function message(
  event: string,
  segments: readonly SegmentContent[],
  {
    authority = "RBD",
    recordedAt = "20260501080000",
    occurredAt = "",
    controlId = `C${++controlIds}`,
    type = "ADT",
  } = {},
): Uint8Array {
  return buildMessage([
    {
      id: "MSH",
      fields: {
        3: "PAS",
        4: authority,
        5: "CHESIL",
        6: "DORSET",
        7: "20260501080000",
        9: [type, event],
        10: controlId,
        11: "P",
        12: "2.4",
      },
    },
    { id: "EVN", fields: { 1: event, 2: recordedAt, 6: occurredAt } },
    ...segments,
  ]);
}

/** A patient as PID says them; `alsoKnownAs` are further ids of the same authority, `account` is PID-18. */
export function pid(
  patient: Patient,
  more: { alsoKnownAs?: readonly string[]; account?: string } = {},
): SegmentContent {
  const authority = patient.authority ?? "RBD";
  const identifiers = [patient.id, ...(more.alsoKnownAs ?? [])].map((id) => [id, "", "", authority, "MR"]);
  if (patient.nhsNumber) identifiers.push([patient.nhsNumber, patient.nhsStatus ?? "01", "", "NHS", "NH"]);
  return {
    id: "PID",
    fields: {
      3: { repetitions: identifiers },
      5: [patient.family ?? "", patient.given ?? "", "", "", "", "", "L"],
      7: patient.birthDate ?? "",
      8: patient.sex ?? "",
      11: [patient.street ?? "", "", "Poole", "", patient.postcode ?? "", "GBR", "H"],
      13: patient.phone ?? "",
      18: more.account ?? "",
    },
  };
}

/** What was wrong: an id, an account, a visit. */
export const mrg = (prior: { id?: string; authority?: string; account?: string; visit?: string }): SegmentContent => ({
  id: "MRG",
  fields: {
    1: prior.id ? [prior.id, "", "", prior.authority ?? "RBD", "MR"] : "",
    3: prior.account ?? "",
    5: prior.visit ?? "",
  },
});

export const pv1 = (visit: string, ward = "WARD 1", more: Readonly<Record<number, string>> = {}): SegmentContent => ({
  id: "PV1",
  fields: { 2: "I", 3: ward, 19: visit, 44: "20260501080000", ...more },
});

/** One ADT message of UK shape about one patient. */
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
  const { recordedAt, controlId } = options;
  const authority = patient.authority ?? "RBD";
  const prior = options.prior && mrg({ id: options.prior, authority: options.priorAuthority ?? authority });
  return message(
    event,
    [pid(patient), ...(prior ? [prior] : []), ...(options.visit ? [pv1(options.visit, options.ward)] : [])],
    { authority, ...(recordedAt ? { recordedAt } : {}), ...(controlId ? { controlId } : {}) },
  );
}
