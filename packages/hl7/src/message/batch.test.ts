import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText, latin1 } from "../example-messages.ts";
import { splitMessages } from "./batch.ts";

const ONE = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.4\rPID|1||7\r";
const TWO = "MSH|^~\\&|A|B|C|D|2026||ADT^A03|2|P|2.4\rPID|1||8\rPV1|1|I\r";
const split = (text: string) => splitMessages(latin1(text)).map(asText);
const lf = (text: string) => text.replaceAll("\r", "\n");
const crlf = (text: string) => text.replaceAll("\r", "\r\n");

describe("a file of messages", () => {
  it.each([
    ["one message", ONE, [ONE]],
    ["without a last CR", ONE.slice(0, -1), [ONE]],
    ["two in a row", ONE + TWO, [ONE, TWO]],
    ["ended by LF", lf(ONE + TWO), [ONE, TWO]],
    ["ended by CRLF", crlf(ONE + TWO), [ONE, TWO]],
    ["with blank lines between", `${ONE}\n\n${TWO}\n\n`, [ONE, TWO]],
    ["with blank lines inside, of LF", `${lf(ONE)}\n\n${lf(TWO).replace("PV1", "\nPV1")}`, [ONE, TWO]],
    ["in MLLP frames", `\u000b${ONE}\u001c\r\u000b${TWO}\u001c\r`, [ONE, TWO]],
    ["in MLLP frames of LF", `\u000b${lf(ONE)}\u001c\r\u000b${lf(TWO)}\u001c\r`, [ONE, TWO]],
    ["in frames with the end block on a line of its own", `\u000b${lf(ONE)}\u001c\n${lf(TWO)}\u001c\n`, [ONE, TWO]],
    ["in a batch", `FHS|^~\\&|A\rBHS|^~\\&|A\r${ONE}${TWO}BTS|2\rFTS|1\r`, [ONE, TWO]],
    ["in two batches of LF", lf(`BHS|^~\\&\r${ONE}BTS|1\rBHS|^~\\&\r${TWO}BTS|1\r`), [ONE, TWO]],
    ["with bare trailers", `BHS|^~\\&\r${ONE}BTS\rFTS`, [ONE]],
    ["after a byte order mark", `\u00ef\u00bb\u00bf${ONE}`, [ONE]],
    ["of files joined, marks and all", `\u00ef\u00bb\u00bf${ONE}\u00ef\u00bb\u00bf${TWO}`, [ONE, TWO]],
    ["with other delimiters", ONE.replaceAll("|", "@"), [ONE.replaceAll("|", "@")]],
    ["a broken header among them", `${ONE}MSH|^~\r${TWO}`, [ONE, "MSH|^~\r", TWO]],
    ["no MSH at all", "PID|1||7\n", ["PID|1||7\r"]],
    ["an empty batch", "BHS|^~\\&\rBTS|0\r", []],
    ["nothing", "", []],
    ["blank lines only", "\r\n\n", []],
  ])("%s", (_, file, expected) => expect(split(file)).toEqual(expected));

  it("keeps LF inside a field, and MSH inside a line", () => {
    const message = "MSH|^~\\&|A\rNTE|1||one\ntwo MSH|three\r";
    expect(split(message)).toEqual([message]);
  });

  it("keeps a lone end block as data", () => {
    const message = "MSH|^~\\&|A\rNTE|1||a\u001cb\r";
    expect(split(`\u000b${message}\u001c\r`)).toEqual([message]);
  });

  it("gives every message back from any framing", () => {
    const message = fc.stringMatching(/^[a-z0-9^&~|]{0,20}$/).map((text) => `MSH|^~\\&|A|B\rNTE|1||${text}x\r`);
    const framings: ((text: string) => string)[] = [
      (text) => text,
      lf,
      crlf,
      (text) => `\u000b${text}\u001c\r`,
      (text) => `${text}\n`,
      (text) => `BHS|^~\\&\r${text}BTS|1\r`,
    ];
    fc.assert(
      fc.property(fc.array(message), fc.constantFrom(...framings), (messages, framing) => {
        expect(split(messages.map(framing).join(""))).toEqual(messages);
      }),
    );
  });

  it("never throws, and every piece ends in CR", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("MSH|", "\r", "\n", "\v", "\u001c", "BHS|", "x", "\0", "ï»¿")), (parts) => {
        for (const piece of splitMessages(Buffer.from(parts.join(""), "latin1"))) expect(piece.at(-1)).toBe(0x0d);
      }),
    );
  });
});
