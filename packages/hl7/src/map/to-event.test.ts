import { type CanonicalEvent, canonicalEvent, keysOfOperation } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { peek } from "../answer/peek.ts";
import {
  ADT_A01,
  EVN_A01,
  FEED,
  latin1,
  MSH_A01,
  msh,
  PID_SHORT,
  PV1_INPATIENT,
  RECEIVED_AT,
  wire,
} from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { messageTree } from "../message/tree.ts";
import type { FeedDialect } from "./dialect.ts";
import { ADT_EVENTS } from "./events.ts";
import { toEvent } from "./to-event.ts";

function mapped(bytes: Uint8Array, feed: FeedDialect = FEED) {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.reason);
  return toEvent(read.message, feed, RECEIVED_AT);
}

function eventOf(...segments: string[]): CanonicalEvent {
  const result = mapped(wire(...segments));
  if (!result.ok) throw new Error(result.reason);
  return result.event;
}

const reasonOf = (...segments: string[]) => {
  const result = mapped(wire(...segments));
  return result.ok ? "ok" : result.reason;
};
const warningsOf = (event: CanonicalEvent) => event.warnings.map((each) => `${each.location} ${each.code}`);

describe("the canonical event of an admission", () => {
  const result = mapped(ADT_A01);

  it("says all that the message says", () => {
    expect(result).toEqual({
      ok: true,
      event: {
        schemaVersion: 2,
        source: {
          application: "PAS",
          facility: "RDZ",
          controlId: "C0001",
          messageType: "ADT",
          triggerEvent: "A01",
          version: "2.4",
        },
        recordedAt: "2026-03-04T09:29:00.000Z",
        occurredAt: "2026-03-04T09:25:00.000Z",
        subjects: [
          {
            patient: {
              key: { authority: "RDZ", localId: "8001234" },
              identifiers: [
                { authority: "RDZ", value: "8001234", type: "MR" },
                { authority: "NHS", value: "9990004951", type: "NH", trust: "unverified" },
                { authority: "RDZ", value: "A900", type: "AN" },
              ],
              demographics: {
                names: {
                  said: "value",
                  value: [
                    { use: "usual", family: "Marsh", given: ["Ellen", "Rose"], prefix: "Mrs", suffix: "Jr" },
                    { use: "maiden", family: "Pebble", given: ["Ellen"] },
                    { use: "nickname", family: "Nell", given: [] },
                  ],
                },
                birthDate: { said: "value", value: "1980-02-29" },
                sex: { said: "value", value: "female" },
                addresses: {
                  said: "value",
                  value: [
                    {
                      use: "home",
                      lines: ["12 Chesil Street", "Fortuneswell"],
                      city: "Portland",
                      county: "Dorset",
                      postcode: "DT5 1AB",
                      country: "GBR",
                    },
                  ],
                },
                telecoms: {
                  said: "value",
                  value: [
                    { kind: "phone", use: "home", value: "01305 555012" },
                    { kind: "mobile", use: "home", value: "07700 900123" },
                    { kind: "phone", use: "work", value: "01305 555999" },
                  ],
                },
                language: { said: "value", value: "EN" },
                maritalStatus: { said: "value", value: "M" },
                religion: { said: "value", value: "C22" },
                ethnicity: { said: "value", value: "A" },
                generalPractice: { said: "value", value: { code: "J81000", display: "HARBOUR SURGERY" } },
                generalPractitioner: { said: "value", value: { code: "G9999999", display: "Dr Morgan Tide" } },
              },
            },
            encounter: {
              visitNumber: "V5001",
              account: "A900",
              action: "admit",
              class: "inpatient",
              location: "WARD7, BAY2, BED3, RDZ01",
              specialty: "300",
              consultant: { code: "C9999999", display: "Mr Lyme Cobb" },
              admissionMethod: "21",
              admittedAt: "2026-03-04T09:15:00.000Z",
            },
            facts: [
              {
                key: expect.any(String),
                action: "state",
                content: { kind: "allergy", code: { codings: [{ system: "", code: "Z88.0" }] }, type: "DA" },
              },
            ],
            snapshots: [{ kind: "allergy" }],
          },
        ],
        operations: [],
        warnings: [],
        notMapped: [],
      },
    });
  });

  it("is what the model takes", () => {
    expect(result.ok && canonicalEvent.parse(result.event)).toEqual(result.ok && result.event);
  });
});

describe("any message at all", () => {
  const segment = fc.oneof(
    fc.constantFrom(PID_SHORT, EVN_A01, PV1_INPATIENT, "MRG|9001^^^RDZ", "PD1|||X^^Y"),
    fc
      .tuple(
        fc.constantFrom("PID", "PV1", "EVN", "MRG", "PV2", "ZZZ"),
        fc.array(fc.string({ unit: fc.constantFrom(...'|^~\\&""19802F MIé?\0') }), { maxLength: 60 }),
      )
      .map(([id, parts]) => `${id}|${parts.join("")}`),
  );

  it("maps or does not, without throwing, to what the model takes, under what peek named", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ADT_EVENTS.keys()), fc.array(segment, { maxLength: 8 }), (trigger, segments) => {
        const bytes = wire(msh(trigger), ...segments);
        const result = mapped(bytes);
        if (!result.ok) return;
        canonicalEvent.parse(result.event);
        const peeked = peek(bytes, FEED);
        const keys = [
          ...result.event.subjects.map((each) => each.patient.key),
          ...result.event.operations.flatMap(keysOfOperation),
        ];
        for (const { authority, localId } of keys) {
          expect(authority).not.toBe("NHS");
          if (peeked.ok) expect(peeked.identities).toContain(`${authority}|${localId}`);
        }
        expect(JSON.stringify(result.event)).not.toContain("\\u0000");
      }),
      { numRuns: 2000 },
    );
  });

  it("is mapped, or not, however its bytes were damaged", () => {
    const change = fc.tuple(fc.nat(ADT_A01.length - 1), fc.constantFrom(...'|^~&\\"\r\n\0 9A\u00e9'));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(ADT_A01.length), (changes, length) => {
        const bytes = Uint8Array.from(ADT_A01);
        for (const [at, character] of changes) bytes[at] = character.charCodeAt(0);
        const read = readMessage(bytes.subarray(0, length));
        if (!read.ok) return;
        messageTree(read.message);
        const result = toEvent(read.message, FEED, RECEIVED_AT);
        if (result.ok) canonicalEvent.parse(result.event);
      }),
      { numRuns: 2000 },
    );
  });

  it("never quotes what was sent in a warning", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{6,9}$/), (secret) => {
        const all = Array.from({ length: 50 }, () => `x${secret}9`).join("|");
        const event = eventOf(msh("A01"), `EVN|A01|${secret}||||${secret}`, `PID|1||${secret}|${all}`, `PV1|1|${all}`);
        expect(JSON.stringify(event.warnings)).not.toContain(secret);
        expect(event.warnings.length).toBeGreaterThan(3);
      }),
    );
  });

  it("has no more warnings than the limit", () => {
    const fields = Array.from({ length: 90 }, () => "\\Q\\").join("|");
    expect(eventOf(MSH_A01, `PID|1||8001234|||${fields}`).warnings.length).toBe(50);
  });
});

describe("which messages are mapped", () => {
  it.each(["A19", "A20", "A56", "A59", "A63", "Z01"])("not %s", (trigger) => {
    expect(reasonOf(msh(trigger), PID_SHORT, "MRG|9001")).toBe("not-mapped");
  });

  it("no charges", () => expect(reasonOf("MSH|^~\\&|A|B|C|D|2026||DFT^P03|1|P|2.4", PID_SHORT)).toBe("not-mapped"));

  it("none that names nobody", () => {
    expect(reasonOf(msh("A01"))).toBe("no-patient-id");
    expect(reasonOf(msh("A01"), "PID|1||9999999999^^^NHS^NH")).toBe("no-patient-id");
  });
});

describe("when it was recorded", () => {
  const at = (evn: string, msh7 = "20260304093000") =>
    eventOf(`MSH|^~\\&|PAS|RDZ|C|N|${msh7}||ADT^A08|1|P|2.4`, evn, PID_SHORT);

  it("is EVN-2, else MSH-7, else unknown", () => {
    expect(at("EVN|A08|20260304080000").recordedAt).toBe("2026-03-04T08:00:00.000Z");
    expect(at("EVN|A08").recordedAt).toBe("2026-03-04T09:30:00.000Z");
    expect(at("EVN|A08|20260304").recordedAt).toBe("2026-03-04T09:30:00.000Z");
    expect(at("EVN|A08", "20260304").recordedAt).toBeUndefined();
    const bad = at("EVN|A08|20261304080000", "04/03/2026");
    expect([bad.recordedAt, warningsOf(bad)]).toEqual([undefined, ["EVN-2 bad-date", "MSH-7 bad-date"]]);
  });

  it("is the receipt when the sender's clock runs ahead by more than five minutes", () => {
    const ahead = at("EVN|A08|20990101000000");
    expect([ahead.recordedAt, warningsOf(ahead)]).toEqual([RECEIVED_AT.toISOString(), ["EVN-2 future-time"]]);
    expect(at("EVN|A08|20260305120500").recordedAt).toBe("2026-03-05T12:05:00.000Z");
    expect(at("EVN|A08|20260305120501").recordedAt).toBe(RECEIVED_AT.toISOString());
  });
});

describe("what is said of the message itself", () => {
  it("an event code that disagrees, an escape that is not understood, a guessed character set", () => {
    expect(warningsOf(eventOf(msh("A08"), "EVN|A01", PID_SHORT))).toEqual(["EVN-1 ignored"]);
    const event = eventOf(msh("A08"), "PID|1||8001234||4\\5 re.^\\Z1\\", "OBX|1|\\Q\\");
    expect(warningsOf(event)).toEqual(["PID-5 bad-escape"]);
    expect(event.subjects[0]?.patient.demographics.names).toMatchObject({
      value: [{ family: "4\\5 re.", given: ["\\Z1\\"] }],
    });
    const guessed = mapped(latin1(`${msh("A08")}\rPID|1||8001234||No\u00ebl`));
    expect(guessed.ok && warningsOf(guessed.event)).toEqual(["MSH-18 bad-charset"]);
    const unknown = mapped(wire(msh("A08", { rest: "||||||KLINGON" }), PID_SHORT));
    expect(unknown.ok && warningsOf(unknown.event)).toEqual(["MSH-18 bad-charset"]);
  });

  it("what is not mapped, once each", () => {
    const event = eventOf(msh("A28"), PID_SHORT, "PV1|1|N", "ROL|1", "ROL|2", "ZU1|x");
    expect(event.notMapped).toEqual(["PV1", "ROL", "ZU1"]);
    expect(event.subjects[0]?.encounter).toBeUndefined();
  });
});
