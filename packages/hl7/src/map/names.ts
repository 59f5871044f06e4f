import type { PersonName, Said } from "@chesil/model";
import { value } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isBefore, readDate } from "../message/time.ts";
import { locationOf, repetitionsIn, saidOf, textAt, type Warnings, wordAt } from "./statement.ts";

type NameUse = PersonName["use"];

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
export function namesSaid(pid: Segment, at: Date, warnings: Warnings): Said<PersonName[]> | undefined {
  const names = saidOf(pid.field(5), (field) => namesIn(field, "PID-5", at, warnings));
  const aliasField = pid.field(9);
  if (aliasField.state !== "value") return names;
  if (names?.said !== "value") {
    warnings.add("PID-9", "ignored", "An alias without a name in PID-5 is not stated.");
    return names;
  }
  const aliases = namesIn(aliasField, "PID-9", at, warnings) ?? [];
  return value([...names.value, ...aliases]);
}

/** The names of a field, or undefined when none of its repetitions names anybody. */
function namesIn(field: FieldView, location: string, at: Date, warnings: Warnings): PersonName[] | undefined {
  const names: PersonName[] = [];
  for (const [index, repetition] of repetitionsIn(field, location, warnings).entries()) {
    if (repetition.state !== "value") continue;
    const name = nameIn(repetition, location, index, at, warnings);
    if (name !== undefined) names.push(name);
  }
  return names.length === 0 ? undefined : names;
}

function nameIn(place: FieldView, field: string, index: number, at: Date, warnings: Warnings): PersonName | undefined {
  const location = locationOf(field, index);
  const family = wordAt(place, 1);
  const given = [wordAt(place, 2), wordAt(place, 3)].filter((each) => each !== undefined);
  if ([1, 2, 3].some((component) => textAt(place, component) !== undefined && wordAt(place, component) === undefined)) {
    warnings.add(location, "placeholder", "A part of the name is a placeholder and was left out.");
  }
  if (family === undefined && given.length === 0) return undefined;
  const prefix = wordAt(place, 5);
  const suffix = wordAt(place, 4);
  return {
    use: useOf(place, field, index, at, warnings),
    ...(family === undefined ? {} : { family }),
    given,
    ...(prefix === undefined ? {} : { prefix }),
    ...(suffix === undefined ? {} : { suffix }),
  };
}

function useOf(place: FieldView, field: string, index: number, at: Date, warnings: Warnings): NameUse {
  const code = textAt(place, 7)?.toUpperCase() ?? "";
  const use = USES.get(code);
  if (use === undefined)
    warnings.add(`${locationOf(field, index)}.7`, "bad-code", "The name type is not one of table 0200.");
  if (hasEnded(place, at)) return "previous";
  // Whatever is called an alias by its place is one, unless its own code says something closer.
  if (field === "PID-9") return use === undefined || use === "usual" ? "alias" : use;
  return use ?? (index === 0 ? "usual" : "other");
}

/** XPN.13, else the end of the range in XPN.10: the name is no longer valid. */
function hasEnded(place: FieldView, at: Date): boolean {
  const end = readDate(textAt(place, 13) ?? textAt(place, 10, 2) ?? "");
  return end !== undefined && isBefore(end, at);
}
