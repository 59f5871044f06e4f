import type { MappingContext } from "../map/context.ts";
import { wordAt } from "../map/statement.ts";
import type { Message } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";

/** What the clinical readers of one message share. */
export interface Reading extends MappingContext {
  readonly numbers: SegmentNumbers;
  /** MSH-3 and MSH-4 (`WINPATH^RDZ`) in upper case, their names or else universal ids; "" where neither is sent. */
  readonly sender: string;
}

/** Places are named with their segment's number here, so nothing may number them again. */
export function readingOf(context: MappingContext): Reading {
  const warnings = context.warnings.ofSegments(new Map());
  return { ...context, warnings, numbers: new SegmentNumbers(context.message), sender: senderOf(context.message) };
}

function senderOf(message: Message): string {
  const header = message.segments()[0];
  const names = [3, 4].map(
    (field) => (header && (wordAt(header.field(field), 1) ?? wordAt(header.field(field), 2))) ?? "",
  );
  return names.join("^").replace(/\^+$/, "").toUpperCase();
}

/** Which of its kind each segment is, from 1: the 3 of `OBX[3]-5`. Counted once a message, when first asked for. */
export class SegmentNumbers {
  readonly #message: Message;
  #numbers: Map<Segment, number> | undefined;

  constructor(message: Message) {
    this.#message = message;
  }

  of(segment: Segment): number {
    this.#numbers ??= numbersIn(this.#message);
    return this.#numbers.get(segment) ?? 1;
  }
}

function numbersIn(message: Message): Map<Segment, number> {
  const counts = new Map<string, number>();
  const numbers = new Map<Segment, number>();
  for (const segment of message.segments()) {
    const number = (counts.get(segment.id) ?? 0) + 1;
    counts.set(segment.id, number);
    numbers.set(segment, number);
  }
  return numbers;
}

/** `OBX-5`, or `OBX[3]-5` for a later segment of that id. */
export function placeName(segment: Segment, field: number, reading: Reading): string {
  const number = reading.numbers.of(segment);
  return number === 1 ? `${segment.id}-${field}` : `${segment.id}[${number}]-${field}`;
}
