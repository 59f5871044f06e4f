import type { FeedDialect } from "@chesil/hl7";
import { isLoadReading, type LoadReading } from "@chesil/load";
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
  readonly #byFeed = new Map<string, { from: number; reading: FeedDialect | LoadReading }[]>();
  #last = 0;

  /** Journal entries are told in order; one that is told again changes nothing. */
  activate(journalId: number, { feeds }: Activation): void {
    if (journalId <= this.#last) return;
    this.#last = journalId;
    for (const [feed, reading] of Object.entries(feeds)) {
      const readings = this.#byFeed.get(feed) ?? [];
      readings.push({ from: journalId, reading: reading as FeedDialect | LoadReading });
      this.#byFeed.set(feed, readings);
    }
  }

  /** @throws UnknownFeedError: the message is set aside, and can be replayed once its feed is configured. */
  of(feed: string, journalId: number): FeedDialect {
    const reading = this.#inForce(feed, journalId);
    if (reading === undefined || isLoadReading(reading)) throw new UnknownFeedError("The feed is not configured.");
    return reading;
  }

  /** How the rows of a feed's extracts are read; undefined where it sends messages. */
  ofLoad(feed: string, journalId: number): LoadReading | undefined {
    const reading = this.#inForce(feed, journalId);
    return reading !== undefined && isLoadReading(reading) ? reading : undefined;
  }

  #inForce(feed: string, journalId: number): FeedDialect | LoadReading | undefined {
    return this.#byFeed.get(feed)?.findLast(({ from }) => from <= journalId)?.reading;
  }
}
