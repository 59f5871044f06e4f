import type { FeedDialect } from "@chesil/hl7";
import type { Activation } from "@chesil/store";

/** Nobody has said how this feed's sender means an id, so that under another authority its patients would be others. */
class UnknownFeedError extends Error {
  override name = "UnknownFeedError";
}

/**
 * How each feed's messages are read, as it was activated in the journal: a message is read by what was in force at its
 * place, however often and by whomever (law 8). One that is judged again at a command, by what was in force there. A
 * feed that is not configured any more is read as it last was.
 */
export class Dialects {
  /** By feed: each reading with the journal entry that brought it, first to last. */
  readonly #byFeed = new Map<string, { from: number; dialect: FeedDialect }[]>();
  #last = 0;

  /** Journal entries are told in order; one that is told again changes nothing. */
  activate(journalId: number, { feeds }: Activation): void {
    if (journalId <= this.#last) return;
    this.#last = journalId;
    for (const [feed, dialect] of Object.entries(feeds)) {
      const readings = this.#byFeed.get(feed) ?? [];
      readings.push({ from: journalId, dialect: dialect as FeedDialect });
      this.#byFeed.set(feed, readings);
    }
  }

  /** @throws UnknownFeedError: the message is set aside, and can be replayed once its feed is configured. */
  of(feed: string, journalId: number): FeedDialect {
    const reading = this.#byFeed.get(feed)?.findLast(({ from }) => from <= journalId);
    if (reading === undefined) throw new UnknownFeedError("The feed is not configured.");
    return reading.dialect;
  }
}
