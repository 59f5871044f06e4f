import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@chesil/all";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeAuthority } from "../packages/mllp/src/test-certificates.ts";
import { ask, type ChesilProcess, drained, startChesil } from "./chesil-process.ts";
import { adt } from "./region.ts";

/** A trust's Chesil and a region's, each a process of its own, that talk ITK to each other with certificates. */

const authority = makeAuthority("Health network CA");
const hosts = ["127.0.0.1"];
const TRUST = authority.issue({ name: "trust", hosts });
const REGION = authority.issue({ name: "region", hosts });
const fingerprint = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256;

const listeners = `  listeners:
    - host: 127.0.0.1
      port: 0
      tls: { certificateFile: own.pem, keyFile: own.key, caFile: ca.pem }
`;
/** What the trust knows of the region, which acknowledges to it. */
const TRUST_CONFIG = `feeds: [{ name: pas, port: 0, authority: RXX }]
itk:
  organisation: RXX
${listeners}  feeds:
    - { name: region, organisation: QVV, authority: QVV, certificates: ["${fingerprint(REGION)}"] }
`;
const regionConfig = (trustPort: number) => `feeds: [{ name: pas, port: 0, authority: RBD }]
itk:
  organisation: QVV
  organisationName: Example Shared Care Record
${listeners}  feeds:
    - { name: trust, organisation: RXX, authority: RXX, certificates: ["${fingerprint(TRUST)}"] }
destinations:
  - name: trust-acks
    send: acknowledgements
    feeds: [trust]
    host: 127.0.0.1
    port: ${trustPort}
    tls: { certificateFile: own.pem, keyFile: own.key, caFile: ca.pem }
`;

type Page = { messages: { id: number; messageType: string; outcome: string | null; feed: string }[] };

describe("two Chesils", () => {
  const folders: string[] = [];
  let trust: ChesilProcess;
  let region: ChesilProcess;

  const open = (config: string, own: { cert: string; key: string }) => {
    const folder = mkdtempSync(join(tmpdir(), "two-chesils-"));
    folders.push(folder);
    const files = { "own.pem": own.cert, "own.key": own.key, "ca.pem": authority.cert, "chesil.yaml": config };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return startChesil(folder, { env: { CHESIL_LOG_LEVEL: "info" } });
  };
  const itkPortOf = (chesil: ChesilProcess) =>
    Number(/"event":"feed-listening"[^}]*"feed":"itk"[^}]*127\.0\.0\.1:(\d+)/.exec(chesil.said())?.[1]);

  beforeAll(async () => {
    trust = await open(TRUST_CONFIG, TRUST);
    region = await open(regionConfig(itkPortOf(trust)), REGION);
  }, 180_000);
  afterAll(async () => {
    await Promise.all([trust?.stop(), region?.stop()]);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it("send, acknowledge and are acknowledged, and no acknowledgement is acknowledged", async () => {
    const folder = folders[0] ?? "";
    writeFileSync(
      join(folder, "out.hl7"),
      adt("A01", { id: "6001", family: "MARSH", given: "ELLEN" }, { visit: "V1" }),
    );
    const pem = (name: string) => join(folder, name);
    const spies = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation(() => true),
    );
    const to = ["--to", `itk+https://127.0.0.1:${itkPortOf(region)}/itk`, "--ask", "infrastructure,business"];
    const shown = ["--ca", pem("ca.pem"), "--certificate", pem("own.pem"), "--key", pem("own.key")];
    const code = await main(["send", pem("out.hl7"), ...to, "--sender", "RXX", ...shown]).finally(() => {
      for (const spy of spies) spy.mockRestore();
    });
    expect(code).toBe(0);
    expect((await drained(region, 1)).outcomes.applied).toBe(1);
    // That it can be read, and that it is applied.
    expect((await drained(trust, 2)).outcomes.applied).toBe(2);
    const kept = async (chesil: ChesilProcess) => {
      const { messages } = await ask<Page>(chesil, "/api/v1/messages/search", {});
      return messages.map(({ feed, messageType }) => `${feed} ${messageType}`).toSorted();
    };
    expect(await kept(trust)).toEqual(["region ACK", "region ACK"]);
    expect(await kept(region)).toEqual(["trust ADT"]);
    const { persons } = await ask<{ persons: unknown[] }>(region, "/api/v1/persons/search", { family: "MARSH" });
    expect(persons).toHaveLength(1);
  }, 120_000);
});
