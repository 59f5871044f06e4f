import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalEvent } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { acknowledge, acknowledgementCode } from "./answer/acknowledgement.ts";
import { peek } from "./answer/peek.ts";
import { FEED } from "./example-messages.ts";
import { toEvent } from "./map/adt.ts";
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
  return [...outcomes, `event ${result.ok ? "ok" : result.reason}`];
}

describe.skipIf(!isThere)(`the corpora${skipped}`, () => {
  it("simulated hospital", () => {
    expect(tableOf("simulated-hospital")).toMatchInlineSnapshot(`
      {
        "event not-mapped": 613,
        "event ok": 400,
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
        "event not-mapped": 103,
        "event ok": 36,
        "files": 139,
        "files byte-identical": 139,
        "messages": 139,
        "peek error no-prior-id": 2,
        "peek ok": 137,
        "read ok": 139,
        "warning EVN-1 ignored": 26,
        "warning EVN-2 future-time": 21,
        "warning PID[2] ignored": 1,
      }
    `);
  });

  it("edge cases", () => {
    expect(tableOf("edge-cases")).toMatchInlineSnapshot(`
      {
        "event no-patient-id": 3,
        "event not-mapped": 46,
        "event ok": 67,
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
        "warning MSH-7 bad-date": 2,
        "warning PID-8 bad-code": 1,
        "warning PV1-19 ignored": 46,
      }
    `);
  });

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
