import type { FeedDialect } from "@chesil/hl7";

/** One organisation that sends envelopes, and how what is in them is read. */
export type ItkFeed = {
  readonly name: string;
  /** Its ODS code. */
  readonly organisation: string;
  /** Names that its WS-Security may give; empty: any. */
  readonly usernames: readonly string[];
  readonly isSecurityRequired: boolean;
  /** How its messages are read, and its documents. */
  readonly dialect: FeedDialect;
  readonly reuseWindowHours: number;
};

/** Who may send, and who answers. */
export type ItkSettings = {
  /** Our own ODS code. */
  readonly organisation: string;
  readonly clockSkewMs: number;
  readonly feeds: readonly ItkFeed[];
};
