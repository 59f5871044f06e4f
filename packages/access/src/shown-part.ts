import type { Concept, FactContent, Observation } from "@chesil/model";
import { SHOWN_FACTS, SHOWN_OF_OBSERVATION, SHOWN_OF_VISIT } from "./restriction.ts";

/** The parts of a restricted person's entries that the tables (`restriction.ts`) permit. */

/** In place of words that may not be shown. */
export const WITHHELD = "Withheld";

/** A word of a fact in characters: HL7's ST. What is longer is prose, and nobody knows what it says. */
const WORD_LENGTH_MAX = 199;

/** A date as precise as it was sent. What else stands in its place is free text. */
const DATE = /^\d{4}(?:-\d\d(?:-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)?)?$/;

type SaysPlace = (text: string) => boolean;

/** Whether anything of such a fact is shown. */
export function isShownInPart(content: FactContent): boolean {
  const shown = SHOWN_FACTS[content.kind];
  return shown !== undefined && (shown.only as ((content: FactContent) => boolean) | undefined)?.(content) !== false;
}

/** The fact with nothing but what is shown of its kind, which `isShownInPart`. */
export function factInPart(content: FactContent, saysPlace: SaysPlace): FactContent {
  const shown = SHOWN_FACTS[content.kind] ?? { closed: [], words: [] };
  const part = { kind: content.kind, ...partOf(content, shown as Fields, saysPlace) };
  if (content.kind === "result")
    return { ...part, observations: content.observations.map((each) => findingInPart(each, saysPlace)) } as FactContent;
  if (content.kind === "measurement")
    return { ...part, observation: findingInPart(content.observation, saysPlace) } as FactContent;
  return part as FactContent;
}

const findingInPart = (observation: Observation, saysPlace: SaysPlace): Observation =>
  partOf(observation, SHOWN_OF_OBSERVATION as Fields, saysPlace) as Observation;

/** A visit, in whatever form it was read. */
export const visitInPart = <V extends object>(visit: V, saysPlace: SaysPlace): V =>
  Object.fromEntries(
    Object.entries(visit).map(([field, value]) => {
      if (!SHOWN_OF_VISIT.has(field)) return [field, null];
      return [field, ["visitNumber", "specialty"].includes(field) ? wordIn(value, saysPlace) : value];
    }),
  ) as V;

type Fields = { readonly closed: readonly string[]; readonly words: readonly string[] };

function partOf(whole: object, { closed, words }: Fields, saysPlace: SaysPlace): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(whole).flatMap(([field, value]) => {
      if (closed.includes(field)) return field.endsWith("At") && !DATE.test(String(value)) ? [] : [[field, value]];
      return words.includes(field) ? [[field, wordIn(value, saysPlace)]] : [];
    }),
  );
}

/** Words, codes, and lists of them, without those that may not be shown. */
export function wordIn(value: unknown, saysPlace: SaysPlace): unknown {
  if (typeof value === "string") return isHidden(value, saysPlace) ? WITHHELD : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => wordIn(each, saysPlace));
  if ("codings" in value) return conceptIn(value as Concept, saysPlace);
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, wordIn(each, saysPlace)]));
}

/** Of a code nothing is shown in its place: `Withheld` is none. */
function conceptIn({ codings, text }: Concept, saysPlace: SaysPlace): Concept {
  const shown = codings.filter((each) => !Object.values(each).some((word = "") => isHidden(word, saysPlace)));
  const said = text === undefined || isHidden(text, saysPlace) ? undefined : text;
  if (said !== undefined) return { codings: shown, text: said };
  return shown.length > 0 || (codings.length === 0 && text === undefined)
    ? { codings: shown }
    : { codings: [], text: WITHHELD };
}

const isHidden = (text: string, saysPlace: SaysPlace): boolean => text.length > WORD_LENGTH_MAX || saysPlace(text);
