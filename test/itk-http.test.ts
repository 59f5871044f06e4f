import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAnswer } from "@chesil/itk";
import { readXml } from "@chesil/xml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type ChesilProcess, dataFolder, drained, startChesil } from "./chesil-process.ts";
import { envelopeWith, er7Payload, SERVICES_USED, soapWith } from "./itk-rig.ts";
import { adt } from "./region.ts";

const CONFIG = `feeds:
  - name: pas
    port: 0
    authority: RBD
itk:
  organisation: QVV
  feeds:
    - name: rxx-tie
      organisation: RXX
      authority: RXX
`;
const { admit } = SERVICES_USED;

describe("POST /itk of a running Chesil", () => {
  let chesil: ChesilProcess;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  beforeAll(async () => {
    folder = await dataFolder();
    const file = join(folder.dataDir, "chesil.yaml");
    writeFileSync(file, CONFIG);
    chesil = await startChesil(folder.dataDir, { env: { CHESIL_CONFIG: file } });
  }, 120_000);
  afterAll(async () => {
    await chesil?.stop();
    await folder?.remove();
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${chesil.httpUrl}/itk`, { method: "POST", body, headers: { "content-type": "text/xml", ...headers } });
  const admission = () => {
    const er7 = adt("A01", { id: "6001", authority: "RXX", family: "MARSH", given: "ELLEN", birthDate: "19450214" });
    return soapWith(envelopeWith(admit, [er7Payload(er7)]), admit, { created: new Date() });
  };

  it("takes an admission without a session, and its patient is there", async () => {
    const response = await post(admission(), { soapaction: `"${admit}"` });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
    const answer = readAnswer(readXml(Buffer.from(await response.text())));
    if (answer.kind !== "envelope") return expect.fail(answer.kind);
    expect(Buffer.from(answer.envelope.payloads[0]?.bytes ?? []).toString()).toContain("MSA|AA|");
    expect((await drained(chesil, 1)).outcomes.applied).toBe(1);
    const { persons } = await ask<{ persons: unknown[] }>(chesil, "/api/v1/persons/search", { family: "MARSH" });
    expect(persons).toHaveLength(1);
  });

  it("refuses what no system sends: another content type, a browser, another method", async () => {
    const body = admission();
    expect((await post(body, { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(body, { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    expect((await post(body, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await post(body, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    const asked = await fetch(`${chesil.httpUrl}/itk`);
    expect([asked.status, asked.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await post("")).status).toBe(500);
  });

  it("says in ITK's words what is wrong with a message, by HTTP's status for faults", async () => {
    const response = await post("<a/>");
    expect(response.status).toBe(500);
    expect(readAnswer(readXml(Buffer.from(await response.text())))).toMatchObject({
      kind: "fault",
      fault: { errorCode: "1000", text: "The message is no SOAP envelope." },
    });
  });
});
