import type { Address, Identifier, Party, PersonName, Sex, Telecom } from "./demographics.ts";

/** The state of a source record and of a golden record: what is stored, and what screens and FHIR are made from. */

/** The demographic fields by name, with the type of their value. */
export type DemographicValues = {
  names: PersonName[];
  birthDate: string;
  sex: Sex;
  addresses: Address[];
  telecoms: Telecom[];
  ethnicity: string;
  maritalStatus: string;
  religion: string;
  language: string;
  deceased: boolean;
  deathDate: string;
  generalPractitioner: Party;
  generalPractice: Party;
};
export type DemographicField = keyof DemographicValues;

/** Every demographic field, in the order screens show them. A field added to the canonical event is added here. */
export const DEMOGRAPHIC_FIELDS = [
  "names",
  "birthDate",
  "sex",
  "addresses",
  "telecoms",
  "generalPractitioner",
  "generalPractice",
  "deceased",
  "deathDate",
  "ethnicity",
  "maritalStatus",
  "religion",
  "language",
] as const satisfies readonly DemographicField[];

/** A value as one source knows it. `value` is absent after the sender cleared it, so that an older one stays out. */
export type Known<T> = {
  readonly value?: T;
  /** When the sender recorded it: ISO instant, UTC. */
  readonly recordedAt: string;
  readonly journalId: number;
};

export type KnownDemographics = { readonly [F in DemographicField]?: Known<DemographicValues[F]> };

/** One patient as one source system knows them. `identifiers` includes NHS numbers, with their trust. */
export type SourceRecord = {
  readonly sourceRecordId: number;
  readonly authority: string;
  readonly localId: string;
  readonly feed: string;
  /** `retired`: merged away, it leads to `retiredInto`. `deleted`: its sender says that it should not be. */
  readonly status: "active" | "retired" | "deleted";
  readonly retiredInto: number | null;
  readonly personId: string;
  readonly identifiers: Known<Identifier[]>;
  readonly demographics: KnownDemographics;
  readonly createdBy: number;
  readonly updatedBy: number;
};

/** A value of the golden record and the source record it came from, which says when it was recorded. */
export type Sourced<T> = { readonly value: T; readonly sourceRecordId: number };

/** The person's reconciled demographics: a pure function of the linked source records. */
export type GoldenRecord = { readonly [F in DemographicField]?: Sourced<DemographicValues[F]> } & {
  readonly nhsNumber?: Sourced<{ value: string; trust: "verified" | "unverified" }>;
};
