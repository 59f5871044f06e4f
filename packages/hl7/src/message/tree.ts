import { fieldName, segmentName } from "./field-names.ts";
import type { Message } from "./message.ts";
import type { FieldView, PlaceState } from "./place.ts";
import type { Segment } from "./segment.ts";

/** A message as a tree for a screen: every place that holds something, unescaped, with names where they are known. */
export interface MessageTree {
  readonly segments: TreeSegment[];
  /** True when a limit left something out: the message itself is always whole in the journal. */
  readonly truncated: boolean;
}

export interface TreeSegment {
  readonly id: string;
  /** "" when this version names none. */
  readonly name: string;
  /** Which line of the message, from 1. */
  readonly index: number;
  readonly fields: TreeField[];
}

export interface TreeField {
  readonly number: number;
  /** "" when this version names none. */
  readonly name: string;
  readonly state: PlaceState;
  /** As sent where the field has parts; unescaped where it has none. */
  readonly text: string;
  readonly repetitions: TreeRepetition[];
}

export interface TreeRepetition {
  readonly state: PlaceState;
  readonly text: string;
  readonly components: TreeComponent[];
}

export interface TreeComponent {
  readonly state: PlaceState;
  readonly text: string;
  readonly subcomponents: string[];
}

/** Limits of what a screen is given, not of what a message may hold. */
export interface TreeLimits {
  readonly segmentsMax: number;
  /** Characters of one text: documents travel in OBX-5 as megabytes of base64. */
  readonly textMax: number;
  /** Repetitions, components and subcomponents of one place. */
  readonly partsMax: number;
  readonly fieldsMax: number;
}

export const TREE_LIMITS: TreeLimits = { segmentsMax: 1000, textMax: 4000, partsMax: 200, fieldsMax: 200 };

/** The parsed view of a message. Fields that are empty are left out; `""` is kept, since it says something. */
export function messageTree(message: Message, limits: Partial<TreeLimits> = {}): MessageTree {
  const painter = new TreePainter({ ...TREE_LIMITS, ...limits });
  const segments: TreeSegment[] = [];
  for (let index = 0; index < Math.min(message.segmentCount, painter.limits.segmentsMax); index++) {
    const segment = message.segmentAt(index);
    if (segment !== undefined) segments.push(painter.segment(segment, index + 1));
  }
  return { segments, truncated: painter.isTruncated || segments.length < message.segmentCount };
}

class TreePainter {
  readonly limits: TreeLimits;
  isTruncated = false;

  constructor(limits: TreeLimits) {
    this.limits = limits;
  }

  segment(segment: Segment, index: number): TreeSegment {
    const fields: TreeField[] = [];
    const last = Math.min(segment.fieldCount, this.limits.fieldsMax);
    if (last < segment.fieldCount) this.isTruncated = true;
    for (let number = 1; number <= last; number++) {
      const field = segment.field(number);
      if (field.state !== "empty") fields.push(this.#field(segment.id, number, field));
    }
    return { id: segment.id, name: segmentName(segment.id), index, fields };
  }

  #field(segmentId: string, number: number, field: FieldView): TreeField {
    const repetitions = this.#within(field.firstRepetitions(this.limits.partsMax + 1)).map((repetition) =>
      this.#repetition(repetition),
    );
    const [only] = repetitions;
    const isPlain = repetitions.length === 1 && only !== undefined && only.components.length === 1;
    const text = isPlain ? only.text : this.#cut(field.raw);
    return { number, name: fieldName(segmentId, number), state: field.state, text, repetitions };
  }

  #repetition(repetition: FieldView): TreeRepetition {
    const components = this.#within(repetition.firstComponents(this.limits.partsMax + 1)).map((component) =>
      this.#component(component),
    );
    const [only] = components;
    const text = components.length === 1 && only !== undefined ? only.text : this.#cut(repetition.raw);
    return { state: repetition.state, text, components };
  }

  #component(component: FieldView): TreeComponent {
    const subcomponents = this.#within(component.firstSubcomponents(this.limits.partsMax + 1)).map((each) =>
      this.#textOf(each),
    );
    const text = subcomponents.length === 1 ? (subcomponents[0] ?? "") : this.#cut(component.raw);
    return { state: component.state, text, subcomponents };
  }

  #within<T>(parts: T[]): T[] {
    if (parts.length <= this.limits.partsMax) return parts;
    this.isTruncated = true;
    return parts.slice(0, this.limits.partsMax);
  }

  /** An escape is rarely longer than what it stands for by more than this; where it is, less is shown. */
  #textOf(leaf: FieldView): string {
    const rawMax = this.limits.textMax * 8;
    const text = leaf.firstText(rawMax);
    if (leaf.raw.length <= rawMax || text.length > this.limits.textMax) return this.#cut(text);
    this.isTruncated = true;
    return `${text}…`;
  }

  #cut(text: string): string {
    if (text.length <= this.limits.textMax) return text;
    this.isTruncated = true;
    return `${text.slice(0, this.limits.textMax)}…`;
  }
}
