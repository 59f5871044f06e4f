import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isOfType, shapeOf } from "./data-types.ts";
import type { FieldRule, Grammar } from "./dictionary.ts";
import type { FindingPlace, FindingRule, FindingSeverity, Findings } from "./finding.ts";
import { isOutsideTable } from "./tables.ts";

/** Repetitions of a field, and components of one, that are looked into. */
const PARTS_MAX = 200;

/** Holds the fields of one segment against what its version says of them. `index` is the segment's, from 0. */
export function checkFields(segment: Segment, index: number, grammar: Grammar, findings: Findings): void {
  const rules = grammar.segment(segment.id)?.fields ?? [];
  const check = new SegmentCheck(segment, index, grammar, findings);
  const last = Math.max(rules.length - 1, segment.fieldCount);
  // MSH-1 and MSH-2 are what the message was read by.
  for (let number = segment.id === "MSH" ? 3 : 1; number <= last && !findings.isFull; number++) {
    const rule = rules[number];
    if (rule !== undefined) check.field(number, rule);
    else if (number >= rules.length) check.extraField(number);
  }
}

class SegmentCheck {
  readonly #segment: Segment;
  readonly #index: number;
  readonly #grammar: Grammar;
  readonly #findings: Findings;

  constructor(segment: Segment, index: number, grammar: Grammar, findings: Findings) {
    this.#segment = segment;
    this.#index = index;
    this.#grammar = grammar;
    this.#findings = findings;
  }

  extraField(number: number): void {
    if (!holdsSomething(this.#segment.field(number))) return;
    const text = `${this.#segment.id} has no field ${number} in version ${this.#grammar.version}.`;
    this.#add("warning", "extra-field", text, { field: number });
  }

  field(number: number, rule: FieldRule): void {
    const field = this.#segment.field(number);
    const place = { field: number };
    const name = `${this.#segment.id}-${number} (${rule.name})`;
    if (field.state !== "value") {
      if (!rule.isRequired) return;
      // A delete (`""`) of what must be there is as good as nothing.
      this.#add("error", "required-field", `${name} is required.`, place);
      return;
    }
    if (rule.isDeprecated) {
      // What an old field may hold, versions that deprecate it no longer say.
      this.#add("info", "deprecated-field", `${name} is kept by the standard for older systems only.`, place);
      return;
    }
    const repetitions = field.firstRepetitions(Math.min(rule.repetitionsMax, PARTS_MAX) + 1);
    if (repetitions.length > rule.repetitionsMax) {
      const most = rule.repetitionsMax === 1 ? "may not repeat" : `repeats at most ${rule.repetitionsMax} times`;
      const repetition = rule.repetitionsMax + 1;
      this.#add("error", "field-repeats", `${name} ${most}.`, { field: number, repetition });
    }
    const type = this.#typeOf(number, rule);
    for (const [at, repetition] of repetitions.slice(0, PARTS_MAX).entries()) {
      const within = { field: number, repetition: at + 1 };
      this.#length(repetition, rule, name, within);
      this.#value(repetition, { ...rule, type }, name, within);
    }
  }

  /** OBX-5 is of the type that OBX-2 names. Versions that have it as text mean that too. */
  #typeOf(number: number, rule: FieldRule): string {
    return this.#segment.id === "OBX" && number === 5 ? this.#segment.get(2).trim() : rule.type;
  }

  #length(value: FieldView, rule: FieldRule, name: string, place: FindingPlace): void {
    if (rule.length === undefined || value.raw.length <= rule.length) return;
    const text = `${name} has ${value.raw.length} characters; version ${this.#grammar.version} gives it ${rule.length}.`;
    this.#add("info", "too-long", text, place);
  }

  /** A value at any depth: a composite by its parts, as deep as delimiters go, a primitive by its shape and its table. */
  #value(value: FieldView, rule: FieldRule, name: string, place: FindingPlace): void {
    if (value.state !== "value") return;
    const rules = this.#grammar.components(rule.type);
    if (rules === undefined) return;
    const parts = place.component === undefined ? value.firstComponents(PARTS_MAX) : partsBelow(value, place);
    if (rules.length > 0) {
      if (place.subcomponent === undefined) this.#composite(parts, rules, rule.type, name, place);
      return;
    }
    const extra = parts.findIndex((part, at) => at > 0 && part.state === "value");
    if (extra > 0) {
      const text = `${name} has parts, which its data type ${rule.type} has not. Is a delimiter not escaped?`;
      this.#add("warning", "extra-component", text, deeper(place, extra + 1));
    }
    this.#primitive(value, rule, name, place);
  }

  #composite(
    parts: readonly FieldView[],
    rules: readonly (FieldRule | undefined)[],
    type: string,
    name: string,
    place: FindingPlace,
  ): void {
    const last = Math.max(rules.length - 1, parts.length);
    for (let number = 1; number <= last && !this.#findings.isFull; number++) {
      const [part, rule, within] = [parts[number - 1], rules[number], deeper(place, number)];
      if (rule === undefined) {
        if (number < rules.length || !holdsSomething(part)) continue;
        const text = `${name} is of data type ${type}, which has no part ${number} in version ${this.#grammar.version}.`;
        this.#add("warning", "extra-component", text, within);
        continue;
      }
      const partName = `${name}, part ${number} (${rule.name})`;
      if (part?.state === "value") this.#value(part, rule, partName, within);
      else if (rule.isRequired && part?.state !== "null") {
        this.#add("warning", "required-component", `${partName} is required.`, within);
      }
    }
  }

  #primitive(value: FieldView, rule: FieldRule, name: string, place: FindingPlace): void {
    const shape = shapeOf(rule.type);
    const isCoded = rule.type === "ID" && rule.table !== undefined;
    if (shape === undefined && !isCoded) return;
    const text = value.text.trim();
    if (shape !== undefined && !isOfType(rule.type, text)) {
      this.#add("error", "data-type", `${name} is not ${shape}.`, place);
    }
    if (isCoded && isOutsideTable(rule.table ?? 0, text)) {
      const table = String(rule.table).padStart(4, "0");
      this.#add("warning", "table-value", `${name} holds a value that is not of HL7 table ${table}.`, place);
    }
  }

  #add(severity: FindingSeverity, rule: FindingRule, text: string, place: FindingPlace): void {
    this.#findings.add(severity, rule, this.#index, text, place);
  }
}

/** The parts of a component; of a subcomponent only itself. */
function partsBelow(value: FieldView, place: FindingPlace): readonly FieldView[] {
  return place.subcomponent === undefined ? value.firstSubcomponents(PARTS_MAX) : [value];
}

function deeper(place: FindingPlace, number: number): FindingPlace {
  return place.component === undefined ? { ...place, component: number } : { ...place, subcomponent: number };
}

function holdsSomething(value: FieldView | undefined): boolean {
  return value?.state === "value" || value?.state === "null";
}
