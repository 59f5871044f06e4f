import { openGate } from "@chesil/access";
import { buildMessage } from "@chesil/hl7";
import { defaultModel } from "@chesil/matching";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveFhir } from "../services/api/src/fhir/served-fixture.ts";
import { entryOf } from "../services/resolve/src/mint.ts";
import { Random } from "../services/simulator/src/random.ts";
import { type Life, openLife } from "./identity-life.ts";
import { adt, message, type Patient, pid, pv1 } from "./region.ts";
import { LATER, who } from "./region-store.ts";

/** The record as FHIR clients see it, through messages, merges and what is taken back of them. */

let life: Life;
let ask: (path: string) => Promise<{ status: number; text: string; body: Body }>;
let close: () => Promise<unknown>;

type Resource = {
  resourceType: string;
  id: string;
  meta: { versionId: string };
  active?: boolean;
  encounter?: unknown;
};
type Body = { entry?: { fullUrl: string; resource: Resource }[] } & Resource;

beforeAll(async () => {
  life = await openLife();
  const { database } = life;
  const clock = () => new Date();
  const app = await serveFhir({
    database,
    clock,
    model: async () => defaultModel,
    gate: openGate({ database, clock }),
    viewerOf: () => ({ username: "ann", roles: ["clinician"] }),
    baseUrl: "http://chesil.example/fhir",
  });
  close = () => app.close();
  ask = async (path) => {
    const { statusCode, payload } = await app.inject(`/fhir/${path}`);
    return { status: statusCode, text: payload, body: payload === "" ? ({} as Body) : (JSON.parse(payload) as Body) };
  };
});
beforeEach(() => life.forget());
afterAll(async () => {
  await close?.();
  await life.database.close();
});

const everythingOf = async (localId: string) => (await ask(`Patient/${await life.personOf(localId)}/$everything`)).body;

/** Byte for byte, but for versions: that it was merged and taken back is a change. */
const plain = (body: Body) =>
  JSON.stringify(body.entry, null, 1).replace(/"(versionId|lastUpdated)": "[^"]*"/g, '"$1": ""');
const versionsOf = (body: Body) =>
  new Map((body.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, Number(resource.meta.versionId ?? 0)]));

const result = (patient: Patient, filler: string, value: string, at: string) =>
  buildMessage([
    {
      id: "MSH",
      fields: {
        3: "LAB",
        4: "RBD",
        5: "CHESIL",
        6: "DORSET",
        7: at,
        9: ["ORU", "R01"],
        10: `${filler}-${at}`,
        11: "P",
        12: "2.4",
      },
    },
    pid(patient),
    {
      id: "OBR",
      fields: {
        1: "1",
        3: filler,
        4: ["FBC", "Full blood count", "L"],
        7: at,
        16: ["C1234567", "SURGEON"],
        22: at,
        25: "F",
      },
    },
    ...["HB", "PLT"].map((code, place) => ({
      id: "OBX",
      fields: { 1: String(place + 1), 2: "NM", 3: [code, code, "L"], 5: value, 6: "g/L", 11: "F" },
    })),
  ]);

/** Messages of one patient: visits, allergies, diagnoses, next of kin and results. */
function historyOf(patient: Patient, random: Random, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, place) => {
    const recordedAt = `202605${String(10 + place).padStart(2, "0")}080000`;
    if (random.chance(0.4))
      return result(patient, `${patient.id}F${random.between(0, 2)}`, String(random.between(90, 150)), recordedAt);
    const segments = [
      pid(patient),
      pv1(`${patient.id}V${random.between(0, 2)}`, `WARD ${random.between(1, 3)}`, { 7: "C1234567" }),
      { id: "AL1", fields: { 1: "1", 2: "DA", 3: [random.pick(["PEN", "NUT"]), "Allergy", "L"], 4: "MO" } },
      { id: "DG1", fields: { 1: "1", 3: [random.pick(["J45", "I10"]), "Diagnosis", "I10"], 6: "F" } },
      { id: "NK1", fields: { 1: "1", 2: [random.pick(["X", "Y"]), "KIN"], 3: "SPO" } },
    ];
    return message(random.pick(["A01", "A02", "A08", "A03"]), segments, { recordedAt });
  });
}

/** Recorded before all that is said: a merge repeats who the patients are, and says nothing new by it. */
const OLD = { recordedAt: "20260502080000" };

describe("two full records, merged and parted again", () => {
  it.each([1, 2, 3].flatMap((seed) => [[seed, "by a person"] as const, [seed, "by their sender"] as const]))(
    "each is in FHIR what it was, byte for byte but for versions: run %i, %s",
    async (seed, by) => {
      const random = new Random(`fhir record ${seed}`);
      const [one, other] = [who(0), who(1)];
      await life.known(one, other);
      await life.take(...historyOf(one, random, 8), ...historyOf(other, random, 8));
      const ids = [await life.personOf("P0"), await life.personOf("P1")];
      const before = [await everythingOf("P0"), await everythingOf("P1")] as const;
      const merge = () =>
        by === "by a person" ? life.decide("P0", "P1", "same") : life.take(adt("A40", one, { prior: "P1", ...OLD }));
      const part = () =>
        by === "by a person"
          ? life.decide("P0", "P1", "different")
          : life.take(message("A37", [pid(one), pid(other)], OLD));

      await merge();
      expect(await life.areOne("P0", "P1")).toBe(true);
      const merged = await everythingOf("P0");
      const clinical = (body: Body) =>
        (body.entry ?? []).flatMap(({ resource: { resourceType, id } }) =>
          /^(Patient|Organization|Practitioner|Location)$/.test(resourceType) ? [] : [`${resourceType}/${id}`],
        );
      expect(clinical(merged).sort()).toEqual([...clinical(before[0]), ...clinical(before[1])].sort());
      const gone = await ask(`Patient/${ids[1]}`);
      expect([gone.body.active, gone.text.includes("replaced-by")]).toEqual([false, true]);
      // Whose it is changed, so the version did: nobody is told that they have it already.
      const former = versionsOf(before[1]);
      for (const [url, version] of versionsOf(merged))
        if (former.has(url) && !/(Organization|Practitioner|Location)\//.test(url))
          expect([url, version > (former.get(url) ?? 0)]).toEqual([url, true]);

      await part();
      expect([await life.personOf("P0"), await life.personOf("P1")]).toEqual(ids);
      const after = [await everythingOf("P0"), await everythingOf("P1")] as const;
      expect(after.map(plain)).toEqual(before.map(plain));

      await merge();
      expect(plain(await everythingOf("P0"))).toBe(plain(merged));
    },
  );
});

describe("a version", () => {
  it("is another one once the patient has one more record, though it is older and no value of its own wins", async () => {
    const anna = who(0, { nhsNumber: "9990556512" });
    await life.take(adt("A08", anna, LATER));
    const patient = async () => (await ask(`Patient/${await life.personOf("P0")}`)).body;
    const before = await patient();
    await life.take(adt("A08", { ...anna, id: "Q0", authority: "RDZ" }, { recordedAt: "20250101080000" }));
    const after = await patient();
    expect(JSON.stringify(after)).toContain('"Q0"');
    expect(Number(after.meta.versionId)).toBeGreaterThan(Number(before.meta.versionId));
    const since = (body: Resource) =>
      ask(`Patient?_lastUpdated=gt${(body.meta as { lastUpdated?: string }).lastUpdated}`);
    expect((await since(before)).body.entry).toHaveLength(1);
    expect((await since(after)).body.entry ?? []).toHaveLength(0);
  });

  it("is another one once the visit of a fact is known", async () => {
    const letter = (controlId: string) =>
      message("A08", [pid(who(0)), { id: "AL1", fields: { 1: "1", 2: "DA", 3: ["PEN", "x", "L"] } }], {
        ...LATER,
        controlId,
      });
    await life.known(who(0));
    await life.take(letter("L1"));
    await life.query("update fact set visit_number = 'V1'");
    const fact = async () =>
      (await everythingOf("P0")).entry?.find((each) => each.resource.resourceType === "AllergyIntolerance");
    const without = await fact();
    expect(without?.resource.encounter).toBeUndefined();
    await life.take(adt("A01", who(0), { visit: "V1", recordedAt: "20260603080000" }));
    const [visit] = await life.query("select encounter_id from encounter");
    const known = await fact();
    expect(known?.resource.encounter).toMatchObject({ reference: `Encounter/${visit?.encounter_id}` });
    expect(known?.resource.meta.versionId).toBe(String(entryOf(Number(visit?.encounter_id))));
  });
});
