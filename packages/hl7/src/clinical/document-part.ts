import { Buffer } from "node:buffer";
import { DOCUMENT_TEXT_LENGTH_MAX, type DocumentPart } from "@chesil/model";
import { cleanText } from "../map/identifiers.ts";
import { leafText } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { conceptText } from "./concept.ts";
import { declaredContentType, OCTETS } from "./content-type.ts";
import { type Content, encapsulatedContent, proseContent, valueTypeOf } from "./document-content.ts";
import { placeName, type Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";

/** OBX-5 as parts of a document: what they are and where they stand, never large content itself. */

const VALUE = 5;

/** Whether OBX-5 holds a document, or a pointer to one, rather than a value. */
export function isDocumentType(valueType: string): boolean {
  return valueType === "ED" || valueType === "RP";
}

/** The parts in one OBX of type ED or RP: one a repetition. */
export function encapsulatedParts(obx: Segment, reading: Reading): DocumentPart[] {
  const reader = new SegmentReader(obx, reading);
  const repetitions = reader.repetitions(VALUE);
  return repetitions.flatMap((place, index) => {
    if (place.raw === "" || place.state === "null") return [];
    const location = index === 0 ? reader.at(VALUE) : `${reader.at(VALUE)}[${index + 1}]`;
    if (valueTypeOf(obx) === "RP") return [pointerPart(reader, place.raw, location)];
    return [partOf(encapsulatedContent(place.raw, reading.message), location, reader)];
  });
}

/** Lines of text, one OBX each, as one part. */
export function prosePart(run: readonly Segment[], content: Content, reading: Reading): DocumentPart | undefined {
  const [first] = run;
  if (first === undefined || content.data.trim() === "") return undefined;
  return partOf(content, runLocation(run, reading), new SegmentReader(first, reading));
}

/** What lines of text say together, with what kind of content they are. */
export function proseIn(run: readonly Segment[], reading: Reading): Content {
  return proseContent(run, reading.message);
}

/** `OBX[3]-5`, or `OBX[3..40]-5`. */
function runLocation(run: readonly Segment[], reading: Reading): string {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return "";
  if (first === last) return placeName(first, VALUE, reading);
  return `OBX[${reading.numbers.of(first)}..${reading.numbers.of(last)}]-${VALUE}`;
}

function partOf(content: Content, location: string, reader: SegmentReader): DocumentPart {
  const { contentType, encoding, bytes } = content;
  if (content.isEncodingUnknown) reader.warn(VALUE, "bad-code", "The encoding is not one of table 0299.");
  if (isOfAnotherType(content)) reader.warn(VALUE, "structure", "The content is not of the type it is declared as.");
  if (bytes === undefined) reader.warn(VALUE, "structure", `The content is not valid ${encoding}.`);
  return said<DocumentPart>({
    location,
    contentType,
    encoding,
    bytes: bytes ?? 0,
    title: titleOf(reader),
    text: plainText(content),
    reference: undefined,
  });
}

function isOfAnotherType({ declaredType, magicType }: Content): boolean {
  if (declaredType === undefined || magicType === undefined || declaredType === magicType) return false;
  return !(declaredType.includes("xml") || declaredType.startsWith("text/"));
}

/** Short plain text is carried along; anything else is read from the message when somebody opens it. */
function plainText({ contentType, encoding, data, bytes = 0 }: Content): string | undefined {
  if (contentType !== "text/plain" || bytes === 0) return undefined;
  if (encoding === "text") return data.length <= DOCUMENT_TEXT_LENGTH_MAX ? data : undefined;
  if (bytes > DOCUMENT_TEXT_LENGTH_MAX) return undefined;
  const text = Buffer.from(data, encoding).toString("utf8").replaceAll("\0", "");
  return text.includes("\ufffd") ? undefined : text;
}

/** RP: pointer ^ application ^ type ^ subtype. */
function pointerPart(reader: SegmentReader, raw: string, location: string): DocumentPart {
  const { message } = reader.reading;
  const [pointer, , type, subtype] = raw
    .split(message.delimiters.component, 4)
    .map((each) => cleanText(leafText(each, message)));
  const contentType = declaredContentType(type ?? "", subtype ?? "") ?? OCTETS;
  const isLong = (pointer ?? "").length > DOCUMENT_TEXT_LENGTH_MAX;
  if (isLong)
    reader.warn(VALUE, "ignored", `A pointer longer than ${DOCUMENT_TEXT_LENGTH_MAX} characters was left out.`);
  const reference = isLong || pointer === "" ? undefined : pointer;
  return said<DocumentPart>({
    location,
    contentType,
    encoding: "text",
    bytes: 0,
    title: titleOf(reader),
    text: undefined,
    reference,
  });
}

/** OBX-3. */
function titleOf(reader: SegmentReader): string | undefined {
  const concept = reader.concept(3);
  const title = concept === undefined ? "" : conceptText(concept);
  return title === "" ? undefined : title;
}
