import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalEvent, type DocumentPart, type FactStatement } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { messageType } from "../answer/header.ts";
import { FEED } from "../example-messages.ts";
import { splitMessages } from "../message/batch.ts";
import { type Message, readMessage } from "../message/message.ts";
import { clinicalEvent } from "./clinical-event.ts";
import { documentContent } from "./document-content.ts";

/** Real messages that nobody here wrote, when the folder that CHESIL_CORPUS names is there. */
const CORPUS = process.env.CHESIL_CORPUS;
const folder = CORPUS === undefined ? undefined : join(CORPUS, "hl7v2");
const isThere = folder !== undefined && existsSync(folder);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with hl7v2 in it)";

/** Later than any message of the corpora is meant to be. */
const RECEIVED_AT = new Date("2026-11-01T00:00:00Z");

const CLINICAL = new Set(["ORU", "MDM", "REF", "RRI", "SIU", "RDE", "RDS", "OMP", "ORM"]);

/** What became of the clinical messages of a corpus, and of what they state: how many of each. */
function tableOf(name: string): Record<string, number> {
  const counts = new Map<string, number>();
  const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const message of messagesOf(name)) {
    const { messageCode, triggerEvent } = messageType(message, message.segments()[0]?.fieldRaw(9) ?? "");
    if (!CLINICAL.has(messageCode)) continue;
    const result = clinicalEvent(message, FEED, RECEIVED_AT);
    count(`${messageCode}^${triggerEvent} ${result.ok ? "ok" : result.reason}`);
    if (!result.ok) continue;
    const { subjects, warnings } = canonicalEvent.parse(result.event);
    for (const { location, code } of warnings) count(`warning ${location} ${code}`);
    for (const fact of subjects.flatMap(({ facts }) => facts)) {
      count(`${fact.content.kind} ${fact.action}`);
      for (const part of partsOf(fact)) count(outcomeOf(part, message));
    }
  }
  return Object.fromEntries([...counts].sort(([left], [right]) => left.localeCompare(right)));
}

function* messagesOf(name: string): Generator<Message> {
  const root = join(folder ?? "", name);
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  for (const each of names.filter((file) => file.endsWith("hl7"))) {
    for (const bytes of splitMessages(new Uint8Array(readFileSync(join(root, each))))) {
      const read = readMessage(bytes);
      if (read.ok) yield read.message;
    }
  }
}

function partsOf({ content }: FactStatement): readonly DocumentPart[] {
  if (content.kind === "document") return content.parts ?? [];
  return content.kind === "result" ? (content.documents ?? []) : [];
}

/** Every part can be read again from its message, or is a pointer, or is damaged and said so in a warning. */
function outcomeOf(part: DocumentPart, message: Message): string {
  const content = documentContent(message, part.location);
  if (content === undefined) return `part ${part.reference === undefined ? "damaged" : "elsewhere"}`;
  expect(content.bytes.length).toBe(part.bytes);
  return `part ${part.contentType}`;
}

describe.skipIf(!isThere)(`the clinical messages of the corpora${skipped}`, () => {
  it("simulated hospital", () => {
    expect(tableOf("simulated-hospital")).toMatchInlineSnapshot(`
      {
        "MDM^T02 ok": 2,
        "ORU^R01 ok": 610,
        "document state": 2,
        "part text/plain": 2,
        "result state": 610,
      }
    `);
  });

  it("FHIR-Converter", () => {
    expect(tableOf("fhir-converter")).toMatchInlineSnapshot(`
      {
        "MDM^T01 ok": 2,
        "MDM^T02 ok": 3,
        "MDM^T05 ok": 2,
        "MDM^T06 ok": 2,
        "MDM^T09 ok": 2,
        "MDM^T10 ok": 2,
        "ORM^O01 not-mapped": 7,
        "ORM^O01 ok": 1,
        "ORU^R01 ok": 5,
        "RDE^O11 ok": 2,
        "RDE^O25 ok": 2,
        "RDS^O13 ok": 2,
        "REF^I12 ok": 2,
        "REF^I14 ok": 2,
        "SIU^S12 ok": 3,
        "SIU^S13 ok": 2,
        "SIU^S14 ok": 2,
        "SIU^S15 ok": 2,
        "SIU^S16 ok": 2,
        "SIU^S17 ok": 2,
        "SIU^S26 ok": 2,
        "accident state": 4,
        "allergy state": 5,
        "appointment retract": 2,
        "appointment state": 13,
        "condition state": 5,
        "document addend": 4,
        "document replace": 4,
        "document state": 5,
        "insurance state": 8,
        "measurement state": 2,
        "medication state": 10,
        "part application/pdf": 3,
        "part elsewhere": 1,
        "part image/jpeg": 2,
        "part text/plain": 7,
        "procedure state": 4,
        "referral state": 4,
        "relationship state": 12,
        "result state": 13,
        "warning EVN-1 ignored": 10,
        "warning OBX-5 ignored": 4,
        "warning OBX[2]-5 ignored": 1,
      }
    `);
  });

  it("edge cases", () => {
    expect(tableOf("edge-cases")).toMatchInlineSnapshot(`
      {
        "MDM^T02 ok": 3,
        "ORM^O01 not-mapped": 6,
        "ORU^R01 no-patient-id": 1,
        "ORU^R01 ok": 17,
        "RDE^O11 ok": 3,
        "RDS^O13 ok": 1,
        "SIU^S12 ok": 2,
        "appointment state": 2,
        "document state": 3,
        "medication state": 4,
        "part damaged": 1,
        "part text/plain": 5,
        "result state": 16,
        "warning MSH-7 bad-date": 1,
        "warning NTE-3 ignored": 2,
        "warning OBX-5 bad-escape": 3,
        "warning OBX[4]-5 structure": 1,
      }
    `);
  });
});
