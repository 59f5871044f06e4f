import { verifyJournal } from "@chesil/store";
import { withStore } from "../store-access.ts";
import type { Terminal } from "../terminal.ts";

/** `chesil verify`: exit code 1 when a byte or a count is not what it was. */
export function verify(given: { json?: boolean }, terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    const result = await verifyJournal(database);
    const { damaged, inFlight, withoutOutcome } = result;
    const isCounted = JSON.stringify(result.counted) === JSON.stringify(result.tallied);
    const isSound = isCounted && damaged.length === 0 && withoutOutcome.length === 0;
    if (given.json) terminal.data(JSON.stringify({ ...result, ok: isSound }));
    else {
      terminal.data(
        `${result.entries} journal entries read, ${result.damaged.length} damaged${result.damaged.length > 0 ? `: ${result.damaged.join(", ")}` : ""}.`,
      );
      terminal.data(
        `${inFlight} in flight, ${withoutOutcome.length} passed without an outcome${withoutOutcome.length > 0 ? `: ${withoutOutcome.slice(0, 20).join(", ")}` : ""}.`,
      );
      terminal.data(
        isCounted
          ? "The counts agree with the rows."
          : `The counts do not agree: rows ${JSON.stringify(result.counted)}, kept ${JSON.stringify(result.tallied)}.`,
      );
    }
    return isSound ? 0 : 1;
  });
}
