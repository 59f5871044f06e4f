import { type Diligence, HOSPITAL_DILIGENCE } from "./calibration.ts";
import { SYSTEMS, type System, shareKnown } from "./systems.ts";

/** The sources of a register: the region's hospitals and councils as they are in the feeds, and its practices. */

export type RegisterSource = Pick<System, "feed" | "areas" | "diligence" | "dialect" | "duplicates"> & {
  readonly kind: System["kind"] | "practice";
  /** What the calibrated error rates are multiplied by: with the second registrations, whose rates are higher, a region's pairs come to the measured shares. */
  readonly carelessness: number;
  /** Names without apostrophes and hyphens: OBRIEN, CLARK WEBB. */
  readonly plainNames: boolean;
  /** What stands for a date of birth nobody asked for: nothing, the first of January of the year, or of 1900. */
  readonly unknownBirthDate: "blank" | "new-year" | "century";
  /** Share of its records opened for somebody who could not say who they were. */
  readonly unknownPatients: number;
  /** Share of records of people of this age; `away` when they live outside its areas. */
  readonly known: (age: number, away: boolean) => number;
};

/** A practice has nearly everybody, was sent the NHS number with the patient, and is asked for repeat prescriptions. */
const PRACTICE_DILIGENCE: Diligence = {
  nhsNumberMissing: 0.003,
  nhsNumberTraced: 0.99,
  nhsNumberMistyped: 0.0001,
  nhsNumberOfAnother: 0.0001,
  birthDateMissing: 0,
  sexUnknown: 0.0005,
  postcodeMissing: 0.001,
  postcodePseudo: 0.002,
  phoneMissing: 0.12,
  middleNamesMissing: 0.15,
  infantUnnamed: 0.01,
};
const SHARE_WITH_A_PRACTICE = 0.97;

const PRACTICES: RegisterSource = {
  feed: "gp-register",
  kind: "practice",
  areas: ["poole", "bournemouth", "dorchester"],
  diligence: PRACTICE_DILIGENCE,
  dialect: {
    charset: "UNICODE UTF-8",
    upperCase: false,
    enhancedMode: false,
    traceIn: "CX.2",
    shortTransfers: false,
    phones: "plain",
    postcodeSpace: true,
    formerName: "none",
  },
  // Somebody who left and came back.
  duplicates: 0.004,
  carelessness: 0.74,
  plainNames: false,
  unknownBirthDate: "blank",
  unknownPatients: 0,
  known: () => SHARE_WITH_A_PRACTICE,
};

const CARELESSNESS: Readonly<Record<string, number>> = {
  "poole-pas": 1.06,
  "bournemouth-pas": 0.92,
  "dorchester-pas": 1.15,
  "council-social-care": 1.4,
  "county-social-care": 1.5,
};
const UNKNOWN_PATIENTS_OF_HOSPITALS = 0.0003;

function sourceOf(system: System): RegisterSource {
  const hospital = system.kind === "acute";
  return {
    ...system,
    diligence: hospital ? { ...HOSPITAL_DILIGENCE, nhsNumberMissing: 0.02 } : system.diligence,
    carelessness: CARELESSNESS[system.feed] ?? 1,
    plainNames: system.dialect.charset === "",
    unknownBirthDate: hospital ? "century" : "new-year",
    unknownPatients: hospital ? UNKNOWN_PATIENTS_OF_HOSPITALS : 0,
    known: (age, away) => shareKnown(system, age, away),
  };
}

/** Three acute hospitals, the practices and two councils. */
export const REGISTER_SOURCES: readonly RegisterSource[] = [
  PRACTICES,
  ...SYSTEMS.filter(({ kind }) => kind !== "community").map(sourceOf),
];
