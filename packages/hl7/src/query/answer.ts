import type { Address, EncounterStatement, Party, PersonName, Sex, Telecom } from "@chesil/model";
import type { QueryFault } from "./query.ts";

/** What is found, as plain data, for `answerQuery` to write. */
export type QueryAnswer =
  /** Q23: the other identifiers of the patient; none: there are no others. */
  | { readonly kind: "identifiers"; readonly identifiers: readonly AnsweredIdentifier[] }
  /** Q21: one patient at most. Q22 and ZV1: one page of patients. */
  | {
      readonly kind: "patients";
      readonly patients: readonly AnsweredPatient[];
      /** How many the whole answer has, and how many come after this page; undefined when nobody counted. */
      readonly hits?: { readonly total: number; readonly remaining: number } | undefined;
      /** DSC-1: where to go on from. */
      readonly continuation?: string | undefined;
    }
  | { readonly kind: "cancelled" }
  /** At least one. All of one severity. */
  | { readonly kind: "fault"; readonly faults: readonly [QueryFault, ...QueryFault[]] };

export interface AnsweredIdentifier {
  readonly authority: string;
  readonly value: string;
  /** HL7 table 0203. */
  readonly type: string;
}

/** What stands in PID, PD1 and PV1. Names and addresses in the order they are to be sent in. */
export interface AnsweredPatient {
  readonly identifiers: readonly AnsweredIdentifier[];
  /** Whether the NHS number is traced; undefined without one. */
  readonly nhsNumberTrust?: "verified" | "unverified" | undefined;
  readonly names: readonly PersonName[];
  /** ISO, as precise as known. */
  readonly birthDate?: string | undefined;
  readonly sex?: Sex | undefined;
  readonly addresses: readonly Address[];
  readonly telecoms: readonly Telecom[];
  /** ISO date or instant. */
  readonly deathDate?: string | undefined;
  readonly deceased?: boolean | undefined;
  readonly generalPractice?: Party | undefined;
  readonly generalPractitioner?: Party | undefined;
  /** With ZV1. */
  readonly visit?: AnsweredVisit | undefined;
}

export interface AnsweredVisit {
  readonly authority: string;
  readonly visitNumber: string;
  readonly account?: string | undefined;
  readonly class?: NonNullable<EncounterStatement["class"]> | undefined;
  /** Ward, room, bed and facility with `, ` between them. */
  readonly location?: string | undefined;
  readonly consultant?: Party | undefined;
  readonly specialty?: string | undefined;
  readonly admissionMethod?: string | undefined;
  /** ISO dates or instants. */
  readonly admittedAt?: string | undefined;
  readonly dischargedAt?: string | undefined;
}
