import { SUPPORTED, type SupportedType } from "@chesil/fhir";
import { type Shape, shapeOf } from "./shape.ts";

/**
 * The parameters of a search as FHIR writes them: repeated ones are joined by AND, values between commas by OR. Read
 * against the table that the CapabilityStatement is made from.
 */

/** Parameters of one search, and values of one parameter. A search by hand has five. */
const PARAMETERS_MAX = 32;
const VALUES_MAX = 50;
const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;

/** Say nothing of whom is sought, and are read elsewhere. A total is given wherever it is known. */
const TOLERATED = new Set(["_format", "_pretty", "_total"]);

/** Say how much of each match is shown. */
const SHAPING = ["_elements", "_summary"] as const;

/**
 * Parameters of IHE PDQm that Chesil has no field for. They are refused, not ignored: a search that leaves out what it
 * was asked by finds other people.
 */
const REFUSED: ReadonlySet<string> = new Set(["mothersMaidenName", "address-state", "address-country"]);

/** The modifiers that each parameter takes. FHIR: an unknown modifier is always an error, as it may turn the meaning. */
const MODIFIERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["family", ["exact"]],
  ["given", ["exact"]],
  // The type of the reference, which can only be this one.
  ["patient", ["Patient"]],
  ["subject", ["Patient"]],
  ["status", ["not"]],
]);

export type SearchParameter = {
  readonly name: string;
  readonly modifier: string | undefined;
  /** Alternatives, at least one; each still escaped as FHIR escapes. */
  readonly values: readonly string[];
};

export type Parameters = {
  readonly known: readonly SearchParameter[];
  /** Matches a page, 0 to PAGE_SIZE_MAX. */
  readonly count: number;
  readonly shape: Shape;
  /** Names of what was not understood; "" stands for a name that is not fit to be repeated. */
  readonly ignored: readonly string[];
  /** What was understood, as it was sent: asked again, it is the same search. */
  readonly understood: readonly (readonly [string, string])[];
};

export type ParametersResult = ({ readonly ok: true } & Parameters) | Refusal;
export type Refusal = {
  readonly ok: false;
  readonly code: "invalid" | "not-supported" | "too-costly" | "value";
  readonly text: string;
};

/** Names and values in the order of the URL, then of the form. */
export function readParameters(type: SupportedType, pairs: readonly (readonly [string, string])[]): ParametersResult {
  if (pairs.length > PARAMETERS_MAX)
    return { ok: false, code: "too-costly", text: `A search has at most ${PARAMETERS_MAX} parameters.` };
  const names = new Set<string>(SUPPORTED[type].searchParam.map((parameter) => parameter.name));
  const known: SearchParameter[] = [];
  const ignored: string[] = [];
  const understood: (readonly [string, string])[] = [];
  let count = PAGE_SIZE_DEFAULT;
  const shaping = new Map<string, string>();
  for (const [key, text] of pairs) {
    // An empty value says nothing, in FHIR as in a form whose field was left blank.
    if (TOLERATED.has(key) || text.trim() === "") continue;
    if (key === "_count") {
      if (!/^\d{1,9}$/.test(text.trim())) return { ok: false, code: "value", text: "_count is a number, 0 or more." };
      count = Math.min(Number(text), PAGE_SIZE_MAX);
      continue;
    }
    if (SHAPING.some((each) => each === key)) {
      shaping.set(key, text.trim());
      understood.push([key, text]);
      continue;
    }
    const [name = "", modifier] = key.split(":", 2);
    if (REFUSED.has(name))
      return { ok: false, code: "not-supported", text: `Patients can not be searched for by ${name}.` };
    if (!names.has(name)) {
      ignored.push(/^[a-z_][a-z_.:-]{0,39}$/i.test(key) ? key : "");
      continue;
    }
    if (modifier !== undefined && !MODIFIERS.get(name)?.includes(modifier))
      return { ok: false, code: "not-supported", text: `${name} does not take this modifier.` };
    const values = alternatives(text);
    if (values.length > VALUES_MAX)
      return { ok: false, code: "too-costly", text: `${name} takes at most ${VALUES_MAX} values.` };
    if (values.length === 0) continue;
    known.push({ name, modifier, values });
    understood.push([key, text]);
  }
  const shape = shapeOf(shaping.get("_elements"), shaping.get("_summary"));
  if ("text" in shape) return { ok: false, code: "value", text: shape.text };
  return { ok: true, known, count, shape, ignored, understood };
}

/** Splits at commas that no backslash escapes; empty alternatives are dropped. */
function alternatives(text: string): string[] {
  return text.split(/(?<!(?<!\\)(?:\\\\)*\\),/).flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

/** The two sides of `system|code`; the system is undefined when no bar stands in the value. */
export function tokenOf(value: string): { system: string | undefined; code: string } {
  const bar = value.search(/(?<!(?<!\\)(?:\\\\)*\\)\|/);
  if (bar < 0) return { system: undefined, code: unescaped(value) };
  return { system: unescaped(value.slice(0, bar)), code: unescaped(value.slice(bar + 1)) };
}

export const unescaped = (value: string) => value.replace(/\\([\\,|$])/g, "$1").trim();
