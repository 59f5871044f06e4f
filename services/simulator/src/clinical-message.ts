import type { SegmentContent } from "@chesil/hl7";
import { stored } from "./encoding.ts";
import {
  eventSegment,
  headerSegment,
  onTheWire,
  patientSegment,
  practitioner,
  type Sent,
  time,
  type Visit,
  visitSegments,
} from "./message.ts";
import type { System } from "./systems.ts";

/** Results, documents, prescriptions, referrals and appointments: v2.4, as the hospitals' departments send them. */

export type Clinical =
  | { readonly kind: "result"; readonly visit: Visit; readonly report: Report }
  | { readonly kind: "document"; readonly visit: Visit; readonly document: Document }
  | { readonly kind: "prescription"; readonly visit: Visit; readonly prescription: Prescription }
  | { readonly kind: "referral"; readonly referral: Referral }
  | { readonly kind: "appointment"; readonly visit: Visit; readonly appointment: Appointment };

export type Report = {
  readonly fillerNumber: string;
  readonly code: Code;
  readonly status: "P" | "F" | "C";
  readonly collectedAtMs: number;
  readonly reportedAtMs: number;
  readonly observations: readonly Measured[];
};
/** Code, words and the table of codes (`LN`: LOINC). */
export type Code = readonly [code: string, display: string, system: string];
export type Measured = {
  readonly code: Code;
  readonly value: string;
  readonly units: string;
  readonly range: string;
  readonly flag: "" | "H" | "L";
};

export type Document = {
  readonly number: string;
  readonly type: Code;
  readonly lines: readonly string[];
  readonly writtenAtMs: number;
};

export type Prescription = {
  readonly number: string;
  readonly drug: Code;
  readonly dose: string;
  readonly units: string;
  readonly frequency: string;
  readonly startsAtMs: number;
};

export type Referral = {
  readonly number: string;
  readonly reason: string;
  readonly specialty: Code;
  readonly priority: "R" | "U";
  readonly writtenAtMs: number;
};

export type Appointment = {
  readonly number: string;
  readonly startsAtMs: number;
  readonly minutes: number;
  readonly reason: string;
};

/** The message as the department puts it on the wire, without MLLP framing. */
export function writeClinical(sent: Sent, clinical: Clinical): Uint8Array {
  const { system } = sent.record;
  const patient = patientSegment(sent, true);
  switch (clinical.kind) {
    case "result":
      return onTheWire(system, [
        headerSegment(sent, ["ORU", "R01", "ORU_R01"]),
        patient,
        ...visitSegments(system, clinical.visit),
        ...resultSegments(system, clinical.report),
      ]);
    case "document":
      return onTheWire(system, [
        headerSegment(sent, ["MDM", "T02", "MDM_T02"]),
        eventSegment({ trigger: "T02", recordedAtMs: clinical.document.writtenAtMs }),
        patient,
        ...visitSegments(system, clinical.visit),
        ...documentSegments(system, clinical.document, clinical.visit),
      ]);
    case "prescription":
      return onTheWire(system, [
        headerSegment(sent, ["RDE", "O11", "RDE_O11"]),
        patient,
        ...visitSegments(system, clinical.visit),
        ...prescriptionSegments(system, clinical.prescription, clinical.visit),
      ]);
    case "referral":
      return onTheWire(system, [
        headerSegment(sent, ["REF", "I12", "REF_I12"]),
        ...referralSegments(sent, clinical.referral),
        patient,
      ]);
    default:
      return onTheWire(system, [
        headerSegment(sent, ["SIU", "S12", "SIU_S12"]),
        appointmentSegment(system, clinical.appointment),
        patient,
        ...visitSegments(system, clinical.visit),
        { id: "RGS", fields: { 1: "1" } },
      ]);
  }
}

const coded = (system: System, [code, display, table]: Code) => [code, stored(system, display), table];

function resultSegments(system: System, report: Report): SegmentContent[] {
  const order: SegmentContent = {
    id: "OBR",
    fields: {
      1: "1",
      3: [report.fillerNumber, system.application],
      4: coded(system, report.code),
      7: time(report.collectedAtMs),
      22: time(report.reportedAtMs),
      24: "LAB",
      25: report.status,
    },
  };
  const observations = report.observations.map(
    (each, place): SegmentContent => ({
      id: "OBX",
      fields: {
        1: String(place + 1),
        2: "NM",
        3: coded(system, each.code),
        5: each.value,
        6: each.units,
        7: each.range,
        8: each.flag,
        11: report.status,
        14: time(report.collectedAtMs),
      },
    }),
  );
  return [order, ...observations];
}

function documentSegments(system: System, document: Document, { consultant }: Visit): SegmentContent[] {
  const header: SegmentContent = {
    id: "TXA",
    fields: {
      1: "1",
      2: coded(system, document.type),
      3: "TX",
      4: time(document.writtenAtMs),
      9: practitioner(system, consultant),
      12: [document.number, system.application],
      17: "AU",
      19: "AV",
    },
  };
  const text: SegmentContent = {
    id: "OBX",
    fields: {
      1: "1",
      2: "TX",
      3: coded(system, document.type),
      5: { repetitions: document.lines.map((line) => [stored(system, line)]) },
      11: "F",
    },
  };
  return [header, text];
}

function prescriptionSegments(system: System, given: Prescription, { consultant }: Visit): SegmentContent[] {
  return [
    {
      id: "ORC",
      fields: { 1: "NW", 2: [given.number, system.application], 5: "IP", 12: practitioner(system, consultant) },
    },
    {
      id: "RXE",
      fields: {
        1: ["", given.frequency, "", time(given.startsAtMs)],
        2: coded(system, given.drug),
        3: given.dose,
        5: given.units,
      },
    },
    { id: "RXR", fields: { 1: ["PO", "Oral", "HL70162"] } },
  ];
}

function referralSegments(sent: Sent, referral: Referral): SegmentContent[] {
  const { onFile, record } = sent;
  const { system } = record;
  return [
    {
      id: "RF1",
      fields: {
        1: "P",
        2: referral.priority,
        3: coded(system, referral.specialty),
        6: [referral.number, system.application],
        7: time(referral.writtenAtMs),
        10: ["", stored(system, referral.reason)],
      },
    },
    {
      id: "PRD",
      fields: {
        1: ["RP", "Referring provider", "HL70286"],
        2: [stored(system, onFile.doctor.family), stored(system, onFile.doctor.given)],
      },
    },
  ];
}

function appointmentSegment(system: System, booked: Appointment): SegmentContent {
  const endsAtMs = booked.startsAtMs + booked.minutes * 60_000;
  return {
    id: "SCH",
    fields: {
      2: [booked.number, system.application],
      7: ["", stored(system, booked.reason)],
      11: ["", "", "", time(booked.startsAtMs), time(endsAtMs)],
      25: "BOOKED",
    },
  };
}
