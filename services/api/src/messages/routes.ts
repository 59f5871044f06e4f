import { maySeePatients } from "@chesil/access";
import { OUTCOMES } from "@chesil/model";
import { type MessageFilter, type MessageSummary, readQuarantine, searchMessages } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { cursorWord, numberedId, typedText } from "../words.ts";
import { meaningOf } from "./patient-search.ts";
import { messageRow, reasonTextOf, rowOf } from "./row.ts";
import { messageAnswer, viewMessage } from "./view.ts";

const MESSAGES_PER_PAGE_MAX = 200;
const MESSAGES_PER_PAGE = 50;

const searchBody = z.strictObject({
  /** A control id, an NHS number or a local id, exact. */
  text: typedText(200).optional(),
  feed: typedText(100).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  cursor: cursorWord.optional(),
  limit: z.number().int().min(1).max(MESSAGES_PER_PAGE_MAX).default(MESSAGES_PER_PAGE),
});

export function messageRoutes(app: App, deps: Deps, cursors: Cursors): void {
  const { database, gate } = deps;
  const config = { action: "message.read" } as const;

  app.post(
    "/api/v1/messages/search",
    {
      config,
      schema: {
        tags: ["messages"],
        summary: "Messages by control id, NHS number, local id, feed, outcome or time, newest first",
        body: searchBody,
        response: { 200: z.object({ messages: z.array(messageRow), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { cursor, limit, text, from, to, feed, outcome } = request.body;
      const list = ["messages", viewer.username, text, feed, outcome, from, to];
      const before = cursor === undefined ? null : cursors.open(list, cursor, z.number().int());
      const filter: MessageFilter = {
        anyOf: text === undefined ? undefined : await meaningOf(text, viewer, deps),
        feed,
        outcome,
        receivedFrom: from === undefined ? undefined : new Date(from),
        receivedTo: to === undefined ? undefined : new Date(to),
      };
      const rows = await readAtOnce(database, (client) => searchMessages(client, filter, { before, limit: limit + 1 }));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const shown = maySeePatients(viewer) ? await gate.withoutOptedOut(personsOf(page)) : new Set<string>();
      return {
        messages: page.map((row) => rowOf(row, shown)),
        next: rows.length > limit && last ? cursors.seal(list, last.journalId) : null,
      };
    },
  );

  app.get(
    "/api/v1/messages/:id",
    {
      config,
      schema: {
        tags: ["messages"],
        summary: "One message: its bytes, how they are read, what became of them and why",
        params: z.object({ id: numberedId }),
        response: { 200: messageAnswer },
      },
    },
    async (request) => viewMessage(deps, viewerOf(request), request.params.id),
  );

  app.get(
    "/api/v1/quarantine/summary",
    {
      config: { action: "quarantine.read" },
      schema: {
        tags: ["messages"],
        summary: "What is quarantined, by reason",
        response: {
          200: z.object({
            reasons: z.array(
              z.object({ reason: z.string(), text: z.string(), count: z.number(), oldestAt: z.iso.datetime() }),
            ),
          }),
        },
      },
    },
    async () => {
      const reasons = await readAtOnce(database, readQuarantine);
      return {
        reasons: reasons.map(({ reason, messages, oldestAt }) => ({
          reason,
          text: reasonTextOf(reason) ?? reason,
          count: messages,
          oldestAt: oldestAt.toISOString(),
        })),
      };
    },
  );
}

function personsOf(rows: readonly MessageSummary[]): string[] {
  return rows.flatMap((row) => (row.personId === null ? [] : [row.personId]));
}
