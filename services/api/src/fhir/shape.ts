import type { SupportedType } from "@chesil/fhir";
import { ELEMENTS } from "./summary-elements.ts";

/** How much of each resource is asked for: `_elements` and `_summary` (R4, search 2.21.1.7 and 2.21.1.8). */
export type Shape = {
  readonly summary?: "true" | "text" | "data" | "count" | undefined;
  /** Names of elements; a choice by its stem (`effective`) or in full. */
  readonly elements?: readonly string[] | undefined;
};

export const WHOLE: Shape = {};

/** Elements that one search asks for. */
const ELEMENTS_MAX = 50;

/** The tag of what is not all there is, because less was asked for. */
export const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };

/** In every answer: what tells what it is, and what may turn its meaning. */
const IDENTITY = ["resourceType", "id", "meta", "implicitRules", "modifierExtension"];

/** What the two parameters ask for together; a text says why they can not be asked for. */
export function shapeOf(elements: string | undefined, summary: string | undefined): Shape | { readonly text: string } {
  if (elements !== undefined && summary !== undefined && summary !== "false")
    return { text: "_elements and _summary can not be asked for together: leave one out." };
  if (summary !== undefined && !/^(true|text|data|count|false)$/.test(summary))
    return { text: "_summary is true, text, data, count or false." };
  if (elements === undefined) return summary === "false" ? WHOLE : { summary: summary as Shape["summary"] };
  const names = elements.split(",").map((name) => name.trim().replace(/^[A-Z]\w*\./, ""));
  if (names.length > ELEMENTS_MAX || !names.every((name) => /^[a-z]\w{0,63}$/i.test(name)))
    return { text: `_elements takes at most ${ELEMENTS_MAX} names of elements, with commas between them.` };
  return { elements: names };
}

/** As much of the resource as is asked for, tagged where that is not all of it. */
export function shaped<T extends object>(resource: T, { summary, elements }: Shape): T {
  const { resourceType } = resource as { resourceType?: string };
  const known = ELEMENTS[resourceType as SupportedType];
  if ((summary === undefined && elements === undefined) || !known) return resource;
  if (summary === "data") return only(resource, (name) => name !== "text");
  const more = elements ?? (summary === "true" ? known.summary : ["text"]);
  const names = new Set([...IDENTITY, ...known.always, ...more]);
  return only(resource, (name) => names.has(name) || stemsOf(name).some((stem) => names.has(stem)));
}

/** The stems that a choice of type may have: `onsetDateTime` is an `onset` and an `onset[x]`. */
const stemsOf = (name: string) => {
  const stem = /^([a-z]+)[A-Z]/.exec(name)?.[1];
  return stem !== undefined && CHOICES.has(stem) ? [stem, `${stem}[x]`] : [];
};

const CHOICES: ReadonlySet<string> = new Set(
  Object.values(ELEMENTS)
    .flatMap(({ always, summary }) => [...always, ...summary])
    .flatMap((name) => (name.endsWith("[x]") ? [name.slice(0, -3)] : [])),
);

function only<T extends object>(resource: T, isKept: (name: string) => boolean): T {
  const kept = Object.fromEntries(Object.entries(resource).filter(([name]) => isKept(name)));
  const { tag = [], ...meta } = (kept.meta ?? {}) as { tag?: readonly object[] };
  return { ...kept, meta: { ...meta, tag: [...tag, SUBSETTED] } } as T;
}
