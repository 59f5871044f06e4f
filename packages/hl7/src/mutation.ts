import { Buffer } from "node:buffer";

/**
 * Damaged messages for fuzzing, this package's and the wire's. Only tests use it. A mutant is a function of the
 * corpus, the seed and its index, so that one that fails is found again without the ones before it.
 */
export function mutantOf(corpus: readonly Uint8Array[], seed: number, index: number): Uint8Array {
  const random = new Random((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0);
  let bytes: Buffer = Buffer.from(random.oneOf(corpus) ?? []);
  const rounds = 1 + random.below(4);
  for (let round = 0; round < rounds; round++) {
    const mutate = random.oneOf(MUTATIONS);
    if (mutate !== undefined) bytes = mutate(bytes, random, corpus);
  }
  return bytes;
}

/** Mulberry32: small, and the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `limit` - 1; 0 where the limit is 0. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  oneOf<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }
}

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Uint8Array[]) => Buffer;

/** No mutant grows beyond this, whatever is repeated how often. */
const BYTES_MAX = 256 * 1024;

/** What HL7, its framing and its encodings give a meaning to. */
const TOKENS = [
  ...'\r\n\v\u001c\0|^~\\&#"<>',
  "\r\n",
  "\u001c\r",
  '""',
  "MSH|",
  "MSH|^~\\&|",
  "BHS|^~\\&|",
  "BTS|3\r",
  "FHS|",
  "FTS|1\r",
  "DSC|1|F\r",
  "ADD|",
  "\\X",
  "\\X0D\\",
  "\\Xzz\\",
  "\\E\\",
  "\\.br\\",
  "\\H\\",
  "\u001b$B",
  "\u001b(B",
  "ï»¿",
  "ÿþ",
  "Ã",
  "À¯",
  "í\u00a0\u0080",
  "<MSH>",
  "</MSH>",
  "<!DOCTYPE a>",
  "&#0;",
  "8859/1",
  "UNICODE UTF-8",
  "99999999999999999999",
];

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  swapBytes,
  deleteRange,
  duplicateRange,
  splice,
  resize,
  swapDelimiter,
  insertToken,
  overwriteByte,
  moveSegment,
];

function flipBit(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
}

function swapBytes(bytes: Buffer, random: Random): Buffer {
  const [one, other] = [random.below(bytes.length), random.below(bytes.length)];
  if (bytes.length > 0) [bytes[one], bytes[other]] = [bytes[other] ?? 0, bytes[one] ?? 0];
  return bytes;
}

function overwriteByte(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** Mostly short: a long one leaves nothing to damage. */
function rangeIn(bytes: Buffer, random: Random): [number, number] {
  const start = random.below(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.below(random.below(8) === 0 ? bytes.length : 40))];
}

function deleteRange(bytes: Buffer, random: Random): Buffer {
  const [start, end] = rangeIn(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function duplicateRange(bytes: Buffer, random: Random): Buffer {
  const [start, end] = rangeIn(bytes, random);
  const piece = bytes.subarray(start, end);
  const times = Math.min(
    1 + random.below(random.below(10) === 0 ? 2000 : 3),
    Math.floor(BYTES_MAX / (piece.length + 1)),
  );
  return limited([bytes.subarray(0, end), ...new Array<Buffer>(times).fill(piece), bytes.subarray(end)]);
}

/** The beginning of one message and the end of another, as a sender that lost its place would send. */
function splice(bytes: Buffer, random: Random, corpus: readonly Uint8Array[]): Buffer {
  const other = random.oneOf(corpus) ?? bytes;
  return limited([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]);
}

/** Cut off, or filled up with one byte. */
function resize(bytes: Buffer, random: Random): Buffer {
  if (random.below(2) === 0) return bytes.subarray(0, random.below(bytes.length + 1));
  return limited([bytes, Buffer.alloc(random.below(2000), random.below(256))]);
}

const DELIMITERS = "|^~\\&#@$%!/\r\n";

/** One delimiter for another, at one place or everywhere. */
function swapDelimiter(bytes: Buffer, random: Random): Buffer {
  const one = DELIMITERS.charCodeAt(random.below(DELIMITERS.length));
  const other = DELIMITERS.charCodeAt(random.below(DELIMITERS.length));
  const only = random.below(2) === 0 ? bytes.indexOf(one, random.below(bytes.length)) : undefined;
  return bytes.map((byte, at) => (byte === one && (only ?? at) === at ? other : byte)) as Buffer;
}

function insertToken(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const token = Buffer.from(random.oneOf(TOKENS) ?? "", "latin1");
  return limited([bytes.subarray(0, at), token, bytes.subarray(at)]);
}

function moveSegment(bytes: Buffer, random: Random): Buffer {
  const segments = bytes.toString("latin1").split("\r");
  const [moved = ""] = segments.splice(random.below(segments.length), 1);
  segments.splice(random.below(segments.length + 1), 0, moved);
  return Buffer.from(segments.join("\r"), "latin1");
}

function limited(pieces: readonly Uint8Array[]): Buffer {
  return Buffer.from(Buffer.concat(pieces).subarray(0, BYTES_MAX));
}
