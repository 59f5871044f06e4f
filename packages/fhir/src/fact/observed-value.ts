import type { Concept, Observation } from "@chesil/model";
import type { ObservedValue } from "../clinical-resources.ts";
import { conceptOf } from "../code-system.ts";
import type { Quantity } from "../datatypes.ts";
import { fhirDateTime } from "../date-time.ts";
import { readable } from "../without-empty.ts";
import { quantityOf } from "./quantity.ts";

/** OBX-5 as `value[x]`: by its OBX-2 where the text is what that promises, else the text. */

/** Types whose text may be an amount: laboratories write `<5` and `130` as strings too, but then mean no number by it. */
const NUMERIC = new Set(["NM", "SN"]);
const TEMPORAL = new Set(["DT", "TS", "DTM"]);

/** The values, most often one; several coded ones are several answers. */
export function valuesOf(observed: Observation, authority: string): ObservedValue[] {
  const concepts = observed.concepts?.flatMap((each) => coded(each, authority)) ?? [];
  if (concepts.length > 0) return concepts;
  const text = readable(observed.value);
  return text === undefined ? [] : [valueOfText(text, observed)];
}

function coded(concept: Concept, authority: string): ObservedValue[] {
  const valueCodeableConcept = conceptOf(concept, authority);
  return valueCodeableConcept === undefined ? [] : [{ valueCodeableConcept }];
}

function valueOfText(text: string, { valueType, units }: Observation): ObservedValue {
  const unit = readable(units);
  const valueQuantity = NUMERIC.has(valueType) ? quantityOf(text, unit) : undefined;
  if (valueQuantity !== undefined) return { valueQuantity };
  const pair = valueType === "SN" ? pairOf(text, unit) : undefined;
  if (pair !== undefined) return pair;
  const valueDateTime = TEMPORAL.has(valueType) ? fhirDateTime(text) : undefined;
  if (valueDateTime !== undefined) return { valueDateTime };
  return { valueString: unit === undefined ? text : `${text} ${unit}` };
}

/** `100-200` is a range, `1:128` a ratio. */
function pairOf(text: string, unit: string | undefined): ObservedValue | undefined {
  const [, first, sign, second] = /^(\d[\d.]*)\s*([-:/])\s*(\d[\d.]*)$/.exec(text) ?? [];
  const [one, other] = [plain(first, unit), plain(second, unit)];
  if (one?.value === undefined || other?.value === undefined) return undefined;
  if (sign !== "-") return { valueRatio: { numerator: one, denominator: other } };
  // R4, rng-2: the low end is not above the high one.
  return one.value <= other.value ? { valueRange: { low: one, high: other } } : undefined;
}

const plain = (text: string | undefined, unit: string | undefined): Quantity | undefined => quantityOf(text, unit);
