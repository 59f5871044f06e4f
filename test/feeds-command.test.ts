import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@chesil/all";
import { describe, expect, it, onTestFinished, vi } from "vitest";

const CONFIG = `
feeds:
- name: pas
  port: 2575
  organisation: RBD
  authority: RBD
  senders: ["PAS|RBD"]
  acknowledgement: { permanent: reject }
  localSegments: { ZAL: { "2": access needs } }
- name: lab
  mode: dial
  host: lab.example
  port: 7001
  authority: LAB
`;

const MSH = (type: string, controlId: string, from = "PAS|RBD") =>
  `MSH|^~\\&|${from}|CHESIL|DORSET|20260501080000||${type}|${controlId}|P|2.4`;
const PID = "PID|1||77^^^RBD^MR~9990004951^01^^NHS^NH||SMITH^Jane^^^Ms^^L||19710314|F";
const ADMITTED = [
  MSH("ADT^A01^ADT_A01", "C1"),
  "EVN|A01|20260501080000",
  PID,
  "PV1|1|I|WARD 1|||||||||||||||V1",
  "ZAL|1|wheelchair",
  "ZQQ|1",
];
const file = (...messages: string[][]) => messages.map((lines) => `${lines.join("\r")}\r`).join("");

/** Runs the command line in this process, in a folder with the configuration and the file, and gives what it prints. */
async function chesil(content: string, ...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "command-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "chesil.yaml"), CONFIG);
  writeFileSync(join(folder, "file.hl7"), content);
  vi.stubEnv("CHESIL_CONFIG", join(folder, "chesil.yaml"));
  const printed = { out: "", said: "" };
  const keep = (stream: NodeJS.WriteStream, name: keyof typeof printed) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    });
  const spies = [keep(process.stdout, "out"), keep(process.stderr, "said")];
  try {
    const code = await main(args.map((arg) => (arg === "FILE" ? join(folder, "file.hl7") : arg)));
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

describe("chesil feeds", () => {
  it("lists what is configured", async () => {
    const { code, out } = await chesil("", "feeds", "list");
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "pas\tlisten\t127.0.0.1:2575\tRBD\tRBD\ttls none\tPAS|RBD",
        "lab\tdial\tlab.example:7001\t\tLAB\ttls none\tany sender",
        "",
      ],
    ]);
    const json = JSON.parse((await chesil("", "feeds", "list", "--json")).out);
    expect(json.feeds[0]).toMatchObject({ name: "pas", tls: "none", senders: ["PAS|RBD"] });
  });

  it("shows what a message would become, in words", async () => {
    const { code, out } = await chesil(file(ADMITTED), "feeds", "test", "FILE", "--feed", "pas");
    expect(code).toBe(0);
    for (const words of [
      /would be applied: ADT\^A01, version 2.4, control id C1, from PAS\|RBD/,
      /answer +MSH\|.*\n +MSA\|AA\|C1/,
      /in order with +RBD\|77/,
      /patient +RBD 77/,
      /identifier +NHS 9990004951, NH, verified/,
      /name +SMITH, Jane \(Ms\)/,
      /born +1971-03-14/,
      /local segment +ZAL: field 2 is access needs/,
      /local segment +ZQQ: kept; the configuration names none of its fields/,
      /1 message\(s\) on feed pas: 1 would be applied, 0 quarantined, 0 rejected\./,
    ])
      expect(out).toMatch(words);
  });

  it("says what would be refused and how it would be answered, by the feed's own rules", async () => {
    const content = file(
      ADMITTED,
      [MSH("ADT^A31", "C2"), "PID|1||"],
      [MSH("ADT^A31", "C3", "LAB|RBD"), PID],
      [MSH("ADT^Z99", "C4"), PID],
    );
    const { code, out } = await chesil(content, "feeds", "test", "FILE", "--feed", "pas", "--json");
    const result = JSON.parse(out);
    expect(code).toBe(1);
    expect(result).toMatchObject({ feed: "pas", applied: 1, quarantined: 1, rejected: 2 });
    expect(
      result.messages.map((each: { outcome: string; reason?: string; acknowledgement: string }) => [
        each.outcome,
        each.reason,
        /MSA\|(\w\w)/.exec(each.acknowledgement)?.[1],
      ]),
    ).toEqual([
      ["applied", undefined, "AA"],
      ["rejected", "no-patient-id", "AR"],
      ["rejected", "sender-not-allowed", "AR"],
      ["quarantined", "not-mapped", "AA"],
    ]);
  });

  it("asks which feed is meant, for a file that is there, with a message in it", async () => {
    expect(await chesil(file(ADMITTED), "feeds", "test", "FILE")).toMatchObject({
      code: 2,
      said: "Name a feed with --feed: pas, lab.\n",
    });
    expect(await chesil("", "feeds", "test", "FILE", "--feed", "pass")).toMatchObject({
      code: 2,
      said: "There is no feed pass. There are: pas, lab.\n",
    });
    expect((await chesil("", "feeds", "test", "FILE", "--feed", "pas")).said).toMatch(/No message was found/);
    expect((await chesil("", "feeds", "test", "/nowhere", "--feed", "pas")).said).toMatch(/There is no file/);
    expect((await chesil("", "feeds", "test", "--help")).out).toContain("Example: chesil feeds test");
  });
});

describe("chesil validate", () => {
  it("finds nothing in a sound message", async () => {
    const { code, out } = await chesil(file(ADMITTED), "validate", "FILE");
    expect([code, out]).toEqual([0, "1 message(s): 0 error(s), 0 warning(s), 0 to know.\n"]);
  });

  it("gives segment, place, position, severity and rule of each finding, and fails on an error", async () => {
    const bad = [...ADMITTED];
    bad[2] = `${PID}|||||||||||||||||||||||||||||||||||||x`;
    bad.splice(3, 1);
    const { code, out } = await chesil(file(ADMITTED, bad), "validate", "FILE");
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^2 message\(s\): [1-9]\d* error\(s\), \d+ warning\(s\), \d+ to know\.$/);
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^2\t\d+\t[A-Z0-9]{3}(\[\d+\](-[\d[\].]+)?)?\t\d+\t(error|warning|info)\t[a-z-]+\t.+\.$/);
    expect(out).toContain("\tmissing-segment\tPV1");
    const json = JSON.parse((await chesil(file(ADMITTED, bad), "validate", "FILE", "--json")).out);
    expect(json.messages[1]).toMatchObject({ message: 2, type: "ADT^A01", controlId: "C1" });
    expect(json.messages[1].findings.length).toBe(lines.length - 1);
  });

  it("says of what is no message that it can not be read", async () => {
    const { code, out } = await chesil("nonsense\r", "validate", "FILE", "--feed", "pas");
    expect([code, out.split("\n")[0]]).toEqual([1, "1\t1\tMSH[1]\t0\terror\tno-header\tThe message can not be read."]);
  });
});
