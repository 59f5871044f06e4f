import type { HL7Dictionary, HL7FieldDefinition, HL7MessageSegmentsDefinition } from "hl7v2-dictionary";

/** The standard as data: the segments, data types and message structures of one version. */
export interface Grammar {
  readonly version: string;
  /** A segment's name and fields; undefined where the version has no such segment. */
  segment(id: string): { readonly name: string; readonly fields: readonly (FieldRule | undefined)[] } | undefined;
  /** The components of a data type; empty for one that has none, undefined for one that the version has not. */
  components(type: string): readonly (FieldRule | undefined)[] | undefined;
  /** The parts of a message structure such as `ADT_A01`. */
  structure(name: string): readonly StructurePart[] | undefined;
}

/** What is said of a field or component. Lists of them begin at index 1. */
export interface FieldRule {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Kept by the standard for older systems only. */
  readonly isDeprecated: boolean;
  readonly repetitionsMax: number;
  readonly length: number | undefined;
  readonly table: number | undefined;
}

/** A segment, a choice of segments or, with parts of its own, a group. */
export interface StructurePart {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly parts?: readonly StructurePart[];
  /** The segments anywhere in it, the first of a choice first. */
  readonly holds: ReadonlySet<string>;
}

const grammars = new Map<string, Grammar>();

/**
 * The grammar of a version, or of the one nearest below it (of the first, where there is none below). The dictionary is
 * read when it is first asked for: it takes about a second and some hundred megabytes, which nothing else should pay.
 */
export async function loadGrammar(version: string): Promise<Grammar> {
  const { dictionaries } = await import("hl7v2-dictionary");
  const known = Object.keys(dictionaries) as (keyof typeof dictionaries)[];
  const [first] = known;
  const nearest = known.filter((each) => compareVersions(each, version) <= 0).at(-1) ?? first;
  const dictionary = nearest === undefined ? undefined : dictionaries[nearest];
  if (nearest === undefined || dictionary === undefined) throw new Error("The dictionary holds no version.");
  const grammar = grammars.get(nearest) ?? new DictionaryGrammar(nearest, dictionary);
  grammars.set(nearest, grammar);
  return grammar;
}

/** By number, part by part; `2.3` is `2.3.0`. */
function compareVersions(left: string, right: string): number {
  const [lefts, rights] = [left, right].map((version) => version.split(".").map((part) => Number.parseInt(part, 10)));
  for (let index = 0; index < 3; index++) {
    const difference = (lefts?.[index] || 0) - (rights?.[index] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

class DictionaryGrammar implements Grammar {
  readonly version: string;
  readonly #dictionary: HL7Dictionary;
  readonly #rules = new Map<object, readonly (FieldRule | undefined)[]>();
  readonly #structures = new Map<string, readonly StructurePart[]>();

  constructor(version: string, dictionary: HL7Dictionary) {
    this.version = version;
    this.#dictionary = dictionary;
  }

  segment(id: string) {
    const found = own(this.#dictionary.segments, id);
    return found && { name: found.desc ?? "", fields: this.#fieldRules(found.fields) };
  }

  components(type: string): readonly (FieldRule | undefined)[] | undefined {
    const found = own(this.#dictionary.types, type);
    return found && (found.fields === undefined ? [] : this.#fieldRules(found.fields, type));
  }

  structure(name: string): readonly StructurePart[] | undefined {
    const made = this.#structures.get(name);
    if (made !== undefined) return made;
    const segments = own(this.#dictionary.messages, name)?.segments;
    if (segments === undefined) return undefined;
    const parts = partsOf(segments);
    this.#structures.set(name, parts);
    return parts;
  }

  #fieldRules(fields: Readonly<Record<string, HL7FieldDefinition>>, type?: string): readonly (FieldRule | undefined)[] {
    let rules = this.#rules.get(fields);
    if (rules === undefined) {
      const made: (FieldRule | undefined)[] = [];
      for (const [number, field] of Object.entries(fields)) made[Number(number)] = fieldRule(field, type, number);
      rules = made;
      this.#rules.set(fields, rules);
    }
    return rules;
  }
}

function fieldRule(field: HL7FieldDefinition, ofType: string | undefined, number: string): FieldRule {
  // The dictionary has the time of a TS as plain text before 2.5, where its shape was the same.
  const isTime = ofType === "TS" && number === "1";
  return {
    name: field.desc ?? "",
    type: isTime ? "DTM" : field.type,
    isRequired: field.opt === "R",
    isDeprecated: field.opt === "B",
    repetitionsMax: typeof field.rep === "number" ? field.rep : Number.POSITIVE_INFINITY,
    length: field.len,
    table: field.table,
  };
}

type Definitions = Readonly<Record<string, HL7MessageSegmentsDefinition>>;

/**
 * The parts in their order. The dictionary keeps them by name, so that of a segment that stands in two places of one
 * group only the second is left, with the number of its place, at the first one's place in the list: from that gap in
 * the numbers the first is known. Whether it must stand there is not.
 */
function partsOf(definitions: Definitions): StructurePart[] {
  const parts: StructurePart[] = [];
  const places = new Set(Object.values(definitions).map(({ idx }) => idx));
  let next = 0;
  for (const [name, definition] of Object.entries(definitions)) {
    while (parts[next] !== undefined) next++;
    const part = partOf(name, definition);
    if (definition.idx > next && !places.has(next)) parts[next] = { ...part, min: 0 };
    parts[definition.idx] = part;
  }
  return parts.filter((part) => part !== undefined);
}

/** A choice is written `OBR,RQD,RXO`. */
function partOf(name: string, definition: HL7MessageSegmentsDefinition): StructurePart {
  const { min = 0, max = Number.POSITIVE_INFINITY, segments } = definition;
  if (segments === undefined) return { name, min, max, holds: new Set(name.split(",")) };
  const parts = partsOf(segments);
  return { name, min, max, parts, holds: new Set(parts.flatMap((part) => [...part.holds])) };
}

/** What a record holds by that name, and never what an object is born with. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
