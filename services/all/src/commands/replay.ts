import { userInfo } from "node:os";
import { appendCommands, readQuarantined, readStanding } from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";

/** Messages that one command line sets going. Run it again for more. */
const REPLAYED_MAX = 100_000;

/** `chesil replay`: journals the command; the running Chesil carries it out, in order with everything else. */
export async function replay(
  given: { message?: string; quarantined?: boolean; reason: string },
  terminal: Terminal,
): Promise<number> {
  if ((given.message === undefined) === (given.quarantined === undefined))
    throw new UsageError("Name one message with --message, or all with --quarantined.");
  return withStore(async (database) => {
    const journalIds =
      given.message === undefined ? await readQuarantined(database.pool, null, REPLAYED_MAX) : [Number(given.message)];
    if (!journalIds.every(Number.isSafeInteger))
      throw new UsageError("--message takes the number that a message's page shows.");
    for (const journalId of given.message === undefined ? [] : journalIds) {
      const outcome = (await readStanding(database, journalId))?.outcome;
      if (outcome !== "quarantined" && outcome !== "parked")
        throw new UsageError(`Message ${journalId} is neither quarantined nor parked.`);
    }
    const by = `${userInfo().username} (command line)`;
    await appendCommands(
      database,
      journalIds.map((journalId) => ({ command: "replay", journalId, by, reason: given.reason })),
      terminal.now(),
    );
    terminal.data(`${journalIds.length} message(s) will be judged again.`);
    return 0;
  });
}
