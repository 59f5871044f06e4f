import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADT_A01, asText, latin1, PID_SHORT } from "../example-messages.ts";
import { contentWithoutTransport } from "./transport.ts";

const word = fc.stringMatching(/^[A-Za-z0-9 ^&~]{0,12}$/);
const header = (fields: readonly string[]) => `MSH|^~\\&|${fields.join("|")}`;
/** MSH-3 onwards, with or without MSH-13. */
const fields = fc.array(word, { minLength: 3, maxLength: 14 });

const joined = (bytes: Uint8Array) => Buffer.concat(contentWithoutTransport(bytes));
const content = (text: string) => asText(joined(latin1(text)));

describe("the content of a message without what sending stamps on it", () => {
  it("is the bytes with MSH-7, MSH-8 and MSH-13 emptied, and nothing else", () => {
    fc.assert(
      fc.property(
        fields,
        fc.constantFrom("\r", "\n", "\r\n"),
        fc.constantFrom("", "\ufeff", "\r\n", "\x0b"),
        word,
        (sent, end, before, body) => {
          const stamped = new Set([7, 8, 13]);
          const emptied = sent.map((field, index) => (stamped.has(index + 3) ? "" : field));
          const rest = `${end}${PID_SHORT}|20260304|||${body}${end}`;
          const bytes = Buffer.from(before + header(sent) + rest, "utf8");
          const expected = Buffer.from(before + header(emptied) + rest, "utf8");
          expect(joined(bytes)).toEqual(expected);
          expect(joined(expected)).toEqual(expected);
        },
      ),
    );
  });

  it("tells every other change from a resend", () => {
    fc.assert(
      fc.property(fields, fc.nat(), fc.nat(13), (sent, at, seed) => {
        const changed = [...sent];
        const index = at % sent.length;
        if ([4, 5, 10].includes(index)) return;
        changed[index] = `${sent[index]}${seed}x`;
        expect(content(`${header(changed)}\r${PID_SHORT}`)).not.toBe(content(`${header(sent)}\r${PID_SHORT}`));
      }),
    );
  });

  it("is found by the sender's own delimiters, and costs no copy where nothing was stamped", () => {
    expect(content("MSH$^~\\&$A$B$C$D$2026$K$ADT^A01$1$P$2.4$77\rPID$1")).toBe(
      "MSH$^~\\&$A$B$C$D$$$ADT^A01$1$P$2.4$\rPID$1",
    );
    const plain = latin1("MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.4\rPID|1");
    expect(joined(plain)).toEqual(Buffer.from(plain));
  });

  it("is the bytes themselves where there is no header", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const found = joined(bytes);
        if (!asText(bytes).includes("MSH")) expect(found).toEqual(Buffer.from(bytes));
      }),
    );
    for (const text of ["", "MSH", "PID|1||7", "BHS|^~\\&|A\rMSH|^~\\&|A|B|C|D|2026|"]) {
      const bytes = latin1(text);
      expect(joined(bytes)).toEqual(Buffer.from(bytes));
    }
    expect(joined(ADT_A01).length).toBe(ADT_A01.length - "20260304093000".length);
  });

  it("of v2.xml is without the elements, in the header only", () => {
    const xml = (time: string, body = "<PID.3>MSH.7</PID.3>") =>
      `<?xml version="1.0"?><ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.3><HD.1>A</HD.1></MSH.3><MSH.7>${time}</MSH.7>` +
      `<MSH.10>1</MSH.10></MSH><PID>${body}</PID></ADT_A01>`;
    expect(content(xml("<TS.1>2026</TS.1>"))).toBe(content(xml("<TS.1>2027</TS.1>")));
    expect(content(xml("1", "<MSH.7>1</MSH.7>"))).not.toBe(content(xml("1", "<MSH.7>2</MSH.7>")));
    expect(content("<a><b>")).toBe("<a><b>");
    const commented = xml("<!-- <MSH.7> -->1");
    expect(content(commented)).toBe(commented);
    expect(content(`<${"MSH><".repeat(100_000)}`)).toHaveLength(500_001);
  });
});
