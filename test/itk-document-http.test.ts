import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cdaText, NULLIFICATION, NUMBER, SET, VERIFIED } from "../packages/itk/src/cda/example-cda.ts";
import { ask, type ChesilProcess, dataFolder, drained, startChesil, TOKEN } from "./chesil-process.ts";
import { envelopeWith, SERVICES_USED, soapWith } from "./itk-rig.ts";

const CONFIG = `feeds: [{ name: pas, port: 0, authority: RBD }]
itk:
  organisation: QVV
  feeds:
    - { name: rxx-tie, organisation: RXX, authority: RXX }
`;
const { document: SEND } = SERVICES_USED;
const ID = "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04";
const at = (minute: number) => `<effectiveTime value="20260301103${minute}05+00"/>`;
/** What a page must not do, whatever a document says. */
const LETTER = cdaText({
  time: at(0),
  body: `<structuredBody><component><section><title>Medications</title><text>
    <table><tbody><tr><td>Amlodipine 5 mg</td></tr></tbody></table><paragraph>One a day &amp; no more</paragraph>
    <linkHtml href="javascript:alert(1)">a link</linkHtml><renderMultiMedia referencedObject="x"/>
    <content onclick="alert(2)">quiet</content><script xmlns="http://www.w3.org/1999/xhtml">alert(3)</script>
    <img src="http://127.0.0.1:1/x.png" xmlns="http://www.w3.org/1999/xhtml"/>
  </text></section></component></structuredBody>`,
});

type Bundle = { total?: number; entry?: { resource: Record<string, unknown> & { id: string } }[] };

describe("a CDA document of a running Chesil", () => {
  let chesil: ChesilProcess;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let sent = 0;
  beforeAll(async () => {
    folder = await dataFolder();
    const file = join(folder.dataDir, "chesil.yaml");
    writeFileSync(file, CONFIG);
    chesil = await startChesil(folder.dataDir, { env: { CHESIL_CONFIG: file } });
    await send(LETTER);
  }, 120_000);
  afterAll(async () => {
    await chesil?.stop();
    await folder?.remove();
  });

  async function send(text: string): Promise<void> {
    const payload = { id: "uuid_L", mimeType: "text/xml", content: { xml: text as never } };
    const envelope = envelopeWith(SEND, [payload], { trackingId: randomUUID().toUpperCase() });
    const headers = { "content-type": "text/xml" };
    const body = soapWith(envelope, SEND, { created: new Date() });
    const response = await fetch(`${chesil.httpUrl}/itk`, { method: "POST", body, headers });
    expect(response.status).toBe(200);
    expect((await drained(chesil, ++sent)).outcomes.applied).toBe(sent);
  }

  const get = (path: string, accept = "*/*") =>
    fetch(`${chesil.httpUrl}${path}`, { headers: { authorization: `Bearer ${TOKEN}`, accept } });
  async function documents() {
    const system = "https://fhir.nhs.uk/Id/nhs-number";
    const found = await ask<Bundle>(chesil, `/fhir/Patient?identifier=${encodeURIComponent(`${system}|${NUMBER}`)}`);
    const patient = found.entry?.[0]?.resource.id ?? expect.fail("There is no patient.");
    const { entry = [] } = await ask<Bundle>(chesil, `/fhir/DocumentReference?patient=${patient}`);
    return entry.map(({ resource }) => resource);
  }

  it("is a DocumentReference with the sender's own ids, and its Binary is what came, byte for byte", async () => {
    const [reference, ...others] = await documents();
    expect(others).toEqual([]);
    expect(reference).toMatchObject({
      status: "current",
      description: "Discharge summary",
      masterIdentifier: { value: `urn:uuid:${ID.toLowerCase()}` },
      identifier: [{ value: `urn:uuid:${SET.toLowerCase()}` }],
      custodian: { display: "Example Hospital" },
      content: [{ attachment: { contentType: "application/hl7-cda+xml", url: `Binary/${reference?.id}-1` } }],
    });
    const binary = await get(`/fhir/Binary/${reference?.id}-1`);
    expect(await binary.text()).toBe(LETTER);
  });

  it("is shown as harmless HTML: its words, and nothing that runs or is fetched", async () => {
    const [reference] = await documents();
    const shown = await ask<{ html: string; about: unknown }>(chesil, `/api/v1/facts/${reference?.id}/documents/1`);
    for (const words of ["Medications", "Amlodipine 5 mg", "One a day &amp; no more", "quiet"])
      expect(shown.html).toContain(words);
    expect(shown.html).not.toMatch(/script|onclick|javascript:|<img|127\.0\.0\.1|alert/i);
    expect(shown.about).toEqual([
      { label: "Type", text: "Discharge summary" },
      { label: "Author", text: "Dr Ada Cobb" },
      { label: "Kept by", text: "Example Hospital" },
      { label: "Version", text: "1" },
    ]);
    const saved = await get(`/api/v1/facts/${reference?.id}/documents/1/content`);
    expect([saved.headers.get("content-disposition"), saved.headers.get("content-security-policy")]).toEqual([
      expect.stringContaining("attachment"),
      expect.stringContaining("sandbox"),
    ]);
    expect(await saved.text()).toBe(LETTER);
  });

  it("is replaced by its next version, whose own id it then has", async () => {
    const next = "7C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C05";
    await send(cdaText({ time: at(1), version: "2", id: `<id root="${next}"/>` }));
    const [reference, ...others] = await documents();
    expect(others).toEqual([]);
    expect(reference).toMatchObject({ masterIdentifier: { value: `urn:uuid:${next.toLowerCase()}` } });
  });

  it("is taken back by a nullification wherever it is read", async () => {
    const [before] = await documents();
    await send(cdaText({ time: at(2), messageType: NULLIFICATION, ids: VERIFIED }));
    expect(await documents()).toEqual([]);
    const read = await get(`/fhir/DocumentReference/${before?.id}`, "application/fhir+json");
    expect([read.status, (await get(`/fhir/Binary/${before?.id}-1`)).status]).toEqual([200, 200]);
    expect(await read.json()).toMatchObject({ status: "entered-in-error", docStatus: "entered-in-error" });
  });
});
