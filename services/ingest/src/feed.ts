import type { AcknowledgementPolicy, FeedDialect } from "@chesil/hl7";
import type { DialTls, ListenerTls, MllpFraming, MllpLimits } from "@chesil/mllp";

/** How one sender's messages are taken and answered. What is left out has the default of the setting of its name. */
export type Feed = {
  readonly name: string;
  readonly dialect: FeedDialect;
  readonly reuseWindowHours: number;
  /** How each outcome is answered. */
  readonly policy?: AcknowledgementPolicy;
  /** `MSH-3|MSH-4` of those who may send; empty: anybody. */
  readonly senders?: readonly string[];
  /** Certificates by their sha-256 fingerprint (`AB:CD:…`), and who each may send as. With one, all others are refused. */
  readonly clients?: readonly { readonly fingerprint256: string; readonly senders: readonly string[] }[];
  /** The sender numbers its messages in MSH-13. */
  readonly sequence?: boolean;
  /** The sender may ask: its queries are answered with what is known of patients. */
  readonly queries?: boolean;
};

/** A feed and its connections. */
export type MllpFeed = Feed & {
  readonly host: string;
  /** 0: a free one is chosen, where we listen. */
  readonly port: number;
  readonly limits?: Partial<MllpLimits>;
  readonly framing?: MllpFraming;
  /** Where acknowledgements go instead of the connection that their messages came on. */
  readonly answerTo?: { readonly host: string; readonly port: number; readonly tls?: DialTls };
} & (
    | { readonly mode?: "listen"; readonly tls?: ListenerTls }
    /** We connect, and the other side sends. */
    | { readonly mode: "dial"; readonly tls?: DialTls }
  );

/**
 * Whether the connections of a feed may stay when its settings become others. Its limits and framing are those its
 * listener was started with, so that a change of them starts it anew.
 */
export function keepsItsConnections(before: MllpFeed, after: MllpFeed): boolean {
  const connected = ({ mode = "listen", host, port, limits = {}, framing = {}, tls }: MllpFeed) =>
    JSON.stringify([mode, host, port, sorted(limits), sorted(framing), tls !== undefined]);
  return connected(before) === connected(after);
}

const sorted = (settings: object) => Object.entries(settings).sort(([left], [right]) => (left < right ? -1 : 1));
