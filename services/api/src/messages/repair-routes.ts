import { forOperations } from "@chesil/access";
import { type FeedDialect, judgeCorrection, messageBytes } from "@chesil/hl7";
import { appendCommands, type JournalEntry, readJournal, readPersonsByNhsNumber, readStanding } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest, conflict, notFound } from "../problem.ts";
import { numberedId, reasonText } from "../words.ts";
import { contentOf } from "./content.ts";

/** Longest message that a person corrects in a browser. A larger one is repaired from a file: `chesil repair`. */
export const CORRECTION_CHARACTERS_MAX = 1024 * 1024;

/** As JSON, where a CR takes two bytes and a letter beyond ASCII up to four. */
const BODY_BYTES_MAX = 4 * CORRECTION_CHARACTERS_MAX;

const repairBody = z.strictObject({
  /** The corrected message, whole, as text: it is written in the character set of the one received. */
  message: z
    .string()
    .min(1)
    .max(CORRECTION_CHARACTERS_MAX)
    .refine((text) => text.isWellFormed(), "holds half a character"),
  reason: reasonText,
});

/** A person's correction of a message that can not be applied: journalled, and carried out by resolve in its place. */
export function repairRoutes(app: App, { database, gate, clock, dialectOf }: Deps): void {
  app.post(
    "/api/v1/messages/:id/repair",
    {
      config: { action: "message.repair" },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ["messages"],
        summary: "Give a corrected message for a quarantined or parked one; what waits behind it goes on",
        params: z.object({ id: numberedId }),
        body: repairBody,
        response: { 202: z.object({ commandId: z.string() }) },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const { id: journalId } = request.params;
      const { message: text, reason } = request.body;
      const [entry] = await readJournal(database, [journalId]);
      const standing = await readStanding(database, journalId);
      if (!entry || !standing) throw notFound();
      if (standing.outcome !== "quarantined" && standing.outcome !== "parked") {
        throw conflict("Only a quarantined or parked message can be repaired");
      }
      if (entry.messageCode === "CDA") throw conflict(NO_DOCUMENTS);
      const dialect = dialectOf(entry.feed);
      const bytes = messageBytes(text, dialect);
      // Asked first: whether a correction fits tells something of the message received.
      const persons = await readPersonsByNhsNumber(
        database.pool,
        await nhsNumbersIn([entry.raw, bytes], entry, dialect),
      );
      const permitted = await gate.message(forOperations(viewer), journalId, persons, "message.repair", { reason });
      if (!permitted.allowed) throw conflict("The content of this message is withheld, so it can not be repaired here");
      if (!bytes) throw badRequest(UNFIT, "The message's character set has no bytes for one of its characters.");
      const judged = judgeCorrection(bytes, dialect, entry);
      if (!judged.ok) throw badRequest(UNFIT, judged.text);
      const message = Buffer.from(bytes).toString("base64");
      const { username: by } = viewer;
      const [commandId] = await appendCommands(
        database,
        [{ command: "repair", journalId, message, by, reason }],
        clock(),
      );
      return reply.code(202).send({ commandId: String(commandId) });
    },
  );
}

const NO_DOCUMENTS =
  "A document can not be repaired here: its sender gives out a version that is right. Replay it, or skip it";
const UNFIT = "This can not take the place of the message";

async function nhsNumbersIn(
  texts: readonly (Uint8Array | undefined)[],
  { receivedAt }: JournalEntry,
  dialect: FeedDialect,
): Promise<string[]> {
  const given = texts.filter((bytes) => bytes !== undefined);
  const contents = await Promise.all(given.map((bytes) => contentOf(Buffer.from(bytes), dialect, receivedAt)));
  return contents.flatMap(({ nhsNumbers }) => nhsNumbers);
}
