import type { DecoderFault, Evidence } from "./frame.ts";

/** The other end of a connection. `id` is unique within one server. */
export type MllpPeer = { readonly id: string; readonly remoteAddress: string; readonly remotePort: number };

/**
 * What went wrong on the wire. Beside the decoder's: `frame-timeout`: FS CR did not come in time; `frame-incomplete`:
 * the peer closed inside a frame; `too-many-faults`: no whole frame among the last faults; `buffers-full`: the
 * unfinished frame was given up to make room; `answers-unread`: the peer does not read its answers.
 */
export type MllpFault =
  | DecoderFault
  | "frame-timeout"
  | "frame-incomplete"
  | "too-many-faults"
  | "buffers-full"
  | "answers-unread";

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
export type PauseCause = "in-flight" | "answers-unread" | "buffers-full";

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
  | ({ readonly kind: "fault"; readonly connection: MllpPeer; readonly reason: MllpFault } & Evidence)
  | { readonly kind: "handler-failed"; readonly connection: MllpPeer; readonly error: unknown }
  | { readonly kind: "paused"; readonly connection: MllpPeer; readonly cause: PauseCause }
  | { readonly kind: "resumed"; readonly connection: MllpPeer }
  /** Over `connectionsMax`, or the operating system had no descriptor left (`code`). */
  | { readonly kind: "refused"; readonly remoteAddress: string }
  | { readonly kind: "accept-failed"; readonly code: string };
