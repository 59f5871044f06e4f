import type { CodeableConcept, PrimitiveExtension } from "./datatypes.ts";
import { CODE_SYSTEM, EXTENSION } from "./uk-core.ts";

/** R4, data-absent-reason: why something that FHIR requires is not said. */
const REASONS = { unknown: "Unknown", unsupported: "Unsupported" } as const;
type Reason = keyof typeof REASONS;

/** In place of a primitive's value, under its name with `_` before it. */
export const absent = (reason: Reason): PrimitiveExtension => ({
  extension: [{ url: EXTENSION.dataAbsentReason, valueCode: reason }],
});

export const absentConcept = (reason: Reason): CodeableConcept => ({
  coding: [{ system: CODE_SYSTEM.dataAbsentReason, code: reason, display: REASONS[reason] }],
});
