import type { Concept } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import { readTime } from "../message/time.ts";
import { conceptText } from "./concept.ts";
import { proseOf, type SegmentReader } from "./segment-reader.ts";

/** OBX-5 as text, by the data type that OBX-2 names. Documents (ED, RP) and prose that fills lines are read elsewhere. */

const VALUE = 5;

export interface ObservedValue {
  readonly text: string | undefined;
  /** Of coded types, the codes as sent. */
  readonly concepts: Concept[];
}

/** One repetition of OBX-5. */
type ValueReader = (place: FieldView, reader: SegmentReader) => string;

/** A component, whole and unescaped. */
const at = (place: FieldView, component: number, reader: SegmentReader) =>
  proseOf(place.component(component).raw, reader.reading.message).trim();

const joined = (place: FieldView, reader: SegmentReader, components: readonly number[], separator = " ") =>
  components
    .map((component) => at(place, component, reader))
    .filter((each) => each !== "")
    .join(separator);

/** The first component that says anything. */
const firstOf =
  (...components: readonly number[]): ValueReader =>
  (place, reader) =>
    components.map((component) => at(place, component, reader)).find((each) => each !== "") ?? "";

/** `>^90` is >90, `^100^-^200` is 100-200, `^1^:^128` is 1:128. */
const structuredNumeric: ValueReader = (place, reader) => joined(place, reader, [1, 2, 3, 4], "");

const time: ValueReader = (place, reader) => {
  const text = at(place, 1, reader);
  const read = text === "" ? undefined : readTime(text);
  if (text !== "" && read === undefined) {
    reader.warn(VALUE, "bad-date", "The date or time can not be read and was kept as sent.");
  }
  return read === undefined ? text : (read.iso ?? read.date);
};

const range: ValueReader = (place, reader) =>
  [1, 2]
    .map((component) => at(place, component, reader))
    .map((text) => readTime(text)?.iso ?? readTime(text)?.date ?? text)
    .filter((each) => each !== "")
    .join(" – ");

/** Family, given, further names, suffix, prefix: as it is spoken. */
const nameFrom =
  (family: number): ValueReader =>
  (place, reader) =>
    joined(place, reader, [family + 4, family + 1, family + 2, family, family + 3]) || at(place, 1, reader);

/** A type this does not know, or one of several parts: what stands there, in its order. */
const allComponents: ValueReader = (place, reader) => {
  const components = place.firstComponents(COMPONENTS_MAX);
  return joined(
    place,
    reader,
    components.map((_, index) => index + 1),
  );
};

const COMPONENTS_MAX = 50;

const READERS = new Map<string, ValueReader>([
  ["SN", structuredNumeric],
  ["DT", time],
  ["TS", time],
  ["DTM", time],
  ["DR", range],
  ["XCN", nameFrom(2)],
  ["CN", nameFrom(2)],
  ["CNN", nameFrom(2)],
  ["PPN", nameFrom(2)],
  ["XPN", nameFrom(1)],
  ["PN", nameFrom(1)],
  ["XON", firstOf(1, 10, 3)],
  ["XTN", firstOf(1, 12, 4, 7)],
  ["CX", firstOf(1)],
  ["EI", firstOf(1, 3)],
  ["HD", firstOf(1, 2)],
  ["PL", (place, reader) => joined(place, reader, [1, 2, 3, 4], ", ")],
  ["XAD", (place, reader) => joined(place, reader, [1, 2, 3, 4, 5, 6], ", ")],
  ["AD", (place, reader) => joined(place, reader, [1, 2, 3, 4, 5, 6], ", ")],
]);

const CODED = new Set(["CE", "CWE", "CNE", "CF"]);
/** Types without components, and what comes without a type: all of it is the value. */
const PROSE = new Set(["", "ST", "TX", "FT", "NM", "IS", "ID", "SI", "TM", "GTS", "TN", "UR"]);

export function observedValue(reader: SegmentReader, valueType: string): ObservedValue {
  if (PROSE.has(valueType)) return { text: reader.prose(VALUE).trim() || undefined, concepts: [] };
  if (CODED.has(valueType)) {
    const concepts = reader.concepts(VALUE);
    return { text: concepts.map(conceptText).join("\n") || undefined, concepts };
  }
  const read = READERS.get(valueType) ?? allComponents;
  const texts = reader.repetitions(VALUE).map((place) => read(place, reader));
  return { text: texts.filter((each) => each !== "").join("\n") || undefined, concepts: [] };
}
