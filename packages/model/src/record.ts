import type { Address, Identifier, Party, PersonName, Sensitivity, Sex, Telecom } from "./demographics.ts";

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
  /** How closely the sender keeps the record; the gate goes by the strictest of a person's records, not by this one value. */
  confidentiality: Sensitivity;
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
  "confidentiality",
] as const satisfies readonly DemographicField[];

/** A value as one source knows it. `value` is absent after the sender cleared it, so that an older one stays out. */
export type Known<T> = {
  readonly value?: T;
  /** When the sender recorded it: ISO instant, UTC. */
  readonly recordedAt: string;
  readonly journalId: number;
  /** The feed that the message came by; absent where nobody spoke. */
  readonly feed?: string;
};

/** When something was said: the sender's time (ISO instant, UTC), and the journal entry of the message. */
export type Saying = readonly [at: string, by: number];

/** A field that keeps a history. */
export type HistoryField = DemographicField | "identifiers";

/**
 * A value that a source said of a field, as it was said; `null` where it was deleted. What is absent goes without saying
 * (`said-values.ts`): the value, where it is the record's own; `first`, where it is the record's; `last`, where it is that of
 * the record's own value; `between`, where it was said whenever the record was heard between these.
 */
export type FormerValue = {
  readonly value?: unknown;
  readonly first?: Saying;
  readonly last?: Saying;
  readonly between?: readonly Saying[];
};

/** What a source said of a record's fields besides what is known now, since it was first heard of. */
export type Former = {
  readonly since: Saying;
  /** When else it was heard, in order, but for the last time; absent: never. */
  readonly heard?: readonly Saying[];
  readonly fields: { readonly [F in HistoryField]?: readonly FormerValue[] };
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
  /** Absent of a record that was heard once. */
  readonly former?: Former | undefined;
  readonly createdBy: number;
  readonly updatedBy: number;
};

/** A value of the golden record and the source record it came from, which says when it was recorded. */
export type Sourced<T> = { readonly value: T; readonly sourceRecordId: number };

/** The person's reconciled demographics: a pure function of the linked source records. */
export type GoldenRecord = { readonly [F in DemographicField]?: Sourced<DemographicValues[F]> } & {
  readonly nhsNumber?: Sourced<{ value: string; trust: "verified" | "unverified" }>;
};
