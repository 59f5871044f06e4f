import type { Message } from "../message/message.ts";
import type { FeedDialect } from "./dialect.ts";
import type { Warnings } from "./statement.ts";

/** What every reader of a part of a message is given beside the part itself. */
export interface MappingContext {
  readonly message: Message;
  readonly feed: FeedDialect;
  /** The only clock: times later than this are not believed. */
  readonly receivedAt: Date;
  readonly warnings: Warnings;
  /** The visit that the patient's part of the message is about, where it names one. */
  readonly visitNumber?: string;
}
