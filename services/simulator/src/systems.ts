import { COMMUNITY_DILIGENCE, type Diligence, HOSPITAL_DILIGENCE, SOCIAL_CARE_DILIGENCE } from "./calibration.ts";
import type { Area } from "./places.ts";

/**
 * The systems of the region that send. Names say the role and are nobody's; the three acute hospitals, the community
 * and mental health trust and the two councils are the shape of the county's shared record.
 */

export type SystemKind = "acute" | "community" | "social-care";

/** How a system writes. Dialects differ as vendors do; every one is valid HL7 v2.4. */
export type Dialect = {
  /** MSH-18 and the bytes that go with it; "" is ASCII with diacritics dropped, as old systems store names. */
  readonly charset: "" | "8859/1" | "UNICODE UTF-8";
  readonly upperCase: boolean;
  /** MSH-15 and MSH-16, or original mode. */
  readonly enhancedMode: boolean;
  /** Where a traced NHS number says so: PID-32 (`NSTS01`) or CX.2 (`01`). */
  readonly traceIn: "PID-32" | "CX.2";
  /** Transfers and discharges carry only who it is, not the address and the rest. */
  readonly shortTransfers: boolean;
  readonly phones: "plain" | "spaced" | "international";
  readonly postcodeSpace: boolean;
  /** A former name goes as a second PID-5, in PID-9, or not at all. */
  readonly formerName: "PID-5" | "PID-9" | "none";
};

export type System = {
  /** The name of the feed, `poole-pas`. */
  readonly feed: string;
  /** CX.4 of its local ids; also the truth file's `authority`. */
  readonly authority: string;
  /** MSH-3 and MSH-4. */
  readonly application: string;
  readonly facility: string;
  readonly kind: SystemKind;
  /** The areas it serves first. */
  readonly areas: readonly Area[];
  /** Two letters before every control id, so that no two systems ever use the same one. */
  readonly prefix: string;
  readonly localId: { readonly prefix: string; readonly digits: number };
  readonly diligence: Diligence;
  readonly dialect: Dialect;
  /** Share of its people it has registered twice. */
  readonly duplicates: number;
};

const PLAIN: Dialect = {
  charset: "",
  upperCase: false,
  enhancedMode: false,
  traceIn: "PID-32",
  shortTransfers: false,
  phones: "plain",
  postcodeSpace: true,
  formerName: "none",
};

export const SYSTEMS: readonly System[] = [
  {
    feed: "poole-pas",
    authority: "POOLE-PAS",
    application: "POOLEPAS",
    facility: "POOLE",
    kind: "acute",
    areas: ["poole"],
    prefix: "PO",
    localId: { prefix: "P", digits: 7 },
    diligence: HOSPITAL_DILIGENCE,
    dialect: { ...PLAIN, upperCase: true, shortTransfers: true },
    duplicates: 0.015,
  },
  {
    feed: "bournemouth-pas",
    authority: "BOURNEMOUTH-PAS",
    application: "BOURNEPAS",
    facility: "BOURNEMOUTH",
    kind: "acute",
    areas: ["bournemouth"],
    prefix: "BO",
    localId: { prefix: "", digits: 8 },
    diligence: HOSPITAL_DILIGENCE,
    dialect: { ...PLAIN, charset: "8859/1", phones: "spaced", formerName: "PID-5" },
    duplicates: 0.012,
  },
  {
    feed: "dorchester-pas",
    authority: "DORCHESTER-PAS",
    application: "DORCHPAS",
    facility: "DORCHESTER",
    kind: "acute",
    areas: ["dorchester"],
    prefix: "DO",
    localId: { prefix: "D", digits: 6 },
    diligence: HOSPITAL_DILIGENCE,
    dialect: { ...PLAIN, charset: "UNICODE UTF-8", enhancedMode: true, traceIn: "CX.2", formerName: "PID-9" },
    duplicates: 0.018,
  },
  {
    feed: "community-epr",
    authority: "COMMUNITY-EPR",
    application: "COMMEPR",
    facility: "COMMUNITY",
    kind: "community",
    areas: ["poole", "bournemouth", "dorchester"],
    prefix: "CO",
    localId: { prefix: "", digits: 7 },
    diligence: COMMUNITY_DILIGENCE,
    dialect: { ...PLAIN, charset: "UNICODE UTF-8", enhancedMode: true, phones: "international" },
    duplicates: 0.01,
  },
  {
    feed: "council-social-care",
    authority: "COUNCIL-SOCIAL-CARE",
    application: "COUNCILCARE",
    facility: "COAST-COUNCIL",
    kind: "social-care",
    areas: ["poole", "bournemouth"],
    prefix: "CC",
    localId: { prefix: "C", digits: 6 },
    diligence: SOCIAL_CARE_DILIGENCE,
    dialect: { ...PLAIN, charset: "8859/1", postcodeSpace: false },
    duplicates: 0.02,
  },
  {
    feed: "county-social-care",
    authority: "COUNTY-SOCIAL-CARE",
    application: "COUNTYCARE",
    facility: "COUNTY-COUNCIL",
    kind: "social-care",
    areas: ["dorchester"],
    prefix: "CY",
    localId: { prefix: "", digits: 6 },
    diligence: SOCIAL_CARE_DILIGENCE,
    dialect: { ...PLAIN, charset: "UNICODE UTF-8", phones: "spaced" },
    duplicates: 0.02,
  },
];

/** Share of people of this age that a system of this kind has on file; `away` for people of another area. */
export function shareKnown(system: System, age: number, away: boolean): number {
  if (system.kind === "community") return age < 5 ? 0.4 : age < 65 ? 0.16 : 0.42;
  if (system.kind === "social-care") return away ? 0.004 : age < 18 ? 0.05 : age < 65 ? 0.03 : age < 80 ? 0.1 : 0.28;
  if (away) return 0.13;
  return age < 5 ? 0.85 : age < 18 ? 0.6 : age < 45 ? 0.62 : age < 65 ? 0.72 : 0.9;
}
