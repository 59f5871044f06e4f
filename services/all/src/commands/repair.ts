import { userInfo } from "node:os";
import { judgeCorrection } from "@chesil/hl7";
import { appendCommands, readJournal, readStanding } from "@chesil/store";
import { givenConfig, givenFeed } from "../config-access.ts";
import { dialectOf } from "../dialects.ts";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { givenFile } from "./given-file.ts";

/** `chesil repair`: journals the corrected message; the running Chesil applies it in the place of the one received. */
export function repair(path: string, given: { message: string; reason: string }, terminal: Terminal): Promise<number> {
  const bytes = givenFile(path);
  const journalId = Number(given.message);
  if (!Number.isSafeInteger(journalId)) throw new UsageError("--message takes the number that a message's page shows.");
  return withStore(async (database) => {
    const [entry] = await readJournal(database, [journalId]);
    const outcome = (await readStanding(database, journalId))?.outcome;
    if (!entry || (outcome !== "quarantined" && outcome !== "parked"))
      throw new UsageError(`Message ${journalId} is neither quarantined nor parked.`);
    const judged = judgeCorrection(bytes, dialectOf(givenFeed(givenConfig(), entry.feed)), entry);
    if (!judged.ok) throw new UsageError(`${path} can not take the place of message ${journalId}: ${judged.text}`);
    const by = `${userInfo().username} (command line)`;
    const message = bytes.toString("base64");
    await appendCommands(
      database,
      [{ command: "repair", journalId, message, by, reason: given.reason }],
      terminal.now(),
    );
    terminal.data(`Message ${journalId} will be applied as ${path} has it.`);
    return 0;
  });
}
