import type { Concept, FactContent } from "@chesil/model";
import { type Database, type StoredFact, writeFacts } from "@chesil/store";

/** Facts of every kind written straight into the store, for tests of what is read from it. */

const coded = (system: string, code: string, display: string): Concept => ({ codings: [{ system, code, display }] });
const observed = (display: string, code: string, value: string, at: string) => ({
  code: coded("L", code, display),
  valueType: "NM",
  value,
  units: "g/L",
  status: "final" as const,
  observedAt: at,
});

export const PENICILLIN = coded("SCT", "91936005", "Allergy to penicillin");
export const ASTHMA = coded("SCT", "195967001", "Asthma");
const LAB = { code: "RBD99", display: "Poole Pathology" };
export const CONSULTANT = { code: "C1234567", display: "Mr B Surgeon" };
export const PRACTICE = { code: "J81012", display: "Quay Surgery" };

/** One of each kind; of results two observations. */
export const CONTENTS = {
  allergy: {
    kind: "allergy",
    code: PENICILLIN,
    severity: "SV",
    reactions: ["rash"],
    status: "active",
    identifiedAt: "2019-03-01",
  },
  alert: {
    kind: "alert",
    code: coded("L", "DOG", "Dog at the address"),
    category: "environmental",
    priority: "high",
    status: "active",
    startsAt: "2025-01-01",
  },
  condition: { kind: "condition", code: ASTHMA, status: "active", startsAt: "1994-06", clinician: CONSULTANT },
  procedure: {
    kind: "procedure",
    code: coded("OPCS4", "H01.1", "Appendicectomy"),
    performedAt: "2001-02-03",
    performer: CONSULTANT,
  },
  medication: {
    kind: "medication",
    stage: "statement",
    code: coded("SCT", "27658006", "Amoxicillin"),
    status: "active",
  },
  immunisation: { kind: "immunisation", code: coded("SCT", "38598009", "MMR"), status: "given", givenAt: "1995-01-01" },
  result: {
    kind: "result",
    code: coded("L", "FBC", "Full blood count"),
    category: "LAB",
    status: "final",
    fillerId: "F1",
    collectedAt: "2026-04-02T08:00:00Z",
    reportedAt: "2026-04-02T10:00:00Z",
    performer: LAB,
    observations: [
      observed("Haemoglobin", "HB", "98", "2026-04-02T08:00:00Z"),
      observed("Platelets", "PLT", "250", "2026-04-02T08:00:00Z"),
    ],
  },
  document: {
    kind: "document",
    type: coded("L", "DS", "Discharge summary"),
    title: "Ward 4",
    status: "final",
    authoredAt: "2026-04-05T12:00:00Z",
    parts: [{ location: "OBX[1]-5", contentType: "text/plain", encoding: "text", bytes: 4, text: "Well" }],
  },
  measurement: { kind: "measurement", observation: observed("Height", "HT", "170", "2026-04-03") },
  referral: {
    kind: "referral",
    status: "accepted",
    specialty: "320",
    requestedAt: "2026-03-01",
    referredBy: CONSULTANT,
  },
  appointment: {
    kind: "appointment",
    status: "booked",
    startsAt: "2026-06-01T09:00:00Z",
    endsAt: "2026-06-01T09:20:00Z",
  },
  "care-package": {
    kind: "care-package",
    type: coded("L", "HC", "Home care"),
    status: "active",
    startsAt: "2026-01-01",
  },
  relationship: {
    kind: "relationship",
    role: "contact",
    name: "MOTHER, Test",
    relationship: coded("HL7", "MTH", "Mother"),
  },
  registration: { kind: "registration", practice: PRACTICE, status: "active", startsAt: "2010-01-01" },
  accident: { kind: "accident", text: "Fell off a bicycle", occurredAt: "2026-03-03" },
  insurance: { kind: "insurance", company: { display: "Sea Mutual" }, policyNumber: "P1" },
  local: { kind: "local", name: "Smoker", value: "N" },
} as const satisfies { readonly [K in FactContent["kind"]]: FactContent & { kind: K } };

export type FixtureFact = {
  readonly factId: number;
  readonly sourceRecordId: number;
  readonly content: FactContent;
  readonly state?: StoredFact["state"];
  readonly visitNumber?: string;
  readonly recordedAt?: string;
};

/** Writes the facts, all said and changed last by one journal entry. */
export async function writeFixtureFacts(
  database: Database,
  facts: readonly FixtureFact[],
  journalId: number,
): Promise<void> {
  const rows = facts.map(({ factId, sourceRecordId, content, state, visitNumber, recordedAt }): StoredFact => {
    const said = { recordedAt: recordedAt ?? "2026-05-01T07:00:00.000Z", journalId };
    return {
      factId,
      sourceRecordId,
      kind: content.kind,
      key: `K${factId}`,
      state: state ?? "current",
      visitNumber: visitNumber ?? null,
      content,
      said,
      parts: content.kind === "document" ? said : null,
      retracted: state === "retracted" ? said : null,
      relation: null,
      createdBy: journalId,
      updatedBy: journalId,
    };
  });
  await database.transaction((transaction) => writeFacts(transaction, rows));
}
