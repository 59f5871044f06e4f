import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { HL7Message } from "hl7v2";
import { describe, expect, it } from "vitest";
import { ADT_A01, asText, latin1, msh, PV1_INPATIENT, wire } from "../example-messages.ts";
import { splitMessages } from "../message/batch.ts";
import { readMessage } from "../message/message.ts";
import { FINDINGS_MAX, type Finding } from "./finding.ts";
import { validate } from "./validate.ts";

async function findingsOf(bytes: Uint8Array): Promise<Finding[]> {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.reason);
  return validate(read.message);
}

/** `error required-field PID[1]-3`, without what is only good to know. */
async function said(...segments: string[]): Promise<string[]> {
  const findings = await findingsOf(wire(...segments));
  const told = findings.filter((each) => each.severity !== "info");
  return told.map((each) => `${each.severity} ${each.rule} ${each.location}`);
}

const MSH = "MSH|^~\\&|PAS|RDZ|CHESIL|ND|20260304093000||ADT^A01^ADT_A01|C1|P|2.5";
const EVN = "EVN||20260304092900";
const PID = "PID|1||8001234^^^RDZ^MR||Marsh^Ellen||19800229|F";
const PV1 = "PV1|1|I";
const A01 = [MSH, EVN, PID, PV1];

describe("a message that is as its version has it", () => {
  it.each([
    [A01],
    [[msh("A40", { version: "2.4" }), EVN, PID, "MRG|9001", PID, "MRG|9002"]],
    [[msh("A24", { version: "2.5" }), EVN, PID, PID]],
    [[msh("A17", { version: "2.3" }), EVN.replace("|", "|A17"), PID, PV1, PID, PV1]],
    [[...A01, "ZPI|1|anything~at^all", "DSC|7"]],
    [
      [
        MSH.replace("ADT^A01^ADT_A01", "ORU^R01^ORU_R01"),
        PID,
        "OBR|1|||GLU",
        "OBX|1|NM|GLU||5.1||||||F",
        "NTE|1",
        "OBR|2|||U",
      ],
    ],
    [[MSH.replace("ADT^A01^ADT_A01", "ORM^O01"), PID, "ORC|NW", "OBR|1|||GLU", "ORC|NW", "RXO|||||||||G"]],
    [[MSH.replace("ADT^A01^ADT_A01", "REF^I13^REF_I12"), "RF1|A|||||R1", "PRD|RP", PID]],
  ])("is without findings (%#)", async (segments) => expect(await said(...segments)).toEqual([]));

  it("whatever its delimiters and as v2.xml too", async () => {
    const other = A01.map((line) => line.replaceAll("|", "$").replaceAll("^", "*"));
    expect(await said(...other)).toEqual([]);
    const xml =
      '<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.7><TS.1>2026</TS.1></MSH.7>' +
      "<MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9><MSH.10>1</MSH.10><MSH.11><PT.1>P</PT.1></MSH.11>" +
      "<MSH.12><VID.1>2.5</VID.1></MSH.12></MSH><EVN><EVN.2><TS.1>nonsense</TS.1></EVN.2></EVN></ADT_A01>";
    const findings = await findingsOf(Buffer.from(xml));
    expect(findings.map((each) => `${each.rule} ${each.location}`)).toEqual([
      "data-type EVN[1]-2[1].1",
      "missing-segment PID",
      "missing-segment PV1",
    ]);
  });
});

describe("the structure", () => {
  it.each([
    ["without a segment it must have", [MSH, EVN, PV1], ["error missing-segment PID"]],
    ["without its last segments", [MSH, EVN], ["error missing-segment PID", "error missing-segment PV1"]],
    ["in another order", [MSH, PID, EVN, PV1], ["error segment-order PID[1]"]],
    ["with a segment too many", [...A01, PV1], ["error segment-repeats PV1[2]"]],
    [
      "with a segment of another message",
      [...A01, "TXA|1|CN|TX|||||||||1|||||AU"],
      ["warning unexpected-segment TXA[1]"],
    ],
    ["with a segment that is none", [...A01, "QQQ|1"], ["warning unknown-segment QQQ[1]"]],
    ["with a line that is none", [...A01, "some text"], ["error unreadable-segment [1]"]],
    [
      "with a group that has lost its head",
      [MSH.replace("ADT^A01^ADT_A01", "ORU^R01^ORU_R01"), PID, "OBX|1|NM|GLU||5||||||F", "OBX|2|NM|K||4||||||F"],
      ["error missing-segment OBR"],
    ],
    [
      "with a second group that lacks something",
      [msh("A40"), EVN, PID, "MRG|9001", PID, PV1],
      ["error missing-segment MRG"],
    ],
    ["named wrongly", [MSH.replace("ADT_A01", "ADT_A40"), EVN, PID, PV1], ["warning wrong-structure MSH[1]-9[1].3"]],
  ])("%s", async (_name, segments, expected) => expect(await said(...segments)).toEqual(expected));

  it("is that of another event of the kind, where several share one", async () => {
    expect(await said(MSH.replace("ADT^A01^ADT_A01", "ADT^A13^ADT_A01"), EVN, PID, PV1)).toEqual([]);
    expect(await said(MSH.replace("ADT^A01^ADT_A01", "MDM^T06^MDM_T02"), EVN, PID, PV1)).toEqual([
      "error missing-segment TXA",
      "error missing-segment OBX",
    ]);
  });

  it("is left alone where the standard has none", async () => {
    const findings = await findingsOf(wire(MSH.replace("ADT^A01^ADT_A01", "ADT^Z99"), "PID|1"));
    expect(findings.map((each) => each.rule)).toEqual(["unknown-structure", "required-field", "required-field"]);
  });
});

describe("the version", () => {
  it.each([
    ["2.3.1^GBR", []],
    ["2.4UK", []],
    ["2.5.1", []],
    ["2.8.2", ["info unknown-version"]],
    ["2.9", ["info unknown-version"]],
    ["", ["error unknown-version", "error required-field"]],
    ["3.0", ["info unknown-version"]],
    ["__proto__", ["info unknown-version"]],
  ])("%j: %j", async (version, expected) => {
    const findings = await findingsOf(wire(MSH.replace("|2.5", `|${version}`), EVN, PID, PV1));
    const ofVersion = findings.filter((each) => each.location.startsWith("MSH[1]-12"));
    expect(ofVersion.map((each) => `${each.severity} ${each.rule}`)).toEqual(expected);
  });

  it("decides what a field is", async () => {
    const segments = (version: string) => [MSH.replace("|2.5", `|${version}`), EVN, `${PID}`, `${PV1}|1~2`];
    expect(await said(...segments("2.5"))).toEqual(["error field-repeats PV1[1]-3[2]"]);
    const old = await findingsOf(wire(MSH.replace("|2.5", "|2.8"), EVN, PID.replace("1||", "1|EXT|"), PV1));
    expect(old.map((each) => `${each.severity} ${each.rule} ${each.location}`)).toEqual([
      "info deprecated-field PID[1]-2",
    ]);
  });
});

describe("fields", () => {
  it.each([
    ["PID|1||||Marsh", ["error required-field PID[1]-3"]],
    ['PID|1||""||Marsh', ["error required-field PID[1]-3"]],
    ["PID|1||1^^^RDZ||", ["error required-field PID[1]-5"]],
    ["PID|1||^^^RDZ||Marsh", ["warning required-component PID[1]-3[1].1"]],
    ["PID|x||1||Marsh", ["error data-type PID[1]-1[1]"]],
    ["PID|1||1~2||Marsh~Pebble||1980|F~M", ["error field-repeats PID[1]-8[2]"]],
    ["PID|1||1||Marsh||19800230", ["error data-type PID[1]-7[1].1"]],
    ["PID|1||1||Marsh||19800229", []],
    ["PID|1||1||Marsh||19810229", ["error data-type PID[1]-7[1].1"]],
    ["PID|1||1||Marsh||2026-03-04", ["error data-type PID[1]-7[1].1"]],
    ["PID|1||1||Marsh||202603041200+0100", []],
    ["PID|1||1||Marsh||2026030424", ["error data-type PID[1]-7[1].1"]],
    ["PID|1||1^^^^^^2026||Marsh", []],
    ["PID|1||1^^^^^^20261||Marsh", ["error data-type PID[1]-3[1].7"]],
    ["PID|1||1~2^^^A&1.2&OID||Marsh", ["warning table-value PID[1]-3[2].4.3"]],
    ["PID|1||1||Marsh^Ellen^^^^^Q", ["warning table-value PID[1]-5[1].7"]],
    ["PID|1||1||Mc&Marsh&x&y&z&too^E", ["warning extra-component PID[1]-5[1].1.6"]],
    ["PID|1||1||Marsh||1980|F|||||||EN^English^^^^^more", ["warning extra-component PID[1]-15[1].7"]],
    ["PID|1||1||Marsh||||||||||||||PSN^1", ["warning extra-component PID[1]-19[1].2"]],
    [`PID|1||1||Marsh${"|".repeat(40)}x`, ["warning extra-field PID[1]-45"]],
  ])("%j: %j", async (pid, expected) => {
    const place = /PID/;
    const findings = (await said(MSH, EVN, pid, PV1)).filter((each) => place.test(each));
    expect(findings).toEqual(expected);
  });

  it.each([
    ["NM", "5.1", []],
    ["NM", "<5", ["error data-type OBX[1]-5[1]"]],
    ["DT", "20260304", []],
    ["DT", "04/03/2026", ["error data-type OBX[1]-5[1]"]],
    ["TM", "2560", ["error data-type OBX[1]-5[1]"]],
    ["SN", "<^5", []],
    ["SN", "^five", ["error data-type OBX[1]-5[1].2"]],
    ["CE", "A^B^C^D^E^F^G", ["warning extra-component OBX[1]-5[1].7"]],
    ["TX", "anything at all", []],
    ["ED", "^TEXT^X^Base64^QUJD", []],
    ["QQ", "1^2", ["warning table-value OBX[1]-2[1]"]],
  ])("OBX-5 of type %s: %j", async (type, value, expected) => {
    const oru = MSH.replace("ADT^A01^ADT_A01", "ORU^R01^ORU_R01");
    const found = await said(oru, PID, "OBR|1|||GLU", `OBX|1|${type}|GLU||${value}||||||F`);
    expect(found).toEqual(expected);
  });

  it("are measured, as something that is good to know", async () => {
    const findings = await findingsOf(wire(MSH, EVN, PID, `PV1|1|I|${"x".repeat(100)}`));
    expect(findings.map((each) => `${each.severity} ${each.rule} ${each.location}`)).toEqual([
      "info too-long PV1[1]-3[1]",
    ]);
  });
});

describe("a finding", () => {
  it("says where: by place, by line and by character", async () => {
    const bytes = wire(MSH, EVN, "PID|1||1~2^^^A&1.2&OID||Marsh", "PV1|1");
    const text = asText(bytes);
    const findings = (await findingsOf(bytes)).filter((each) => each.severity !== "info");
    expect(findings).toMatchObject([
      {
        rule: "table-value",
        segment: "PID",
        segmentIndex: 3,
        location: "PID[1]-3[2].4.3",
        position: text.indexOf("OID"),
      },
      { rule: "required-field", segment: "PV1", segmentIndex: 4, location: "PV1[1]-2", position: text.length - 1 },
    ]);
  });

  it("never quotes the message", async () => {
    const secret = fc
      .stringMatching(/^[a-z]{8,12}$/)
      .filter((text) => !/require|segment|message|standard|version/.test(text));
    await fc.assert(
      fc.asyncProperty(secret, fc.integer({ min: 1, max: 40 }), async (value, field) => {
        const line = (id: string) => `${id}${"|".repeat(field)}${value}^${value}&${value}~${value}`;
        const findings = await findingsOf(wire(MSH, EVN, line("PID"), line("PV1"), line("OBX"), `${value} ${value}`));
        expect(findings.length).toBeGreaterThan(0);
        expect(findings.map((each) => `${each.text} ${each.location}`).join()).not.toContain(value);
      }),
      { numRuns: 50 },
    );
  });

  it("is one of a thousand at most", async () => {
    const findings = await findingsOf(wire(...A01, ...Array.from({ length: 3000 }, () => "DG1||||||bad")));
    expect(findings).toHaveLength(FINDINGS_MAX);
    expect(findings.filter((each) => each.rule === "too-many-findings")).toHaveLength(1);
  });

  it("comes of any bytes that are a message, damaged or not", async () => {
    const whole = wire(...A01, PV1_INPATIENT, "OBX|1|NM|GLU||5.1");
    const damage = fc.array(fc.tuple(fc.integer({ min: 9, max: whole.length - 1 }), fc.nat(255)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(whole, ADT_A01), async (changes, original) => {
        const bytes = Buffer.from(original);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const read = readMessage(bytes);
        if (!read.ok) return;
        for (const finding of await validate(read.message)) {
          expect(finding.position).toBeGreaterThanOrEqual(0);
          expect(finding.position).toBeLessThanOrEqual(read.message.text.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(["~", "^", "&", "\\", "x", "OBX|1\r", "|"])("comes of a megabyte of %j in reasonable time", async (shape) => {
    const flood = shape.repeat(1_000_000 / shape.length);
    const findings = await findingsOf(latin1(`${A01.join("\r")}\rOBX|1|ED|A||${flood}`));
    expect(findings.length).toBeLessThanOrEqual(FINDINGS_MAX);
  });
});

describe("the hl7v2 library, which reads values as their types when it is strict", () => {
  /** `PID-7` where it gives up. It lets more pass than it should, so only this way round says anything. */
  function refusedBy(bytes: Uint8Array): string | undefined {
    try {
      HL7Message.parse(Buffer.from(bytes), { strict: true });
      return undefined;
    } catch (error) {
      const { segmentType, fieldPosition } = error as { segmentType?: string; fieldPosition?: number };
      return `${segmentType}-${fieldPosition}`;
    }
  }

  it("gives up on no value that we find no fault with", async () => {
    const value = fc.oneof(
      fc.stringMatching(/^[0-9]{1,14}$/),
      fc.stringMatching(/^[0-9xX.+-]{1,8}$/),
      fc.constantFrom("20260304093000+0100", "20260304093000.123", "202603040930", "19800229", "5.1", "-3", "1e3"),
    );
    const segments = fc.constantFrom(
      (text: string) => `PID|1||1||Marsh||${text}`,
      (text: string) => `PID|${text}||1||Marsh`,
      (text: string) => `PID|1||1||Marsh||||||||||||||||||||${text}`,
      (text: string) => `EVN||${text}`,
    );
    const seen = { refused: 0 };
    await fc.assert(
      fc.asyncProperty(value, segments, async (text, segment) => {
        const bytes = wire(MSH, segment(text));
        const place = refusedBy(bytes);
        if (place === undefined) return;
        seen.refused++;
        const wrong = (await findingsOf(bytes)).filter((each) => each.rule === "data-type");
        expect(wrong.map((each) => each.location.replace(/\[1\](?:\.1)?/g, ""))).toContain(place);
      }),
      { numRuns: 500 },
    );
    expect(seen.refused).toBeGreaterThan(50);
  });
});

const CORPUS = process.env.CHESIL_CORPUS;
const folder = CORPUS === undefined ? undefined : join(CORPUS, "hl7v2");
const isThere = folder !== undefined && existsSync(folder);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with hl7v2 in it)";

/** How many messages of a corpus have a finding of each rule. */
async function tableOf(name: string): Promise<Record<string, number>> {
  const root = join(folder ?? "", name);
  const counts = new Map<string, number>();
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const file of readdirSync(root, { recursive: true }).map(String).sort()) {
    if (!file.endsWith("hl7")) continue;
    for (const bytes of splitMessages(new Uint8Array(readFileSync(join(root, file))))) {
      const read = readMessage(bytes);
      if (!read.ok) continue;
      const findings = await validate(read.message);
      for (const rule of new Set(findings.map((each) => `${each.severity} ${each.rule}`))) count(rule);
      count(findings.some((each) => each.severity === "error") ? "messages with errors" : "messages without");
    }
  }
  return Object.fromEntries([...counts].sort(([left], [right]) => left.localeCompare(right)));
}

describe.skipIf(!isThere)(`the corpora${skipped}`, () => {
  it("simulated hospital: the true deviations of its generator", async () => {
    expect(await tableOf("simulated-hospital")).toMatchInlineSnapshot(`
      {
        "error data-type": 156,
        "error required-field": 610,
        "info too-long": 1013,
        "messages with errors": 693,
        "messages without": 320,
        "warning extra-component": 1004,
      }
    `);
  });

  it("FHIR-Converter", async () => {
    expect(await tableOf("fhir-converter")).toMatchInlineSnapshot(`
      {
        "error data-type": 28,
        "error missing-segment": 10,
        "error required-field": 34,
        "error segment-order": 6,
        "error segment-repeats": 1,
        "info deprecated-field": 112,
        "info too-long": 109,
        "messages with errors": 60,
        "messages without": 79,
        "warning extra-component": 92,
        "warning extra-field": 61,
        "warning required-component": 38,
        "warning table-value": 10,
        "warning unexpected-segment": 21,
        "warning unknown-segment": 6,
      }
    `);
  });

  it("edge cases", async () => {
    expect(await tableOf("edge-cases")).toMatchInlineSnapshot(`
      {
        "error data-type": 8,
        "error missing-segment": 20,
        "error required-field": 16,
        "error segment-order": 2,
        "error unknown-event": 4,
        "error unknown-version": 3,
        "info deprecated-field": 1,
        "info too-long": 3,
        "info unknown-version": 1,
        "messages with errors": 42,
        "messages without": 74,
        "warning extra-component": 5,
        "warning extra-field": 2,
        "warning table-value": 2,
        "warning unexpected-segment": 1,
      }
    `);
  });
});
