/**
 * MLLP release 2's commit acknowledgement: a frame of one byte, sent before any other answer, that says whether the
 * message before it was kept. Such a frame is never itself acknowledged, or two peers would do nothing else.
 */
export const COMMITTED = Uint8Array.of(0x06);
export const NOT_COMMITTED = Uint8Array.of(0x15);

/** What a frame says as a commit acknowledgement; undefined when it is a message. */
export function commitSaid(frame: Uint8Array): "committed" | "not-committed" | undefined {
  if (frame.length !== 1) return undefined;
  if (frame[0] === COMMITTED[0]) return "committed";
  return frame[0] === NOT_COMMITTED[0] ? "not-committed" : undefined;
}
