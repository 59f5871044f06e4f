import type { DecoderFault, Evidence } from "./frame.ts";

/** The other end of a connection. `id` is unique within one listener. */
export type MllpPeer = {
  readonly id: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** There only when the peer showed a certificate and one of our authorities vouches for it. */
  readonly certificate?: PeerCertificate;
};

export type PeerCertificate = {
  /** SHA-256, as Node and openssl print it: `AB:CD:…`. */
  readonly fingerprint256: string;
  /** Distinguished names in the certificate's own order: `C=GB, O=Trust, CN=pas`. */
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: Date;
};

/**
 * What went wrong on the wire. Beside the decoder's: `frame-timeout`: the end did not come in time; `slow-sender`: a
 * frame came slower than the least rate; `frame-incomplete`: the peer closed inside a frame; `too-many-faults`: no
 * whole frame among the last faults; `buffers-full`: the unfinished frame was given up to make room; `answers-unread`:
 * the peer does not read its answers; `commit-refused`: the peer says that it could not keep one of our answers;
 * `tls-handshake-failed`: see `code`; `plain-on-tls-port`: something else than TLS where TLS is spoken.
 */
export type MllpFault =
  | DecoderFault
  | "frame-timeout"
  | "slow-sender"
  | "frame-incomplete"
  | "too-many-faults"
  | "buffers-full"
  | "answers-unread"
  | "commit-refused"
  | "tls-handshake-failed"
  | "plain-on-tls-port";

/** Why a connection ended: who or what closed it first. */
export type DisconnectCause =
  | "peer"
  | "fault"
  | "idle"
  | "answered-last"
  | "handler-failed"
  | "socket-error"
  | "stopped";

/** Why a socket is not being read. */
export type PauseCause = "in-flight" | "rate" | "answers-unread" | "buffers-full";

/** What a listener tells about itself. `fault` carries bytes as received: patient data, never to be logged. */
export type MllpEvent =
  | { readonly kind: "connected"; readonly connection: MllpPeer }
  | {
      readonly kind: "disconnected";
      readonly connection: MllpPeer;
      readonly cause: DisconnectCause;
      /** Whole frames received, replies sent, and separators (CR, LF, NUL, space) skipped between frames. */
      readonly frameCount: number;
      readonly replyCount: number;
      readonly skippedBytes: number;
    }
  /** `code`: of a failed handshake, which has no `connected` before it and no `disconnected` after it. */
  | ({
      readonly kind: "fault";
      readonly connection: MllpPeer;
      readonly reason: MllpFault;
      readonly code?: string;
    } & Evidence)
  | { readonly kind: "handler-failed"; readonly connection: MllpPeer; readonly error: unknown }
  | { readonly kind: "paused"; readonly connection: MllpPeer; readonly cause: PauseCause }
  | { readonly kind: "resumed"; readonly connection: MllpPeer }
  /** Over the limit named. */
  | {
      readonly kind: "refused";
      readonly remoteAddress: string;
      readonly limit: "connectionsMax" | "connectionsPerAddressMax";
    }
  /** The operating system had no descriptor left (`code`). */
  | { readonly kind: "accept-failed"; readonly code: string }
  /** Told at the start and when TLS is reloaded: our own certificate ends within 30 days, or (0 and less) has ended. */
  | { readonly kind: "certificate-ending"; readonly daysLeft: number }
  /** A listener that dials could not connect (`code`; `closed-unused`: it was hung up on) and waits `retryMs`. */
  | { readonly kind: "dial-failed"; readonly code: string; readonly retryMs: number };
