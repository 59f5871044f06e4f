import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { peek } from "../answer/peek.ts";
import { asText, FEED, latin1, MSH_A01, wire } from "../example-messages.ts";
import { joinContinued } from "./continuation.ts";
import { hasBadEscape, unescapeText } from "./escape.ts";
import { openFrameContent } from "./frame-content.ts";
import { type Message, type ReadingOptions, readMessage } from "./message.ts";
import { readTime } from "./time.ts";

/**
 * The requirements of parsing, P1 to P14 of the list in the reference, row by row. Each row is here to be found by its
 * number; what lies behind it is tested where it is built.
 */

function read(bytes: Uint8Array | string, options?: ReadingOptions): Message {
  const result = readMessage(typeof bytes === "string" ? latin1(bytes) : bytes, options);
  if (!result.ok) throw new Error(`${result.reason}: ${result.text}`);
  return result.message;
}

const failure = (bytes: Uint8Array | string, options?: ReadingOptions) => {
  const result = readMessage(typeof bytes === "string" ? latin1(bytes) : bytes, options);
  return result.ok ? "read" : result.reason;
};

const pidOf = (...fields: string[]) => read(wire(MSH_A01, `PID|${fields.join("|")}`)).segment("PID");
const header = (msh: string) => peek(wire(msh, "EVN|A02", "PID|1||7^^^RDZ"), FEED).header;

describe("P1: delimiters", () => {
  it.each([
    ["the usual", "MSH|^~\\&|A\rPID|1||7^^^RDZ&1\r", "1"],
    ["three encoding characters", "MSH|^~&|A\rPID|1||7^^^RDZ&1\r", "1"],
    ["two: no subcomponents", "MSH|^~|A\rPID|1||7^^^RDZ&1\r", ""],
    ["five, the last for truncation", "MSH|^~\\&#|A\rPID|1||7^^^RDZ&1#\r", "1#"],
    ["others", "MSH@~&#\\@A\rPID@1@@7~~~RDZ\\1\r", "1"],
  ])("%s", (_, text, second) => {
    expect(read(text).get("PID", 3, { component: 4, subcomponent: 2 })).toBe(second);
    expect(read(text).get("PID", 3)).toBe("7");
  });

  it.each(["MSH|^^\\&|A", "MSH|^~\\&#!|A", "MSHA^~\\&A", "MSH|^|A", 'MSH|^~"&|A'])("refuses %j", (text) => {
    expect(failure(text)).toBe("not-readable");
  });
});

describe("P2: character sets, from the bytes", () => {
  const named = (msh18: string, name: Uint8Array) =>
    Buffer.concat([latin1(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.4||||||${msh18}\rPID|1||||`), name, latin1("\r")]);
  const utf8 = Buffer.from("Zoë");
  const latin = latin1("Zo\u00eb");

  it.each<[string, string, Uint8Array, ReadingOptions, string]>([
    ["blank, UTF-8", "", utf8, {}, "Zoë"],
    ["blank, not UTF-8", "", latin, {}, "Zoë"],
    ["UNICODE on 8-bit text, as NHS ITK has it", "UNICODE", latin, {}, "Zoë"],
    ["UNICODE where the feed says it is UTF-8", "UNICODE", utf8, { unicodeIs: "utf-8" }, "Zoë"],
    ["8859/1", "8859/1", latin, {}, "Zoë"],
    ["8859/15", "8859/15", Uint8Array.of(0xa4), {}, "€"],
    ["repeated, with alternates", "~ISO IR87", latin1("\u001b$B;3\u001b(B"), {}, "山"],
    ["the feed over MSH-18", "ASCII", latin, { charset: "iso-8859-1" }, "Zoë"],
    ["an unknown one over ASCII bytes", "MARTIAN", latin1("Zoe"), {}, "Zoe"],
  ])("%s", (_, msh18, name, options, text) => expect(read(named(msh18, name), options).get("PID", 5)).toBe(text));

  it.each<[string, Uint8Array, ReadingOptions]>([
    ["UNICODE UTF-8", latin, {}],
    ["ASCII", latin, {}],
    ["MARTIAN", latin, {}],
    ["UNICODE", latin, { unicodeIs: "utf-8" }],
  ])("never puts U+FFFD: %s", (msh18, name, options) => expect(failure(named(msh18, name), options)).toBe("charset"));

  it("says what it could not know", () => {
    expect(read(named("", latin)).isCharsetFallback).toBe(true);
    expect(read(named("MARTIAN", latin1("Zoe"))).isCharsetUnknown).toBe(true);
  });

  it("passes over a byte order mark, and names UTF-16 (F10)", () => {
    const marked = Buffer.concat([Buffer.from("\ufeff"), named("", utf8)]);
    expect(read(marked).get("PID", 5)).toBe("Zoë");
    expect(Buffer.compare(read(marked).toBytes(), marked)).toBe(0);
    expect(failure(Buffer.from("MSH|^~\\&|A", "utf16le"))).toBe("charset");
  });
});

describe("P3: segment ends", () => {
  const segments = [MSH_A01, "EVN|A01", "PID|1||7"];
  it.each<[string, string, ReadingOptions]>([
    ["CR", "\r", {}],
    ["LF", "\n", {}],
    ["CRLF", "\r\n", {}],
    ["CR, and the feed says so", "\r", { segmentEnd: "cr" }],
    ["LF, and the feed says so", "\n", { segmentEnd: "lf" }],
    ["CRLF, and the feed says so", "\r\n", { segmentEnd: "crlf" }],
  ])("%s, with a last one and without", (_, end, options) => {
    for (const last of ["", end, end + end]) {
      const message = read(segments.join(end) + last, options);
      expect(message.segments().map((each) => each.id)).toEqual(["MSH", "EVN", "PID"]);
    }
  });

  it("LF inside a field survives when the sender uses CR", () => {
    expect(read(`${MSH_A01}\rNTE|1||one\ntwo\rPID|1||7\r`).get("NTE", 3)).toBe("one\ntwo");
    const looksLikeOne = `${MSH_A01}\rNTE|1||one\nPID|two\r`;
    expect(read(looksLikeOne, { segmentEnd: "cr" }).get("NTE", 3)).toBe("one\nPID");
  });

  it("blank lines, trailing spaces and lower-case ids", () => {
    const message = read(`${MSH_A01}\r\r  \rpid|1||7  \r`);
    expect(message.segments().map((each) => each.id)).toEqual(["MSH", "PID"]);
    expect(message.get("PID", 3)).toBe("7  ");
  });
});

describe("P4: escapes", () => {
  it.each([
    ["\\F\\\\S\\\\T\\\\R\\\\E\\\\P\\", "|^&~\\#"],
    ["\\X41\\\\X0D0A\\\\XC3A9\\", "A\r\né"],
    ["\\H\\loud\\N\\", "loud"],
    ["a\\.br\\b\\.sp2\\c\\.sk3\\d\\.in4\\e\\.ti-2\\f\\.ce\\g\\.fi\\h\\.nf\\i", "a\nb\n\nc   def\nghi"],
  ])("%j", (sent, meant) => {
    const delimiters = read("MSH|^~\\&#|A").delimiters;
    expect(unescapeText(sent, delimiters)).toBe(meant);
    expect(hasBadEscape(sent, delimiters)).toBe(false);
  });

  it.each([
    "\\C2842\\",
    "\\M2442\\",
    "\\M244243\\",
    "\\Z12\\",
    "\\Zlocal\\",
    "\\Xzz\\",
    "\\X4\\",
    "\\",
    "a\\b",
    "\\Q\\",
  ])("%j stays as it is, and is said to", (sent) => {
    const { delimiters } = read(MSH_A01);
    expect(unescapeText(sent, delimiters)).toBe(sent);
    expect(hasBadEscape(sent, delimiters)).toBe(true);
  });

  it("split first, unescape after; none in MSH-2; a name of one backslash", () => {
    const message = read(wire(MSH_A01, "PID|1||a\\S\\b^c||\\^Ellen"));
    expect(message.get("PID", 3)).toBe("a^b");
    expect(message.get("PID", 3, { component: 2 })).toBe("c");
    expect(message.get("PID", 5)).toBe("\\");
    expect(message.get("MSH", 2)).toBe("^~\\&");
  });
});

describe("P5: absent, empty and null are three", () => {
  it("to the component and to the repetition", () => {
    const pid = pidOf("1", "", '""', 'test^test^""^^MISS', '7~""~');
    expect([1, 2, 3, 4, 9].map((n) => pid?.field(n).state)).toEqual(["value", "empty", "null", "value", "absent"]);
    expect(pid?.field(4).components.map((each) => each.state)).toEqual(["value", "value", "null", "empty", "value"]);
    expect(pid?.field(5).repetitions.map((each) => each.state)).toEqual(["value", "null", "empty"]);
    expect(pid?.get(4, { component: 3 })).toBe("");
  });
});

describe("P6: repetitions, components, subcomponents", () => {
  it("nested, and a value where a component is expected", () => {
    const message = read(wire(MSH_A01, "PID|1||7^^^RDZ&1.2&ISO~8^^^R0D", "MRG|1234"));
    expect(message.get("PID", 3, { repetition: 1, component: 4, subcomponent: 3 })).toBe("ISO");
    expect(message.get("PID", 3, { repetition: 2, component: 4 })).toBe("R0D");
    expect(message.get("MRG", 1, { component: 1, subcomponent: 1 })).toBe("1234");
    expect(message.get("MRG", 1, { component: 4 })).toBe("");
  });
});

describe("P7: what is not known is kept", () => {
  it("extra fields, unknown and local segments, in place, and every byte", () => {
    const text = `${MSH_A01}\rZPI|a|b\rPID|1||7${"|x".repeat(80)}\rQQQ|?\r\rZZZ\r`;
    const message = read(text);
    expect(message.segments().map((each) => each.id)).toEqual(["MSH", "ZPI", "PID", "QQQ", "ZZZ"]);
    expect(message.get("PID", 83)).toBe("x");
    expect(asText(message.toBytes())).toBe(text);
  });
});

describe("P8: time stamps", () => {
  it.each([
    ["1950", "year", "1950"],
    ["195007", "month", "1950-07"],
    ["20250121100427+0000", "second", "2025-01-21"],
    ["20250121100427.1234-0500", "fraction", "2025-01-21"],
    ["2025-05-05 23:23:32", "second", "2025-05-05"],
    ["19760121+", "day", "1976-01-21"],
  ])("%s is a %s", (text, precision, date) => expect(readTime(text)).toMatchObject({ precision, date }));

  it.each(["", " ", "19501341", "196513121515", "yesterday"])("%j is not guessed", (text) => {
    expect(readTime(text)).toBeUndefined();
  });
});

describe("P9: MSH-9", () => {
  it.each([
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.4", "ADT", "A01", ""],
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A01^ADT_A01|1|P|2.4", "ADT", "A01", "ADT_A01"],
    ["MSH|^~\\&|A|B|C|D|2026||REF^I14^REF_I12|1|P|2.4", "REF", "I14", "REF_I12"],
    // EVN-1 is A02 in each.
    ["MSH|^~\\&|A|B|C|D|2026||ADT^A45^ADT_A45|1|P|2.4", "ADT", "A45", "ADT_A45"],
  ])("wins over EVN-1: %s", (msh, messageCode, triggerEvent, structure) => {
    expect(header(msh)).toMatchObject({ messageCode, triggerEvent, structure });
  });
});

describe("P10: MSH-12", () => {
  it.each(["", "2.3.1^GBR", "2.4", "2.99", "banana"])("%j is parsed anyway", (version) => {
    const message = read(wire(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|${version}`, "PID|1||7"));
    expect(message.get("MSH", 12)).toBe(version.split("^")[0]);
    expect(message.get("PID", 3)).toBe("7");
  });
});

describe("P11: several messages in one frame", () => {
  const one = asText(wire(MSH_A01, "PID|1||7"));
  it("with and without the envelope of a batch", () => {
    expect(openFrameContent(latin1(one + one)).messages.map(asText)).toEqual([one, one]);
    const batch = openFrameContent(latin1(`FHS|^~\\&\rBHS|^~\\&\r${one}${one}BTS|2\rFTS|1\r`));
    expect(batch.messages.map(asText)).toEqual([one, one]);
    expect(batch.envelope).toMatchObject({ declaredMessages: 2, faults: [] });
  });

  it("with a count that does not match", () => {
    const { messages, envelope } = openFrameContent(latin1(`BHS|^~\\&\r${one}BTS|2\r`));
    expect(messages.map(asText)).toEqual([one]);
    expect(envelope?.faults).toEqual(["BTS-1 declares 2 messages, and the batch holds 1."]);
  });
});

describe("P12: continuation", () => {
  it("DSC and ADD", () => {
    const first = read(wire("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5", "OBX|1|TX|||one t", "ADD", "DSC|p|F"));
    const rest = read(wire("MSH|^~\\&|A|B|C|D|2026||ORU^R01|2|P|2.5||p", "ADD|wo||F", "OBX|2"));
    const joined = joinContinued([first, rest]);
    expect(joined.ok && joined.message.segments().map((each) => each.raw)).toEqual([
      "MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5",
      "OBX|1|TX|||one two||F",
      "OBX|2",
    ]);
  });
});

describe("P13: the control id", () => {
  it.each(["0001", " 1 ", "A\\T\\B", "a^b", "x".repeat(199)])("is verbatim: %j", (controlId) => {
    expect(header(`MSH|^~\\&|A|B|C|D|2026||ADT^A01|${controlId}|P|2.4`)?.controlId).toBe(controlId);
  });

  it("is not missing", () => {
    const peeked = peek(wire("MSH|^~\\&|A|B|C|D|2026||ADT^A01||P|2.4", "PID|1||7^^^RDZ"), FEED);
    expect(peeked).toMatchObject({ ok: false, reason: "no-control-id", severity: "reject" });
  });
});

describe("P14: HL7 v2.xml", () => {
  it("reads as the same message with delimiters", () => {
    const xml =
      '<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><MSG.1>ADT</MSG.1>' +
      "<MSG.2>A01</MSG.2></MSH.9><MSH.10>1</MSH.10></MSH><ADT_A01.PATIENT><PID><PID.3><CX.1>007</CX.1><CX.4>" +
      "<HD.1>RDZ</HD.1></CX.4></PID.3></PID></ADT_A01.PATIENT></ADT_A01>";
    expect(read(Buffer.from(xml)).text).toBe("MSH|^~\\&|||||||ADT^A01|1\rPID|||007^^^RDZ\r");
    expect(Buffer.from(read(Buffer.from(xml)).toBytes()).toString()).toBe(xml);
  });
});
