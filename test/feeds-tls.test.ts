import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MllpFeed } from "@chesil/ingest";
import { loadConfig } from "@chesil/runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeAuthority } from "../packages/mllp/src/test-certificates.ts";
import { mllpFeeds } from "../services/all/src/feeds.ts";
import { client, startRig, text } from "./ingest-rig.ts";
import { adt } from "./region.ts";

const authority = makeAuthority("Hospital CA");
const ours = authority.issue({ name: "chesil", hosts: ["127.0.0.1"] });
const pas = authority.issue({ name: "pas" });
const lab = authority.issue({ name: "lab" });
const stranger = authority.issue({ name: "stranger" });
const fingerprint = ({ cert }: { cert: string }) => new X509Certificate(cert).fingerprint256;

/** A folder with the files of a hospital, and a configuration that names them. */
function hospital(lines: (fingerprints: { pas: string; lab: string }) => string[]) {
  const folder = mkdtempSync(join(tmpdir(), "feeds-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (files: Record<string, string>) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  };
  write({ "chesil.pem": ours.cert, "chesil.key": ours.key, "ca.pem": authority.cert });
  const yaml = (changed: typeof lines) =>
    write({
      "chesil.yaml": changed({ pas: fingerprint(pas), lab: fingerprint(lab).replaceAll(":", "").toLowerCase() }).join(
        "\n",
      ),
    });
  yaml(lines);
  return { write, yaml, load: () => loadConfig({ environment: {}, folder }) };
}

const FEED = ["feeds:", "- name: pas", "  port: 0", "  authority: RBD"];
const TLS = ["  tls:", "    certificateFile: chesil.pem", "    keyFile: chesil.key", "    caFile: ca.pem"];
const mutual = ({ pas, lab }: { pas: string; lab: string }) => [
  ...FEED,
  '  senders: ["PAS|RBD", "LAB|RBD"]',
  ...TLS,
  "    clientCertificate: required",
  "    clients:",
  `    - { fingerprint256: "${pas}", senders: ["PAS|RBD"] }`,
  `    - { fingerprint256: "${lab}" }`,
];

function feedsOf(loaded: ReturnType<typeof loadConfig>): MllpFeed[] {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return mllpFeeds(loaded.config);
}

describe("a feed over TLS", () => {
  const secure = (port: number, certificate?: { key: string; cert: string }, ca = authority.cert) =>
    client(port, { tls: { ca, ...certificate } });
  const message = (from: string, controlId: string) =>
    Buffer.from(text(adt("A31", { id: "7" }, { controlId })).replace("PAS|RBD", from));
  const codeOf = (answer: Uint8Array) => /MSA\|(\w\w)/.exec(text(answer))?.[1];

  it("lets each certificate speak for the senders it is bound to, and for nobody else", async () => {
    const { database, portOf } = await startRig(...feedsOf(hospital(mutual).load()));
    const send = async (certificate: { key: string; cert: string }, from: string, controlId: string) =>
      codeOf(await (await secure(portOf("pas"), certificate)).send(message(from, controlId)));
    expect(await send(pas, "PAS|RBD", "1")).toBe("AA");
    expect(await send(pas, "LAB|RBD", "2")).toBe("AR");
    expect(await send(lab, "LAB|RBD", "3")).toBe("AA");
    expect(await send(lab, "PAS|RBD", "4")).toBe("AA");
    expect(await send(lab, "EPR|RBD", "5")).toBe("AR");
    expect(await send(stranger, "PAS|RBD", "6")).toBe("AR");
    const { rows } = await database.pool.query(
      "select control_id, reason from journal join outcome using (journal_id) order by journal_id",
    );
    expect(rows).toEqual(["2", "5", "6"].map((control_id) => ({ control_id, reason: "sender-not-allowed" })));
  });

  it("tells operations of a handshake that failed and of one that was none", async () => {
    const { database, portOf, told } = await startRig(...feedsOf(hospital(mutual).load()));
    await expect(secure(portOf("pas")).then((sender) => sender.send(message("PAS|RBD", "1")))).rejects.toThrow();
    await expect.poll(() => told.wire).toContain("tls-handshake-failed");
    const plain = await client(portOf("pas"));
    await expect(plain.send(message("PAS|RBD", "2"))).rejects.toMatchObject({ code: "connection-lost" });
    await expect.poll(() => told.wire).toContain("plain-on-tls-port");
    await expect
      .poll(async () => (await database.pool.query("select distinct reason from wire_fault order by 1")).rows)
      .toEqual([{ reason: "plain-on-tls-port" }, { reason: "tls-handshake-failed" }]);
    expect((await database.pool.query("select 1 from journal")).rowCount).toBe(0);
  });

  it("shows a renewed certificate to the next connection, keeps the one that stands, and withdraws a binding at once", async () => {
    const { load, write, yaml } = hospital(mutual);
    const { ingest, portOf } = await startRig(...feedsOf(load()));
    const standing = await secure(portOf("pas"), lab);
    const renewed = makeAuthority("Next CA");
    const certificate = renewed.issue({ name: "chesil", hosts: ["127.0.0.1"] });
    write({ "chesil.pem": certificate.cert, "chesil.key": certificate.key });
    expect(await ingest.reload(feedsOf(load()))).toMatchObject({ ok: true, changed: ["pas"] });
    expect(codeOf(await standing.send(message("LAB|RBD", "1")))).toBe("AA");
    await expect(secure(portOf("pas"), pas)).rejects.toThrow();
    const next = await secure(portOf("pas"), pas, renewed.cert);
    expect(codeOf(await next.send(message("PAS|RBD", "2")))).toBe("AA");
    yaml((fingerprints) => mutual(fingerprints).slice(0, -1));
    expect(await ingest.reload(feedsOf(load()))).toMatchObject({ ok: true });
    expect(codeOf(await standing.send(message("LAB|RBD", "3")))).toBe("AR");
  });

  it("is not configured with files that are missing, no certificates, or of two different keys", () => {
    const { load, write } = hospital(() => [...FEED, ...TLS]);
    expect(load().ok).toBe(true);
    const problems = () => {
      const loaded = load();
      return loaded.ok ? [] : loaded.problems.map(({ place, setting, text: words }) => [place, setting, words]);
    };
    write({ "chesil.key": pas.key });
    expect(problems()).toEqual([["chesil.yaml:7", "feeds[0].tls.keyFile", "is not the certificate's key"]]);
    write({ "chesil.pem": "nonsense" });
    expect(problems()).toEqual([["chesil.yaml:6", "feeds[0].tls.certificateFile", "holds no certificate"]]);
    write({ "ca.pem": "nonsense" });
    expect(problems()).toEqual([
      ["chesil.yaml:6", "feeds[0].tls.certificateFile", "holds no certificate"],
      ["chesil.yaml:8", "feeds[0].tls.caFile", "holds no certificate"],
    ]);
    write({ "chesil.pem": ours.cert, "ca.pem": authority.cert });
    write({ "chesil.yaml": [...FEED, ...TLS].join("\n").replace("chesil.key", "gone.key") });
    expect(problems()).toEqual([
      ["chesil.yaml:7", "feeds[0].tls.keyFile", expect.stringMatching(/^cannot be read: .*gone\.key \(ENOENT\)$/)],
    ]);
  });

  it("is not configured with a certificate that has expired or is not valid yet, and what runs goes on", async () => {
    const { load, write } = hospital(() => [...FEED, ...TLS]);
    const { portOf } = await startRig(...feedsOf(load()));
    const yearMs = 365 * 86_400_000;
    const endingAt = (at: number) => {
      const { cert, key } = authority.issue({ name: "chesil", hosts: ["127.0.0.1"], notAfter: new Date(at) });
      write({ "chesil.pem": cert, "chesil.key": key });
      return load();
    };
    expect(endingAt(Date.now() - yearMs)).toMatchObject({
      problems: [
        {
          place: "chesil.yaml:6",
          setting: "feeds[0].tls.certificateFile",
          text: expect.stringMatching(/^expired on \d{4}-\d\d-\d\dT.*Z: .*chesil\.pem$/),
          remedy: "Give a certificate that is valid today.",
        },
      ],
    });
    expect(endingAt(Date.now() + 3 * yearMs)).toMatchObject({
      problems: [{ text: expect.stringMatching(/^is not valid before .*Z: .*chesil\.pem$/) }],
    });
    expect(endingAt(Date.now() + 60_000).ok).toBe(true);
    expect(codeOf(await (await secure(portOf("pas"))).send(message("PAS|RBD", "1")))).toBe("AA");
  });

  it("takes no sender but those it allows where certificates are not asked for", async () => {
    const { portOf } = await startRig(...feedsOf(hospital(() => [...FEED, "  senders: [PAS|RBD]", ...TLS]).load()));
    const sender = await secure(portOf("pas"));
    expect(codeOf(await sender.send(message("PAS|RBD", "1")))).toBe("AA");
    expect(codeOf(await sender.send(message("LAB|RBD", "2")))).toBe("AR");
  });
});
