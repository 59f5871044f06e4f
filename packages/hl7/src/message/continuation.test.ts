import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText, latin1 } from "../example-messages.ts";
import { continuationOf, joinContinued } from "./continuation.ts";
import { type Message, type ReadingOptions, readMessage } from "./message.ts";

const header = (controlId: string, pointer = "") => `MSH|^~\\&|A|B|C|D|2026||ORU^R01|${controlId}|P|2.5|123|${pointer}`;

function messageOf(text: string, options?: ReadingOptions): Message {
  const read = readMessage(latin1(text), options);
  if (!read.ok) throw new Error(read.text);
  return read.message;
}

const lines = (...segments: string[]) => messageOf(`${segments.join("\r")}\r`);

function joined(...parts: Message[]) {
  const result = joinContinued(parts);
  return result.ok ? asText(result.message.toBytes()).split("\r").slice(0, -1) : result.text;
}

describe("a message in parts", () => {
  it("says what it goes on in, and what it goes on from", () => {
    expect(continuationOf(lines(header("1"), "OBX|1"))).toEqual({});
    expect(continuationOf(lines(header("1"), "OBX|1", "DSC|W4xy|F"))).toEqual({ continues: "W4xy" });
    expect(continuationOf(lines(header("2", "W4xy"), "OBX|2", "DSC|V292"))).toEqual({
      continued: "W4xy",
      continues: "V292",
    });
    expect(continuationOf(lines(header("3", "V292"), "OBX|3"))).toEqual({ continued: "V292" });
  });

  it.each([
    ["an interactive continuation", "DSC|W4xy|I"],
    ["an empty pointer", "DSC||F"],
    ["a null", 'DSC|""|F'],
  ])("is none by %s", (_, dsc) => expect(continuationOf(lines(header("1"), dsc))).toEqual({}));

  it("is none by a DSC that is not the last segment", () => {
    expect(continuationOf(lines(header("1"), "DSC|x|F", "OBX|1"))).toEqual({});
  });

  it("is put together with the first header", () => {
    expect(
      joined(
        lines(header("1"), "PID|1||7", "OBX|1", "DSC|a|F"),
        lines(header("2", "a"), "OBX|2", "DSC|b|F"),
        lines(header("3", "b"), "OBX|3"),
      ),
    ).toEqual([header("1"), "PID|1||7", "OBX|1", "OBX|2", "OBX|3"]);
  });

  it("goes on with a segment in the middle of a field", () => {
    expect(
      joined(
        lines(header("1"), "OBX|1|FT|X||one tw", "ADD", "DSC|a|F"),
        lines(header("2", "a"), "ADD|o three|u", "OBX|2"),
      ),
    ).toEqual([header("1"), "OBX|1|FT|X||one two three|u", "OBX|2"]);
  });

  it("joins ADD within one message, one after another, and with other delimiters", () => {
    expect(joined(lines(header("1"), "OBX|1|a", "ADD|b^c", "ADD||d", "NTE|1"))).toEqual([
      header("1"),
      "OBX|1|ab^c|d",
      "NTE|1",
    ]);
    expect(joined(lines("MSH@$%/+@A", "OBX@1@a", "ADD@b@c"))).toEqual(["MSH@$%/+@A", "OBX@1@ab@c"]);
  });

  it("keeps the bytes of every field, in any character set", () => {
    const first = messageOf(`${header("1")}||||8859/1\rNTE|1||Zo\u00eb\rNTE|2||a\rDSC|a|F\r`);
    const result = joinContinued([first, messageOf(`${header("2", "a")}||||8859/1\rADD|\u00e9\r`)]);
    expect(result.ok && result.message.all("NTE").map((each) => each.get(3))).toEqual(["Zoë", "aé"]);
    expect(result.ok && result.message.charset).toBe("iso-8859-1");
  });

  it("ends segments as the parts do", () => {
    const lf = (text: string) => messageOf(text.replaceAll("\r", "\n"), { segmentEnd: "lf" });
    const parts = [lf(`${header("1")}\rOBX|1\rDSC|a|F\r`), lf(`${header("2", "a")}\rOBX|2\r`)];
    const result = joinContinued(parts, { segmentEnd: "lf" });
    expect(result.ok && asText(result.message.toBytes())).toBe(`${header("1")}\nOBX|1\nOBX|2\n`);
  });

  it("gives any segments back, wherever they were cut", () => {
    const segment = fc.stringMatching(/^Z[A-Z]{2}\|[a-z|^~&\\]{0,30}$/);
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), fc.nat(), fc.nat(), (segments, which, where) => {
        const cut = which % segments.length;
        const whole = segments[cut] ?? "";
        const at = Math.min(whole.length, 4 + (where % 30));
        const first = lines(header("1"), ...segments.slice(0, cut), whole.slice(0, at), "ADD", "DSC|p|F");
        const rest = lines(header("2", "p"), `ADD|${whole.slice(at)}`, ...segments.slice(cut + 1));
        expect(joined(first, rest)).toEqual([header("1"), ...segments]);
      }),
    );
  });

  it.each([
    ["nothing", () => joinContinued([]), /no message/],
    [
      "parts of different messages",
      () => joinContinued([lines(header("1"), "DSC|a|F"), lines(header("2", "b"))]),
      /DSC-1 of one part/,
    ],
    ["parts that are none", () => joinContinued([lines(header("1")), lines(header("2"))]), /DSC-1 of one part/],
    [
      "parts with different delimiters",
      () => joinContinued([lines(header("1"), "DSC|a|F"), lines(header("2", "a").replaceAll("|", "@"))]),
      /same delimiters/,
    ],
    [
      "XML",
      () => {
        const read = readMessage(Buffer.from('<ACK xmlns="urn:hl7-org:v2xml"><MSH/></ACK>'));
        return joinContinued(read.ok ? [read.message] : []);
      },
      /XML/,
    ],
  ])("is not put together of %s", (_, join, text) => {
    expect(join()).toMatchObject({ ok: false, reason: "not-readable", text: expect.stringMatching(text) });
  });
});
