import { fold } from "@chesil/matching";
import { dateCondition, type InstantRange, instantRange, isWithin } from "./instant-range.ts";
import { type Refusal, type SearchParameter, tokenOf, unescaped } from "./parameters.ts";

/**
 * Search parameters judged on finished resources. A search of somebody's record reads what that person has of a type, so
 * what is compared is what is shown, and one reader serves every type.
 */

export type Predicate = (resource: object) => boolean;

/**
 * Where the value of a parameter stands, where it is not the element of the parameter's own name (`vaccine-code` is
 * `vaccineCode`). R4, the search parameters of each resource.
 */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  "AllergyIntolerance.date": ["recordedDate"],
  "AllergyIntolerance.onset": ["onsetDateTime"],
  "Basic.created": ["created"],
  "CarePlan.date": ["period"],
  "Condition.abatement-date": ["abatementDateTime"],
  "Condition.onset-date": ["onsetDateTime", "onsetPeriod"],
  "Condition.recorded-date": ["recordedDate"],
  "Coverage.payor": ["payor"],
  "DiagnosticReport.date": ["effectiveDateTime", "effectivePeriod"],
  "DocumentReference.period": ["context.period"],
  "DocumentReference.relatesto": ["relatesTo.target"],
  "Encounter.date": ["period"],
  "EpisodeOfCare.date": ["period"],
  "EpisodeOfCare.organization": ["managingOrganization"],
  "Flag.date": ["period"],
  "Immunization.date": ["occurrenceDateTime"],
  "MedicationStatement.code": ["medicationCodeableConcept"],
  "MedicationStatement.effective": ["effectiveDateTime", "effectivePeriod"],
  "Observation.date": ["effectiveDateTime", "effectivePeriod"],
  "Procedure.date": ["performedDateTime", "performedPeriod"],
  "ServiceRequest.authored": ["authoredOn"],
  "ServiceRequest.occurrence": ["occurrenceDateTime", "occurrencePeriod"],
  "Appointment.date": ["start"],
  _lastUpdated: ["meta.lastUpdated"],
};

/** The value of a parameter in a resource: what stands at its elements, arrays taken apart. */
function valuesAt(resource: object, type: string, name: string): unknown[] {
  const elements = ELEMENTS[`${type}.${name}`] ??
    ELEMENTS[name] ?? [name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())];
  return elements.flatMap((path) =>
    path
      .split(".")
      .reduce<unknown[]>(
        (values, element) => values.flatMap((value) => listOf((value as Record<string, unknown>)[element])),
        [resource],
      ),
  );
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

type Kind = "token" | "string" | "date" | "reference" | "number";

/** What a resource must be to be found by the parameter, or why that can not be asked. */
export function elementPredicate(type: string, kind: Kind, parameter: SearchParameter): Predicate | Refusal {
  const { name, modifier, values } = parameter;
  const matches = valueMatch(kind, name, values);
  if (typeof matches === "object") return matches;
  const isFound: Predicate = (resource) => valuesAt(resource, type, name).some(matches);
  return modifier === "not" ? (resource) => !isFound(resource) : isFound;
}

function valueMatch(kind: Kind, name: string, values: readonly string[]): ((value: unknown) => boolean) | Refusal {
  switch (kind) {
    case "date": {
      const conditions = values.map((value) => dateCondition(unescaped(value)));
      if (conditions.some((each) => each === undefined)) return noDate(name);
      const asked = conditions.flatMap((each) => each ?? []);
      return (value) => {
        const stored = storedRange(value);
        return stored !== undefined && asked.some((condition) => isWithin(stored, condition));
      };
    }
    case "reference": {
      const asked = values.map((value) => referencePart(unescaped(value)));
      return (value) => {
        const { reference } = value as { reference?: string };
        return reference !== undefined && asked.some((each) => reference === each || reference.split("/")[1] === each);
      };
    }
    case "string": {
      const asked = values.map((value) => fold(unescaped(value))).filter((text) => text !== "");
      return (value) => textsOf(value).some((text) => asked.some((each) => fold(text).startsWith(each)));
    }
    default: {
      const asked = values.map(tokenOf);
      return (value) => tokensOf(value).some((token) => asked.some((each) => isToken(token, each)));
    }
  }
}

const noDate = (name: string): Refusal => ({
  ok: false,
  code: "value",
  text: `${name} is YYYY, YYYY-MM, YYYY-MM-DD or an instant with its zone, after eq, ne, gt, lt, ge, le, sa or eb.`,
});

/** `id` or `Type/id`, here or elsewhere: ids are the same wherever Chesil is reached. */
const referencePart = (reference: string) => /(?:^|\/)([A-Za-z]+\/[^/]+)$/.exec(reference)?.[1] ?? reference;

function storedRange(value: unknown): InstantRange | undefined {
  if (typeof value === "string") return instantRange(value);
  const { start, end } = value as { start?: string; end?: string };
  const [from, to] = [start && instantRange(start), end && instantRange(end)];
  if (!from && !to) return undefined;
  return { low: from ? from.low : Number.NEGATIVE_INFINITY, high: to ? to.high : Number.POSITIVE_INFINITY };
}

/** `system` is undefined of a word of a fixed list, whose system goes without saying. */
type Token = { readonly system: string | undefined; readonly code: string };

function tokensOf(value: unknown): Token[] {
  if (typeof value !== "object") return [{ system: undefined, code: String(value) }];
  const { coding, system, code, value: number } = value as Record<string, unknown>;
  if (Array.isArray(coding)) return coding.flatMap(tokensOf);
  const text = code ?? number;
  return typeof text === "string" ? [{ system: typeof system === "string" ? system : "", code: text }] : [];
}

/** `code`: of any system; `system|code`; `|code`: of none; `system|`: any code of it. Codes are compared as sent. */
const isToken = (token: Token, asked: { system: string | undefined; code: string }) =>
  (asked.system === undefined || token.system === undefined || token.system === asked.system) &&
  (asked.code === token.code || (asked.code === "" && asked.system !== undefined && asked.system === token.system));

/** The texts of a name, an address or a plain string. */
const textsOf = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : Object.values(value as object).flatMap((part) =>
        listOf(part).flatMap((each) => (typeof each === "string" ? [each] : [])),
      );
