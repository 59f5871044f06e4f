/** A GP's record of a person who does not exist, as GP Connect would send it in R4. For tests. */

type Json = { readonly [element: string]: unknown };

export const GP = "https://gp.example.nhs.uk/Id/patient";
export const BASE = "https://gp.example.nhs.uk/fhir";
export const RECEIVED_AT = new Date("2026-06-01T09:00:00.000Z");
export const CONTEXT = { authority: GP, nhsNumberTraced: false, receivedAt: RECEIVED_AT, controlId: "B1" };

export const snomed = (code: string, display: string): Json => ({
  coding: [{ system: "http://snomed.info/sct", code, display }],
});

export const coded = (system: string, code: string): Json => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
});

export const about = (id = "p1"): Json => ({ subject: { reference: `Patient/${id}` } });
export const of = (id = "p1"): Json => ({ patient: { reference: `Patient/${id}` } });

export const PATIENT: Json = {
  resourceType: "Patient",
  id: "p1",
  meta: { lastUpdated: "2026-05-30T08:00:00Z" },
  extension: [
    {
      url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory",
      valueCodeableConcept: { coding: [{ system: "x", code: "A" }] },
    },
  ],
  identifier: [
    {
      system: "https://fhir.nhs.uk/Id/nhs-number",
      value: "999 000 4951",
      extension: [
        {
          url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
          valueCodeableConcept: { coding: [{ code: "01" }] },
        },
      ],
    },
    { system: GP, value: "77001" },
  ],
  name: [{ use: "official", family: "Sandbank", given: ["Mary", "Ann"], prefix: ["Mrs"] }],
  telecom: [{ system: "phone", use: "mobile", value: "07700 900123" }],
  gender: "female",
  birthDate: "1950-07-31",
  address: [{ use: "home", line: ["1 Chesil Road"], city: "Weymouth", postalCode: "dt36ab" }],
  maritalStatus: coded("v3-MaritalStatus", "M"),
  communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: "en" }] }, preferred: true }],
  generalPractitioner: [{ reference: "Organization/surgery" }, { reference: "Practitioner/doctor" }],
};

export const RESOURCES: readonly Json[] = [
  {
    resourceType: "Organization",
    id: "surgery",
    identifier: [{ system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "J81001" }],
    name: "Chesil Surgery",
  },
  {
    resourceType: "Practitioner",
    id: "doctor",
    identifier: [{ system: "https://fhir.hl7.org.uk/Id/gmp-number", value: "G1234567" }],
    name: [{ family: "Fleet", given: ["Ann"], prefix: ["Dr"] }],
  },
  {
    resourceType: "Encounter",
    id: "e1",
    status: "finished",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" },
    ...about(),
    period: { start: "2026-05-01T10:00:00+01:00", end: "2026-05-01T10:12:00+01:00" },
    participant: [{ individual: { reference: "Practitioner/doctor" } }],
    location: [{ location: { display: "Chesil Surgery" } }],
  },
  {
    resourceType: "Encounter",
    id: "e2",
    status: "planned",
    class: { code: "AMB" },
    ...about(),
    period: { start: "2026-07-01T09:00:00Z" },
  },
  {
    resourceType: "Condition",
    id: "c1",
    clinicalStatus: coded("condition-clinical", "active"),
    category: [coded("condition-category", "problem-list-item")],
    code: snomed("73211009", "Diabetes mellitus"),
    ...about(),
    encounter: { reference: "Encounter/e1" },
    onsetDateTime: "2012-03",
    asserter: { reference: "Practitioner/doctor" },
  },
  {
    resourceType: "AllergyIntolerance",
    id: "a1",
    clinicalStatus: coded("allergyintolerance-clinical", "active"),
    verificationStatus: coded("allergyintolerance-verification", "confirmed"),
    category: ["medication"],
    code: snomed("91936005", "Allergy to penicillin"),
    ...of(),
    onsetDateTime: "1999",
    reaction: [{ manifestation: [{ text: "Rash" }], severity: "moderate" }],
  },
  {
    resourceType: "Observation",
    id: "bp",
    status: "final",
    category: [coded("observation-category", "vital-signs")],
    code: snomed("75367002", "Blood pressure"),
    ...about(),
    encounter: { reference: "Encounter/e1" },
    effectiveDateTime: "2026-05-01T10:05:00+01:00",
    component: [
      { code: snomed("271649006", "Systolic"), valueQuantity: { value: 132, unit: "mm[Hg]" } },
      { code: snomed("271650006", "Diastolic"), valueQuantity: { value: 81, unit: "mm[Hg]" } },
    ],
  },
  {
    resourceType: "Observation",
    id: "hba1c",
    status: "final",
    category: [coded("observation-category", "laboratory")],
    code: snomed("999791000000106", "HbA1c"),
    ...about(),
    valueQuantity: { value: 48, unit: "mmol/mol" },
    referenceRange: [{ low: { value: 20 }, high: { value: 42, unit: "mmol/mol" } }],
    interpretation: [coded("v3-ObservationInterpretation", "H")],
  },
  {
    resourceType: "DiagnosticReport",
    id: "r1",
    identifier: [{ value: "LAB-26-001" }],
    status: "final",
    category: [coded("v2-0074", "LAB")],
    code: snomed("1", "HbA1c report"),
    ...about(),
    effectiveDateTime: "2026-05-02",
    issued: "2026-05-03T07:30:00Z",
    result: [{ reference: "Observation/hba1c" }],
    conclusion: "Continue as before.",
  },
  {
    resourceType: "Medication",
    id: "m",
    code: { coding: [{ system: "https://dmd.nhs.uk", code: "325278007", display: "Metformin 500mg tablets" }] },
  },
  {
    resourceType: "MedicationStatement",
    id: "ms1",
    status: "active",
    ...about(),
    medicationReference: { reference: "Medication/m" },
    effectivePeriod: { start: "2013-01-05" },
    dosage: [{ text: "One twice a day", doseAndRate: [{ doseQuantity: { value: 1, unit: "tablet" } }] }],
  },
  {
    resourceType: "Procedure",
    id: "pr1",
    status: "completed",
    code: snomed("80146002", "Appendicectomy"),
    ...about(),
    performedDateTime: "1971",
  },
  {
    resourceType: "Immunization",
    id: "i1",
    status: "completed",
    vaccineCode: snomed("822851000000102", "Influenza vaccination"),
    ...of(),
    occurrenceDateTime: "2025-10-10",
    lotNumber: "AB12",
    protocolApplied: [{ doseNumberPositiveInt: 1 }],
  },
  {
    resourceType: "Flag",
    id: "f1",
    extension: [
      {
        url: "http://hl7.org/fhir/StructureDefinition/flag-priority",
        valueCodeableConcept: { coding: [{ code: "PH" }] },
      },
    ],
    status: "active",
    category: [coded("flag-category", "safety")],
    code: { text: "Dog that bites" },
    ...about(),
    period: { start: "2024-02-01" },
  },
  {
    resourceType: "RiskAssessment",
    id: "k1",
    status: "final",
    code: snomed("225338004", "Falls risk assessment"),
    ...about(),
    occurrenceDateTime: "2026-01-15",
    prediction: [{ outcome: { text: "Falls" }, qualitativeRisk: coded("risk-probability", "moderate") }],
  },
  {
    resourceType: "Binary",
    id: "b1",
    contentType: "text/plain",
    data: "RGVhciBEciBGbGVldA==",
  },
  {
    resourceType: "DocumentReference",
    id: "d1",
    status: "current",
    docStatus: "final",
    type: snomed("823681000000100", "Outpatient letter"),
    ...about(),
    date: "2026-04-01T12:00:00Z",
    description: "Diabetes clinic",
    content: [
      { attachment: { contentType: "text/plain", url: "Binary/b1" } },
      { attachment: { contentType: "application/pdf", data: "JVBERi0xLjQ=" } },
    ],
    context: { encounter: [{ reference: "Encounter/e1" }] },
  },
  {
    resourceType: "ServiceRequest",
    id: "s1",
    status: "active",
    intent: "order",
    code: snomed("306253008", "Referral to diabetic clinic"),
    ...about(),
    authoredOn: "2026-05-01",
    requester: { reference: "Practitioner/doctor" },
  },
  {
    resourceType: "Appointment",
    id: "ap1",
    status: "booked",
    start: "2026-07-01T09:00:00Z",
    end: "2026-07-01T09:10:00Z",
    participant: [
      { actor: { reference: "Patient/p1" }, status: "accepted" },
      { actor: { reference: "Practitioner/doctor" }, status: "accepted" },
    ],
  },
  {
    resourceType: "CarePlan",
    id: "cp1",
    status: "active",
    intent: "plan",
    title: "Home care",
    ...about(),
    period: { start: "2026-01-01" },
    activity: [{ detail: { status: "in-progress", description: "14 hours a week" } }],
  },
  {
    resourceType: "RelatedPerson",
    id: "rp1",
    active: true,
    ...of(),
    relationship: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-RoleCode", code: "DAU" }] }],
    name: [{ family: "Sandbank", given: ["Jo"] }],
    telecom: [{ system: "phone", value: "01305 000000" }],
  },
  {
    resourceType: "EpisodeOfCare",
    id: "reg1",
    status: "active",
    type: [{ coding: [{ system: "https://gp.example", code: "R", display: "Regular" }] }],
    ...of(),
    managingOrganization: { reference: "Organization/surgery" },
    period: { start: "1998-04-01" },
  },
];

export const entryOf = (resource: Json): Json => ({
  fullUrl: `${BASE}/${String(resource.resourceType)}/${String(resource.id)}`,
  resource,
});

/** A Bundle of these resources. */
export const bundleOf = (...resources: readonly Json[]) => ({
  resourceType: "Bundle",
  type: "collection",
  timestamp: "2026-05-31T22:00:00Z",
  entry: resources.map(entryOf),
});

export const GP_RECORD = bundleOf(PATIENT, ...RESOURCES);
