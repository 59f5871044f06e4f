import type { Concept, FactStatement } from "@chesil/model";
import type { Segment } from "../message/segment.ts";
import { numberKey } from "./fact-key.ts";
import { TEXT_LENGTH_MAX } from "./limits.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader, said } from "./segment-reader.ts";

/** Places of local (Z) segments that the feed's configuration gives a name: what they say, as a fact of that name. */

const PLACE = /^(\d{1,3})(?:\.(\d{1,3}))?$/;

export function localFacts(segments: readonly Segment[], reading: Reading): FactStatement[] {
  const facts: FactStatement[] = [];
  for (const [id, places] of Object.entries(reading.feed.localSegments ?? {})) {
    const readers = segments
      .filter((segment) => segment.id === id.toUpperCase())
      .map((segment) => new SegmentReader(segment, reading));
    if (readers.length === 0) continue;
    for (const [place, name] of Object.entries(places)) {
      const fact = localFact(readers, place, name);
      if (fact !== undefined) facts.push(fact);
    }
  }
  return facts;
}

/** What a place says in all segments of its id, on lines of their own: the name is the key, and the list is the value. */
function localFact(readers: readonly SegmentReader[], place: string, name: string): FactStatement | undefined {
  const match = PLACE.exec(place);
  if (match === null) return undefined;
  const field = Number(match[1]);
  const component = match[2] === undefined ? undefined : Number(match[2]);
  const value = readers.map((reader) => valueAt(reader, field, component)).filter((each) => each !== "");
  const isDeleted = value.length === 0 && readers.some((reader) => reader.isDeleted(field));
  if (value.length === 0 && !isDeleted) return undefined;
  const [first] = readers;
  return {
    key: numberKey("local", name),
    action: isDeleted ? "retract" : "state",
    content: said<{ kind: "local"; name: string; value: string; concept?: Concept }>({
      kind: "local",
      name,
      value: value.join("\n"),
      concept: readers.length === 1 && component === undefined ? codedIn(first, field) : undefined,
    }),
  };
}

/** A field is its code, else its text; a place within it is what stands there. */
function valueAt(reader: SegmentReader, field: number, component: number | undefined): string {
  if (component !== undefined) return reader.text(field, component) ?? "";
  const text =
    reader.segment.field(field).repetition(1).component(2).state === "value" ? undefined : reader.prose(field);
  const value = text ?? reader.text(field, 2) ?? reader.text(field, 1) ?? "";
  if (value.length <= TEXT_LENGTH_MAX) return value.trim();
  reader.warn(field, "ignored", `A text longer than ${TEXT_LENGTH_MAX} characters was left out.`);
  return "";
}

/** What looks like a coded field: more than one component. */
function codedIn(reader: SegmentReader | undefined, field: number): Concept | undefined {
  const isCoded = reader?.segment.field(field).repetition(1).component(2).state === "value";
  return isCoded ? reader?.concept(field) : undefined;
}
