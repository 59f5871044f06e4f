import type { Answer } from "./answer.ts";
import { refused } from "./answer.ts";
import { instantRange } from "./instant-range.ts";
import { PARTY_TYPES, type PartyType } from "./party.ts";
import { RECORD_TYPES, type RecordType } from "./record-source.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** What is asked of `Patient/{id}/$everything`, in a URL, a form or a Parameters resource. */

/** What a record is made of, in the order in which it is told. */
export const PARTS = [
  "Patient",
  ...(Object.keys(RECORD_TYPES) as RecordType[]),
  ...PARTY_TYPES,
  "Provenance",
] as const satisfies readonly string[];
export type Part = "Patient" | RecordType | PartyType | "Provenance";

export type EverythingQuestion = {
  /** All but the provenances, which are as many as the rest, where none is named. */
  readonly parts: ReadonlySet<Part>;
  /** Only what changed since then. */
  readonly since: number | undefined;
  /** Resources of a page. */
  readonly count: number;
  readonly shape: Shape;
};

/** A whole record of an ordinary patient is one page. The gate and the store are asked for no more rows at once. */
export const EVERYTHING_PAGE_MAX = 1_000;

const invalid = (diagnostics: string): Answer => refused(400, { code: "value", diagnostics });

/** Names and values as FHIR has them; an unknown parameter is refused, because an answer without it would not be what was asked. */
export function everythingQuestion(pairs: readonly (readonly [string, string])[]): EverythingQuestion | Answer {
  const parts = new Set<Part>();
  const asked = new Map<string, string>();
  for (const [name, text] of pairs) {
    const value = text.trim();
    if (["_format", "_pretty"].includes(name) || value === "") continue;
    if (name === "_type") {
      for (const type of value.split(",").map((each) => each.trim())) {
        const part = PARTS.find((each) => each === type);
        if (part === undefined) return invalid(`_type names types that a record has: ${PARTS.join(", ")}.`);
        parts.add(part);
      }
    } else if (["_since", "_count", "_elements", "_summary"].includes(name) && !asked.has(name)) asked.set(name, value);
    else return refused(400, { code: "not-supported", diagnostics: NOT_TAKEN });
  }
  const since = asked.get("_since");
  const from = since === undefined ? undefined : instantRange(since);
  if (since !== undefined && !from) return invalid("_since is an instant with its zone: 2026-05-01T00:00:00Z.");
  const count = asked.get("_count") ?? String(EVERYTHING_PAGE_MAX);
  if (!/^[1-9]\d{0,8}$/.test(count)) return invalid("_count is a number, 1 or more.");
  const shape = shapeOf(asked.get("_elements"), asked.get("_summary"));
  if ("text" in shape) return invalid(shape.text);
  if (shape.summary === "count") return invalid("$everything is not counted: leave _summary=count out.");
  return {
    parts: parts.size > 0 ? parts : new Set(PARTS.filter((part) => part !== "Provenance")),
    since: from?.low,
    count: Math.min(Number(count), EVERYTHING_PAGE_MAX),
    shape,
  };
}

const NOT_TAKEN = "$everything takes _type, _since, _count, _elements and _summary, each but _type once.";

/** The same pairs in a Parameters resource: `{ name: "_since", valueInstant: "…" }`. */
export function pairsOfParameters(body: unknown): [string, string][] | undefined {
  const { resourceType, parameter = [] } = (body ?? {}) as { resourceType?: unknown; parameter?: unknown };
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) return undefined;
  return parameter.map((each: unknown) => {
    const { name, ...values } = (each ?? {}) as Record<string, unknown>;
    const value = Object.entries(values).find(([key]) => key.startsWith("value"))?.[1];
    return [String(name), ["string", "number"].includes(typeof value) ? String(value) : "?"];
  });
}
