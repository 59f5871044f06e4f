import { Buffer } from "node:buffer";
import { boundariesIn } from "./boundaries.ts";

/**
 * A file of messages taken apart for sending: one or many, ended by CR, LF or CRLF, in MLLP frames, in FHS/BHS
 * batches, with blank lines between. Batch envelopes are dropped: they say nothing of a patient. (What was received
 * is never changed like this: `frame-content.ts` gives its exact bytes.)
 */

const CR = 0x0d;
const LF = 0x0a;
const START_BLOCK = 0x0b;
const END_BLOCK = 0x1c;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The messages of a file, each ending in CR. A message that holds CR keeps its bytes (CRLF becomes CR); one that is
 * ended by LF alone comes out with CR. A file without any MSH comes out whole, so that whoever reads it can refuse
 * it; an empty file gives nothing.
 */
export function splitMessages(fileBytes: Uint8Array): Uint8Array[] {
  const file = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength);
  const boundaries = boundariesIn(file);
  const messages: Uint8Array[] = [];
  for (const [index, { start, id }] of boundaries.entries()) {
    if (id !== "MSH") continue;
    const end = boundaries[index + 1]?.start ?? file.length;
    messages.push(withReturns(trimmed(file.subarray(start, end))));
  }
  if (messages.length > 0 || boundaries.length > 0) return messages;
  const whole = trimmed(file);
  return whole.length === 0 ? [] : [withReturns(whole)];
}

/** Up to the end block, without the line ends, frame bytes, NUL and byte order marks before and after it. */
function trimmed(chunk: Buffer): Buffer {
  let end = endOfFrame(chunk);
  let start = isMarkAt(chunk, 0) ? MARK.length : 0;
  while (start < end && isPadding(chunk[start])) start++;
  while (end > start) {
    if (isPadding(chunk[end - 1])) end--;
    else if (isMarkAt(chunk, end - MARK.length)) end -= MARK.length;
    else break;
  }
  return chunk.subarray(start, Math.max(start, end));
}

function isMarkAt(bytes: Buffer, at: number): boolean {
  return at >= 0 && bytes[at] === MARK[0] && bytes[at + 1] === MARK[1] && bytes[at + 2] === MARK[2];
}

/** A frame ends at the end block with its CR; in files LF may stand for it. A lone end block is data. */
function endOfFrame(chunk: Buffer): number {
  for (let at = chunk.indexOf(END_BLOCK); at >= 0; at = chunk.indexOf(END_BLOCK, at + 1)) {
    const next = chunk[at + 1];
    if (next === CR || next === LF) return at;
  }
  return chunk.length;
}

function isPadding(byte: number | undefined): boolean {
  return byte === CR || byte === LF || byte === START_BLOCK || byte === END_BLOCK || byte === 0;
}

/** Line ends as HL7 has them, and one at the end. Runs of LF in a message without CR are one line end. */
function withReturns(message: Buffer): Uint8Array {
  const hasReturn = message.includes(CR);
  const bytes = Buffer.alloc(message.length + 1);
  let length = 0;
  for (let index = 0; index < message.length; index++) {
    const byte = message[index] ?? 0;
    const before = length === 0 ? 0 : (bytes[length - 1] ?? 0);
    if (byte !== LF) bytes[length++] = byte;
    else if (hasReturn && before !== CR) bytes[length++] = LF;
    else if (!hasReturn && before !== CR) bytes[length++] = CR;
  }
  bytes[length++] = CR;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
}
