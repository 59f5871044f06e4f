import { type CanonicalEvent, canonicalEvent } from "@chesil/model";
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
import { toEvent } from "./adt.ts";
import type { FeedDialect } from "./identifiers.ts";

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
        schemaVersion: 1,
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
          action: "admit",
          class: "inpatient",
          location: "WARD7, BAY2, BED3, RDZ01",
          specialty: "300",
          consultant: { code: "C9999999", display: "Mr Lyme Cobb" },
          admissionMethod: "21",
          admittedAt: "2026-03-04T09:15:00.000Z",
        },
        merges: [],
        warnings: [],
        notMapped: ["AL1"],
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
      fc.property(
        fc.constantFrom("A01", "A03", "A04", "A05", "A06", "A08", "A10", "A11", "A28", "A31", "A40"),
        fc.array(segment, { maxLength: 8 }),
        (trigger, segments) => {
          const bytes = wire(msh(trigger), ...segments);
          const result = mapped(bytes);
          if (!result.ok) return;
          canonicalEvent.parse(result.event);
          const peeked = peek(bytes, FEED);
          const { authority, localId } = result.event.patient.key;
          if (peeked.ok && authority !== "NHS") expect(peeked.identities).toContain(`${authority}|${localId}`);
          expect(JSON.stringify(result.event)).not.toContain("\\u0000");
        },
      ),
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
  it.each(["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13", "A28", "A31"])(
    "%s",
    (trigger) => expect(reasonOf(msh(trigger), PID_SHORT)).toBe("ok"),
  );

  it.each(["A14", "A17", "A18", "A24", "A29", "A34", "A37", "A43", "A45", "A47", "A60", "Z01"])("not %s", (trigger) => {
    expect(reasonOf(msh(trigger), PID_SHORT, "MRG|9001")).toBe("not-mapped");
  });

  it("no results", () => expect(reasonOf("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.4", PID_SHORT)).toBe("not-mapped"));

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
    expect(event.patient.demographics.names).toMatchObject({ value: [{ family: "4\\5 re.", given: ["\\Z1\\"] }] });
    const guessed = mapped(latin1(`${msh("A08")}\rPID|1||8001234||No\u00ebl`));
    expect(guessed.ok && warningsOf(guessed.event)).toEqual(["MSH-18 bad-charset"]);
  });

  it("what is not mapped, once each", () => {
    const event = eventOf(msh("A28"), PID_SHORT, "PV1|1|N", "NK1|1", "NK1|2", "ZU1|x");
    expect(event.notMapped).toEqual(["PV1", "NK1", "ZU1"]);
    expect(event.encounter).toBeUndefined();
  });
});

describe("a merge", () => {
  it("retires MRG-1 into PID-3", () => {
    const event = eventOf(msh("A40"), PID_SHORT, "MRG|9001^^^RDZ^MR");
    expect(event.merges).toEqual([
      { survivor: { authority: "RDZ", localId: "8001234" }, retired: { authority: "RDZ", localId: "9001" } },
    ]);
    expect([event.encounter, event.notMapped]).toEqual([undefined, []]);
  });

  it("makes one statement a group, under the first patient", () => {
    const second = ["PID|2||8002^^^RDZ", "PD1|||OTHER^^X", "MRG|9002^^^RDZ"];
    const event = eventOf(msh("A40"), PID_SHORT, "MRG|9001", ...second);
    expect(event.merges.map((each) => [each.survivor.localId, each.retired.localId])).toEqual([
      ["8001234", "9001"],
      ["8002", "9002"],
    ]);
    expect(event.patient.key.localId).toBe("8001234");
    expect(event.patient.demographics.generalPractice).toBeUndefined();
    expect(warningsOf(event)).toEqual(["PID[2] ignored"]);
  });

  it("pairs ids of the same authority, and takes a bare value for an id", () => {
    const pid = "PID|1||7^^^R0D~8001234^^^RBD";
    expect(eventOf(msh("A40"), pid, "MRG|5^^^RBD~6^^^R0D").merges[0]?.retired).toEqual({
      authority: "R0D",
      localId: "6",
    });
    expect(eventOf(msh("A40"), PID_SHORT, "MRG|1234").merges[0]?.retired).toEqual({
      authority: "RDZ",
      localId: "1234",
    });
    expect(reasonOf(msh("A40"), PID_SHORT, "MRG|9990004951^^^NHS^NH")).toBe("no-prior-id");
  });

  it("is done whole or not at all", () => {
    expect(reasonOf(msh("A40"), PID_SHORT)).toBe("no-prior-id");
    expect(reasonOf(msh("A40"), PID_SHORT, "MRG|9001", "PID|2||8002")).toBe("no-prior-id");
    expect(reasonOf(msh("A40"), PID_SHORT, "MRG|9001", "PID|2", "MRG|9002")).toBe("no-patient-id");
    expect(reasonOf(msh("A40"), PID_SHORT, "MRG|8001234")).toBe("merge-with-itself");
    expect(reasonOf(msh("A40"), PID_SHORT, 'MRG|""')).toBe("no-prior-id");
    const flood = Array.from({ length: 201 }, (_, index) => `MRG|9${index}`);
    expect(reasonOf(msh("A40"), PID_SHORT, ...flood)).toBe("not-readable");
  });
});
