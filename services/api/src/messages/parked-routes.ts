import { OUTCOMES } from "@chesil/model";
import { type HeldMessage, MESSAGES_BEHIND_MAX, readParkedIdentities } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { Cursors } from "../cursor.ts";
import type { App, Deps } from "../deps.ts";
import { cursorWord } from "../words.ts";
import { reasonTextOf } from "./row.ts";

const ROWS_PER_PAGE_MAX = 200;
const ROWS_PER_PAGE = 50;

/** How many identities wait, never which: those stand on the message's own page, behind the gate. */
const heldRow = z.object({
  /** The message that is waited for. */
  id: z.string(),
  feed: z.string(),
  messageType: z.string(),
  triggerEvent: z.string(),
  receivedAt: z.iso.datetime(),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  detail: z.string().nullable(),
  /** `failed`: later messages of its patients wait behind it. `awaiting-continuation`: it waits for the rest of itself. */
  kind: z.enum(["failed", "awaiting-continuation"]),
  since: z.iso.datetime(),
  ageSeconds: z.number(),
  identities: z.number(),
  messagesBehind: z.number(),
  /** True when more wait than are counted. */
  moreBehind: z.boolean(),
});

/** What is held back, and behind what. */
export function parkedRoutes(app: App, { database, clock }: Deps, cursors: Cursors): void {
  app.get(
    "/api/v1/parked",
    {
      config: { action: "quarantine.read" },
      schema: {
        tags: ["messages"],
        summary: "What is held back: messages that others wait behind, and parts whose rest never came, oldest first",
        querystring: z.strictObject({
          cursor: cursorWord.optional(),
          limit: z.coerce.number().int().min(1).max(ROWS_PER_PAGE_MAX).default(ROWS_PER_PAGE),
        }),
        response: { 200: z.object({ parked: z.array(heldRow), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const list = ["parked", viewerOf(request).username];
      const after = cursor === undefined ? 0 : cursors.open(list, cursor, z.number().int());
      const rows = await readAtOnce(database, (client) => readParkedIdentities(client, { after, limit: limit + 1 }));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nowMs = clock().getTime();
      return {
        parked: page.map((row) => heldRowOf(row, nowMs)),
        next: rows.length > limit && last ? cursors.seal(list, last.journalId) : null,
      };
    },
  );
}

function heldRowOf(held: HeldMessage, nowMs: number): z.infer<typeof heldRow> {
  return {
    id: String(held.journalId),
    feed: held.feed,
    messageType: held.messageCode,
    triggerEvent: held.triggerEvent,
    receivedAt: held.receivedAt.toISOString(),
    outcome: held.outcome,
    reason: held.reason,
    reasonText: reasonTextOf(held.reason),
    detail: held.detail,
    kind: held.kind,
    since: held.since.toISOString(),
    ageSeconds: Math.max(0, (nowMs - held.since.getTime()) / 1000),
    identities: held.identities,
    messagesBehind: Math.min(held.messagesBehind, MESSAGES_BEHIND_MAX),
    moreBehind: held.messagesBehind > MESSAGES_BEHIND_MAX,
  };
}
