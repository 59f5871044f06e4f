import { setImmediate as othersTurn } from "node:timers/promises";
import type { Interpreted } from "./interpret.ts";
import type { Knowledge } from "./load-working-set.ts";
import { keysOf } from "./prepared-cache.ts";
import { hear } from "./statement.ts";

/** So long without others having their turn. */
const WARM_MS_MAX = 5;

/**
 * Prepares what the next batch is going to compare, as long as the database is busy with the one before: the words of
 * patients who say something new, and of those they may be. Nothing is decided, and nothing hangs on how far it comes.
 *
 * @param isWanted asked before each patient.
 */
export async function warmUp(
  items: readonly Interpreted[],
  { index, prepared }: Pick<Knowledge, "index" | "prepared">,
  isWanted: () => boolean,
): Promise<void> {
  let turnAt = performance.now() + WARM_MS_MAX;
  for (const item of items) {
    if (item.kind !== "event") continue;
    for (const { patient } of item.event.subjects) {
      if (performance.now() >= turnAt) {
        await othersTurn();
        turnAt = performance.now() + WARM_MS_MAX;
      }
      if (!isWanted()) return;
      const facts = hear(undefined, patient, NO_MOMENT);
      // Somebody says just this: most likely they themselves.
      if (index.wordingOfFacts(prepared.textOf(facts)) >= 0) continue;
      for (const key of keysOf(prepared.of(facts).prepared))
        for (const wording of index.sharing(key) ?? []) index.preparedAt(wording);
    }
  }
}

/** What is said is the same whenever it is said. */
const NO_MOMENT = { recordedAt: "", journalId: 0 };
