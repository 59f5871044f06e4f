import type { PersonName, Said } from "@chesil/model";
import { value } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isBefore, readDate } from "../message/time.ts";
import type { MappingContext } from "./context.ts";
import { standardCode } from "./dialect.ts";
import { isNullAt, locationOf, repetitionsIn, saidOf, textAt, type Warnings, wordAt } from "./statement.ts";

type NameUse = PersonName["use"];
type ClearedPart = NonNullable<PersonName["cleared"]>[number];

/** XPN.7, HL7 table 0200 and what UK senders put there. A code that is not here is reported. */
const USES = new Map<string, NameUse>([
  ["", "usual"],
  ["L", "usual"],
  ["D", "usual"],
  ["U", "usual"],
  ["R", "usual"],
  ["CURRENT", "usual"],
  ["USUAL", "usual"],
  ["OFFICIAL", "usual"],
  ["M", "maiden"],
  ["MAIDEN", "maiden"],
  ["A", "alias"],
  ["S", "alias"],
  ["K", "alias"],
  ["ALIAS", "alias"],
  ["N", "nickname"],
  ["NICKNAME", "nickname"],
  ["B", "birth"],
  ["NB", "birth"],
  ["BIRTH", "birth"],
  ["OLD", "previous"],
  ["PREVIOUS", "previous"],
  ["NOUSE", "previous"],
  ["BAD", "other"],
  ["C", "other"],
  ["I", "other"],
  ["P", "other"],
  ["T", "other"],
  ["F", "other"],
  ["MSK", "other"],
  ["REL", "other"],
  ["TEMP", "other"],
]);

/** PID-5 and PID-9 as one list. Without a name in PID-5, an alias alone is not stated: it would replace the name known. */
export function namesSaid(pid: Segment, context: MappingContext): Said<PersonName[]> | undefined {
  const names = saidOf(pid.field(5), (field) => namesIn(field, "PID-5", context));
  const aliasField = pid.field(9);
  if (names?.said === "value") {
    const aliases = aliasField.state === "value" ? (namesIn(aliasField, "PID-9", context) ?? []) : [];
    return value([...names.value, ...aliases.filter((each) => !isDeletion(each))]);
  }
  if (aliasField.state === "null" && names?.said !== "cleared") return value([deletionOf("alias")]);
  if (aliasField.state === "value") {
    context.warnings.add("PID-9", "ignored", "An alias without a name in PID-5 is not stated.");
  }
  return names;
}

/**
 * The names of a field, or undefined when none of its repetitions names anybody. A list replaces the one known, so a
 * name that it deletes is just not in it; only where nothing but deletions were sent are they what is stated.
 */
function namesIn(field: FieldView, location: string, context: MappingContext): PersonName[] | undefined {
  const names: PersonName[] = [];
  for (const [index, repetition] of repetitionsIn(field, location, context.warnings).entries()) {
    if (repetition.state !== "value") continue;
    const name = nameIn(repetition, location, index, context);
    if (name !== undefined) names.push(name);
  }
  const stated = names.filter((each) => !isDeletion(each));
  const said = stated.length > 0 ? stated : names;
  return said.length === 0 ? undefined : said;
}

function nameIn(place: FieldView, field: string, index: number, context: MappingContext): PersonName | undefined {
  const { warnings } = context;
  const location = locationOf(field, index);
  if ([1, 2, 3].some((component) => textAt(place, component) !== undefined && wordAt(place, component) === undefined)) {
    warnings.add(location, "placeholder", "A part of the name is a placeholder and was left out.");
  }
  const family = wordAt(place, 1);
  const given = [wordAt(place, 2), wordAt(place, 3)].filter((each) => each !== undefined);
  const prefix = wordAt(place, 5);
  const suffix = wordAt(place, 4);
  const hasValue = [family, ...given, prefix, suffix].some((each) => each !== undefined);
  const cleared = clearedParts(place, given.length, location, warnings);
  const isNobody = family === undefined && given.length === 0;
  if (isNobody && (hasValue || cleared.length === 0)) return undefined;
  const use = useOf(place, field, index, context);
  if (isNobody && cleared.includes("family")) return deletionOf(use);
  return {
    use,
    ...(family === undefined ? {} : { family }),
    given,
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(cleared.length === 0 ? {} : { cleared }),
  };
}

/** The parts that hold `""`. Given names that are stated and cleared are all the given names there are. */
function clearedParts(place: FieldView, givenCount: number, location: string, warnings: Warnings): ClearedPart[] {
  const isMiddleCleared = isNullAt(place, 3);
  if (isMiddleCleared && givenCount === 0 && !isNullAt(place, 2)) {
    warnings.add(location, "ignored", "A middle name is deleted without its first name: nothing is stated of it.");
  }
  const isGivenCleared = isNullAt(place, 2) || (isMiddleCleared && givenCount > 0);
  const cleared: ClearedPart[] = [];
  if (isNullAt(place, 1)) cleared.push("family");
  if (isGivenCleared) cleared.push("given");
  if (isNullAt(place, 5)) cleared.push("prefix");
  if (isNullAt(place, 4)) cleared.push("suffix");
  return cleared;
}

/** `""^^^^^^M`: the name of this use is deleted, all of it. */
function deletionOf(use: NameUse): PersonName {
  return { use, given: [], cleared: ["family", "given", "prefix", "suffix"] };
}

function isDeletion({ family, given, cleared = [] }: PersonName): boolean {
  return family === undefined && given.length === 0 && cleared.includes("family") && cleared.includes("given");
}

function useOf(
  place: FieldView,
  field: string,
  index: number,
  { feed, receivedAt, warnings }: MappingContext,
): NameUse {
  const code = standardCode(feed, "nameUse", textAt(place, 7) ?? "").toUpperCase();
  const use = USES.get(code);
  if (use === undefined)
    warnings.add(`${locationOf(field, index)}.7`, "bad-code", "The name type is not one of table 0200.");
  if (hasEnded(place, receivedAt)) return "previous";
  // Whatever is called an alias by its place is one, unless its own code says something closer.
  if (field === "PID-9") return use === undefined || use === "usual" ? "alias" : use;
  return use ?? (index === 0 ? "usual" : "other");
}

/** XPN.13, else the end of the range in XPN.10: the name is no longer valid. */
function hasEnded(place: FieldView, at: Date): boolean {
  const end = readDate(textAt(place, 13) ?? textAt(place, 10, 2) ?? "");
  return end !== undefined && isBefore(end, at);
}
