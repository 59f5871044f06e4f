import type { EncounterStatement, Sex } from "@chesil/model";
import type { ErrorCode } from "../answer/peek.ts";

/**
 * A question in HL7 v2 as plain data: get person demographics (Q21), PDQ (Q22), PIX (Q23), PDQ with visits (ZV1), and the
 * end of one (QCN^J01).
 */
export type IdentityQuery = PersonQuery | IdentifierQuery | DemographicsQuery | QueryCancellation;

/** Who is this? One patient, or nobody: of several none is told. */
export interface PersonQuery {
  readonly kind: "person";
  /** QPD-2. */
  readonly tag: string;
  /** An identifier alone, or what QPD-3 asks of a patient otherwise. */
  readonly criteria: QueryCriteria;
  /** QPD-4. */
  readonly domains: readonly QueriedDomain[];
}

/** Which other identifiers has the patient of this one? IHE ITI-9. */
export interface IdentifierQuery {
  readonly kind: "identifiers";
  /** QPD-2. */
  readonly tag: string;
  readonly identifier: QueriedIdentifier;
  /** QPD-4: the authorities asked for, in the order sent; none: all. */
  readonly domains: readonly QueriedDomain[];
}

/** An NHS number has the authority `NHS` and ten digits, where it is ten digits. */
export interface QueriedIdentifier {
  readonly authority: string;
  readonly value: string;
}

/** `repetition` counts from 1: an answer names the one that it does not know. */
export interface QueriedDomain {
  readonly authority: string;
  readonly repetition: number;
}

/** Which patients are like this? IHE ITI-21, and ITI-22 where `withVisits`. */
export interface DemographicsQuery {
  readonly kind: "demographics";
  readonly tag: string;
  readonly withVisits: boolean;
  readonly criteria: QueryCriteria;
  /** QPD-8. */
  readonly domains: readonly QueriedDomain[];
  /** RCP-2: patients in one answer. Undefined: as many as fit. */
  readonly quantity?: number | undefined;
  /** DSC-1: the pointer of the answer that this goes on from. */
  readonly continuation?: string | undefined;
}

export interface QueryCancellation {
  readonly kind: "cancellation";
  /** QID-1. */
  readonly tag: string;
}

/** A text to be found whatever its case and accents: whole, or where it began with `*` at its end, its start. */
export interface QueriedText {
  readonly text: string;
  readonly isStart: boolean;
}

/** Of one patient all that is asked must be true. At least one is there. */
export interface QueryCriteria {
  /** PID-3. No authority: of any. */
  readonly identifier?: { readonly value: string; readonly authority?: string | undefined };
  readonly family?: QueriedText;
  readonly given?: QueriedText;
  /** ISO, as precise as asked. */
  readonly birthDate?: string;
  readonly sex?: Sex;
  readonly street?: QueriedText;
  readonly city?: QueriedText;
  readonly postcode?: QueriedText;
  readonly phone?: string;
  readonly visit?: VisitCriteria;
}

/** Of one visit all that is asked must be true. */
export interface VisitCriteria {
  /** PID-18. */
  readonly account?: { readonly value: string; readonly authority?: string | undefined };
  readonly class?: NonNullable<EncounterStatement["class"]>;
  /** PV1-3: ward, room, bed, facility: each a part of the place. */
  readonly places?: readonly string[];
  /** PV1-7.1. */
  readonly consultantCode?: string;
  /** PV1-7.2: a part of the doctor's name. */
  readonly consultantName?: QueriedText;
  readonly specialty?: string;
  /** PV1-19. */
  readonly visitNumber?: { readonly value: string; readonly authority?: string | undefined };
}

/**
 * Why a query is not answered. `reject`: it is none that is offered (AR). `error`: something in it can not be asked
 * (AE). The location is `QPD^1^3^2` (segment, sequence, field, repetition, component); the text quotes nothing.
 */
export interface QueryFault {
  readonly severity: "reject" | "error";
  readonly code: ErrorCode | "206";
  readonly location: string;
  readonly text: string;
}
