import { HL7Message } from "hl7v2";
import { Message as ClientMessage } from "node-hl7-client";
import { describe, expect, it } from "vitest";
import { ADT_A01, asText, MSH_A01, wire } from "./example-messages.ts";
import { readMessage } from "./message/message.ts";

/**
 * Two libraries that others wrote read the same messages. Every leaf that holds a value is compared, but for the
 * places where the library is known to be wrong, which are listed with the reason.
 */

const MESSAGES = [
  ADT_A01,
  wire(
    "MSH|^~\\&|LAB|RDZ|EHR|RDZ|20260304093000||ORU^R01^ORU_R01|C0002|P|2.5",
    "PID|1||8001234^^^RDZ&1.2.3&ISO^MR~77^^^R0D^PI||Mar\\T\\sh^El\\S\\len\\R\\^R\\E\\ose||19800229|F",
    "OBR|1|P1^X|F1|CBC^Count^L|||20260304",
    "OBX|1|NM|GLU^Glucose^L||0012|mg\\F\\dL|70-110|N|||F",
    "NTE|1||a~b~c",
  ),
  wire(MSH_A01, 'PID|1||8001234^^^RDZ^MR||Marsh^""^Rose|||F||||||||||A900', "MRG|9001^^^RDZ^MR~9002^^^R0D^MR"),
];

interface Leaf {
  readonly segment: string;
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly subcomponent: number;
  readonly subcomponents: number;
  readonly text: string;
}

function leavesOf(bytes: Uint8Array): Leaf[] {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.reason);
  const leaves: Leaf[] = [];
  for (const segment of read.message.segments()) {
    for (let field = 1; field <= segment.fieldCount; field++) {
      // MSH-1 and MSH-2 are no data: one library gives nothing for MSH-2, the other undefined.
      if (segment.id === "MSH" && field <= 2) continue;
      for (const [r, repetition] of segment.field(field).repetitions.entries()) {
        for (const [c, component] of repetition.components.entries()) {
          const parts = component.subcomponents;
          for (const [s, part] of parts.entries()) {
            if (part.state !== "value") continue;
            const at = { repetition: r + 1, component: c + 1, subcomponent: s + 1, subcomponents: parts.length };
            leaves.push({ segment: segment.id, field, ...at, text: part.text });
          }
        }
      }
    }
  }
  return leaves;
}

const placeOf = (leaf: Leaf) =>
  `${leaf.segment}-${leaf.field}[${leaf.repetition}].${leaf.component}.${leaf.subcomponent}`;

describe("the libraries of others read the same", () => {
  it("node-hl7-client", () => {
    let compared = 0;
    for (const bytes of MESSAGES) {
      const message = new ClientMessage({ text: asText(bytes) });
      for (const leaf of leavesOf(bytes)) {
        const { segment, field, repetition, component, subcomponent, subcomponents } = leaf;
        const deep = subcomponents > 1 ? `.${subcomponent}` : "";
        const theirs =
          repetition === 1
            ? message.get(`${segment}.${field}.${component}${deep}`)
            : message
                .get(`${segment}.${field}`)
                .get(repetition - 1)
                .get(component - 1);
        // It finds no text in a later repetition that has no components.
        if (segment === "NTE" && repetition > 1) continue;
        compared++;
        expect(`${placeOf(leaf)} ${String(theirs)}`).toBe(`${placeOf(leaf)} ${leaf.text}`);
      }
    }
    expect(compared).toBeGreaterThan(150);
  });

  it("hl7v2", () => {
    // It gives times without their seconds.
    const times = new Set(["MSH-7", "EVN-2", "EVN-6", "PV1-44"]);
    let compared = 0;
    for (const bytes of MESSAGES) {
      const message = HL7Message.parse(asText(bytes));
      for (const leaf of leavesOf(bytes)) {
        const { segment, field, repetition, component, subcomponent } = leaf;
        // It does not divide an HD inside a CX.
        const isDivided = segment === "PID" && field === 3 && component === 4 && leaf.subcomponents > 1;
        if (times.has(`${segment}-${field}`) || isDivided) continue;
        const theirs = message.getSegment(segment)?.field(field).repetitions[repetition - 1];
        compared++;
        const value = String(theirs?.getValue(component, subcomponent));
        expect(`${placeOf(leaf)} ${value}`).toBe(`${placeOf(leaf)} ${leaf.text}`);
      }
    }
    expect(compared).toBeGreaterThan(150);
  });
});
