import { type Boundary, boundariesIn, type LineStart, withoutQuotes } from "./boundaries.ts";
import { bufferOver, latin1Text } from "./charset.ts";
import { contentStart, isXmlAt } from "./opening.ts";
import { part } from "./place.ts";
import type { ReadingOptions } from "./text.ts";

/**
 * What one MLLP frame or HTTP body holds: mostly one message, but it may be several, with or without the envelope of
 * a batch (FHS, BHS, BTS, FTS). Every slice is of the very bytes received: header, messages and trailer one after
 * another are the frame again.
 */
export interface FrameContent {
  /** In order. A frame without any message and without an envelope is one slice, for its reader to refuse. */
  readonly messages: Uint8Array[];
  readonly envelope?: BatchEnvelope;
}

export interface BatchEnvelope {
  /** All that stands before the first message; in a batch without messages, before the first trailer. */
  readonly header: Uint8Array;
  /** All from the trailer after the last message on; empty where there is none. */
  readonly trailer: Uint8Array;
  /** Trailers and headers between messages, where the frame holds more than one batch. */
  readonly between: Uint8Array[];
  /** BHS-11 of the first batch, as sent. */
  readonly batchControlId?: string;
  /** BTS-1, of all batches together; undefined where one does not say. */
  readonly declaredMessages?: number;
  /** What is wrong with the envelope, in words. The messages are as good as without it. */
  readonly faults: string[];
}

/**
 * More messages and envelope lines than this in one frame are left in the last slice, which is refused for holding
 * more than one message.
 */
const FRAME_BOUNDARIES_MAX = 10_000;

/** Takes the bytes of a frame apart; never throws. */
export function openFrameContent(bytes: Uint8Array, options: ReadingOptions = {}): FrameContent {
  if (isXmlAt(bytes, contentStart(bytes))) return { messages: [bytes] };
  const buffer = bufferOver(bytes);
  const boundaries = withoutQuotes(boundariesIn(buffer, lineStarts(options), FRAME_BOUNDARIES_MAX), buffer);
  if (boundaries.some(({ id }) => id !== "MSH")) return openBatch(bytes, boundaries);
  return boundaries.length <= 1 ? { messages: [bytes] } : { messages: slices(bytes, boundaries) };
}

/** A byte order mark may stand before any message of files that were joined. */
function lineStarts({ segmentEnd }: ReadingOptions): LineStart[] {
  return segmentEnd === undefined ? ["cr", "lf", "mark"] : [segmentEnd, "mark"];
}

/** Several messages and nothing around them: blank bytes before the first are its own. */
function slices(bytes: Uint8Array, boundaries: readonly Boundary[]): Uint8Array[] {
  return boundaries.map(({ start }, index) => {
    return bytes.subarray(index === 0 ? 0 : start, boundaries[index + 1]?.start ?? bytes.length);
  });
}

function openBatch(bytes: Uint8Array, boundaries: readonly Boundary[]): FrameContent {
  const judge = new EnvelopeJudge();
  const messages: Uint8Array[] = [];
  const between: Uint8Array[] = [];
  let header: Uint8Array | undefined;
  let trailerStart = bytes.length;
  for (const [index, boundary] of boundaries.entries()) {
    const { start, id } = boundary;
    const end = boundaries[index + 1]?.start ?? bytes.length;
    judge.take(boundary, bytes.subarray(start, end));
    if (id === "MSH") {
      if (header === undefined) header = bytes.subarray(0, start);
      else if (trailerStart < start) between.push(bytes.subarray(trailerStart, start));
      messages.push(bytes.subarray(start, end));
      trailerStart = end;
    } else if (header === undefined && (id === "BTS" || id === "FTS")) {
      header = bytes.subarray(0, start);
      trailerStart = start;
    }
  }
  header ??= bytes;
  const trailer = bytes.subarray(trailerStart);
  return { messages, envelope: { header, trailer, between, ...judge.verdict() } };
}

/** Nobody reads more. */
const FAULTS_MAX = 20;

/** Follows the lines of an envelope and says what is wrong with them. */
class EnvelopeJudge {
  readonly #faults = new Set<string>();
  #file: "none" | "open" | "closed" = "none";
  #isBatchOpen = false;
  #hasUnnamedBatch = false;
  #batches = 0;
  #inBatch = 0;
  #declared: number | undefined = 0;
  #controlId = "";

  take({ id, separator }: Boundary, slice: Uint8Array): void {
    const line = id === "MSH" ? "" : firstLine(slice);
    const fields = (n: number) => (separator === undefined ? "" : (part(line, line.charAt(3), n) ?? ""));
    if (id === "MSH") this.#takeMessage();
    else if (id === "FHS") this.#openFile();
    else if (id === "BHS") this.#openBatch(fields(11));
    else if (id === "BTS") this.#closeBatch(fields(2));
    else this.#closeFile(fields(2));
    if (id !== "MSH" && holdsMore(slice)) this.#fault(`Other segments stand between ${id} and what comes next.`);
  }

  verdict(): Pick<BatchEnvelope, "batchControlId" | "declaredMessages" | "faults"> {
    if (this.#isBatchOpen) this.#closeUnended();
    if (this.#file === "open") this.#fault("The file has no trailer (FTS).");
    return {
      ...(this.#controlId === "" ? {} : { batchControlId: this.#controlId }),
      ...(this.#declared === undefined || this.#batches === 0 ? {} : { declaredMessages: this.#declared }),
      faults: [...this.#faults],
    };
  }

  #fault(text: string): void {
    if (this.#faults.size < FAULTS_MAX) this.#faults.add(text);
  }

  #takeMessage(): void {
    // A file may hold messages without BHS: they are one batch.
    if (!this.#isBatchOpen && this.#file === "open" && this.#batches === 0) this.#hasUnnamedBatch = true;
    else if (this.#isBatchOpen) this.#inBatch++;
    else this.#fault("A message stands outside the batch.");
  }

  #openFile(): void {
    if (this.#file === "open") this.#fault("A file begins inside a file (FHS).");
    if (this.#isBatchOpen) this.#fault("A file begins inside a batch (FHS).");
    this.#file = "open";
  }

  #openBatch(controlId: string): void {
    if (this.#isBatchOpen) {
      this.#fault("A batch begins inside a batch (BHS).");
      this.#closeUnended();
    }
    if (this.#batches === 0) this.#controlId = controlId;
    this.#isBatchOpen = true;
    this.#batches++;
    this.#inBatch = 0;
  }

  #closeBatch(count: string): void {
    if (!this.#isBatchOpen) {
      this.#fault("A batch ends that did not begin (BTS).");
      return;
    }
    this.#isBatchOpen = false;
    const declared = this.#numberIn(count, "BTS-1");
    if (declared !== undefined && declared !== this.#inBatch) {
      this.#fault(`BTS-1 declares ${declared} messages, and the batch holds ${this.#inBatch}.`);
    }
    this.#declared = declared === undefined || this.#declared === undefined ? undefined : this.#declared + declared;
  }

  #closeFile(count: string): void {
    if (this.#isBatchOpen) this.#closeUnended();
    if (this.#file !== "open") this.#fault("A file ends that did not begin (FTS).");
    this.#file = "closed";
    const declared = this.#numberIn(count, "FTS-1");
    const held = this.#batches + (this.#hasUnnamedBatch ? 1 : 0);
    if (declared !== undefined && declared !== held) {
      this.#fault(`FTS-1 declares ${declared} batches, and the file holds ${held}.`);
    }
  }

  #closeUnended(): void {
    this.#fault("The batch has no trailer (BTS).");
    this.#isBatchOpen = false;
    this.#declared = undefined;
  }

  /** Counts are optional. */
  #numberIn(text: string, place: string): number | undefined {
    const digits = text.trim();
    if (digits === "" || digits === '""') return undefined;
    if (/^\d{1,9}$/.test(digits)) return Number(digits);
    this.#fault(`${place} is not a number.`);
    return undefined;
  }
}

const LINE_MAX = 10_000;

/** The envelope's own line, from its id. */
function firstLine(slice: Uint8Array): string {
  const text = latin1Text(slice.subarray(contentStart(slice), LINE_MAX));
  return text.split(/[\r\n]/, 1)[0] ?? "";
}

/** Whether anything but blanks follows the first line. */
function holdsMore(slice: Uint8Array): boolean {
  const ends = [0x0d, 0x0a].map((byte) => slice.indexOf(byte)).filter((at) => at >= 0);
  if (ends.length === 0) return false;
  return slice.subarray(Math.min(...ends)).some((byte) => byte > 0x20 && byte !== 0x1c);
}
