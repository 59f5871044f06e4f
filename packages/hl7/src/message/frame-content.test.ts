import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText, latin1 } from "../example-messages.ts";
import { openFrameContent } from "./frame-content.ts";
import type { ReadingOptions } from "./text.ts";

const ONE = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.4\rPID|1||7\r";
const TWO = "MSH|^~\\&|A|B|C|D|2026||ADT^A03|2|P|2.4\rPID|1||8\rPV1|1|I\r";
const FHS = "FHS|^~\\&|A|B\r";
const BHS = "BHS|^~\\&|A|B|C|D|2026||NAME||BATCH7\r";

function open(text: string, options?: ReadingOptions) {
  const { messages, envelope } = openFrameContent(latin1(text), options);
  if (envelope === undefined) return { messages: messages.map(asText) };
  const { header, trailer, between, ...rest } = envelope;
  return {
    messages: messages.map(asText),
    envelope: { header: asText(header), trailer: asText(trailer), between: between.map(asText), ...rest },
  };
}

const faultsOf = (text: string) => open(text).envelope?.faults;

describe("the content of a frame", () => {
  it.each([
    ["one message", ONE],
    ["one after blank lines", `\r\n ${ONE}`],
    ["one after a byte order mark", `ï»¿${ONE}`],
    ["one without a last CR", ONE.slice(0, -1)],
    ["MSH inside a line", "MSH|^~\\&|A\rNTE|1||MSH|x\r"],
    ["prose that begins with MSH", "MSH|^~\\&|A\rNTE|1||one\nMSH-1 is the separator\nMSHAPE|x\r"],
    ["a note that quotes a message", `${ONE}NTE|1||quoted:\n${TWO}`],
    ["a diagnosis that quotes a message", `${ONE}DG1|1||quoted:\n${TWO}`],
    ["no message", "PID|1||7\r"],
    ["nothing", ""],
    ["XML", "<ADT_A01>\rMSH|^~\\&|A\rMSH|^~\\&|B\r</ADT_A01>"],
  ])("is one slice, the whole: %s", (_, text) => expect(open(text)).toEqual({ messages: [text] }));

  it.each([
    ["CR", "\r"],
    ["LF", "\n"],
    ["CRLF", "\r\n"],
  ])("is a slice for each message, ended by %s", (_, end) => {
    const texts = [ONE, TWO, ONE].map((each) => each.replaceAll("\r", end));
    expect(open(texts.join(""))).toEqual({ messages: texts });
    expect(open(texts.join(end))).toEqual({ messages: [texts[0] + end, texts[1] + end, texts[2]] });
  });

  it("takes a byte order mark to the message after it, and blank bytes to the one before", () => {
    expect(open(`\r${ONE}\r ï»¿${TWO}`)).toEqual({ messages: [`\r${ONE}\r `, `ï»¿${TWO}`] });
  });

  it("keeps to what the feed says ends a segment", () => {
    const text = `${ONE}\n\n${TWO}`;
    expect(open(text).messages).toHaveLength(2);
    expect(open(ONE + TWO, { segmentEnd: "lf" }).messages).toEqual([ONE + TWO]);
    expect(open(ONE + TWO, { segmentEnd: "crlf" }).messages).toEqual([ONE + TWO]);
    const both = (ONE + TWO).replaceAll("\r", "\r\n");
    expect(open(both, { segmentEnd: "crlf" }).messages).toHaveLength(2);
  });

  it("opens a batch", () => {
    expect(open(`${BHS}${ONE}${TWO}BTS|2\r`)).toEqual({
      messages: [ONE, TWO],
      envelope: {
        header: BHS,
        trailer: "BTS|2\r",
        between: [],
        batchControlId: "BATCH7",
        declaredMessages: 2,
        faults: [],
      },
    });
  });

  it("opens a file of two batches", () => {
    const text = `${FHS}${BHS}${ONE}BTS|1\rBHS|^~\\&\r${TWO}${ONE}BTS|2\rFTS|2\r`;
    expect(open(text)).toEqual({
      messages: [ONE, TWO, ONE],
      envelope: {
        header: FHS + BHS,
        trailer: "BTS|2\rFTS|2\r",
        between: ["BTS|1\rBHS|^~\\&\r"],
        batchControlId: "BATCH7",
        declaredMessages: 3,
        faults: [],
      },
    });
  });

  it("reads the envelope with its own delimiters", () => {
    const text = `BHS@$%/+@A@B@C@D@2026@@@@9\r${ONE}BTS@1\r`;
    expect(open(text).envelope).toMatchObject({ batchControlId: "9", declaredMessages: 1, faults: [] });
  });

  it("opens an empty batch", () => {
    expect(open(`${BHS}BTS|0\r`)).toMatchObject({
      messages: [],
      envelope: { header: BHS, trailer: "BTS|0\r", declaredMessages: 0, faults: [] },
    });
  });

  it.each([
    ["a wrong count", `${BHS}${ONE}BTS|3\r`, ["BTS-1 declares 3 messages, and the batch holds 1."]],
    ["a count that is none", `${BHS}${ONE}BTS|x\r`, ["BTS-1 is not a number."]],
    ["no trailer", `${BHS}${ONE}`, ["The batch has no trailer (BTS)."]],
    ["no trailer of the file", `${FHS}${BHS}${ONE}BTS|1\r`, ["The file has no trailer (FTS)."]],
    [
      "a batch in a batch",
      `${BHS}${ONE}${BHS}${TWO}BTS|1\r`,
      ["A batch begins inside a batch (BHS).", "The batch has no trailer (BTS)."],
    ],
    ["a file in a file", `${FHS}${FHS}${BHS}${ONE}BTS|1\rFTS|1\r`, ["A file begins inside a file (FHS)."]],
    ["a message before the batch", `${ONE}${BHS}${TWO}BTS|1\r`, ["A message stands outside the batch."]],
    ["a message after the batch", `${BHS}${ONE}BTS|1\r${TWO}`, ["A message stands outside the batch."]],
    [
      "a trailer alone",
      `${ONE}BTS|1\r`,
      ["A message stands outside the batch.", "A batch ends that did not begin (BTS)."],
    ],
    [
      "a wrong count of batches",
      `${FHS}${BHS}${ONE}BTS|1\rFTS|4\r`,
      ["FTS-1 declares 4 batches, and the file holds 1."],
    ],
    [
      "segments after the trailer",
      `${BHS}${ONE}BTS|1\rPID|1||9\r`,
      ["Other segments stand between BTS and what comes next."],
    ],
    ["no count", `${BHS}${ONE}BTS\r`, []],
    ["a comment, and blank lines", `${BHS}\r\n${ONE}BTS|1|done\r\r\n`, []],
    ["a file without a batch header", `${FHS}${ONE}FTS|1\r`, []],
    ["an end block left in place", `${BHS}${ONE}BTS|1\r\u001c\r`, []],
  ])("says what is wrong with the envelope: %s", (_, text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
    // Whatever it is, the messages come out.
    const messages = open(text).messages.filter((each) => each.startsWith(ONE) || each.startsWith(TWO));
    expect(messages).toHaveLength(text.split("MSH|").length - 1);
  });

  it("is the frame again when all slices are laid side by side", () => {
    const line = fc.constantFrom(
      ONE,
      TWO,
      FHS,
      BHS,
      "BTS|1\r",
      "FTS|1\r",
      "BTS\r",
      "PID|1\r",
      "\r",
      "\n",
      "x\r",
      "ï»¿",
      "MSH|\n",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const bytes = latin1(lines.join(""));
        const { messages, envelope } = openFrameContent(bytes);
        const outer = envelope === undefined ? [] : [envelope.header, ...envelope.between, envelope.trailer];
        const slices = [...messages, ...outer].sort(
          (left, right) => left.byteOffset - right.byteOffset || left.byteLength - right.byteLength,
        );
        expect(Buffer.concat(slices).equals(bytes)).toBe(true);
        if (envelope === undefined) expect(Buffer.concat(messages).equals(bytes)).toBe(true);
        else if (envelope.between.length === 0) {
          expect(Buffer.concat([envelope.header, ...messages, envelope.trailer]).equals(bytes)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("gives back every message of a well-formed batch, whatever they hold", () => {
    const message = fc.stringMatching(/^[a-z0-9^&~| ]{0,20}$/).map((text) => `MSH|^~\\&|A|B\rNTE|1||${text}x\r`);
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const opened = open(`${FHS}${BHS}${messages.join("")}BTS|${messages.length}\rFTS|1\r`);
        expect(opened.messages).toEqual(messages);
        expect(opened.envelope).toMatchObject({ declaredMessages: messages.length, faults: [] });
      }),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void openFrameContent(bytes)));
  });

  it("leaves what is beyond its limit in the last slice", () => {
    const { messages } = openFrameContent(latin1("MSH|^~\\&\r".repeat(10_010)));
    expect(messages).toHaveLength(10_001);
    expect(messages.at(-1)?.length).toBeGreaterThan(messages[0]?.length ?? 0);
    expect(openFrameContent(latin1("BTS|x\r".repeat(300_000))).envelope?.faults.length).toBeLessThan(21);
  });
});
