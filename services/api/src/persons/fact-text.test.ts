import { FACT_KINDS, type FactContent } from "@chesil/model";
import { expect, test } from "vitest";
import { factText } from "./fact-text.ts";

const concept = (text: string) => ({ codings: [], text });
const asthma = { codings: [{ system: "SCT", code: "195967001", display: "Asthma" }] };

const EXAMPLES: readonly [FactContent, title: string, detail: string][] = [
  [
    { kind: "allergy", code: asthma, severity: "SV", reactions: ["rash", "wheeze"] },
    "Asthma",
    "Severity SV\nReactions rash, wheeze",
  ],
  [{ kind: "condition", code: { codings: [{ system: "I10", code: "J45.9" }] }, type: "F" }, "J45.9", "Type F"],
  [
    { kind: "procedure", code: concept("Appendicectomy"), performer: { display: "Dr Quay" } },
    "Appendicectomy",
    "By Dr Quay",
  ],
  [
    {
      kind: "medication",
      stage: "order",
      code: concept("Amoxicillin 500mg"),
      status: "active",
      dose: "1 capsule",
      frequency: "TDS",
      quantity: "21",
    },
    "Amoxicillin 500mg",
    "1 capsule, TDS\nOrdered, quantity 21",
  ],
  [
    {
      kind: "result",
      code: concept("Full blood count"),
      status: "final",
      observations: [
        {
          code: concept("Haemoglobin"),
          valueType: "NM",
          value: "98",
          units: "g/L",
          flags: ["L"],
          referenceRange: "115-165",
          status: "corrected",
        },
        ...Array.from({ length: 13 }, () => ({
          code: concept("Other"),
          valueType: "NM",
          value: "1",
          status: "final" as const,
        })),
      ],
    },
    "Full blood count",
    [
      "Haemoglobin: 98 g/L (L), range 115-165, corrected",
      ...Array<string>(11).fill("Other: 1"),
      "and 2 more observations",
    ].join("\n"),
  ],
  [
    {
      kind: "document",
      type: concept("Discharge summary"),
      title: "Ward 4",
      status: "final",
      availability: "OB",
      parts: [{ location: "OBX[1]-5", contentType: "application/pdf", encoding: "base64", bytes: 9 }],
    },
    "Ward 4",
    "Discharge summary\nAvailability obsolete\napplication/pdf",
  ],
  [
    {
      kind: "referral",
      status: "accepted",
      specialty: "Cardiology",
      reason: concept("Chest pain"),
      referredBy: { display: "Dr A" },
    },
    "Cardiology",
    "Reason Chest pain\nFrom Dr A",
  ],
  [{ kind: "appointment", status: "booked", location: "Clinic 2", specialty: "ENT" }, "Appointment", "Clinic 2 · ENT"],
  [
    {
      kind: "relationship",
      role: "contact",
      name: "MOTHER, Test",
      relationship: concept("Mother"),
      telecoms: [{ kind: "phone", use: "home", value: "01632960001" }],
    },
    "MOTHER, Test",
    "Mother\n01632960001",
  ],
  [
    {
      kind: "measurement",
      observation: { code: concept("Height"), valueType: "NM", value: "170", units: "cm", status: "final" },
    },
    "Height: 170 cm",
    "",
  ],
  [{ kind: "accident", text: "Fell off a bicycle", location: "A35" }, "Fell off a bicycle", "A35"],
  [{ kind: "insurance", company: { display: "Sea Mutual" }, policyNumber: "P1" }, "Sea Mutual", "Policy P1"],
  [
    {
      kind: "alert",
      code: concept("Dog at the address"),
      category: "environmental",
      priority: "high",
      status: "active",
      endsAt: "2027-01-01",
    },
    "Dog at the address",
    "environmental, priority high\nUntil 2027-01-01",
  ],
  [{ kind: "immunisation", code: concept("MMR"), status: "given", dose: "2", batch: "B7" }, "MMR", "Dose 2, batch B7"],
  [
    { kind: "registration", practice: { display: "Sea Surgery" }, status: "active", type: "regular" },
    "Sea Surgery",
    "regular",
  ],
  [
    {
      kind: "care-package",
      type: concept("Home care"),
      status: "active",
      amount: "14 hours a week",
      provider: { display: "Bay Care" },
    },
    "Home care",
    "14 hours a week, by Bay Care",
  ],
  [{ kind: "local", name: "Smoker", value: "N" }, "Smoker", "N"],
];

test.each(EXAMPLES)("%j", (content, title, detail) => {
  expect(factText(content)).toMatchObject({ title, detail });
});

test("there is an example of every kind", () => {
  expect(new Set(EXAMPLES.map(([content]) => content.kind))).toEqual(new Set(FACT_KINDS));
});

test("a long text is cut, and one without a word says so", () => {
  expect(factText({ kind: "local", name: "x".repeat(9999), value: "" }).title).toHaveLength(500);
  expect(factText({ kind: "allergy", code: { codings: [] } }).title).toBe("Without a name");
});
