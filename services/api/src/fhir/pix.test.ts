import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { personIdOf } from "./region-fixture.ts";
import { JANE, NHS, type Reply, type ServedRegion, serveRegion } from "./served-region-fixture.ts";

let region: ServedRegion;
beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

const POOLE = "urn:chesil:authority:POOLE-PAS";
const SIMULATOR = "urn:chesil:authority:SIMULATOR%20MRN";
const ask = (query: string) => region.ask(`/fhir/Patient/$ihe-pix?${query}`);
const query = (source: string, ...targets: string[]) =>
  new URLSearchParams([["sourceIdentifier", source], ...targets.map((target) => ["targetSystem", target])]).toString();
const targetsOf = ({ body }: Reply) =>
  (body.parameter ?? []).flatMap(({ name, valueIdentifier }) =>
    name === "targetIdentifier" ? [`${valueIdentifier?.system}|${valueIdentifier?.value}`] : [],
  );
const idOf = ({ body }: Reply) => body.parameter?.find(({ name }) => name === "targetId")?.valueReference?.reference;

describe("Patient/$ihe-pix", () => {
  it("gives the other identifiers of the patient, and who it is", async () => {
    await region.audited();
    const reply = await ask(query(`${POOLE}|P1`));
    expect([reply.status, reply.body.resourceType]).toEqual([200, "Parameters"]);
    expect(targetsOf(reply).sort()).toEqual([`${NHS}|9990000018`, `${SIMULATOR}|77`].sort());
    expect(idOf(reply)).toBe(`Patient/${personIdOf(JANE)}`);
    expect(await region.audited()).toMatchObject([{ action: "fhir-pix", person_id: personIdOf(JANE) }]);
  });

  it.each([
    [`${NHS}|999 000 0018`, [POOLE], [`${POOLE}|P1`]],
    [`${NHS}|9990000018`, [POOLE, SIMULATOR], [`${POOLE}|P1`, `${SIMULATOR}|77`]],
    // A number of former times leads to the patient and is not told.
    [`${POOLE}|P1OLD`, [POOLE], [`${POOLE}|P1`]],
    ["POOLE-PAS|P1", [NHS], [`${NHS}|9990000018`]],
    [`${POOLE}|P1`, [POOLE], []],
    [`${POOLE}|PG0`, [NHS], []],
  ])("answers %s for %j with %j", async (source, targets, found) => {
    const reply = await ask(query(source, ...targets));
    expect([reply.status, targetsOf(reply)]).toEqual([200, found]);
    expect(idOf(reply) === undefined).toBe(found.length === 0);
  });

  it("takes the same by POST: as Parameters of either version of PIXm, as a form, and in the URL", async () => {
    const expected = [`${SIMULATOR}|77`];
    const identifier = { name: "sourceIdentifier", valueIdentifier: { system: POOLE, value: "P1" } };
    const now = { resourceType: "Parameters", parameter: [identifier, { name: "targetSystem", valueUri: SIMULATOR }] };
    const before = {
      resourceType: "Parameters",
      parameter: [
        { name: "sourceIdentifier", valueString: `${POOLE}|P1` },
        { name: "targetSystem", valueString: SIMULATOR },
      ],
    };
    const url = "/fhir/Patient/$ihe-pix";
    for (const reply of [
      await region.ask(url, { json: now }),
      await region.ask(url, { json: before }),
      await region.ask(url, { form: query(`${POOLE}|P1`, SIMULATOR) }),
    ]) {
      expect(targetsOf(reply)).toEqual(expected);
    }
    expect((await region.ask(url, { json: { resourceType: "Patient" } })).status).toBe(400);
  });

  it.each([
    ["", 400, "required"],
    [query("P1"), 400, "required"],
    [query(`${POOLE}|`), 400, "required"],
    [`${query(`${POOLE}|P1`)}&${query(`${POOLE}|P5`)}`, 400, "required"],
    [query("urn:oid:2.999.1|P1"), 400, "code-invalid"],
    [query(`${POOLE}|P1`, "urn:oid:2.999.1"), 403, "code-invalid"],
    [query(`${POOLE}|UNKNOWN`), 404, "not-found"],
    [query(`${NHS}|9990000042`), 404, "not-found"],
  ])("refuses %s: %i %s", async (asked, status, code) => {
    const reply = await ask(asked);
    expect([reply.status, reply.body.issue?.[0]?.code]).toEqual([status, code]);
  });

  it("answers for whoever opted out exactly as for nobody", async () => {
    const nobody = await ask(query(`${POOLE}|UNKNOWN`));
    await region.audited();
    const hidden = await ask(query(`${POOLE}|P5`));
    expect([hidden.status, hidden.text]).toEqual([404, nobody.text]);
    expect(await region.audited()).toMatchObject([{ action: "fhir-pix", detail: { refused: "opted-out" } }]);
    expect((await ask(query(`${NHS}|9990000034`))).text).toBe(nobody.text);
  });

  it("is not for a role that sees no patients", async () => {
    const reply = await region.ask(`/fhir/Patient/$ihe-pix?${query(`${POOLE}|P1`)}`, { viewer: "operations" });
    expect(reply.status).toBe(403);
  });
});
