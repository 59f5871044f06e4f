import type { FeedDialect } from "@chesil/hl7";

/** What an organisation may send. Acknowledgements of what we sent anybody may. */
export type ItkContent = "messages" | "documents" | "queries";

/** One organisation that sends envelopes, and how what is in them is read. */
export type ItkFeed = {
  readonly name: string;
  /** Its ODS code. */
  readonly organisation: string;
  /** Names that its WS-Security may give; empty: any. */
  readonly usernames: readonly string[];
  readonly isSecurityRequired: boolean;
  /** Certificates by their sha-256 fingerprint (`AB:CD:…`). With one, what comes without any of them is refused. */
  readonly certificates: readonly string[];
  readonly sends: readonly ItkContent[];
  /** Where answers may go that it wants elsewhere: the one address to which we send acknowledgements of this feed. */
  readonly replyTo?: string | undefined;
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
