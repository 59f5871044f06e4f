import { Buffer } from "node:buffer";
import { afterEach, describe, expect, it, vi } from "vitest";
import { latin1 } from "../example-messages.ts";
import { continuationOf, joinContinued } from "./continuation.ts";
import { openFrameContent } from "./frame-content.ts";
import { type Message, readMessage } from "./message.ts";
import { messageTree } from "./tree.ts";

/**
 * Messages at the limit of what is taken, 20 MB. Work that grew with the square of the size would run into the
 * runner's own limit; where work can be counted it is.
 */

const MEGABYTES_20 = 20 * 1024 * 1024;
const HEADER = "MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.4\rPID|1||7^^^RDZ\r";

function messageOf(bytes: Uint8Array): Message {
  const read = readMessage(bytes);
  if (!read.ok) throw new Error(read.text);
  return read.message;
}

afterEach(() => vi.restoreAllMocks());

describe("a message of 20 MB", () => {
  it("with one document in it", () => {
    const content = "QUJDREVGR0hJSktM".repeat(MEGABYTES_20 / 16);
    const message = messageOf(latin1(`${HEADER}OBX|1|ED|X||^AP^^Base64^${content}\r`));
    expect(message.get("PID", 3)).toBe("7");
    expect(message.get("OBX", 5, { component: 5 })).toBe(content);
    expect(messageTree(message).truncated).toBe(true);
  });

  it("with a million segments", () => {
    const message = messageOf(latin1(HEADER + "OBX|1|NM|A||12345\r".repeat(1_000_000)));
    let observations = 0;
    for (let index = 0; index < message.segmentCount; index++) if (message.idAt(index) === "OBX") observations++;
    expect(observations).toBe(1_000_000);
    expect(message.segmentAt(1_000_001)?.get(5)).toBe("12345");
    for (let occurrence = 1; occurrence <= 100_000; occurrence++) message.get("OBX", 5, { occurrence });
    expect(messageTree(message).segments).toHaveLength(1000);
    expect(continuationOf(message)).toEqual({});
  });

  it("with a million segments whose sender mixes CR and LF", () => {
    const message = messageOf(latin1(HEADER + "OBX|1|NM|A||12345\r\n".repeat(500_000) + "PV1|1|I\n".repeat(500_000)));
    expect(message.segmentCount).toBe(1_000_002);
  });

  it("with a million LF in a field", () => {
    const text = "line of text here\n".repeat(1_000_000);
    const message = messageOf(latin1(`${HEADER}NTE|1||${text}\rPV1|1|I\r`));
    expect(message.get("NTE", 3)).toBe(text);
    expect(message.get("PV1", 2)).toBe("I");
  });

  it.each([
    ["repetitions", "~"],
    ["components", "^"],
    ["subcomponents", "&"],
  ])("with ten million %s", (_, separator) => {
    const field = messageOf(latin1(`${HEADER}NTE|1||${`a${separator}`.repeat(10_000_000)}\r`))
      .segment("NTE")
      ?.field(3);
    expect(field?.text).toBe("a");
    expect(field?.firstRepetitions(3).length).toBeLessThan(4);
    expect(field?.repetition(10_000_000).state).toBe(separator === "~" ? "value" : "absent");
  });

  it("with ten million fields", () => {
    const segment = messageOf(latin1(`${HEADER}ZZZ${"|a".repeat(10_000_000)}\r`)).segment("ZZZ");
    expect(segment?.fieldCount).toBe(10_000_000);
    for (let field = 1; field <= 100_000; field++) segment?.get(field);
  });

  it("with nothing but escapes", () => {
    const message = messageOf(latin1(`${HEADER}NTE|1||${"\\T\\".repeat(5_000_000)}|${"\\".repeat(5_000_000)}\r`));
    expect(message.get("NTE", 3)).toBe("&".repeat(5_000_000));
    expect(message.get("NTE", 4)).toBe("\\".repeat(5_000_000));
  });

  it("shows a field of escapes without resolving all of it", () => {
    const message = messageOf(latin1(`${HEADER}NTE|1||${"\\T\\".repeat(5_000_000)}\r`));
    const field = messageTree(message, { textMax: 10 }).segments[2]?.fields[1];
    expect(field?.text).toBe(`${"&".repeat(10)}…`);
  });

  it("in a character set that needs decoding", () => {
    const document = `OBX|1|ED|X||${"QUJDREVGR0hJSktM".repeat(MEGABYTES_20 / 16)}\r`;
    for (const [msh18, name] of [
      ["UNICODE UTF-8", Buffer.from("Zoë")],
      ["8859/1", Buffer.from("Zo\u00eb", "latin1")],
      ["8859/2", Buffer.from("Zo\u00eb", "latin1")],
      ["BIG-5", Buffer.from([0xa7, 0xf5])],
    ] as const) {
      const header = `MSH|^~\\&|A|B|C|D|2026||MDM^T02|1|P|2.4||||||${msh18}\rPID|1||||`;
      const message = messageOf(Buffer.concat([Buffer.from(header), name, Buffer.from(`\r${document}`)]));
      expect(message.get("PID", 5)).toBe(msh18 === "BIG-5" ? "李" : "Zoë");
    }
  });
});

describe("no more is done than is asked for", () => {
  it("decodes the segments that are read, and no others", () => {
    const bytes = Buffer.from(`${HEADER.replace("7^", "Zoë^")}${"OBX|1|TX|||é\r".repeat(10_000)}`);
    const decodings = vi.spyOn(Buffer.prototype, "toString");
    const message = messageOf(bytes);
    expect(message.get("PID", 3)).toBe("Zoë");
    expect(message.get("OBX", 5, {})).toBe("é");
    expect(message.segmentCount).toBe(10_002);
    expect(decodings.mock.calls.filter(([encoding]) => encoding === "utf8")).toHaveLength(2);
  });

  it("splits the separators up to the field that is read", () => {
    const message = messageOf(latin1(`${HEADER}ZZZ|a|b${"|c".repeat(10_000)}\r`));
    const searches = vi.spyOn(String.prototype, "indexOf");
    expect(message.get("ZZZ", 2)).toBe("b");
    expect(searches.mock.calls.filter(([wanted]) => wanted === "|").length).toBeLessThan(5);
  });
});

describe("a frame of many megabytes", () => {
  it("with nearly as many messages in a batch as are taken apart", () => {
    const text = `BHS|^~\\&\r${"MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.4\rPID|1||7\r".repeat(9_000)}BTS|9000\r`;
    const { messages, envelope } = openFrameContent(latin1(text));
    expect(messages).toHaveLength(9_000);
    expect(envelope).toMatchObject({ declaredMessages: 9_000, faults: [] });
  });

  it("with nothing but envelope lines, or letters that begin one", () => {
    for (const line of ["BHS|\r", "FHS|\n", "BTS|1\r\n", "MSH\n", "\rM", "\nF", "ï»¿"]) {
      openFrameContent(latin1(line.repeat(Math.floor(MEGABYTES_20 / 4 / line.length))));
    }
  });

  it("of XML", () => {
    const field = "<OBX><OBX.5>x&amp;y</OBX.5></OBX>";
    const header = '<ORU_R01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.3>A</MSH.3></MSH>';
    const many = messageOf(Buffer.from(`${header}${field.repeat(90_000)}</ORU_R01>`));
    expect(many.segmentCount).toBe(90_001);
    const long = "QUJDREVGR0hJSktM".repeat(MEGABYTES_20 / 16);
    const one = messageOf(Buffer.from(`${header}<OBX><OBX.5>${long}</OBX.5></OBX></ORU_R01>`));
    expect(one.get("OBX", 5)).toBe(long);
    const repeated = messageOf(Buffer.from(`${header}<PID>${"<PID.3>7</PID.3>".repeat(190_000)}</PID></ORU_R01>`));
    expect(repeated.segment("PID")?.field(3).repetitions).toHaveLength(190_000);
  });

  it("goes on in a thousand parts", () => {
    const parts = Array.from({ length: 1000 }, (_, index) => {
      const header = `MSH|^~\\&|A|B|C|D|2026||ORU^R01|${index}|P|2.5||${index === 0 ? "" : index}`;
      const text = index === 0 ? `OBX|1|TX|||${"x".repeat(1000)}\rADD` : `ADD|${"x".repeat(1000)}`;
      return messageOf(latin1(`${header}\r${text}\r${index === 999 ? "" : `DSC|${index + 1}|F\r`}`));
    });
    const joined = joinContinued(parts);
    expect(joined.ok && joined.message.get("OBX", 5)).toBe("x".repeat(1_000_000));
  });
});
