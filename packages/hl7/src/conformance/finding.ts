import type { Message } from "../message/message.ts";
import { placeOffset } from "./place-offset.ts";

/** `error`: against the standard. `warning`: a reader may lose or misread something. `info`: good to know. */
export type FindingSeverity = "error" | "warning" | "info";

/** What is held against a message. Stable: scripts may count and filter by them. */
export type FindingRule =
  | "unknown-event"
  | "unknown-version"
  | "unknown-structure"
  | "wrong-structure"
  | "unreadable-segment"
  | "unknown-segment"
  | "unexpected-segment"
  | "missing-segment"
  | "segment-order"
  | "segment-repeats"
  | "required-field"
  | "required-component"
  | "extra-field"
  | "extra-component"
  | "field-repeats"
  | "too-long"
  | "data-type"
  | "table-value"
  | "deprecated-field"
  | "too-many-findings";

/** One deviation of a message from the structure of its version. No text quotes the message. */
export interface Finding {
  readonly severity: FindingSeverity;
  readonly rule: FindingRule;
  /** The segment's id; of a missing segment the id it would have. */
  readonly segment: string;
  /** Which line of the message, from 1; of a missing segment, the line it was expected after. */
  readonly segmentIndex: number;
  /** `PID[1]-3[2].4.1`: the first PID, its third field, in that the second repetition, fourth component, first part. */
  readonly location: string;
  /** Where that begins, in characters of `message.text`, from 0. */
  readonly position: number;
  /** A sentence for whoever has to put it right. */
  readonly text: string;
}

/** A place within a segment, as deep as it goes. Each counts from 1. */
export interface FindingPlace {
  readonly field?: number;
  readonly repetition?: number;
  readonly component?: number;
  readonly subcomponent?: number;
}

/** More deviations than this and the message is of another kind than it says: the rest would tell nothing new. */
export const FINDINGS_MAX = 1000;

/** The findings of one message, with the places they are at. */
export class Findings {
  readonly list: Finding[] = [];
  readonly #message: Message;
  /** Where each segment begins, as far as that was asked for. */
  readonly #starts: number[] = [];
  readonly #occurrences: number[];

  constructor(message: Message) {
    this.#message = message;
    this.#occurrences = occurrencesIn(message);
  }

  get isFull(): boolean {
    return this.list.length >= FINDINGS_MAX;
  }

  /** `index` is the segment's, from 0. */
  add(severity: FindingSeverity, rule: FindingRule, index: number, text: string, place: FindingPlace = {}): void {
    const id = this.#message.idAt(index);
    const location = `${id}[${this.#occurrences[index] ?? 1}]${placeText(place)}`;
    const within = placeOffset(this.#message.segmentAt(index), this.#message.delimiters, place);
    this.#push({
      severity,
      rule,
      segment: id,
      segmentIndex: index + 1,
      location,
      position: this.#start(index) + within,
      text,
    });
  }

  /** A segment that is missing after the one at `index`. */
  addMissing(id: string, index: number, text: string): void {
    const position = this.#start(index) + (this.#message.segmentAt(index)?.raw.length ?? 0);
    const at = { segment: id, segmentIndex: index + 1, location: id, position };
    this.#push({ severity: "error", rule: "missing-segment", ...at, text });
  }

  #push(finding: Finding): void {
    if (this.isFull) return;
    this.list.push(finding);
    if (!this.isFull) return;
    const text = `There are ${FINDINGS_MAX} findings or more; the rest are not listed.`;
    this.list[FINDINGS_MAX - 1] = { ...finding, severity: "info", rule: "too-many-findings", text };
  }

  /** Segments stand in the text one after another, each as it is. */
  #start(index: number): number {
    for (let next = this.#starts.length; next <= index; next++) {
      const before = this.#starts[next - 1] ?? 0;
      const from = next === 0 ? 0 : before + (this.#message.segmentAt(next - 1)?.raw.length ?? 0);
      const found = this.#message.text.indexOf(this.#message.segmentAt(next)?.raw ?? "", from);
      this.#starts.push(found < 0 ? from : found);
    }
    return this.#starts[index] ?? 0;
  }
}

function occurrencesIn(message: Message): number[] {
  const counts = new Map<string, number>();
  return Array.from({ length: message.segmentCount }, (_, index) => {
    const id = message.idAt(index);
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count;
  });
}

function placeText({ field, repetition, component, subcomponent }: FindingPlace): string {
  if (field === undefined) return "";
  const within = [component, subcomponent].filter((part) => part !== undefined).map((part) => `.${part}`);
  return `-${field}${repetition === undefined ? "" : `[${repetition}]`}${within.join("")}`;
}
