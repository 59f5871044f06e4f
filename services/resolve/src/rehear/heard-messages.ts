import type { CanonicalEvent } from "@chesil/model";
import type { Hearing, JournalEntry, OutcomeWrite } from "@chesil/store";

/** A message that can be heard again. */
export type HeardMessage = {
  readonly entry: JournalEntry;
  readonly event: CanonicalEvent;
  /** What became of it when it was decided; null: it was not yet, or its batch is not committed. */
  readonly outcome: string | null;
  readonly decidedBy: number | null;
  /** Null: each patient was heard by the record of its own id. */
  readonly hearing: Hearing | null;
};

/** One that took effect, and when that was: it counts from the entry on that decided it. */
export type TookEffect = HeardMessage & { readonly decidedBy: number };

/** Every message about some identities, by these, as far as somebody asked for them. */
export class HeardMessages {
  readonly #messages = new Map<number, HeardMessage>();
  readonly #loaded = new Set<string>();
  readonly #changed = new Map<number, Hearing>();

  load(identities: Iterable<string>, messages: readonly HeardMessage[]): void {
    for (const identity of identities) this.#loaded.add(identity);
    for (const message of messages) this.#messages.set(message.entry.journalId, message);
  }

  /**
   * Those about one of the identities that took effect, in the order in which they did.
   * @param decided what the batch has decided so far.
   * @throws MissingMessagesError where they were not loaded: the batch starts again with them.
   */
  of(identities: readonly string[], decided: readonly OutcomeWrite[]): TookEffect[] {
    const missing = identities.filter((identity) => !this.#loaded.has(identity));
    if (missing.length > 0) throw new MissingMessagesError(missing);
    const now = new Map(decided.map((outcome) => [outcome.journalId, outcome]));
    const asked = new Set(identities);
    return [...this.#messages.values()]
      .filter(({ entry }) => entry.identities.some((identity) => asked.has(identity)))
      .map((message) => {
        const { outcome, decidedBy, hearing } = now.get(message.entry.journalId) ?? message;
        return {
          ...message,
          outcome,
          decidedBy,
          hearing: this.#changed.get(message.entry.journalId) ?? hearing ?? null,
        };
      })
      .flatMap((message) =>
        message.outcome === "applied" && message.decidedBy !== null ? { ...message, decidedBy: message.decidedBy } : [],
      )
      .sort((a, b) => a.decidedBy - b.decidedBy || a.entry.journalId - b.entry.journalId);
  }

  /** From now on the message counts as heard so. */
  hearAs(journalId: number, hearing: Hearing): void {
    this.#changed.set(journalId, hearing);
  }

  /** What counts otherwise than before. */
  changes(): { journalId: number; hearing: Hearing }[] {
    return [...this.#changed].map(([journalId, hearing]) => ({ journalId, hearing }));
  }
}

/** As it is where nothing is said of it. */
export const HEARD_BY_THEIR_OWN: Hearing = { redirected: {}, elsewhere: [], unheard: [], isDoubted: false };

/** What was said of some identities is to be heard again, and is not here. */
export class MissingMessagesError extends Error {
  override name = "MissingMessagesError";
  readonly identities: readonly string[];
  constructor(identities: readonly string[]) {
    super("Messages are missing that are to be heard again.");
    this.identities = identities;
  }
}
