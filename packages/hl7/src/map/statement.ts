import { CLEARED, EMPTY, type Said, value, type Warning } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import { cleanText, isSomething } from "./identifiers.ts";

/** From a place of a message to what the sender says with it, with warnings that never quote what was sent. */

/** A message that has more wrong with it than this has one thing wrong with it. */
const WARNINGS_MAX = 50;

/** No patient has more names, addresses or numbers than this; the rest of such a list is not read. */
const REPETITIONS_MAX = 50;

/** What was met while mapping one message. */
export class Warnings {
  readonly list: Warning[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(list: Warning[] = [], numbers: ReadonlyMap<string, number> = new Map()) {
    this.list = list;
    this.#numbers = numbers;
  }

  /** The same list, for a part of the message whose segments have these numbers: its `PID-5` is `PID[2]-5`. */
  ofSegments(numbers: ReadonlyMap<string, number>): Warnings {
    return new Warnings(this.list, numbers);
  }

  add(location: string, code: Warning["code"], text: string): void {
    if (this.list.length >= WARNINGS_MAX) return;
    const id = location.slice(0, 3);
    // A location that says by itself which segment it is stays as it is.
    const number = location.charAt(3) === "-" ? (this.#numbers.get(id) ?? 1) : 1;
    this.list.push({ location: number === 1 ? location : `${id}[${number}]${location.slice(3)}`, code, text });
  }
}

/**
 * What a field says. Absent: undefined. Empty or blank: keep what is known. `""`, throughout: forget it. Otherwise what
 * `read` makes of it; where that is undefined, the sender said something that can not be used, and nothing is stated.
 */
export function saidOf<T>(place: FieldView, read: (place: FieldView) => T | undefined): Said<T> | undefined {
  switch (place.state) {
    case "absent":
      return undefined;
    case "empty":
      return EMPTY;
    case "null":
      return CLEARED;
    case "value": {
      if (place.raw.trim() === "") return EMPTY;
      if (isCleared(place)) return CLEARED;
      const read_ = read(place);
      return read_ === undefined ? undefined : value(read_);
    }
  }
}

/** `""^""` clears the field. `^^""` clears a middle name. */
function isCleared(place: FieldView): boolean {
  return place.isNullThroughout && place.subcomponent(1).state === "null";
}

/** Whether a component holds `""`: the sender deletes this part. */
export function isNullAt(place: FieldView, component: number): boolean {
  return place.component(component).subcomponent(1).state === "null";
}

/** The text of a component (its first subcomponent unless told), or undefined when it says nothing. */
export function textAt(place: FieldView, component: number, subcomponent = 1): string | undefined {
  const text = cleanText(place.component(component).subcomponent(subcomponent).text);
  return text === "" || text === '""' ? undefined : text;
}

/** As `textAt`, leaving out placeholders (`?`, `-`, `...`). */
export function wordAt(place: FieldView, component: number, subcomponent = 1): string | undefined {
  const text = textAt(place, component, subcomponent);
  return text !== undefined && isSomething(text) ? text : undefined;
}

/** The repetitions of a field, up to the limit; passing it is said in a warning. */
export function repetitionsIn(place: FieldView, location: string, warnings: Warnings): FieldView[] {
  const repetitions = place.firstRepetitions(REPETITIONS_MAX + 1);
  if (repetitions.length <= REPETITIONS_MAX) return repetitions;
  warnings.add(location, "ignored", `Only the first ${REPETITIONS_MAX} repetitions are read.`);
  return repetitions.slice(0, REPETITIONS_MAX);
}

/** `PID-5`, or `PID-5[2]` for a later repetition. */
export function locationOf(field: string, index: number): string {
  return index === 0 ? field : `${field}[${index + 1}]`;
}
