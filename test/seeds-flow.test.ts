import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SegmentContent } from "@chesil/hl7";
import { connectMllp } from "@chesil/mllp";
import { expect, it, onTestFinished } from "vitest";
import { GP_RECORD } from "../packages/fhir/src/read/example-bundle.ts";
import { ask, dataFolder, drained, startChesil } from "./chesil-process.ts";
import { csvOf, PACKAGES_MAPPING, REFERRALS_MAPPING } from "./load-files.ts";
import { adt, message, type Patient, pid, pv1 } from "./region.ts";

/**
 * Every kind of data that the Dorset Care Record has, each by the route it comes by, of one patient, as FHIR: what hospitals
 * send over MLLP, what councils hand over as tables, and a GP's record as a Bundle.
 */

const CLI = fileURLToPath(new URL("../services/all/src/cli.ts", import.meta.url));
const MARY: Patient = {
  ...{ id: "H77", nhsNumber: "9990004951", family: "SANDBANK", given: "MARY", birthDate: "19500731", sex: "F" },
  ...{ street: "1 Chesil Road", postcode: "DT3 6AB", phone: "07700900123" },
};
const VISIT = pv1("V1", "Portland Ward");

const result = (number: string, category: string, name: string, value: string): Uint8Array =>
  message("R01", [pid(MARY), VISIT, ...order(number, category, name, value)], { type: "ORU" });

const order = (number: string, category: string, name: string, value: string): SegmentContent[] => [
  { id: "OBR", fields: { 1: "1", 3: number, 4: ["", name], 7: "20260502090000", 24: category, 25: "F" } },
  { id: "OBX", fields: { 1: "1", 2: "ST", 3: ["", name], 5: value, 11: "F" } },
];

const document = (number: string, type: string, text: string): Uint8Array =>
  message(
    "T02",
    [
      pid(MARY),
      VISIT,
      { id: "TXA", fields: { 1: "1", 2: ["", type], 3: "TX", 4: "20260503100000", 12: number, 17: "AU" } },
      { id: "OBX", fields: { 1: "1", 2: "TX", 3: ["", type], 5: text, 11: "F" } },
    ],
    { type: "MDM" },
  );

const FROM_HOSPITALS: readonly Uint8Array[] = [
  message("A28", [
    pid(MARY),
    { id: "NK1", fields: { 1: "1", 2: ["SANDBANK", "PETER"], 3: ["SPO", "Spouse"], 5: "01632960007" } },
  ]),
  adt("A01", MARY, { visit: "V1", ward: "Portland Ward" }),
  message("A08", [
    pid(MARY),
    VISIT,
    { id: "AL1", fields: { 1: "1", 2: "DA", 3: ["", "Allergy to penicillin"], 4: "SV" } },
    { id: "DG1", fields: { 1: "1", 3: ["J18", "Pneumonia", "I10"], 5: "20260501", 6: "F" } },
  ]),
  result("L1", "LAB", "Haemoglobin", "131"),
  result("L2", "RAD", "Chest X-ray", "Clear"),
  document("D1", "Inpatient discharge summary", "Went home well."),
  document("D2", "Emergency discharge summary", "Seen and sent home."),
  document("D3", "Clinic letter", "Thank you for referring."),
  document("D4", "Endoscopy report", "Normal to the second part."),
  document("D5", "Cardiology report", "Sinus rhythm."),
  message(
    "O11",
    [
      pid(MARY),
      VISIT,
      { id: "ORC", fields: { 1: "NW", 2: "RX1", 5: "IP" } },
      { id: "RXE", fields: { 1: ["", "OD"], 2: ["", "Ramipril 5 mg capsules"], 3: "5", 5: "mg" } },
    ],
    { type: "RDE" },
  ),
  message(
    "I12",
    [
      { id: "RF1", fields: { 1: "P", 2: "R", 3: ["", "Cardiology"], 6: "RF9", 7: "20260420" } },
      { id: "PRD", fields: { 1: ["RP", "Referring provider", "HL70286"], 2: ["Fleet", "Ann"] } },
      pid(MARY),
    ],
    { type: "REF" },
  ),
  message(
    "S12",
    [
      { id: "SCH", fields: { 2: "AP1", 7: ["", "Follow-up"], 11: ["", "", "", "20270101090000", "20270101093000"] } },
      pid(MARY),
      VISIT,
      { id: "RGS", fields: { 1: "1" } },
    ],
    { type: "SIU" },
  ),
];

/** What a council says of adults: who they are, a hazard at the address, and whose mother they are. */
const ADULTS_MAPPING = {
  rowKey: ["person_id"],
  patient: {
    id: "person_id",
    nhsNumber: "nhs_number",
    names: [{ family: "surname", given: ["forename"] }],
    birthDate: "dob",
    sex: "gender",
    addresses: [{ lines: ["address"], city: "town", postcode: "postcode" }],
  },
  facts: [
    {
      kind: "alert",
      content: {
        code: { concept: { text: "hazard" } },
        category: { constant: "environmental" },
        priority: { constant: "high" },
        status: { constant: "active" },
      },
    },
    {
      kind: "relationship",
      content: { role: { constant: "family" }, name: "child", relationship: { concept: { text: "relation" } } },
    },
  ],
};

type Resource = { readonly resourceType: string; readonly id: string };
type Bundle = { readonly entry?: readonly { readonly resource: Resource }[] };

/** What the seeds name, as which type of resource, and words that only it has. */
const EXPECTED: readonly (readonly [what: string, type: string, ...words: string[]])[] = [
  [
    "demographics: date of birth, address, NHS number, ethnicity",
    "Patient",
    "1950-07-31",
    "DT3 6AB",
    "9990004951",
    "EthnicCategory",
  ],
  ["next of kin", "RelatedPerson", "PETER", "Spouse"],
  ["encounters: which ward she is on", "Encounter", "Portland Ward"],
  ["allergies from a hospital", "AllergyIntolerance", "Allergy to penicillin"],
  ["diagnoses from a hospital", "Condition", "Pneumonia"],
  ["pathology", "DiagnosticReport", "Haemoglobin"],
  ["radiology", "DiagnosticReport", "Chest X-ray"],
  ["inpatient discharge summaries", "DocumentReference", "Inpatient discharge summary"],
  ["emergency discharge summaries", "DocumentReference", "Emergency discharge summary"],
  ["clinic letters", "DocumentReference", "Clinic letter"],
  ["endoscopy documents", "DocumentReference", "Endoscopy report"],
  ["cardiology documents", "DocumentReference", "Cardiology report"],
  ["medication from a hospital's prescribing", "MedicationStatement", "Ramipril"],
  ["referrals", "ServiceRequest", "Cardiology"],
  ["appointments", "Appointment", "Follow-up"],
  ["a council's referrals", "ServiceRequest", "Speech and language"],
  ["adult care packages", "CarePlan", "Home care"],
  ["relationships", "RelatedPerson", "Anna Sandbank", "Daughter"],
  ["environmental alerts: dangerous dogs", "Flag", "Dog at the address"],
  ["the GP's diagnoses", "Condition", "http://snomed.info/sct"],
  ["the GP's events", "Encounter", "Chesil Surgery"],
  ["the GP's examinations and investigations", "Observation", "http://snomed.info/sct"],
  ["the GP's medication", "MedicationStatement", "https://dmd.nhs.uk"],
  ["the GP's procedures", "Procedure", "http://snomed.info/sct"],
  ["the GP's immunisations", "Immunization"],
  ["the GP's risks", "Flag", "http://snomed.info/sct"],
  ["with which practice she is registered", "EpisodeOfCare"],
];

it("what the Dorset Care Record holds is loaded by its route and shown as FHIR, as one person's", async () => {
  const { dataDir, remove } = await dataFolder();
  onTestFinished(remove);
  const load = { authority: "DCC", extractTime: "name", nhsNumberTraced: true };
  const loads = [
    { ...load, name: "adults", mapping: ADULTS_MAPPING },
    { ...load, name: "referrals", mapping: REFERRALS_MAPPING },
    { ...load, name: "packages", mapping: PACKAGES_MAPPING },
    { name: "surgery", format: "fhir", authority: "J81001" },
  ];
  writeFileSync(
    join(dataDir, "chesil.yaml"),
    JSON.stringify({ feeds: [{ name: "default", port: 0, authority: "RBD" }], loads }),
  );
  const chesil = await startChesil(dataDir);
  onTestFinished(async () => void (await chesil.stop()));
  const loaded = async (feed: string, name: string, content: string) => {
    writeFileSync(join(dataDir, name), content);
    const env = { ...process.env, CHESIL_DATA_DIR: join(dataDir, "data") };
    await promisify(execFile)(process.execPath, [CLI, "load", name, "--feed", feed], { cwd: dataDir, env });
  };

  const sender = await connectMllp({ host: "127.0.0.1", port: chesil.mllpPort });
  for (const each of FROM_HOSPITALS) await sender.send(each);
  await sender.close();
  const mary = { person_id: "C1000", nhs_number: "9990004951", surname: "Sandbank", forename: "Mary" };
  const home = { dob: "31/07/1950", gender: "F", address: "1 Chesil Road", town: "Weymouth", postcode: "DT3 6AB" };
  const more = { hazard: "Dog at the address", child: "Anna Sandbank", relation: "Daughter" };
  await loaded("adults", "adults-20260501.csv", csvOf([{ ...mary, ...home, ...more }]));
  const referral = { referral_id: "R1", child_id: "C1000", status: "OPEN", reason: "Speech and language" };
  await loaded("referrals", "referrals-20260501.csv", csvOf([{ ...referral, received: "2026-02-01", team: "SALT" }]));
  const carePackage = { package_id: "P1", child_id: "C1000", service: "Home care", status: "A", from: "01/01/2026" };
  await loaded(
    "packages",
    "packages-20260501.csv",
    csvOf([{ ...carePackage, to: "", provider: "Quay Care", changed: "02/01/2026" }]),
  );
  await loaded("surgery", "mary.json", JSON.stringify(GP_RECORD));
  const { outcomes } = await drained(chesil, FROM_HOSPITALS.length + 4);
  expect(outcomes).toMatchObject({ applied: FROM_HOSPITALS.length + 4, quarantined: 0, parked: 0, rejected: 0 });

  const number = encodeURIComponent("https://fhir.nhs.uk/Id/nhs-number|9990004951");
  const found = await ask<Bundle>(chesil, `/fhir/Patient?identifier=${number}`);
  expect(found.entry).toHaveLength(1);
  const { id } = found.entry?.[0]?.resource ?? { id: "" };
  const everything = await ask<Bundle>(chesil, `/fhir/Patient/${id}/$everything?_count=500`);
  const told = (everything.entry ?? []).map(
    ({ resource }) => [resource.resourceType, JSON.stringify(resource)] as const,
  );
  const missing = EXPECTED.filter(
    ([, type, ...words]) => !told.some(([each, text]) => each === type && words.every((word) => text.includes(word))),
  );
  expect(missing).toEqual([]);
}, 120_000);
