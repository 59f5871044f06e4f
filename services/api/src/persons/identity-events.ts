import { type FollowedIdentityEvent, type IdentityEventPlace, readIdentityEventsAfter } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { notAllowed } from "../problem.ts";
import { shownPage } from "../shown-page.ts";
import { readToldNames } from "./told-names.ts";

const EVENTS_PER_PAGE = 100;
/** Each names at most two persons, and the gate is asked for a thousand at once. */
const EVENTS_PER_PAGE_MAX = 500;

/** A place in the order of events: the entry that decided, and the event. */
const placeText = z.string().regex(/^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,15})$/, "is no place of an event");

/** An identity event for whoever follows them: what leaves the process, and stands in `schemas/identity-event.json`. */
const identityEvent = z
  .object({
    eventId: z.string(),
    place: placeText.describe("Where the event stands: give it as `after` to go on from here."),
    kind: z
      .enum([
        ...(["created", "linked", "moved", "unlinked", "merged", "unmerged", "retired"] as const),
        ...(["renamed", "deleted", "restored", "overlaid", "cleared"] as const),
      ])
      .describe(
        "What became of the record. created: nobody's yet, a person was made of it; linked: to a person; moved: to another " +
          "person; unlinked: to one of its own, or back to the one it came from; merged: its sender merged it into another " +
          "record; unmerged: that was a mistake, and it has back what was said of it; retired: so before any message of its own; renamed: another local id; deleted: by its sender; restored: " +
          "it spoke again after that; overlaid: its words became somebody else's; cleared: it is one patient all the same.",
      ),
    at: z.iso.datetime().describe("When what decided it was received."),
    sourceRecord: z
      .object({ sourceRecordId: z.string(), authority: z.string(), localId: z.string() })
      .describe("The record, by the key that it has now."),
    personId: z.string().describe("Whose it is from this event on."),
    fromPersonId: z.string().nullable().describe("Whose it was before; null where it was nobody's, or nothing moved."),
    decidedBy: z.enum(["identifier", "model", "sender", "human", "new"]),
    weight: z.number().nullable().describe("log2 of the odds that decided, where a model did."),
    journalId: z.string().describe("The journal entry that brought it about."),
  })
  .meta({ description: "A dated event that tied a source record to a person, or took it away." });

/** The JSON Schema of one event: what stands in `schemas/identity-event.json`. */
export function identityEventJsonSchema(): Record<string, unknown> {
  return { title: "Identity event, version 1", ...z.toJSONSchema(identityEvent) };
}

/** Identity events for programs that follow who is whom, in an order in which none is ever passed over. */
export function identityEventRoutes(app: App, { database, gate, decider }: Deps): void {
  app.get(
    "/api/v1/identity-events",
    {
      config: { action: "identity-event.follow" },
      schema: {
        tags: ["identity events"],
        summary: "What became of source records and persons, in the order in which it was decided, after a place",
        querystring: z.object({
          after: placeText.default("0.0"),
          limit: z.coerce.number().int().min(1).max(EVENTS_PER_PAGE_MAX).default(EVENTS_PER_PAGE),
        }),
        response: {
          200: z.object({
            events: z.array(identityEvent),
            /** The place to go on from, now or later: also where there is nothing more yet. */
            next: placeText,
            /** More is there already. */
            more: z.boolean(),
          }),
        },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const page = await shownPage<FollowedIdentityEvent>({
        read: (last, many) =>
          readAtOnce(database, (client) =>
            readIdentityEventsAfter(client, decider, { after: last ?? placeOf(after), limit: many }),
          ),
        shown: async (events) => ofPersons(events, await gate.withoutOptedOut(personsOf(events))),
        size: limit,
      });
      // The place is that of an event that is told: one that moved by others would say that they are there.
      const last = page.next ?? page.rows.at(-1);
      const next = { next: last ? textOf(last) : after, more: page.next !== undefined };
      // Whoever follows asks again and again: that there is nothing new is no look at anybody.
      if (page.rows.length === 0) return { events: [], ...next };
      const permitted = await gate.persons(viewerOf(request), personsOf(page.rows), "identity-event.follow", {
        events: page.rows.length,
      });
      if (!permitted.allowed) throw notAllowed();
      const events = ofPersons(page.rows, permitted.personIds);
      const named = events.map((event) => ({ ...event, personIds: personsOf([event]) }));
      const names = await readToldNames(database.pool, named, permitted.viewOf);
      return { events: events.map((event) => eventOf({ ...event, ...names.get(event.sourceRecordId) })), ...next };
    },
  );
}

const personsOf = (events: readonly FollowedIdentityEvent[]) => [
  ...new Set(events.flatMap(({ personId, fromPersonId }) => [personId, ...(fromPersonId ? [fromPersonId] : [])])),
];

const ofPersons = (events: readonly FollowedIdentityEvent[], persons: ReadonlySet<string>) =>
  events.filter((event) => personsOf([event]).every((id) => persons.has(id)));

const textOf = ({ position, eventId }: IdentityEventPlace) => `${position}.${eventId}`;

function placeOf(text: string): IdentityEventPlace {
  const [position, eventId] = text.split(".").map(Number);
  return { position: position ?? 0, eventId: eventId ?? 0 };
}

function eventOf(event: FollowedIdentityEvent): z.infer<typeof identityEvent> {
  return {
    eventId: String(event.eventId),
    place: textOf(event),
    kind: event.kind,
    at: event.at.toISOString(),
    sourceRecord: {
      sourceRecordId: String(event.sourceRecordId),
      authority: event.authority,
      localId: event.localId,
    },
    personId: event.personId,
    fromPersonId: event.fromPersonId,
    decidedBy: event.decidedBy,
    weight: event.weight,
    journalId: String(event.journalId),
  };
}
