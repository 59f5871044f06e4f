import { Buffer } from "node:buffer";
import { canonicalEvent } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEED, RECEIVED_AT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { clinicalEvent } from "./clinical-event.ts";
import { documentContent } from "./document-content.ts";
import { eventOf, factsOf, mapped, mshOf, PID, warningsOf } from "./example-events.ts";
import { NOTE_LENGTH_MAX, NOTES_MAX, PATIENTS_MAX, TEXT_LENGTH_MAX } from "./limits.ts";

const EXAMPLES = [
  [
    "ORU^R01",
    PID,
    "PV1|1|I|W7||||||||||||||||V1",
    "NTE|1||x",
    "ORC|RE|P1|F1",
    "OBR|1||F1|FBC|||20260304||||||||BLD&Blood&L||||||||||F|ORG^1|||P1^F0",
    "NTE|1||y",
    "OBX|1|NM|HB||98|g/L|1-2|L~A|||F|||20260304",
    "OBX|2|SN|X||>^9",
    "OBX|3|ED|D||^AP^PDF^Base64^JVBERi0xLjQ=",
    "OBX|4|CE|C||1^2^3~4^5^6",
    "SPM|1|||BLD",
  ],
  [
    "MDM^T10",
    PID,
    "TXA|1|DS|TX|20260304|||||C9^Cobb||D2^A|D1^A||||AU",
    "OBX|1|TX|B||{\\rtf1 x}",
    "OBX|2|RP|B||http://x^y^AP^PDF",
    "OBX|3|FT|B||a\\.br\\b",
  ],
  [
    "REF^I14^REF_I12",
    "RF1|P|R|M|||R1|20260301",
    "PRD|RP|Tide^Morgan|||||G1",
    PID,
    "AL1|1||1^Nuts",
    'NK1|""',
    "IN1|1|H",
    "OBR|1|||X",
    "OBX|1|ST|X||y",
  ],
  [
    "SIU^S12",
    "SCH|P1|F1|||||R|T|30|min|^^30^20260402^20260403",
    "TQ1|1||||||20260402",
    "NTE|1||n",
    PID,
    "PID|2||9",
    "RGS|1",
    "AIS|1||S",
    "AIG|1||G",
    "AIL|1||L^R",
    "AIP|1||C9^Cobb",
  ],
  [
    "RDE^O11",
    PID,
    "AL1|1||1",
    "ORC|RP|P1|||||1^BID^^20260101",
    "RXO|A|1",
    "RXE|1^QD|B|1|2|tab|||||||",
    "RXR|PO",
    "RXC|A|C|1|mg",
    "ORC|RO|P2",
    "RXE||D",
    "NTE|1||z",
    "OBX|1|NM|WT||7",
  ],
  ["RDS^O13", PID, "ORC|RE|P1", "RXE||A", "RXD|1|A|20260304|1|tab", "RXR|PO"],
] as const;

describe("which messages are read", () => {
  it.each([
    ["ORU", ["R01", "R03", "R04", "R30", "R31", "R32", ""]],
    ["MDM", ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11"]],
    ["REF", ["I12", "I13", "I14", "I15"]],
    ["RRI", ["I12", "I13", "I14", "I15"]],
    ["SIU", "S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S26 S27".split(" ")],
    ["RDE", ["O01", "O11", "O25"]],
    ["RDS", ["O01", "O13"]],
    ["OMP", ["O09"]],
  ])("%s", (code, triggers) => {
    for (const trigger of triggers) {
      const { source } = eventOf(trigger === "" ? code : `${code}^${trigger}`, PID);
      expect([source.messageType, source.triggerEvent]).toEqual([code, trigger]);
    }
  });

  it.each(["ADT^A01", "ORU^R40", "ORM^O01", "OML^O21", "OMG^O19", "VXU^V04", "MDM^T12", "SIU^S25", "MDM", ""])(
    "not %s",
    (type) => {
      expect(mapped(type, [PID])).toMatchObject({ ok: false, reason: "not-mapped" });
    },
  );

  it("only of a patient", () => {
    expect(mapped("ORU^R01", ["OBR|1||F1|FBC"])).toMatchObject({ reason: "no-patient-id" });
    expect(mapped("ORU^R01", ["PID|1||9990004951^^^NHS", "OBR|1||F1|FBC"])).toMatchObject({ reason: "no-patient-id" });
    const many = Array.from({ length: PATIENTS_MAX + 1 }, (_, index) => `PID|1||${index}`);
    expect(mapped("ORU^R01", many)).toMatchObject({ reason: "not-readable" });
  });
});

describe("the event", () => {
  it("states who the patient is like any other", () => {
    const { subjects, recordedAt, operations } = eventOf("ORU^R01", PID);
    expect([recordedAt, operations]).toEqual(["2026-03-04T09:30:00.000Z", []]);
    expect(subjects[0]?.patient).toMatchObject({
      key: { authority: "RDZ", localId: "8001234" },
      demographics: { birthDate: { said: "value", value: "1980-02-29" } },
    });
  });

  it("brings the visit up to date where it is named, but never the bed", () => {
    const encounter = (pv1: string) => eventOf("ORU^R01", PID, pv1).subjects[0]?.encounter;
    expect(encounter("PV1|1|I|W7^B2||||||||||||||||V1")).toEqual({
      visitNumber: "V1",
      action: "update",
      class: "inpatient",
    });
    expect(encounter('PV1|1|I|""||||||||||||||||V1')).not.toHaveProperty("cleared");
    expect(encounter('PV1|1|I|""||||""||||||||||||V1')?.cleared).toEqual(["consultant"]);
    expect(encounter("PV1|1|I|W7^B2")).toBeUndefined();
    expect(warningsOf(eventOf("ORU^R01", PID, "PV1|1|I|W7^B2"))).toEqual([]);
  });

  it("names what it does not use", () => {
    const event = eventOf("ORU^R01", PID, "PV1|1|I", "OBR|1||F1|FBC", "OBX|1|NM|HB||1", "FT1|1", "ZZZ|1");
    expect(event.notMapped).toEqual(["PV1", "FT1", "ZZZ"]);
  });

  it("says where a comment is on the patient, and so on no fact", () => {
    const segments = [
      PID,
      "NTE|1||Fasted",
      "OBR|1||F1|FBC",
      "NTE|1||of the order",
      "OBX|1|NM|HB||1",
      "NTE|1||of the value",
    ];
    expect(warningsOf(eventOf("ORU^R01", ...segments))).toEqual(["NTE-3 ignored"]);
  });

  it("says which escapes were not understood", () => {
    expect(warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|FBC", "OBX|1|TX|X||a \\Z99\\ b"))).toEqual([
      "OBX-5 bad-escape",
    ]);
    expect(
      warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|FBC", `OBX|1|TX|X||${"\\Z99\\".repeat(NOTE_LENGTH_MAX)}`)),
    ).toEqual([]);
  });
});

describe("limits", () => {
  it("a code that is too long is left out whole", () => {
    const event = eventOf("ORU^R01", PID, `OBR|1||F1|${"C".repeat(TEXT_LENGTH_MAX + 1)}^name`, "OBX|1|NM|HB||1");
    expect(event.subjects[0]?.facts).toMatchObject([{ content: { code: { codings: [], text: "name" } } }]);
    expect(warningsOf(event)).toEqual(["OBR-4 ignored"]);
    const whole = `OBR|1||F1|${"C".repeat(TEXT_LENGTH_MAX)}`;
    expect(warningsOf(eventOf("ORU^R01", PID, whole))).toEqual([]);
  });

  it("comments", () => {
    const notes = Array.from({ length: NOTES_MAX + 1 }, () => "NTE|1||n");
    expect(warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|FBC", ...notes))).toEqual([`NTE[${NOTES_MAX + 1}]-3 ignored`]);
    expect(warningsOf(eventOf("ORU^R01", PID, "OBR|1||F1|FBC", `NTE|1||${"n".repeat(NOTE_LENGTH_MAX + 1)}`))).toEqual([
      "NTE-3 ignored",
    ]);
  });

  it("a key stays short enough to be indexed, and still tells facts apart", () => {
    const [one, other] = ["A", "B"].map(
      (end) => factsOf("ORU^R01", `OBR|1||${"9".repeat(900)}${end}|FBC`)[0]?.key ?? "",
    );
    expect([one?.length, one === other]).toEqual([23, false]);
  });

  it("a document of megabytes is a few hundred characters of event", () => {
    const data = Buffer.alloc(3_000_000, "x").toString("base64");
    const event = eventOf("MDM^T02", PID, "TXA|1|DS||||||||||D1", `OBX|1|ED|B||^AP^PDF^Base64^${data}`);
    expect(JSON.stringify(event).length).toBeLessThan(2_000);
  });
});

describe("any message at all", () => {
  /** Segments dropped, repeated, moved and cut, fields overwritten: what goes wrong between systems. */
  const mutation = fc.record({
    example: fc.constantFrom(...EXAMPLES),
    edits: fc.array(
      fc.record({
        at: fc.nat(),
        field: fc.integer({ min: 1, max: 32 }),
        text: fc.constantFrom(
          "",
          '""',
          "~",
          "^^",
          "a&b^c~d",
          "\\X00\\",
          "\\",
          "\\F\\",
          "\u{1f3e5}",
          "9".repeat(40),
          "20260101",
          "ED",
          "x|y",
        ),
        what: fc.constantFrom("set", "drop", "repeat", "swap", "cut"),
      }),
      { maxLength: 6 },
    ),
  });

  const mutated = ({ example, edits }: { example: readonly string[]; edits: readonly Edit[] }): string[] => {
    const [type = "", ...segments] = example;
    for (const { at, field, text, what } of edits) {
      const index = at % Math.max(1, segments.length);
      const segment = segments[index] ?? "";
      if (what === "drop") segments.splice(index, 1);
      else if (what === "repeat") segments.push(segment);
      else if (what === "swap") segments.reverse();
      else if (what === "cut") segments[index] = segment.slice(0, at % (segment.length + 1));
      else
        segments[index] = Object.assign(segment.split("|"), { [field]: text })
          .map((each) => each ?? "")
          .join("|");
    }
    return [mshOf(type), ...segments];
  };

  it("becomes an event of the model, or has a reason not to", () => {
    fc.assert(
      fc.property(mutation, (message) => {
        const read = readMessage(wire(...mutated(message)));
        if (!read.ok) return;
        const result = clinicalEvent(
          read.message,
          { ...FEED, localSegments: { OBX: { "5": "value" }, ZZZ: { "1": "z" } } },
          RECEIVED_AT,
        );
        if (!result.ok) return;
        const event = canonicalEvent.parse(JSON.parse(JSON.stringify(result.event)));
        expect(event).toEqual(result.event);
        expect(JSON.stringify(event)).not.toContain("\\u0000");
        for (const { facts } of event.subjects) {
          expect(new Set(facts.map(({ content, key }) => `${content.kind} ${key}`)).size).toBe(facts.length);
          for (const { key } of facts) expect(key.length).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives out the content of every part that it lists, as long as it says", () => {
    fc.assert(
      fc.property(mutation, (message) => {
        const read = readMessage(wire(...mutated(message)));
        const result = read.ok ? clinicalEvent(read.message, FEED, RECEIVED_AT) : undefined;
        if (!read.ok || !result?.ok) return;
        for (const { content } of result.event.subjects.flatMap(({ facts }) => facts)) {
          const parts =
            content.kind === "document" ? content.parts : content.kind === "result" ? content.documents : [];
          for (const part of parts ?? []) {
            const given = documentContent(read.message, part.location);
            expect(given?.bytes.length ?? 0).toBe(part.bytes);
            if (given !== undefined) expect(given.contentType).toBe(part.contentType);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

interface Edit {
  readonly at: number;
  readonly field: number;
  readonly text: string;
  readonly what: "set" | "drop" | "repeat" | "swap" | "cut";
}
