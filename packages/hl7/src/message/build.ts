import { Buffer } from "node:buffer";
import { DEFAULT_DELIMITERS, type Delimiters, readDelimiters } from "./delimiters.ts";
import { encodeText } from "./escape.ts";

/**
 * What goes in a field: text, which is escaped; `null`, which is sent as `""`; an array of components; or
 * repetitions of these. Delimiters inside a text are text.
 */
export type FieldContent =
  | ComponentContent
  | readonly ComponentContent[]
  | { readonly repetitions: readonly RepetitionContent[] };
export type RepetitionContent = ComponentContent | readonly ComponentContent[];
export type ComponentContent = string | null | { readonly subcomponents: readonly (string | null)[] };

/**
 * A segment: its id and then its fields, so that the index is HL7's field number; or the fields by number. In MSH
 * index 1 and 2 are the delimiters (`|` and `^~\&` when empty or missing).
 */
export type SegmentContent =
  | readonly [id: string, ...fields: FieldContent[]]
  | { readonly id: string; readonly fields: Readonly<Record<number, FieldContent>> };

/** No field of the standard has a number like this; an index beyond it is a mistake. */
const FIELD_NUMBER_MAX = 500;

/**
 * A message of these segments as bytes, in UTF-8 unless told, each segment ended by CR. The first must be MSH.
 * Throws RangeError on what no message can say: no MSH first, delimiters that are none, a character outside Latin-1
 * when that is asked for.
 */
export function buildMessage(
  segments: readonly (SegmentContent | readonly string[])[],
  options?: { readonly charset?: "utf-8" | "iso-8859-1" },
): Uint8Array {
  const lists = segments.map(fieldsOf);
  const [header] = lists;
  if (header?.[0] !== "MSH") throw new RangeError("The first segment of a message is MSH.");
  const delimiters = delimitersOf(header);
  const text = lists.map((fields) => `${segmentText(fields, delimiters)}\r`).join("");
  if (options?.charset !== "iso-8859-1") return Buffer.from(text, "utf8");
  const bytes = Buffer.from(text, "latin1");
  if (bytes.toString("latin1") !== text) throw new RangeError("The text does not fit in ISO 8859-1.");
  return bytes;
}

function fieldsOf(segment: SegmentContent | readonly string[]): readonly FieldContent[] {
  if (!("id" in segment)) return segment;
  const numbers = Object.keys(segment.fields).map(Number);
  const last = Math.max(0, ...numbers);
  if (last > FIELD_NUMBER_MAX) throw new RangeError("A field number is out of range.");
  const at = (number: number): FieldContent => segment.fields[number] ?? (segment.fields[number] === null ? null : "");
  return Array.from({ length: last + 1 }, (_, number) => (number === 0 ? segment.id : at(number)));
}

function delimitersOf(header: readonly FieldContent[]): Delimiters {
  const field = header[1] || DEFAULT_DELIMITERS.field;
  const encodingCharacters = header[2] || DEFAULT_DELIMITERS.encodingCharacters;
  const delimiters = readDelimiters(`MSH${String(field)}${String(encodingCharacters)}${String(field)}`);
  if (delimiters === undefined) throw new RangeError("MSH-1 and MSH-2 are not delimiters.");
  return delimiters;
}

function segmentText(fields: readonly FieldContent[], delimiters: Delimiters): string {
  const [id, ...rest] = fields;
  if (typeof id !== "string" || !/^[A-Z][A-Z0-9]{2}$/.test(id)) throw new RangeError("A segment begins with its id.");
  const texts = rest.map((field) => fieldText(field, delimiters));
  // MSH-1 is the separator that stands after the id anyway, and MSH-2 is written as it is.
  if (id === "MSH") texts.splice(0, 2, delimiters.encodingCharacters);
  return [id, ...texts].join(delimiters.field);
}

function fieldText(field: FieldContent, delimiters: Delimiters): string {
  if (typeof field === "object" && field !== null && "repetitions" in field) {
    return field.repetitions.map((each) => repetitionText(each, delimiters)).join(delimiters.repetition);
  }
  return repetitionText(field, delimiters);
}

function repetitionText(content: RepetitionContent, delimiters: Delimiters): string {
  if (isComponents(content)) {
    return content.map((each) => componentText(each, delimiters)).join(delimiters.component);
  }
  return componentText(content, delimiters);
}

function isComponents(content: RepetitionContent): content is readonly ComponentContent[] {
  return Array.isArray(content);
}

function componentText(content: ComponentContent, delimiters: Delimiters): string {
  if (content === null) return '""';
  if (typeof content === "string") return encodeText(content, delimiters);
  if (delimiters.subcomponent === "") throw new RangeError("These delimiters have no subcomponents.");
  const texts = content.subcomponents.map((each) => (each === null ? '""' : encodeText(each, delimiters)));
  return texts.join(delimiters.subcomponent);
}
