import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalEvent } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { acknowledge } from "./answer/acknowledgement.ts";
import { acknowledgementCode } from "./answer/acknowledgement-due.ts";
import { peek } from "./answer/peek.ts";
import { FEED } from "./example-messages.ts";
import { toEvent } from "./map/to-event.ts";
import { splitMessages } from "./message/batch.ts";
import { readMessage } from "./message/message.ts";
import { messageTree } from "./message/tree.ts";

/** Real messages that nobody here wrote, when the folder that CHESIL_CORPUS names is there. */
const CORPUS = process.env.CHESIL_CORPUS;
const folder = CORPUS === undefined ? undefined : join(CORPUS, "hl7v2");
const isThere = folder !== undefined && existsSync(folder);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with hl7v2 in it)";

/** Later than any message of the corpora is meant to be. */
const RECEIVED_AT = new Date("2026-11-01T00:00:00Z");

function filesOf(name: string): Uint8Array[] {
  const root = join(folder ?? "", name);
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  return names.filter((each) => each.endsWith("hl7")).map((each) => new Uint8Array(readFileSync(join(root, each))));
}

/** What became of every message of a corpus: how many of each outcome, by function. */
function tableOf(name: string): Record<string, number> {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const file of filesOf(name)) {
    count("files");
    const whole = readMessage(file);
    if (whole.ok && Buffer.compare(whole.message.toBytes(), file) === 0) count("files byte-identical");
    for (const bytes of splitMessages(file)) {
      count("messages");
      for (const outcome of outcomesOf(bytes)) count(outcome);
    }
  }
  return Object.fromEntries([...counts].sort(([left], [right]) => left.localeCompare(right)));
}

function outcomesOf(bytes: Uint8Array): string[] {
  const read = readMessage(bytes);
  const peeked = peek(bytes, FEED);
  const outcome = peeked.ok ? "accept" : peeked.severity;
  const code = acknowledgementCode(peeked.header, outcome);
  const answer = acknowledge({
    header: peeked.header,
    code,
    controlId: "1",
    at: RECEIVED_AT,
    error: peeked.ok ? undefined : peeked.error,
  });
  expect(readMessage(answer).ok).toBe(true);
  const outcomes = [
    `read ${read.ok ? "ok" : read.reason}`,
    `peek ${peeked.ok ? "ok" : `${peeked.severity} ${peeked.reason}`}`,
  ];
  if (!read.ok) return outcomes;
  messageTree(read.message);
  const result = toEvent(read.message, FEED, RECEIVED_AT);
  if (result.ok) canonicalEvent.parse(result.event);
  if (result.ok) for (const { location, code } of result.event.warnings) outcomes.push(`warning ${location} ${code}`);
  const { messageCode = "", triggerEvent = "" } = peeked.header ?? {};
  return [...outcomes, result.ok ? "event ok" : `event ${result.reason} ${messageCode}^${triggerEvent}`];
}

/** What every ADT event comes to, in how many messages: what happened to visits, what is asserted of identities. */
function adtTableOf(name: string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const bytes of filesOf(name).flatMap(splitMessages)) {
    const read = readMessage(bytes);
    const { header } = peek(bytes, FEED);
    if (!read.ok || header?.messageCode !== "ADT") continue;
    const result = toEvent(read.message, FEED, RECEIVED_AT);
    const event = result.ok ? result.event : undefined;
    const actions = event?.subjects.map(({ encounter }) => encounter?.cancels ?? encounter?.action ?? "no visit") ?? [];
    const operations = event?.operations.map(({ operation }) => operation) ?? [];
    const what = result.ok ? [...actions, ...operations].join(", ") : result.reason;
    const key = `${header.triggerEvent}: ${what}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([left], [right]) => left.localeCompare(right)));
}

describe.skipIf(!isThere)(`the corpora${skipped}`, () => {
  it("simulated hospital", () => {
    expect(tableOf("simulated-hospital")).toMatchInlineSnapshot(`
      {
        "event ok": 1013,
        "files": 1,
        "files byte-identical": 1,
        "messages": 1013,
        "peek ok": 1013,
        "read ok": 1013,
      }
    `);
  });

  it("FHIR-Converter", () => {
    expect(tableOf("fhir-converter")).toMatchInlineSnapshot(`
      {
        "event no-prior-id ADT^A41": 1,
        "event not-mapped BAR^P01": 2,
        "event not-mapped BAR^P02": 2,
        "event not-mapped BAR^P12": 2,
        "event not-mapped DFT^P03": 2,
        "event not-mapped DFT^P11": 2,
        "event not-mapped OMG^O19": 2,
        "event not-mapped OML^O21": 4,
        "event not-mapped ORM^O01": 7,
        "event not-mapped OUL^R22": 2,
        "event not-mapped OUL^R23": 2,
        "event not-mapped OUL^R24": 2,
        "event not-mapped PPR^PC1": 1,
        "event not-mapped PPR^PC2": 1,
        "event not-mapped PPR^PC3": 1,
        "event not-mapped VXU^V04": 4,
        "event ok": 102,
        "files": 139,
        "files byte-identical": 139,
        "messages": 139,
        "peek error no-prior-id": 1,
        "peek ok": 138,
        "read ok": 139,
        "warning EVN-1 ignored": 55,
        "warning EVN-2 future-time": 38,
        "warning OBX-5 ignored": 4,
        "warning OBX[2]-5 ignored": 1,
      }
    `);
  });

  it("edge cases", () => {
    expect(tableOf("edge-cases")).toMatchInlineSnapshot(`
      {
        "event no-patient-id ADT^A01": 3,
        "event no-patient-id ORU^R01": 1,
        "event not-mapped DFT^P03": 2,
        "event not-mapped ORM^O01": 6,
        "event not-mapped VXU^V04": 3,
        "event not-mapped ^": 3,
        "event not-mapped ^A01": 1,
        "event ok": 97,
        "files": 96,
        "files byte-identical": 89,
        "messages": 117,
        "peek error no-patient-id": 3,
        "peek ok": 109,
        "peek reject no-control-id": 3,
        "peek reject no-header": 1,
        "peek reject unsupported-type": 1,
        "read no-header": 1,
        "read ok": 116,
        "warning EVN-2 bad-date": 2,
        "warning EVN-6 bad-date": 1,
        "warning MSH-18 bad-charset": 1,
        "warning MSH-7 bad-date": 3,
        "warning NTE-3 ignored": 2,
        "warning OBX-5 bad-escape": 3,
        "warning OBX[4]-5 structure": 1,
        "warning PID-8 bad-code": 1,
        "warning PV1-19 ignored": 46,
      }
    `);
  });

  it("ADT of FHIR-Converter", () =>
    expect(adtTableOf("fhir-converter")).toMatchInlineSnapshot(`
      {
        "A01: admit": 5,
        "A02: transfer": 2,
        "A03: discharge": 2,
        "A04: admit": 5,
        "A05: plan": 2,
        "A06: change-class": 2,
        "A07: change-class": 2,
        "A08: update": 2,
        "A09: depart": 2,
        "A10: arrive": 2,
        "A11: admit": 2,
        "A13: discharge": 2,
        "A14: plan": 2,
        "A15: plan-transfer": 2,
        "A16: plan-discharge": 2,
        "A25: plan-discharge": 2,
        "A26: plan-transfer": 2,
        "A27: plan": 2,
        "A28: update": 2,
        "A29: no visit, delete-record": 2,
        "A31: update": 2,
        "A40: no visit, merge": 1,
        "A40: no visit, no visit, merge, merge": 1,
        "A41: no-prior-id": 1,
        "A41: update, merge-account": 1,
        "A45: update, move-visit": 1,
        "A45: update, move-visit, move-visit": 1,
        "A47: no visit, change-id": 1,
        "A47: no visit, no visit, change-id, change-id": 1,
        "A60: no visit": 1,
        "A60: update": 2,
      }
    `));

  it("ADT of the edge cases", () =>
    expect(adtTableOf("edge-cases")).toMatchInlineSnapshot(`
    {
      "A01: admit": 7,
      "A01: no visit": 44,
      "A01: no-patient-id": 3,
      "A03: no visit": 8,
      "A04: admit": 1,
      "A04: no visit": 2,
      "A08: no visit": 3,
      "A08: update": 1,
      "A18: no visit, merge": 1,
      "A24: no visit, no visit, link": 1,
      "A34: no visit, merge": 1,
      "A40: update, merge": 1,
      "A43: no visit, move-record": 1,
    }
  `));

  it("name 403 patients in the simulated hospital, 400 of them admitted", () => {
    const patients = new Set<string>();
    const admitted = new Set<string>();
    for (const bytes of filesOf("simulated-hospital").flatMap(splitMessages)) {
      const peeked = peek(bytes, FEED);
      const [patient = ""] = peeked.ok ? peeked.identities : [];
      patients.add(patient);
      if (peeked.header?.triggerEvent === "A01") admitted.add(patient);
    }
    expect([patients.size, admitted.size]).toEqual([403, 400]);
  });
});
