import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedDialect } from "../map/dialect.ts";
import { CHARSET_NAMES } from "../message/charset.ts";
import { readMessage } from "../message/message.ts";
import { judgeCorrection } from "./judge-correction.ts";
import { messageBytes } from "./message-bytes.ts";

const FEED: FeedDialect = { defaultAuthority: "RDZ" };
const RECEIVED = { identities: ["RDZ|L1"], receivedAt: new Date("2026-03-14T09:00:00Z") };

const messageText = (change: { type?: string; charset?: string; name?: string; id?: string; more?: string } = {}) =>
  [
    `MSH|^~\\&|PAS|RDZ|||20260314090000||${change.type ?? "ADT^A28"}|C1|P|2.4||||||${change.charset ?? ""}`,
    "EVN||20260314090000",
    `PID|||${change.id ?? "L1^^^RDZ^MR"}||${change.name ?? "SMITH^JANE"}||19500731|F`,
    change.more ?? "",
  ]
    .filter((segment) => segment !== "")
    .map((segment) => `${segment}\r`)
    .join("");

describe("the bytes of a corrected text", () => {
  it("read back as the text, or there are none, in every character set", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "É", "ł", "’", "ж", "א", "日", "👩", "€"), maxLength: 8 });
    fc.assert(
      fc.property(name, fc.constantFrom(undefined, ...CHARSET_NAMES), (given, charset) => {
        const feed = charset === undefined ? FEED : { ...FEED, charset };
        const text = messageText({ name: given });
        const bytes = messageBytes(text, feed);
        if (bytes === undefined) {
          expect(given).not.toMatch(/^a*$/);
          return;
        }
        const read = readMessage(bytes, feed);
        expect(read.ok && read.message.text).toBe(text);
      }),
    );
  });

  it.each([
    ["UNICODE UTF-8", "É", [0xc3, 0x89]],
    ["", "É", [0xc3, 0x89]],
    ["8859/1", "É", [0xc9]],
    ["8859/1", "’", [0x92]],
    ["8859/2", "ł", [0xb3]],
  ])("are those of MSH-18 %j", (charset, name, expected) => {
    const bytes = messageBytes(messageText({ charset, name }), FEED) ?? [];
    expect([...bytes].filter((byte) => byte > 0x7f)).toEqual(expected);
  });

  it.each([
    ["ASCII", "É"],
    ["8859/1", "ł"],
    ["GB 18030-2000", "日"],
  ])("are none where MSH-18 %j can not say it", (charset, name) => {
    expect(messageBytes(messageText({ charset, name }), FEED)).toBeUndefined();
  });
});

describe("a correction", () => {
  const judged = (text: string, received = RECEIVED) => {
    const judgement = judgeCorrection(Buffer.from(text), FEED, received);
    return judgement.ok ? "ok" : judgement.reason;
  };

  it("will do when it can be read and is about the same patients, in whatever order", () => {
    expect(judged(messageText())).toBe("ok");
    const two = messageText({ id: "L1^^^RDZ^MR~L2^^^RDZ^MR" });
    expect(judged(two, { ...RECEIVED, identities: ["RDZ|L2", "RDZ|L1"] })).toBe("ok");
  });

  it.each([
    ["about another patient", messageText({ id: "L2^^^RDZ^MR" }), "other-patients"],
    ["about one patient more", messageText({ id: "L1^^^RDZ^MR~L2^^^RDZ^MR" }), "other-patients"],
    ["about nobody", messageText({ id: "" }), "no-patient-id"],
    ["no message", "Dear colleague", "no-header"],
    ["of a type that is not mapped", messageText({ type: "BAR^P01" }), "not-mapped"],
    ["a part of a message", messageText({ more: "DSC|MORE|F" }), "not-readable"],
    ["an acknowledgement", messageText({ type: "ACK" }), "acknowledgement"],
  ])("is refused when it is %s", (_, text, reason) => expect(judged(text)).toBe(reason));

  it("is judged whatever it is, and its refusal quotes nothing of it", () => {
    const piece = fc.constantFrom("MSH|^~\\&|", "PID|", "L1^^^RDZ^MR", "ADT^A28", "MARLOWE", "|", "^", "\r", "\u0000");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const judgement = judgeCorrection(Buffer.from(pieces.join("")), FEED, RECEIVED);
        if (!judgement.ok) expect(judgement.text).not.toContain("MARLOWE");
      }),
    );
  });
});
