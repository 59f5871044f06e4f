import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText, FEED, latin1, MSH_A01, msh, PID_SHORT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { acknowledge, acknowledgementCode, wantsAcknowledgement } from "./acknowledgement.ts";
import type { Header } from "./header.ts";
import { peek } from "./peek.ts";

const AT = new Date("2026-07-21T09:15:00Z");

function headerOf(header: string | Uint8Array, rest = `\r${PID_SHORT}\r`): Header {
  const bytes = typeof header === "string" ? latin1(header + rest) : header;
  const peeked = peek(bytes, FEED);
  if (peeked.header === undefined) throw new Error("no header");
  return peeked.header;
}

const lines = (bytes: Uint8Array) => asText(bytes).split("\r");
const NO_PATIENT = { code: "101", location: "PID^1^3", text: "PID-3 names no patient." };

describe("an acknowledgement", () => {
  it("answers in the sender's own terms", () => {
    const bytes = acknowledge({ header: headerOf(MSH_A01), code: "AA", controlId: "77", at: AT });
    expect(lines(bytes)).toEqual([
      "MSH|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||ACK^A01^ACK|77|P|2.4",
      "MSA|AA|C0001",
      "",
    ]);
  });

  it("uses the sender's delimiters and echoes what it sent byte for byte", () => {
    const header = "MSH@~&#\\@A~1@B@C@D@2026@@ADT~A01@ 9#T#\u00e9 @T~D@2.5~GBR@@@@@@8859/1";
    const bytes = acknowledge({ header: headerOf(header), code: "CA", controlId: "a@b", at: AT });
    expect(lines(bytes)).toEqual([
      "MSH@~&#\\@C@D@A~1@B@20260721101500+0100@@ACK~A01~ACK@a#F#b@T~D@2.5~GBR@@@@@@8859/1",
      "MSA@CA@ 9#T#\u00e9 ",
      "",
    ]);
  });

  it("keeps an echoed FS from ending the frame", () => {
    const bytes = acknowledge({
      header: headerOf(MSH_A01.replace("C0001", "C0001\x1c")),
      code: "AA",
      controlId: "77",
      at: AT,
    });
    expect(lines(bytes)[1]).toBe("MSA|AA|C0001\x1c|");
  });

  it("echoes the control id of a message whose character set is broken, or that holds NUL", () => {
    const broken = headerOf("MSH|^~\\&|A|B|C|D|2026||ADT^A01|\u00e9\u00ff|P|2.4||||||UNICODE UTF-8");
    expect(lines(acknowledge({ header: broken, code: "AE", controlId: "1", at: AT }))[1]).toBe("MSA|AE|\u00e9\u00ff");
    const withNul = headerOf("MSH|^~\\&|A|B|C|D|2026||ADT^A01|a\0b|P|2.4");
    expect(lines(acknowledge({ header: withNul, code: "AA", controlId: "1", at: AT }))[1]).toBe("MSA|AA|a\0b");
    const utf8 = headerOf(Buffer.from(`\ufeffMSH|^~\\&|A|B|C|D|2026||ADT^A01|é|P|2.4\r${PID_SHORT}\r`));
    const bytes = acknowledge({ header: utf8, code: "AA", controlId: "1", at: AT });
    expect(Buffer.from(bytes).toString("utf8")).toContain("MSA|AA|é\r");
  });

  it.each([
    ["2.3", "ACK"],
    ["2.2", "ACK"],
    ["2.3.1", "ACK^A01^ACK"],
    ["2.8", "ACK^A01^ACK"],
  ])("of version %s is %s", (version, type) => {
    const bytes = acknowledge({ header: headerOf(msh("A01", { version })), code: "AA", controlId: "1", at: AT });
    expect(asText(bytes).split("|")[8]).toBe(type);
  });

  it("has ERR in fields of its own from 2.5 on", () => {
    const header = headerOf(msh("A01", { version: "2.5.1" }));
    const bytes = acknowledge({ header, code: "AE", controlId: "1", at: AT, error: NO_PATIENT });
    expect(lines(bytes).slice(1)).toEqual([
      "MSA|AE|C0001|PID-3 names no patient.",
      "ERR||PID^1^3|101^Required field missing^HL70357|E|||PID-3 names no patient.|PID-3 names no patient.",
      "",
    ]);
  });

  it("has ERR-1 before that", () => {
    const bytes = acknowledge({ header: headerOf(MSH_A01), code: "AE", controlId: "1", at: AT, error: NO_PATIENT });
    expect(lines(bytes)[2]).toBe("ERR|PID^1^3^101&Required field missing&HL70357");
    const bare = headerOf("MSH|^~|A|B|C|D|2026||ADT^A01|1|P|2.3");
    const plain = acknowledge({ header: bare, code: "AE", controlId: "1", at: AT, error: NO_PATIENT });
    expect(lines(plain)[2]).toBe("ERR|PID^1^3^101");
  });

  it("answers what had no header", () => {
    const error = { code: "100", location: "MSH^1", text: "There is no readable MSH segment." };
    const bytes = acknowledge({ code: "AR", controlId: "1", at: AT, error });
    expect(lines(bytes)).toEqual([
      "MSH|^~\\&|||||20260721101500+0100||ACK|1|P|2.5",
      "MSA|AR||There is no readable MSH segment.",
      "ERR||MSH^1|100^Segment sequence error^HL70357|E|||There is no readable MSH segment.|There is no readable MSH segment.",
      "",
    ]);
  });

  it("is readable by ourselves, whatever was sent, and is never answered", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{1,20}$/), fc.string(), (controlId, text) => {
        const peeked = peek(wire(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|${controlId}|P|2.5`), FEED);
        const error = { code: "101", location: "PID^1^3", text };
        const bytes = acknowledge({ header: peeked.header, code: "AE", controlId: "1", at: AT, error });
        const read = readMessage(bytes);
        expect(read.ok && read.message.segments().map((each) => each.id)).toEqual(["MSH", "MSA", "ERR"]);
        expect(peek(bytes, FEED)).toMatchObject({ ok: false, acknowledge: false });
      }),
    );
  });
});

describe("which acknowledgement", () => {
  const modes = (rest: string) => headerOf(msh("A01", { rest }));

  it.each([
    ["", ["AA", "AE", "AR"]],
    ["|||AL", ["CA", "CE", "CR"]],
    ["||||NE", ["CA", "CE", "CR"]],
  ])("MSH-13 on %j: %j", (rest, codes) => {
    const header = modes(rest);
    expect((["accept", "error", "reject"] as const).map((each) => acknowledgementCode(header, each))).toEqual(codes);
  });

  it.each([
    ["", [true, true, true]],
    ["|||AL", [true, true, true]],
    ["|||NE", [false, false, false]],
    ["|||ER", [false, true, true]],
    ["|||su", [true, false, false]],
    ["||||AL", [true, true, true]],
    ["|||XX", [true, true, true]],
  ])("is wanted with MSH-13 on %j: %j", (rest, wanted) => {
    const header = modes(rest);
    expect((["accept", "error", "reject"] as const).map((each) => wantsAcknowledgement(header, each))).toEqual(wanted);
  });

  it("is of original mode, and wanted, where there is no header", () => {
    expect(acknowledgementCode(undefined, "reject")).toBe("AR");
    expect(wantsAcknowledgement(undefined, "reject")).toBe(true);
  });
});
