import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@chesil/all";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeAuthority } from "../packages/mllp/src/test-certificates.ts";
import { faults, ItkReceiver } from "./itk-receiver.ts";
import { adt } from "./region.ts";

const CDA = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Discharge</title></ClinicalDocument>';

describe("chesil send over ITK", () => {
  let folder: string;
  let receiver: ItkReceiver;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "itk-send-"));
    receiver = new ItkReceiver();
  });
  afterEach(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  /** Runs the command line in this process and gives what it prints on stdout. */
  const chesil = async (...args: string[]) => {
    const printed = { out: "", said: "" };
    const keep = (stream: NodeJS.WriteStream, name: keyof typeof printed) =>
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        printed[name] += String(chunk);
        return true;
      });
    const spies = [keep(process.stdout, "out"), keep(process.stderr, "said")];
    try {
      return { code: await main(["send", ...args]), ...printed };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  };
  const reportOf = async (...args: string[]) => {
    const { code, out } = await chesil(...args, "--json");
    return { code, ...JSON.parse(out) };
  };

  it("sends each message of a file and each document in an envelope of its own, and the same again as a resend", async () => {
    await receiver.open();
    file("admissions.hl7", Buffer.concat([adt("A01", { id: "1" }), adt("A03", { id: "1" })]));
    file("discharge.xml", CDA);
    const to = ["--to", `itk+${receiver.address}`, "--sender", "RBD", "--ask", "infrastructure,business"];
    const sent = { code: 0, taken: 3, sent: 3, accepted: 3, rejected: 0, unacknowledged: [], byCode: { OK: 3 } };
    expect(await reportOf(folder, ...to)).toMatchObject(sent);
    expect(await reportOf(folder, ...to)).toMatchObject(sent);
    const ids = receiver.got.map(({ envelope }) => envelope.trackingId);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
    expect(new Set(ids).size).toBe(3);
    expect(receiver.got.map(({ action }) => action?.replace(/.*:|"/g, "")).slice(0, 3)).toEqual([
      "admitPatientPH-v1-0",
      "dischargePatientPH-v1-0",
      "SendCDADocument-v2-0",
    ]);
    expect([...(receiver.got[0]?.envelope.handling.values() ?? [])]).toEqual(["true", "true"]);
  });

  it("reports what is refused and goes on; what is no message is passed over", async () => {
    await receiver.open();
    receiver.answers.push(faults(2200));
    file("1.xml", CDA);
    file("2.xml", "<a/>");
    file("3.xml", CDA.replace("Discharge", "Letter"));
    const report = await reportOf(folder, "--to", `itk+${receiver.address}`, "--sender", "RBD");
    expect(report).toMatchObject({
      ...{ code: 0, taken: 3, sent: 2, accepted: 1, rejected: 1, byCode: { "2200": 1, OK: 1 } },
      skipped: [{ index: 1, why: "not-itk" }],
      rejectedSamples: [{ code: "2200", text: "The reason." }],
    });
  });

  it("sends a bare envelope when told to, and over TLS with a certificate", async () => {
    const authority = makeAuthority("Hospital CA");
    const ours = authority.issue({ name: "chesil" });
    const theirs = authority.issue({ name: "epr", hosts: ["127.0.0.1"] });
    await receiver.open({ ...theirs, ca: authority.cert, requestCert: true, rejectUnauthorized: true });
    const pem = {
      ca: file("ca.pem", authority.cert),
      cert: file("our.pem", ours.cert),
      key: file("our.key", ours.key),
    };
    const tls = ["--ca", pem.ca, "--certificate", pem.cert, "--key", pem.key];
    const to = ["--to", `itk+${receiver.address}`, "--sender", "RBD", "--bare"];
    expect(await reportOf(file("1.xml", CDA), ...to, ...tls)).toMatchObject({ code: 0, accepted: 1 });
    expect(receiver.got[0]?.body.toString()).toMatch(/^<\?xml[^>]*><itk:DistributionEnvelope/);
  });

  it("ends with 1 when nobody answers, and with 2 when it was typed wrong", async () => {
    await receiver.open();
    await receiver.close();
    const path = file("1.xml", CDA);
    const report = await reportOf(path, "--to", `itk+${receiver.address}`, "--sender", "RBD");
    expect(report).toMatchObject({ code: 1, accepted: 0, unacknowledged: [0], stopped: "unreachable" });
    for (const wrong of [
      [],
      ["--sender", "rbd"],
      ["--sender", "RBD", "--ask", "x"],
      ["--sender", "RBD", "--service", "x"],
    ])
      expect((await chesil(path, "--to", `itk+${receiver.address}`, ...wrong)).code).toBe(2);
    expect((await chesil(path, "--to", "itk+ftp://x", "--sender", "RBD")).code).toBe(2);
  }, 60_000);
});
