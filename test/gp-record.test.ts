import { expect, it } from "vitest";
import { about, bundleOf, GP_RECORD, PATIENT, RESOURCES } from "../packages/fhir/src/read/example-bundle.ts";
import { fhirOfBundles } from "./fhir-output.ts";

/** A GP's record, from its Bundle through journal and record to what FHIR clients are told. */

type Told = {
  readonly resourceType: string;
  readonly status?: string;
  readonly code?: { readonly coding?: readonly { readonly code: string }[] };
  readonly subject?: { readonly reference: string };
  readonly encounter?: { readonly reference: string };
};

const told = async (...bundles: readonly object[]): Promise<Told[]> =>
  (await fhirOfBundles(...bundles)).map((resource) => JSON.parse(resource));

it("is told as one patient with every kind of fact, each visit, and the facts of a visit with it", async () => {
  const resources = await told(GP_RECORD);
  const counts = Map.groupBy(resources, ({ resourceType }) => resourceType);
  const sizes = Object.fromEntries([...counts].map(([type, all]) => [type, all.length]));
  expect(sizes).toMatchObject({
    ...{ Patient: 1, Encounter: 2, Condition: 1, AllergyIntolerance: 1, DiagnosticReport: 1, Observation: 3 },
    ...{ MedicationStatement: 1, Procedure: 1, Immunization: 1, Flag: 2, DocumentReference: 1, ServiceRequest: 1 },
    ...{ Appointment: 1, CarePlan: 1, RelatedPerson: 1, EpisodeOfCare: 1 },
  });
  expect((counts.get("Encounter") ?? []).map(({ status }) => status).sort()).toEqual(["finished", "planned"]);
  expect(counts.get("Condition")?.[0]?.encounter?.reference).toMatch(/^Encounter\/\d+$/);
});

it("is brought up to date by the next Bundle: what is in error is told so, and a visit that was planned took place", async () => {
  const byId = (id: string) => RESOURCES.find((each) => each.id === id) ?? {};
  const later = {
    ...bundleOf(
      PATIENT,
      byId("surgery"),
      byId("doctor"),
      { ...byId("e2"), status: "finished", period: { start: "2026-07-01T09:00:00Z", end: "2026-07-01T09:15:00Z" } },
      {
        resourceType: "AllergyIntolerance",
        id: "a1",
        patient: about().subject,
        verificationStatus: { coding: [{ code: "entered-in-error" }] },
      },
    ),
    timestamp: "2026-07-02T00:00:00Z",
  };
  for (const bundles of [
    [GP_RECORD, later],
    [later, GP_RECORD],
  ]) {
    const resources = await told(...bundles);
    const statuses = resources.flatMap(({ resourceType, status }) => (resourceType === "Encounter" ? [status] : []));
    expect(statuses).toEqual(["finished", "finished"]);
    const allergy = resources.find(({ resourceType }) => resourceType === "AllergyIntolerance");
    expect(JSON.stringify(allergy)).toContain('"entered-in-error"');
    expect(JSON.stringify(allergy)).not.toContain('"active"');
  }
});
