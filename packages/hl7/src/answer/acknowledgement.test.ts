import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText, FEED, latin1, MSH_A01, msh, PID_SHORT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { acknowledge } from "./acknowledgement.ts";
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
const MSA_WITH_CODE = "MSA|AE|C0001|PID-3 names no patient.|||101^Required field missing^HL70357";
const ERR_SINCE_2_5 =
  "ERR||PID^1^3|101^Required field missing^HL70357|E|||PID-3 names no patient.|PID-3 names no patient.";
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

  it("echoes a header that holds LF, of a sender who ends segments with CR", () => {
    const header = headerOf(Buffer.from(`MSH|^~\\&|PAS\n|RDZ|||2026||ADT^A01|C1|P|2.4\rPID|1||7^^^RDZ||Marsh^Zoë\r`));
    const answer = lines(acknowledge({ header, code: "AA", controlId: "1", at: AT }));
    expect(answer[0]).toMatch(/\|P\|2\.4$/);
    expect(answer[1]).toBe("MSA|AA|C1");
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

  it.each([
    ["2.1", "MSA|AE|C0001|PID-3 names no patient.", "ERR|PID^1^3^101&Required field missing&HL70357"],
    ["2.2", MSA_WITH_CODE, "ERR|PID^1^3^101&Required field missing&HL70357"],
    ["2.3", MSA_WITH_CODE, "ERR|PID^1^3^101&Required field missing&HL70357"],
    ["2.3.1^GBR", MSA_WITH_CODE, "ERR|PID^1^3^101&Required field missing&HL70357"],
    ["2.4UK", MSA_WITH_CODE, "ERR|PID^1^3^101&Required field missing&HL70357"],
    ["2.5", "MSA|AE|C0001|PID-3 names no patient.", ERR_SINCE_2_5],
    ["2.6", "MSA|AE|C0001|PID-3 names no patient.", ERR_SINCE_2_5],
    ["2.7", "MSA|AE|C0001", ERR_SINCE_2_5],
    ["2.8.2", "MSA|AE|C0001", ERR_SINCE_2_5],
    ["", "MSA|AE|C0001|PID-3 names no patient.", ERR_SINCE_2_5],
  ])("of version %j tells an error as it does: %s", (version, msa, err) => {
    const header = headerOf(msh("A01", { version }));
    const bytes = acknowledge({ header, code: "AE", controlId: "1", at: AT, error: NO_PATIENT });
    expect(lines(bytes).slice(1)).toEqual([msa, err, ""]);
  });

  it("tells an error in ERR-1 to a sender without subcomponents", () => {
    const bare = headerOf("MSH|^~|A|B|C|D|2026||ADT^A01|1|P|2.3");
    const plain = acknowledge({ header: bare, code: "AE", controlId: "1", at: AT, error: NO_PATIENT });
    expect(lines(plain)[2]).toBe("ERR|PID^1^3^101");
  });

  it("tells the sequence number in MSA-4", () => {
    const header = headerOf(MSH_A01);
    const told = (expectedSequence: number) =>
      lines(acknowledge({ header, code: "AA", controlId: "1", at: AT, expectedSequence }))[1];
    expect([told(42), told(-1), told(0)]).toEqual(["MSA|AA|C0001||42", "MSA|AA|C0001||-1", "MSA|AA|C0001||0"]);
    const error = { code: "100", location: "MSH^1^13", text: "Out of sequence." };
    const refused = acknowledge({ header, code: "AE", controlId: "1", at: AT, error, expectedSequence: 42 });
    expect(lines(refused)[1]).toBe("MSA|AE|C0001|Out of sequence.|42||100^Segment sequence error^HL70357");
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

describe("an acknowledgement of HL7 v2.xml", () => {
  const xml = (controlId: string, version = "2.5") =>
    `<?xml version="1.0"?><ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>` +
    "<MSH.3><HD.1>PAS</HD.1><HD.2>1.2.3</HD.2></MSH.3><MSH.4><HD.1>RDZ &amp; co</HD.1></MSH.4>" +
    "<MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2></MSH.9>" +
    `<MSH.10>${controlId}</MSH.10><MSH.11><PT.1>P</PT.1></MSH.11><MSH.12><VID.1>${version}</VID.1></MSH.12></MSH>` +
    "<PID><PID.3><CX.1>8001234</CX.1></PID.3></PID></ADT_A01>";
  const answered = (controlId: string, version?: string) => {
    const header = headerOf(Buffer.from(xml(controlId, version)));
    const bytes = acknowledge({ header, code: "AE", controlId: "77", at: AT, error: NO_PATIENT });
    return Buffer.from(bytes).toString("utf8");
  };

  it("is XML, with the sender's own values", () => {
    expect(answered("C&lt;1&gt; é")).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ACK xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1>` +
        "<MSH.2>^~\\&amp;</MSH.2><MSH.5><HD.1>PAS</HD.1><HD.2>1.2.3</HD.2></MSH.5><MSH.6><HD.1>RDZ &amp; co</HD.1></MSH.6>" +
        "<MSH.7><TS.1>20260721101500+0100</TS.1></MSH.7>" +
        "<MSH.9><MSG.1>ACK</MSG.1><MSG.2>A01</MSG.2><MSG.3>ACK</MSG.3></MSH.9><MSH.10>77</MSH.10>" +
        "<MSH.11><PT.1>P</PT.1></MSH.11><MSH.12><VID.1>2.5</VID.1></MSH.12></MSH>" +
        "<MSA><MSA.1>AE</MSA.1><MSA.2>C&lt;1&gt; é</MSA.2><MSA.3>PID-3 names no patient.</MSA.3></MSA>" +
        "<ERR><ERR.2><ERL.1>PID</ERL.1><ERL.2>1</ERL.2><ERL.3>3</ERL.3></ERR.2>" +
        "<ERR.3><CWE.1>101</CWE.1><CWE.2>Required field missing</CWE.2><CWE.3>HL70357</CWE.3></ERR.3><ERR.4>E</ERR.4>" +
        "<ERR.7>PID-3 names no patient.</ERR.7><ERR.8>PID-3 names no patient.</ERR.8></ERR></ACK>\n",
    );
  });

  it("has the elements of the sender's version", () => {
    expect(answered("1", "2.4")).toContain(
      "<MSA.6><CE.1>101</CE.1><CE.2>Required field missing</CE.2><CE.3>HL70357</CE.3></MSA.6></MSA>" +
        "<ERR><ERR.1><ELD.1>PID</ELD.1><ELD.2>1</ELD.2><ELD.3>3</ELD.3>" +
        "<ELD.4><CE.1>101</CE.1><CE.2>Required field missing</CE.2><CE.3>HL70357</CE.3></ELD.4></ERR.1></ERR>",
    );
    expect(answered("1", "2.8")).toContain("<MSH.7>20260721101500+0100</MSH.7>");
  });

  it("is readable by ourselves, whatever the control id, and is never answered", () => {
    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~\u00a1-\u024f\u{1f600}-\u{1f64f}]{1,20}$/u), (controlId) => {
        const header = headerOf(Buffer.from(xml(escaped(controlId))));
        const bytes = acknowledge({ header, code: "AA", controlId: "1", at: AT });
        const read = readMessage(bytes);
        expect(read.ok && read.message.get("MSA", 2)).toBe(controlId);
        expect(peek(bytes, FEED)).toMatchObject({ ok: false, acknowledge: false });
      }),
    );
  });
});
