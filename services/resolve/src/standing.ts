import type { Outcome } from "@chesil/model";
import { type Standing, TallyChange, type Transaction } from "@chesil/store";

/** An outcome that changed nothing. */
export const noEffect = (journalId: number, decidedBy: number, decidedAt: Date) => ({
  journalId,
  decidedBy,
  decidedAt,
  sourceRecordId: null,
  personId: null,
  warnings: [],
});

/** The earlier outcome no longer counts. */
export const takeBack = (transaction: Transaction, standing: Standing) =>
  standing.outcome ? tallyOne(transaction, standing.feed, standing.outcome, -1) : Promise.resolve();

/** Counts messages of a feed that came to something, or no longer do. */
export async function tallyOne(transaction: Transaction, feed: string, name: Outcome, messages: number): Promise<void> {
  const tally = new TallyChange();
  tally.add(feed, name, messages);
  await tally.write(transaction);
}
