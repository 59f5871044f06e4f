import { forOperations, maySeeConfidential, maySeePatients, type Viewer } from "@chesil/access";
import {
  type Client,
  type Correction,
  type MessageParts,
  readCorrections,
  readIdentityEventsOfMessages,
  readMessageById,
  readMessageParts,
  readParked,
  readPersons,
  readPersonsByNhsNumber,
  type StoredIdentityEvent,
  type StoredMessage,
  type StoredPerson,
} from "@chesil/store";
import { z } from "zod";
import { readAtOnce } from "../bounded-read.ts";
import { decisionOf, decisionView, personsInDecision } from "../decision.ts";
import type { Deps } from "../deps.ts";
import { displayNameOf } from "../persons/texts.ts";
import { notFound } from "../problem.ts";
import { saysConfidential, visitNumbersIn } from "./confidential.ts";
import { type Content, contentOf } from "./content.ts";
import { messageRow, rowOf } from "./row.ts";

const treeState = z.enum(["absent", "empty", "null", "value"]);
const treeComponent = z.object({ state: treeState, text: z.string(), subcomponents: z.array(z.string()) });
const treeRepetition = z.object({ state: treeState, text: z.string(), components: z.array(treeComponent) });
const treeField = z.object({
  number: z.number(),
  name: z.string(),
  state: treeState,
  text: z.string(),
  repetitions: z.array(treeRepetition),
});
const treeSegment = z.object({ id: z.string(), name: z.string(), index: z.number(), fields: z.array(treeField) });

export const messageAnswer = messageRow.extend({
  version: z.string(),
  acknowledgement: z.string(),
  acknowledgementCode: z.string(),
  identities: z.array(z.string()),
  appliedAt: z.iso.datetime().nullable(),
  /** Receipt to record. */
  applyMs: z.number().nullable(),
  detail: z.string().nullable(),
  /** The folder of the archive that has its bytes (`chesil import journal`): until then nothing of it can be shown. */
  archive: z.string().nullable(),
  /** As received. */
  raw: z.string().nullable(),
  charset: z.string(),
  /** What a person gave to stand in for it: from then on `tree` and `event` are the correction's. */
  repair: z.object({ by: z.string(), reason: z.string(), at: z.iso.datetime(), raw: z.string().nullable() }).nullable(),
  tree: z.object({ segments: z.array(treeSegment), truncated: z.boolean() }).nullable(),
  /** The canonical event, `schemas/event.json`. */
  event: z.record(z.string(), z.unknown()).nullable(),
  person: z.object({ personId: z.string(), displayName: z.string() }).nullable(),
  /** True when what speaks of the patient is kept from this reader. */
  withheld: z.boolean(),
  decision: decisionView.nullable(),
  parkedBehind: z.string().nullable(),
  warnings: z.array(z.object({ location: z.string(), code: z.string(), text: z.string() })),
  /** The last hundred resends, newest first. */
  redeliveriesAt: z.array(z.iso.datetime()),
});

/** Everything about one message; what speaks of a patient only where the gate lets it. */
export async function viewMessage(
  deps: Deps,
  viewer: Viewer,
  journalId: number,
): Promise<z.infer<typeof messageAnswer>> {
  const { database, gate } = deps;
  const found = await readAtOnce(database, async (client) => {
    const message = await readMessageById(client, journalId);
    if (!message) return undefined;
    const contentIs = (bytes: Buffer) => contentOf(bytes, deps.dialectOf(message.feed), message.receivedAt);
    const content = await contentIs(message.raw);
    const correction = (await readCorrections(client, [journalId])).get(journalId);
    const corrected = correction && (await contentIs(correction.bytes));
    const parked =
      message.outcome === "parked" ? await readParked(client, message.identities) : new Map<string, number>();
    const persons = message.personId === null ? [] : await readPersons(client, [message.personId]);
    return {
      message,
      content,
      correction,
      corrected,
      parkedBehind: [...parked.values()].filter((id) => id !== journalId),
      person: persons[0],
      events: await readIdentityEventsOfMessages(client, [journalId]),
      parts: await partsOf(client, message, (corrected ?? content).event),
      namedPersons: await readPersonsByNhsNumber(client, [...content.nhsNumbers, ...(corrected?.nhsNumbers ?? [])]),
    };
  });
  if (!found) throw notFound();
  const bare = bareAnswer(found);
  if (!maySeePatients(viewer)) return bare;
  const permitted = await gate.message(forOperations(viewer), journalId, found.namedPersons, "message.view");
  if (!permitted.allowed) return bare;
  const shown = await gate.withoutOptedOut(found.events.flatMap((event) => personsInDecision(event.evidence)));
  const part = patientPart(found, shown);
  const isKept =
    !maySeeConfidential(viewer) && saysConfidential(gate.policy, [found.content, found.corrected], found.parts);
  return { ...bare, ...part, ...(isKept ? { ...KEPT, repair: bare.repair } : {}) };
}

/** What a confidential message says stays with whoever may read such; what became of it does not tell. */
const KEPT = { raw: null, charset: "", tree: null, event: null, withheld: true } as const;

const NO_PARTS: MessageParts = { facts: [], specialties: [] };

async function partsOf(client: Client, message: StoredMessage, event: Content["event"]): Promise<MessageParts> {
  const { personId, journalId } = message;
  if (personId === null) return NO_PARTS;
  return readMessageParts(client, { journalId, personId, visitNumbers: visitNumbersIn(event) });
}

function bareAnswer({ message, correction, parkedBehind }: Found): z.infer<typeof messageAnswer> {
  const isApplied = message.outcome === "applied";
  return {
    ...rowOf(message, new Set()),
    version: message.version,
    acknowledgement: message.acknowledgement?.toString("latin1") ?? "",
    acknowledgementCode: message.acknowledgementCode ?? "",
    identities: [],
    appliedAt: isApplied ? (message.decidedAt?.toISOString() ?? null) : null,
    applyMs: isApplied && message.decidedAt ? message.decidedAt.getTime() - message.receivedAt.getTime() : null,
    detail: message.detail,
    archive: message.archive,
    raw: null,
    charset: "",
    repair: repairOf(correction, null),
    tree: null,
    event: null,
    person: null,
    withheld: true,
    decision: null,
    parkedBehind: parkedBehind.length > 0 ? String(Math.min(...parkedBehind)) : null,
    warnings: [...message.warnings],
    redeliveriesAt: message.redeliveriesAt.map((at) => at.toISOString()),
  };
}

function repairOf(correction: Correction | undefined, raw: string | null) {
  return correction ? { by: correction.by, reason: correction.reason, at: correction.at.toISOString(), raw } : null;
}

type Found = {
  message: StoredMessage;
  content: Content;
  correction: Correction | undefined;
  /** The correction read, where there is one. */
  corrected: Content | undefined;
  parkedBehind: readonly number[];
  person: StoredPerson | undefined;
  events: readonly StoredIdentityEvent[];
  parts: MessageParts;
};

function patientPart({ message, content, correction, corrected, person, events }: Found, shown: ReadonlySet<string>) {
  const decided = events.find((event) => event.kind !== "retired" && event.evidence !== null) ?? events[0];
  return {
    personId: message.personId,
    identities: [...message.identities],
    raw: message.archive === null ? content.raw : null,
    charset: content.charset,
    repair: repairOf(correction, corrected?.raw ?? null),
    tree: (corrected ?? content).tree,
    event: (corrected ?? content).event,
    person: person ? { personId: person.personId, displayName: displayNameOf(person.golden.names?.value) } : null,
    withheld: false,
    // Whoever a record was compared with and not linked to is another person, of whom nothing is said here.
    decision: decided
      ? decisionOf(decided.evidence, decided.decidedBy, {
          shown,
          mayShowOther: decided.kind === "linked" || decided.kind === "moved",
        })
      : null,
  };
}
