import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MATCHES_MAX, readMatchQuestion } from "./match.ts";
import { OPERATION_BYTES_MAX } from "./operations.ts";
import { personIdOf } from "./region-fixture.ts";
import {
  idsOf,
  JANE,
  JOSE,
  NHS,
  OPTED_OUT,
  type Reply,
  type ServedRegion,
  serveRegion,
} from "./served-region-fixture.ts";

let region: ServedRegion;
beforeAll(async () => {
  region = await serveRegion();
});
afterAll(() => region?.close());

const JANE_AS_SENT = {
  resourceType: "Patient",
  name: [{ family: "Smith", given: ["Jane"] }],
  gender: "female",
  birthDate: "1950-07-31",
  address: [{ use: "home", postalCode: "BH15 1AA" }],
};

const parameters = (resource: unknown, ...others: object[]) => ({
  resourceType: "Parameters",
  parameter: [{ name: "resource", resource }, ...others],
});
const match = (json: unknown, viewer?: string) =>
  region.ask("/fhir/Patient/$match", { json, ...(viewer === undefined ? {} : { viewer }) });
const gradesOf = ({ body }: Reply) =>
  (body.entry ?? []).map(({ search }) => search.extension?.map(({ valueCode }) => valueCode).join());

describe("POST /fhir/Patient/$match", () => {
  it("finds who it is, with probability and grade, and puts the look on record", async () => {
    const withNumber = { ...JANE_AS_SENT, identifier: [{ system: NHS, value: "999 000 0018" }] };
    await region.audited();
    const reply = await match(parameters(withNumber));
    expect([reply.status, idsOf(reply), gradesOf(reply)]).toEqual([200, [personIdOf(JANE)], ["certain"]]);
    expect(reply.body).toMatchObject({
      resourceType: "Bundle",
      total: 1,
      entry: [
        {
          fullUrl: `http://chesil.example/fhir/Patient/${personIdOf(JANE)}`,
          search: {
            mode: "match",
            extension: [{ url: "http://hl7.org/fhir/StructureDefinition/match-grade", valueCode: "certain" }],
          },
        },
      ],
    });
    const score = reply.body.entry?.[0]?.search.score ?? 0;
    expect(score > 0.99 && score <= 1).toBe(true);
    expect(await region.audited()).toMatchObject([{ action: "fhir-match", person_id: personIdOf(JANE) }]);
  });

  it("takes a bare Patient, as IHE lets it", async () => {
    expect(idsOf(await match(JANE_AS_SENT))).toEqual([personIdOf(JANE)]);
  });

  it("calls certain only whom an arriving record would be linked to", async () => {
    // Another day of birth and no NHS number: a question for a data manager at most.
    const doubtful = { ...JANE_AS_SENT, birthDate: "1950-08-31", gender: "female" };
    const reply = await match(parameters(doubtful));
    expect(gradesOf(reply)).not.toContain("certain");
    const certain = await match(parameters(doubtful, { name: "onlyCertainMatches", valueBoolean: true }));
    expect([certain.status, certain.body.total, certain.body.entry]).toEqual([200, 0, undefined]);
  });

  it("creates nothing", async () => {
    const before = await region.counted();
    await match(
      parameters({ ...JANE_AS_SENT, name: [{ family: "Nobody", given: ["Norman"] }], birthDate: "1999-09-09" }),
    );
    expect(await region.counted()).toEqual(before);
  });

  it("knows nothing of who opted out: neither they nor the doubt that they would cast", async () => {
    const asked = {
      ...JANE_AS_SENT,
      name: [{ family: "SMITHERS", given: ["Jane"] }],
      birthDate: "1950-07-30",
      identifier: [{ system: NHS, value: "9990000034" }],
    };
    const reply = await match(parameters(asked));
    expect(idsOf(reply)).not.toContain(personIdOf(OPTED_OUT));
    expect(reply.text).not.toContain("SMITHERS");
    // Her double is as likely as she is, and nobody may be told that there is one.
    expect(gradesOf(await match(JANE_AS_SENT))).toEqual(["certain"]);
    region.optOut.isLate = true;
    const doubted = await match(JANE_AS_SENT);
    region.optOut.isLate = false;
    expect([idsOf(doubted), gradesOf(doubted), doubted.body.total]).toEqual([[personIdOf(JANE)], ["probable"], 1]);
  });

  it("gives no more than it is asked for, the best of them", async () => {
    const [all, one] = [
      await match(
        parameters({ resourceType: "Patient", birthDate: "1950-07", name: [{ family: "O'Neill", given: ["José"] }] }),
      ),
      await match(parameters(JANE_AS_SENT, { name: "count", valueInteger: 1 })),
    ];
    expect([idsOf(all).length <= 1 || idsOf(all).includes(personIdOf(JOSE)), idsOf(one)]).toEqual([
      true,
      [personIdOf(JANE)],
    ]);
  });

  it.each([
    ["nothing at all", { resourceType: "Patient" }],
    ["a name alone", { resourceType: "Patient", name: [{ family: "Smith", given: ["Jane"] }] }],
    ["placeholders", { resourceType: "Patient", telecom: [{ system: "phone", value: "00000000000" }] }],
    ["a number that is none", { resourceType: "Patient", identifier: [{ system: NHS, value: "0000000000" }] }],
  ])("says what it needs where it is given %s", async (_, patient) => {
    const reply = await match(parameters(patient));
    expect([reply.status, reply.body.issue?.[0]?.code]).toEqual([422, "required"]);
    expect(reply.body.issue?.[0]?.diagnostics).toContain("date of birth");
  });

  it.each<[unknown, string]>([
    [{ resourceType: "Parameters", parameter: [] }, "required"],
    [{ resourceType: "Observation" }, "invalid"],
    [parameters({ ...JANE_AS_SENT, birthDate: "31/07/1950" }), "invalid"],
    [parameters({ ...JANE_AS_SENT, gender: "F" }), "invalid"],
    [parameters(JANE_AS_SENT, { name: "count", valueInteger: 0 }), "invalid"],
    [parameters(JANE_AS_SENT, { name: "onlySingleMatch", valueBoolean: true }), "invalid"],
    [parameters(JANE_AS_SENT, { name: "resource", resource: JANE_AS_SENT }), "required"],
    [[], "invalid"],
    ["null", "invalid"],
    ["{", "invalid"],
  ])("refuses %j, and repeats nothing of it", async (json, code) => {
    const reply = await match(json);
    expect([reply.status, reply.body.issue?.[0]?.code]).toEqual([400, code]);
    expect(reply.text).not.toMatch(/Smith|1950/);
  });

  it("has a limit on its body, and on the matches it gives", async () => {
    const padded = (bytes: number) => {
      const body = JSON.stringify({ ...JANE_AS_SENT, id: "" });
      return body.replace('"id":""', `"id":"${"x".repeat(bytes - body.length)}"`);
    };
    expect((await match(padded(OPERATION_BYTES_MAX))).status).toBe(200);
    const over = await match(padded(OPERATION_BYTES_MAX + 1));
    expect([over.status, over.body.resourceType]).toEqual([413, "OperationOutcome"]);
    const asked = (count: number) =>
      readMatchQuestion(parameters({ resourceType: "Patient" }, { name: "count", valueInteger: count }));
    expect(asked(MATCHES_MAX)).toMatchObject({ count: MATCHES_MAX });
    expect(asked(MATCHES_MAX + 1)).toMatchObject({ count: MATCHES_MAX });
  });

  it("is asked by POST, by who may see patients, and fails when the audit fails", async () => {
    expect((await region.ask("/fhir/Patient/$match")).status).toBe(405);
    expect((await match(parameters(JANE_AS_SENT), "operations")).status).toBe(403);
    region.audit.fails = true;
    const reply = await match(parameters(JANE_AS_SENT));
    region.audit.fails = false;
    expect([reply.status, reply.text.includes("SMITH")]).toEqual([500, false]);
  });
});
