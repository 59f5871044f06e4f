import { Buffer } from "node:buffer";
import fc from "fast-check";
import { HL7Message } from "hl7v2";
import { describe, expect, it } from "vitest";
import { validate } from "../conformance/validate.ts";
import { toEvent } from "../map/to-event.ts";
import { readMessage } from "../message/message.ts";
import type { AnsweredIdentifier } from "../query/answer.ts";
import { notifyPerson, type PersonNotice } from "./notify-person.ts";

const AT = new Date("2026-07-21T09:15:00Z");
const RBD: AnsweredIdentifier = { authority: "RBD", value: "8001234", type: "MR" };
const NHS: AnsweredIdentifier = { authority: "NHS", value: "9990004951", type: "NH" };
const OWN: AnsweredIdentifier = { authority: "CHESIL", value: "00000000-0000-8000-8000-000000000001", type: "PI" };
const MERGED: AnsweredIdentifier = { ...OWN, value: "00000000-0000-8000-8000-000000000002" };

const noticeOf = (changes: Partial<PersonNotice> = {}): PersonNotice => ({
  sender: ["CHESIL", "DORSET"],
  receiver: ["EPR", "RDZ"],
  controlId: "0123456789abcdef0123",
  at: AT,
  identifiers: [RBD, NHS],
  ...changes,
});
const linesOf = (notice: PersonNotice) => Buffer.from(notifyPerson(notice)).toString("utf8").split("\r");

function messageOf(bytes: Uint8Array) {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.message;
}

/** What a receiver that is one of ours makes of it. */
function heard(notice: PersonNotice) {
  const mapped = toEvent(messageOf(notifyPerson(notice)), { defaultAuthority: "NOBODY" }, AT);
  if (!mapped.ok) throw new Error(mapped.reason);
  return mapped.event;
}

const visible = fc.string({ minLength: 1, maxLength: 12, unit: "binary" }).map((text) => text.toWellFormed().trim());
/** Text that survives being a value: neither blank nor the null. */
const word = fc
  .oneof(visible, fc.constantFrom("a|b^c&d~e\\f", "1.2.826.0.1.9", "Ó Súilleabháin", 'quo"te', "0012"))
  .filter((text) => /^[^\p{C}\p{Z}]+$/u.test(text) && text !== '""');
const identifier = fc.record({ authority: word, value: word, type: fc.constantFrom("", "MR", "PI", "XX") });

describe("a notification of a person's identifiers", () => {
  it("is ADT^A31 as IHE ITI-10 has it: every identifier in one PID, a space for the name, no visit", () => {
    expect(linesOf(noticeOf())).toEqual([
      "MSH|^~\\&|CHESIL|DORSET|EPR|RDZ|20260721101500+0100||ADT^A31^ADT_A05|0123456789abcdef0123|P|2.5",
      "EVN||20260721101500+0100",
      "PID|||8001234^^^RBD^MR~9990004951^^^NHS^NH|| ",
      "PV1||N",
      "",
    ]);
  });

  it("is ADT^A40 where an id leads to the person from now on", () => {
    expect(linesOf(noticeOf({ identifiers: [OWN, RBD], merged: MERGED }))).toEqual([
      "MSH|^~\\&|CHESIL|DORSET|EPR|RDZ|20260721101500+0100||ADT^A40^ADT_A39|0123456789abcdef0123|P|2.5",
      "EVN||20260721101500+0100",
      `PID|||${OWN.value}^^^CHESIL^PI~8001234^^^RBD^MR|| `,
      `MRG|${MERGED.value}^^^CHESIL^PI`,
      "",
    ]);
    const event = heard(noticeOf({ identifiers: [OWN, RBD], merged: MERGED }));
    const key = ({ authority, value }: AnsweredIdentifier) => ({ authority, localId: value });
    expect(event.operations).toEqual([{ operation: "merge", retired: key(MERGED), survivor: key(OWN) }]);
  });

  it("says in what characters it is where that is not ASCII, and tells an OID as one", () => {
    const [header, , patient] = linesOf(
      noticeOf({ identifiers: [{ authority: "1.2.826.0.1", value: "Ø1", type: "" }] }),
    );
    expect(header).toContain("|P|2.5||||||UNICODE UTF-8");
    expect(patient).toBe("PID|||Ø1^^^&1.2.826.0.1&ISO|| ");
  });

  it("is read back to the same identifiers, whatever stands in them", () => {
    fc.assert(
      fc.property(fc.array(identifier, { minLength: 1, maxLength: 8 }), identifier, fc.boolean(), (all, merged, is) => {
        const [first = RBD, ...others] = all;
        const message = messageOf(
          notifyPerson(noticeOf({ identifiers: [first, ...others], ...(is ? { merged } : {}) })),
        );
        const readBack = (segment: string, field: number) =>
          message
            .segments()
            .find(({ id }) => id === segment)
            ?.field(field)
            .repetitions.map((repetition) => {
              const text = (component: number, subcomponent = 0) => {
                const leaf = repetition.components[component]?.subcomponents[subcomponent];
                return leaf?.state === "value" ? leaf.text : "";
              };
              return { authority: text(3) || text(3, 1), value: text(0), type: text(4) };
            });
        expect(readBack("PID", 3)).toEqual([first, ...others]);
        expect(readBack("MRG", 1)).toEqual(is ? [merged] : undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("is read alike by the hl7v2 library", () => {
    fc.assert(
      fc.property(fc.array(identifier, { minLength: 1, maxLength: 5 }), (all) => {
        const [first = RBD, ...others] = all.filter(({ authority }) => !authority.includes("."));
        const bytes = notifyPerson(noticeOf({ identifiers: [first, ...others] }));
        const theirs = HL7Message.parse(Buffer.from(bytes).toString("utf8")).getSegment("PID")?.field(3);
        const read = theirs?.repetitions.map((repetition) => ({
          authority: String(repetition.getValue(4, 1)),
          value: String(repetition.getValue(1)),
          type: repetition.getValue(5) === undefined ? "" : String(repetition.getValue(5)),
        }));
        expect(read).toEqual([first, ...others]);
      }),
    );
  });

  it.each([undefined, MERGED])("is sound HL7 2.5 (%#)", async (merged) => {
    const findings = await validate(messageOf(notifyPerson(noticeOf({ identifiers: [OWN, RBD, NHS], merged }))));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
