import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_DELIMITERS } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { readMessage } from "../message/message.ts";
import { segmentsXml } from "./segments-xml.ts";
import { compositeType } from "./xml-types.ts";

const HEADER = ["MSH", "^~\\&", "CHESIL", "", "", "", "", "", "RSP^K22", "1", "P", "2.5"];
const dialect = { delimiters: DEFAULT_DELIMITERS, typeOf: (name: string) => compositeType(name, "2.5") };
const readBack = (xml: string) => {
  const read = readMessage(Buffer.from(xml));
  if (!read.ok) throw new Error(read.text);
  return read.message.segments().map(({ raw }) => raw);
};

describe("segments as v2.xml", () => {
  it("keep what stands in the parts of a field that has none by its type", () => {
    const xml = segmentsXml("ACK", [HEADER, ["MSA", "AA", "1&2", "a^b&c"]], dialect);
    expect(xml).toContain("<MSA.2><ST.1><ST.1>1</ST.1><ST.2>2</ST.2></ST.1></MSA.2>");
    expect(readBack(xml)[1]).toBe("MSA|AA|1&2|a^b&c");
  });

  it("tell the null from nothing, and from a text that looks like it", () => {
    const fields = ["PID", "", "", '""', "", 'Marsh^""~~""', "\\X2222\\"];
    expect(readBack(segmentsXml("RSP_K22", [HEADER, fields], dialect))[1]).toBe(fields.join("|"));
  });

  it("are, read back, the segments that they were, whatever stands in whichever place", () => {
    const text = fc
      .string({ unit: fc.constantFrom(..."aé\u{1f600}<>&\"'^~\\|\n\r\t] "), maxLength: 5 })
      .filter((each) => each === "" || each.trim() !== "")
      .map((each) => encodeText(each, DEFAULT_DELIMITERS));
    // The last of several is there, so that none is cut off as empty.
    const joined = (parts: fc.Arbitrary<string>, separator: string) =>
      fc
        .tuple(fc.array(parts, { maxLength: 3 }), text)
        .map(([several, last]) => [...several, last || "x"].join(separator));
    const field = fc.oneof(text, joined(joined(joined(text, "&"), "^"), "~"));
    const segment = fc
      .tuple(fc.constantFrom("PID", "PV1", "PD1", "QPD", "ERR", "MSA"), fc.array(field, { maxLength: 20 }))
      .map(([id, fields]) => [id, ...fields, "x"]);
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 3 }), fc.boolean(), (segments, isGrouped) => {
        const parts = isGrouped ? [{ group: "RSP_K22.QUERY_RESPONSE", segments }] : segments;
        const [, ...read] = readBack(segmentsXml("RSP_K22", [HEADER, ...parts], dialect));
        expect(read).toEqual(segments.map((fields) => fields.join("|")));
      }),
    );
  });
});
