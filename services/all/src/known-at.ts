import { type KnownThen, knownAt, TooManyMessagesError } from "@chesil/resolve";
import type { Database } from "@chesil/store";

/** What was known of a person at a moment, for the API. */
export async function knownOrTooMany(
  database: Database,
  sourceRecordIds: readonly number[],
  at: Date,
): Promise<KnownThen | "too-many"> {
  try {
    return await knownAt(database, sourceRecordIds, at);
  } catch (error) {
    if (error instanceof TooManyMessagesError) return "too-many";
    throw error;
  }
}
