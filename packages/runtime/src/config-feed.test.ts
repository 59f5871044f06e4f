import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Config, loadConfig } from "./config.ts";
import { type ConfigProblem, describeProblems } from "./config-problem.ts";

function load(yaml: string, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "chesil.yaml"), yaml);
  return loadConfig({ environment, folder });
}

function feedOf(lines: string, environment: Record<string, string> = {}): Config["feeds"][number] {
  const result = load(`feeds:\n- name: pas\n  port: 7000\n  authority: RBD\n${indent(lines)}`, environment);
  if (!result.ok) throw new Error(describeProblems(result.problems));
  const [feed] = result.config.feeds;
  if (feed === undefined) throw new Error("no feed");
  return feed;
}

/** The feed's own lines begin at line 5. */
function bad(lines: string): readonly ConfigProblem[] {
  const result = load(`feeds:\n- name: pas\n  port: 7000\n  authority: RBD\n${indent(lines)}`);
  return result.ok ? [] : result.problems;
}

const indent = (lines: string) => lines.replaceAll(/^(?=.)/gm, "  ");

describe("a feed's settings", () => {
  it("have a default for everything but its name, port and authority", () => {
    expect(feedOf("")).toEqual({
      name: "pas",
      kind: "mllp",
      mode: "listen",
      host: "127.0.0.1",
      port: 7000,
      endBlockAlone: "data",
      authority: "RBD",
      authorities: {},
      foreignAuthorities: [],
      nhsNumberTraced: false,
      onOverlay: "flag",
      codes: {},
      places: {},
      localSegments: {},
      senders: [],
      sequence: false,
      queries: false,
      acknowledgement: {
        unsupported: "reject",
        permanent: "error",
        conflict: "error",
        outOfSequence: "error",
        transient: "close",
        commitBytes: false,
      },
      limits: {},
      silentAfterMinutes: 60,
      reuseWindowHours: 24,
    });
  });

  it("say how a sender writes things", () => {
    const lines = `
organisation: RBD
charset: windows-1252
unicodeIs: iso-8859-1
segmentEnd: crlf
authorities: { RBD-PAS: RBD }
foreignAuthorities: [RDZ]
nhsNumberTraced: true
codes:
  sex: { "1": M, "2": F }
  patientClass: { IP: I }
places: { ethnicity: ZPI-4, religion: PID-17.2 }
localSegments:
  ZAL: { "3": access needs, "4.1": interpreter }
`;
    expect(feedOf(lines)).toMatchObject({
      organisation: "RBD",
      charset: "windows-1252",
      unicodeIs: "iso-8859-1",
      segmentEnd: "crlf",
      authorities: { "RBD-PAS": "RBD" },
      foreignAuthorities: ["RDZ"],
      nhsNumberTraced: true,
      codes: { sex: { "1": "M", "2": "F" }, patientClass: { IP: "I" } },
      places: { ethnicity: "ZPI-4", religion: "PID-17.2" },
      localSegments: { ZAL: { "3": "access needs", "4.1": "interpreter" } },
    });
  });

  it("say how it connects, who may send, and how it is answered", () => {
    const lines = `
mode: dial
host: engine.example
senders: [PAS|RBD, "|RBD"]
sequence: true
endBlockAlone: ends
acknowledgement: { force: original, permanent: reject, commitBytes: true, answerTo: { host: engine.example, port: 7100 } }
limits: { frameBytesMax: 20971520, framesPerSecondMax: 50 }
tls: { serverName: engine }
`;
    expect(feedOf(lines)).toMatchObject({
      mode: "dial",
      senders: ["PAS|RBD", "|RBD"],
      sequence: true,
      endBlockAlone: "ends",
      acknowledgement: {
        force: "original",
        permanent: "reject",
        commitBytes: true,
        answerTo: { host: "engine.example", port: 7100, tls: false },
      },
      limits: { frameBytesMax: 20 * 1024 * 1024, framesPerSecondMax: 50 },
      tls: { serverName: "engine", clientCertificate: "none", clients: [] },
    });
  });

  it("come from the environment, lists with commas, and the operator's own names from the file only", () => {
    const environment = {
      CHESIL__FEEDS__PAS__SENDERS: "PAS|RBD, EPR|RBD",
      CHESIL__FEEDS__0__LIMITS__FRAME_BYTES_MAX: "2000000",
      CHESIL__FEEDS__PAS__ACKNOWLEDGEMENT__TRANSIENT: "reject",
    };
    expect(feedOf("", environment)).toMatchObject({
      senders: ["PAS|RBD", "EPR|RBD"],
      limits: { frameBytesMax: 2_000_000 },
      acknowledgement: { transient: "reject" },
    });
    const result = load("feeds:\n- { name: pas, port: 1, authority: A }\n", {
      CHESIL__FEEDS__PAS__AUTHORITIES__X: "Y",
      CHESIL__FEEDS__PAS__CODES__SEX: "1",
      CHESIL__FEEDS__PAS__TLS__CLIENTS__0__FINGERPRINT256: "00",
    });
    expect(result).toMatchObject({
      problems: [
        { place: "CHESIL__FEEDS__PAS__AUTHORITIES__X", remedy: "Write feeds[0].authorities in the file." },
        { place: "CHESIL__FEEDS__PAS__CODES__SEX", remedy: "Write feeds[0].codes.sex in the file." },
        {
          place: "CHESIL__FEEDS__PAS__TLS__CLIENTS__0__FINGERPRINT256",
          remedy: "There is no feeds[0].tls.clients 0. Give its number, from 0.",
        },
      ],
    });
  });

  it("are each judged, at their line", () => {
    const lines = `organisation: Dorset
senders: [PAS]
codes: { sexx: { "1": M } }
places: { ethnicity: PID22 }
localSegments:
  zal: { "3": x }
  ZAM: { three: x }
limits: { frameBytesMax: 0, frameBytesMx: 1 }
acknowledgement: { answerTo: { host: h } }
`;
    expect(
      bad(lines).map(({ place, setting, text, remedy }) => `${place} ${setting} ${text}. ${remedy}`),
    ).toMatchInlineSnapshot(`
      [
        "chesil.yaml:5 feeds[0].organisation is "Dorset". Give text of another form (The sender's ODS code). For example: RBD",
        "chesil.yaml:6 feeds[0].senders[0] is "PAS". Give text of another form (MSH-3 and MSH-4 with a bar between them). For example: PAS|RBD",
        "chesil.yaml:7 feeds[0].codes.sexx is no setting. Did you mean feeds[0].codes.sex?",
        "chesil.yaml:8 feeds[0].places.ethnicity is "PID22". Give text of another form (A segment, field and component). For example: ZPI-4",
        "chesil.yaml:10 feeds[0].localSegments.zal has a name that will not do. Give a segment's id. For example: ZAL",
        "chesil.yaml:11 feeds[0].localSegments.ZAM.three has a name that will not do. Give a field's number, and a component's after a dot. For example: 3.1",
        "chesil.yaml:12 feeds[0].limits.frameBytesMax is 0. Give a whole number, 1 or more.",
        "chesil.yaml:12 feeds[0].limits.frameBytesMx is no setting. Did you mean feeds[0].limits.frameBytesMax?",
        "chesil.yaml:13 feeds[0].acknowledgement.answerTo.port is missing. Give a whole number from 1 to 65535.",
      ]
    `);
  });

  it("contradict each other no further than they mean something", () => {
    const dialled = `mode: dial
tls:
  clientCertificate: required
  clients: []
`;
    expect(bad(dialled).map(({ place, setting }) => `${place} ${setting}`)).toEqual([
      "chesil.yaml:6 feeds[0].tls.caFile",
      "chesil.yaml:7 feeds[0].tls.clientCertificate",
      "chesil.yaml:8 feeds[0].tls.clients",
    ]);
    expect(bad("limits: { bufferedBytesMax: 1048576 }")).toMatchObject([
      { place: "chesil.yaml:5", setting: "feeds[0].limits.bufferedBytesMax", text: expect.stringContaining("1048576") },
    ]);
    expect(bad("limits: { frameBytesMax: 67108864 }")).toMatchObject([
      {
        setting: "feeds[0].limits.frameBytesMax",
        text: "is 67108864",
      },
    ]);
    expect(bad("limits: { reconnectMsMax: 999 }")).toMatchObject([{ setting: "feeds[0].limits.reconnectMsMax" }]);
    expect(bad("limits: { reconnectMsMin: 60000 }")).toEqual([]);
    expect(bad("acknowledgement: { answerTo: { host: h, port: 1, tls: true } }")).toMatchObject([
      { setting: "feeds[0].acknowledgement.answerTo.tls" },
    ]);
    expect(bad("tls: { serverName: x }").map(({ setting }) => setting)).toEqual([
      "feeds[0].tls.serverName",
      "feeds[0].tls.certificateFile",
      "feeds[0].tls.keyFile",
    ]);
  });

  it("bind certificates only that are asked for, once each, to senders that the feed allows", () => {
    const fingerprint = "AB".repeat(32);
    const colons = (fingerprint.match(/../g) ?? []).join(":").toLowerCase();
    const lines = `senders: [PAS|RBD]
tls:
  clients:
    - { fingerprint256: "${fingerprint}", senders: [PAS|RBD] }
    - { fingerprint256: "${colons}", senders: [LAB|RBD] }
`;
    const found = bad(lines).filter(({ setting }) => setting.includes("clients"));
    expect(found.map(({ place, setting, text }) => [place, setting, text])).toEqual([
      ["chesil.yaml:7", "feeds[0].tls.clients", "binds certificates that nobody is asked for"],
      ["chesil.yaml:9", "feeds[0].tls.clients[1].fingerprint256", "is listed twice"],
      ["chesil.yaml:9", "feeds[0].tls.clients[1].senders[0]", 'is "LAB|RBD", which the feed does not allow'],
    ]);
  });

  it("lets two feeds dial one port, where two can not listen", () => {
    const feeds = (mode: string) =>
      `feeds:\n- { name: a, port: 1, authority: A }\n- { name: b, port: 1, authority: B, mode: ${mode} }\n`;
    expect(load(feeds("listen"))).toMatchObject({ problems: [{ place: "chesil.yaml:3", setting: "feeds[1].port" }] });
    expect(load(feeds("dial")).ok).toBe(true);
  });
});
