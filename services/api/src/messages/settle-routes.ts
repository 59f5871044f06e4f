import { appendCommands, type Command, readQuarantined, readStanding } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import { readAtOnce } from "../bounded-read.ts";
import type { App, Deps } from "../deps.ts";
import { conflict, notFound } from "../problem.ts";
import { numberedId, reasonText, typedText } from "../words.ts";

/** Messages one call sets going again; the rest stay quarantined for the next call. */
const REPLAYED_AT_ONCE_MAX = 5_000;

const oneBody = z.strictObject({ reason: reasonText });
const manyBody = z.strictObject({
  outcome: z.literal("quarantined"),
  reasonCode: typedText(50).optional(),
  reason: reasonText,
});
const commanded = z.object({ commandId: z.string() });

/** What a person tells Chesil to do with a message: journalled, and carried out by resolve in journal order. */
export function settleRoutes(app: App, { database, gate, clock }: Deps): void {
  const config = { action: "message.settle" } as const;

  for (const command of ["replay", "skip"] as const) {
    app.post(
      `/api/v1/messages/:id/${command}`,
      {
        config,
        schema: {
          tags: ["messages"],
          summary:
            command === "replay"
              ? "Judge a quarantined or parked message again"
              : "Give a quarantined or parked message up; what waits behind it goes on",
          params: z.object({ id: numberedId }),
          body: oneBody,
          response: { 202: commanded },
        },
      },
      async (request, reply) => {
        const by = viewerOf(request).username;
        const { id: journalId } = request.params;
        const { reason } = request.body;
        const standing = await readStanding(database, journalId);
        if (!standing) throw notFound();
        if (standing.outcome !== "quarantined" && standing.outcome !== "parked") {
          throw conflict("Only a quarantined or parked message can be replayed or skipped");
        }
        await gate.record(by, `message.${command}`, { reason }, journalId);
        const [commandId] = await appendCommands(database, [{ command, journalId, by, reason }], clock());
        return reply.code(202).send({ commandId: String(commandId) });
      },
    );
  }

  app.post(
    "/api/v1/messages/replay",
    {
      config,
      schema: {
        tags: ["messages"],
        summary: `Judge the quarantined messages again, of one reason or all, oldest first; at most ${REPLAYED_AT_ONCE_MAX} a call`,
        body: manyBody,
        response: { 202: z.object({ count: z.number() }) },
      },
    },
    async (request, reply) => {
      const by = viewerOf(request).username;
      const { reason, reasonCode = null } = request.body;
      const ids = await readAtOnce(database, (client) => readQuarantined(client, reasonCode, REPLAYED_AT_ONCE_MAX));
      await gate.record(by, "message.replay-many", { reason, reasonCode: reasonCode ?? "any", count: ids.length });
      const commands = ids.map((journalId): Command => ({ command: "replay", journalId, by, reason }));
      await appendCommands(database, commands, clock());
      return reply.code(202).send({ count: ids.length });
    },
  );
}
