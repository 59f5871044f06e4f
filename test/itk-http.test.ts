import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAnswer } from "@chesil/itk";
import { readXml, xmlElement, xmlText } from "@chesil/xml";
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
      sends: [messages, documents, queries]
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
    const er7 = adt(
      "A01",
      { id: "6001", authority: "RXX", family: "MARSH", given: "ELLEN", birthDate: "19450214" },
      { visit: "V1" },
    );
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

  it("shows the feed beside the others, with what it sent and when", async () => {
    type Feeds = { feeds: { name: string; kind: string; receivedTotal: number; lastMessageAt: string | null }[] };
    const shown = async () => (await ask<Feeds>(chesil, "/api/v1/feeds")).feeds.find(({ name }) => name === "rxx-tie");
    await expect.poll(shown, { timeout: 5_000 }).toMatchObject({
      ...{ kind: "itk", address: "/itk RXX", receivedTotal: 1, connected: true, silent: false },
      lastMessageAt: expect.stringMatching(/^20/),
    });
  });

  /** What a query brings, in the form that it was asked in. */
  const asked = async (service: string, payload: ReturnType<typeof er7Payload>) => {
    const uri = `urn:nhs-itk:services:201005:${service}`;
    const envelope = envelopeWith(uri, [payload], { trackingId: randomUUID().toUpperCase() });
    const response = await post(soapWith(envelope, uri, { created: new Date() }));
    const answer = readAnswer(readXml(Buffer.from(await response.text())));
    if (answer.kind !== "envelope") return expect.fail(JSON.stringify(answer));
    expect(answer.envelope.service).toBe(`${uri}Response`);
    return Buffer.from(answer.envelope.payloads[0]?.bytes ?? []).toString();
  };
  const query = (event: string, criteria: string) =>
    [`MSH|^~\\&|PAS|RXX|||20260301||QBP^${event}|Q${event}|P|2.5`, `QPD|X|T${event}|${criteria}`, "RCP|I", ""].join(
      "\r",
    );

  it("answers the queries of who may ask, with bars and as XML, and journals none", async () => {
    const before = (await drained(chesil, 1)).received;
    const found = await asked("queryPatientDemographicsPH-v1-0", er7Payload(query("Q21", "6001^^^RXX")));
    expect(found).toMatch(/MSH\|.*\|RSP\^K21.*MSA\|AA\|QQ21.*PID\|.*MARSH\^ELLEN/s);
    expect(await asked("findCandidatesQueryPH-v1-0", er7Payload(query("Q22", "@PID.5.1^MARSH")))).toContain(
      "MARSH^ELLEN",
    );
    const visits = await asked("queryPatientDemographicsAndVisitPH-v1-0", er7Payload(query("ZV1", "@PID.5.1^MARSH")));
    expect(visits).toMatch(/RSP\^ZV2.*QAK\|TZV1\|OK/s);
    const fields = (...values: string[]) =>
      values.map((value) =>
        xmlElement("QPD.3", {}, [
          xmlElement("QIP.1", {}, [xmlText("@PID.5.1")]),
          xmlElement("QIP.2", {}, [xmlText(value)]),
        ]),
      );
    const inXml = xmlElement("QBP_Q21", { xmlns: "urn:hl7-org:v2xml" }, [
      xmlElement("MSH", {}, [
        xmlElement("MSH.1", {}, [xmlText("|")]),
        xmlElement("MSH.2", {}, [xmlText("^~\\&")]),
        xmlElement("MSH.3", {}, [xmlElement("HD.1", {}, [xmlText("PAS")])]),
        xmlElement("MSH.9", {}, [xmlElement("MSG.1", {}, [xmlText("QBP")]), xmlElement("MSG.2", {}, [xmlText("Q22")])]),
        xmlElement("MSH.10", {}, [xmlText("X1")]),
        xmlElement("MSH.11", {}, [xmlElement("PT.1", {}, [xmlText("P")])]),
        xmlElement("MSH.12", {}, [xmlElement("VID.1", {}, [xmlText("2.4")])]),
      ]),
      xmlElement("QPD", {}, [xmlElement("QPD.2", {}, [xmlText("TX1")]), ...fields("MARSH")]),
      xmlElement("RCP", {}, [xmlElement("RCP.1", {}, [xmlText("I")])]),
    ]);
    const answered = await asked("findCandidatesQuery-v1-0", {
      id: "uuid_X",
      mimeType: "text/xml",
      content: { xml: inXml },
    });
    expect(answered).toMatch(/<RSP_K22.*<RSP_K22\.QUERY_RESPONSE>.*MARSH.*ELLEN/s);
    expect((await drained(chesil, 1)).received).toBe(before);
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
