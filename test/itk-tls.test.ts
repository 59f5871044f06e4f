import { X509Certificate } from "node:crypto";
import { type RequestOptions, request } from "node:https";
import { type ItkFeed, startIngest } from "@chesil/ingest";
import { readAnswer } from "@chesil/itk";
import { appendActivation } from "@chesil/store";
import { readXml } from "@chesil/xml";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { makeAuthority, type TestCertificate } from "../packages/mllp/src/test-certificates.ts";
import { freshDatabase } from "./database.ts";
import { AT, envelopeWith, er7Payload, FEED, journalled, SERVICES_USED, soapWith, TELEMETRY } from "./itk-rig.ts";
import { adt } from "./region.ts";

const authority = makeAuthority("Health network CA");
const ours = authority.issue({ name: "chesil", hosts: ["127.0.0.1"] });
const trust = authority.issue({ name: "tie.rxx" });
const other = authority.issue({ name: "tie.ryy" });
const unbound = authority.issue({ name: "lab" });
const fingerprint = ({ cert }: TestCertificate) => new X509Certificate(cert).fingerprint256;

const { carried } = SERVICES_USED;
const FEEDS: readonly ItkFeed[] = [
  { ...FEED, certificates: [fingerprint(trust)] },
  { ...FEED, name: "itk-ryy", organisation: "RYY", certificates: [fingerprint(other)] },
  { ...FEED, name: "itk-rzz", organisation: "RZZ" },
];

/** An admission that says it is of an organisation. */
const from = (organisation: string, trackingId: string) => {
  const sender = { uri: `urn:nhs-uk:addressing:ods:${organisation}` };
  const er7 = er7Payload(adt("A31", { id: "7" }, { controlId: trackingId }));
  return soapWith(envelopeWith(carried, [er7], { sender, trackingId }), carried);
};

describe("ITK over a listener of its own", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let ingest: Awaited<ReturnType<typeof startIngest>>;
  const listening = (certificate = ours) => [
    { host: "127.0.0.1", port: 0, tls: { ...certificate, ca: authority.cert, requireClientCertificate: true } },
  ];
  beforeEach(async () => {
    database = await freshDatabase();
    const readings = Object.fromEntries(FEEDS.map(({ name, dialect }) => [name, dialect]));
    await appendActivation(database, { feeds: readings, by: "test" }, AT);
    ingest = await startIngest({
      ...{ database, feeds: [], telemetry: TELEMETRY, now: () => AT, itkListening: listening() },
      itk: () => ({ organisation: "QVV", clockSkewMs: 300_000, feeds: FEEDS }),
    });
  });
  afterEach(async () => {
    await ingest.stop();
    await database.close();
  });

  const post = (body: string, certificate?: TestCertificate, changes: RequestOptions = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const port = Number(ingest.itkAddresses()[0]?.split(":")[1]);
      const headers = { "content-type": "text/xml" };
      const asked = {
        host: "127.0.0.1",
        port,
        path: "/itk",
        method: "POST",
        headers,
        ca: authority.cert,
        agent: false,
      };
      const sent = request({ ...asked, ...certificate, ...changes } as RequestOptions, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
  const said = async (body: string, certificate?: TestCertificate) => {
    const answer = readAnswer(readXml(Buffer.from((await post(body, certificate)).text)));
    return answer.kind === "fault" ? answer.fault.errorCode : answer.kind;
  };

  it("lets a certificate speak for the organisation that it is bound to, and for no other", async () => {
    expect(await said(from("RXX", "T1"), trust)).toBe("simple");
    expect(await said(from("RXX", "T2"), other)).toBe("3000");
    expect(await said(from("RXX", "T3"), unbound)).toBe("3000");
    expect(await said(from("RZZ", "T4"), trust)).toBe("3000");
    expect(await said(from("RZZ", "T5"), unbound)).toBe("simple");
    expect((await journalled(database)).map(({ controlId }) => controlId)).toEqual(["T1", "T5"]);
  });

  it("turns away who shows no certificate, or one of somebody else's authority", async () => {
    await expect(post(from("RXX", "T1"))).rejects.toThrow();
    const stranger = makeAuthority("Another CA").issue({ name: "tie.rxx" });
    await expect(post(from("RXX", "T1"), stranger)).rejects.toThrow();
    expect(await journalled(database)).toEqual([]);
  });

  it("does not take by another way what is bound to a certificate", async () => {
    const body = from("RXX", "T1");
    const headers = { "content-type": "text/xml" };
    const answered = await ingest.answerItk({
      ...{ method: "POST", headers, remoteAddress: "127.0.0.1" },
      body: (async function* () {
        yield Buffer.from(body);
      })(),
    });
    expect([answered.status, readAnswer(readXml(Buffer.from(answered.body)))]).toMatchObject([
      500,
      { fault: { errorCode: "3000" } },
    ]);
    expect(await journalled(database)).toEqual([]);
  });

  it("shows a renewed certificate to the next connection", async () => {
    const renewed = makeAuthority("Next CA");
    const next = renewed.issue({ name: "chesil", hosts: ["127.0.0.1"] });
    expect(await ingest.reload([], listening(next))).toMatchObject({ ok: true });
    await expect(post(from("RZZ", "T1"), unbound)).rejects.toThrow();
    expect((await post(from("RZZ", "T1"), unbound, { ca: renewed.cert })).status).toBe(200);
  });

  it("answers to nothing but posts at /itk", async () => {
    expect((await post("", unbound, { path: "/fhir" })).status).toBe(404);
    expect((await post("", unbound, { method: "GET" })).status).toBe(405);
    expect((await post("", unbound, { headers: { "content-type": "application/json" } })).status).toBe(415);
  });

  it("opens all of its listeners or none", async () => {
    const [one] = listening();
    const port = Number(ingest.itkAddresses()[0]?.split(":")[1]);
    const taken = startIngest({
      ...{ database, feeds: [], telemetry: TELEMETRY, now: () => AT },
      itkListening: one ? [one, { ...one, port }] : [],
    });
    onTestFinished(() => taken.then((handle) => handle.stop()).catch(() => {}));
    await expect(taken).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
