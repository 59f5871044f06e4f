import type { Concept, Party } from "@chesil/model";
import { cleanText } from "../map/identifiers.ts";
import { practitionerIn } from "../map/pid.ts";
import { repetitionsIn } from "../map/statement.ts";
import { type Dialect, type FieldView, leafText } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { readTime } from "../message/time.ts";
import { conceptOf } from "./concept.ts";
import { TEXT_LENGTH_MAX } from "./limits.ts";
import { placeName, type Reading } from "./reading.ts";

/** A number with who gave it (EI: id, namespace, universal id), for keys: two laboratories may count alike. */
export interface SentNumber {
  readonly id: string;
  /** The number and its namespace; where none is sent, the number is the sending application's own (`numberOfSender`). */
  readonly key: string;
  /** Where none is sent the number alone: for what several applications speak of by the number of one of them. */
  readonly sharedKey: string;
}

/**
 * The fields of one segment in the model's words. Whatever says nothing, or can not be used, is undefined; what can
 * not be used is said in a warning.
 */
export class SegmentReader {
  readonly segment: Segment;
  readonly reading: Reading;

  constructor(segment: Segment, reading: Reading) {
    this.segment = segment;
    this.reading = reading;
  }

  /** A component of the first repetition, whole: `A&E` is a code, whatever `&` means elsewhere. */
  text(field: number, component = 1): string | undefined {
    return this.#textAt(this.segment.field(field).repetition(1), component, field);
  }

  /** A subcomponent of the first repetition, where a component is a whole type of its own (NDL, SPS, PRL). */
  part(field: number, component: number, subcomponent: number): string | undefined {
    return this.partOf(this.segment.field(field).repetition(1), component, subcomponent, field);
  }

  /** As `part`, of any repetition. */
  partOf(place: FieldView, component: number, subcomponent: number, field: number): string | undefined {
    return this.#short(cleanText(place.component(component).subcomponent(subcomponent).text) || undefined, field);
  }

  /** The first component of each repetition. */
  texts(field: number): string[] {
    return this.repetitions(field)
      .map((each) => this.#textAt(each, 1, field))
      .filter((each) => each !== undefined);
  }

  /** The code, else the words that stand for it. */
  code(field: number): string | undefined {
    return this.text(field, 1) ?? this.text(field, 2);
  }

  concept(field: number): Concept | undefined {
    return this.conceptIn(this.segment.field(field).repetition(1), field);
  }

  concepts(field: number): Concept[] {
    return this.repetitions(field)
      .map((each) => this.conceptIn(each, field))
      .filter((each) => each !== undefined);
  }

  conceptIn(place: FieldView, field: number): Concept | undefined {
    return conceptOf((component) => this.#textAt(place, component, field));
  }

  /** XCN: a person by code and name. */
  practitioner(field: number): Party | undefined {
    const parties = this.repetitions(field).map((each) => practitionerIn(each));
    return this.#short(
      parties.find((each) => each !== undefined),
      field,
    );
  }

  /** XON, or a name alone: the code in XON.3, or XON.10 since 2.5. */
  organisation(field: number): Party | undefined {
    return partyOf(this.text(field, 3) ?? this.text(field, 10), this.text(field, 1));
  }

  /** XPN as it is spoken: `Mrs Ellen Rose Marsh`. */
  name(field: number): string | undefined {
    const place = this.segment.field(field).repetition(1);
    const family = this.part(field, 1, 1);
    const parts = [5, 2, 3].map((component) => this.#textAt(place, component, field));
    const name = [...parts, family, this.#textAt(place, 4, field)].filter((each) => each !== undefined);
    return name.length === 0 ? undefined : name.join(" ");
  }

  /** PL: point of care, room, bed and facility as far as sent, else the description. */
  location(field: number): string | undefined {
    const parts = [1, 2, 3, 4].map((component) => this.text(field, component)).filter((each) => each !== undefined);
    return parts.length > 0 ? parts.join(", ") : this.text(field, 9);
  }

  /** An instant in UTC, or as much of a date as was sent. */
  when(field: number, component = 1): string | undefined {
    const place = this.segment.field(field).repetition(1).component(component);
    return this.timeOf(cleanText(place.subcomponent(1).text), field);
  }

  timeOf(text: string, field: number): string | undefined {
    if (text === "") return undefined;
    const time = readTime(text);
    if (time === undefined) this.warn(field, "bad-date", "The date or time can not be read.");
    return time === undefined ? undefined : (time.iso ?? time.date);
  }

  /** EI: an id with its namespace, else its universal id. CX begins alike. */
  number(field: number): SentNumber | undefined {
    const id = this.text(field, 1);
    if (id === undefined) return undefined;
    const authority = this.text(field, 2) ?? this.text(field, 3);
    if (authority === undefined) return { id, key: this.numberOfSender(id), sharedKey: id };
    const key = `${id}^${authority}`;
    return { id, key, sharedKey: key };
  }

  /** A number without a namespace is told from other applications' by MSH-3 and MSH-4: `24L0091^^WINPATH^RDZ`. */
  numberOfSender(id: string): string {
    const { sender } = this.reading;
    return sender === "" ? id : `${id}^^${sender}`;
  }

  /** Text of a type without components (ST, TX, FT): see `proseOf`. */
  prose(field: number): string {
    return proseOf(this.segment.fieldRaw(field) ?? "", this.reading.message);
  }

  repetitions(field: number): FieldView[] {
    return repetitionsIn(this.segment.field(field), this.at(field), this.reading.warnings);
  }

  /** Whether the field holds `""` and nothing else. */
  isDeleted(field: number): boolean {
    return this.segment.field(field).state === "null";
  }

  at(field: number): string {
    return placeName(this.segment, field, this.reading);
  }

  warn(field: number, code: "bad-code" | "bad-date" | "structure" | "ignored", text: string): void {
    this.reading.warnings.add(this.at(field), code, text);
  }

  #textAt(place: FieldView, component: number, field: number): string | undefined {
    const raw = place.component(component).raw;
    if (raw === "") return undefined;
    return this.#short(cleanText(leafText(raw, this.reading.message)) || undefined, field);
  }

  /** A code of a thousand characters is none, and half of it would be another one: it is left out whole. */
  #short<T extends string | Party>(value: T | undefined, field: number): T | undefined {
    const texts = typeof value === "string" ? [value] : [value?.code, value?.display];
    if (!texts.some((each) => each !== undefined && each.length > TEXT_LENGTH_MAX)) return value;
    this.warn(field, "ignored", `A text longer than ${TEXT_LENGTH_MAX} characters is not prose and was left out.`);
    return undefined;
  }
}

/**
 * A field of a type without components, as text whatever stands in it: unescaped, lines ended by LF, repetitions on
 * lines of their own. Blanks at the beginning stay, they may be layout.
 */
export function proseOf(raw: string, dialect: Dialect): string {
  const { repetition } = dialect.delimiters;
  // Before unescaping, when a separator that is meant as text is still an escape.
  const lines = repetition === "" ? raw : raw.replaceAll(repetition, "\n");
  const text = leafText(lines, dialect).replaceAll("\0", "");
  return (text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text).trimEnd();
}

export function partyOf(code: string | undefined, display: string | undefined): Party | undefined {
  if (code === undefined && display === undefined) return undefined;
  return { ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) };
}

/** A copy without the keys that say nothing: undefined, and lists that are empty. */
export function said<T extends object>(content: { [Key in keyof T]: T[Key] | undefined }): T {
  const kept = Object.entries(content).filter(([, value]) => value !== undefined && !isEmptyList(value));
  return Object.fromEntries(kept) as T;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
