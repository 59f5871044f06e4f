import { applyPrivacy, type JournalEntry, type PrivacyCommand, type Transaction } from "@chesil/store";

/**
 * Carries out what a privacy officer said of who may be shown. Whoever journalled it did so at once; here it is done again, in
 * journal order, so that a store that is made anew from the journal has it (law 8). It decides nothing about who is whom.
 */
export const obeyPrivacy = (transaction: Transaction, entry: JournalEntry, command: PrivacyCommand): Promise<void> =>
  applyPrivacy(transaction, entry, command);
