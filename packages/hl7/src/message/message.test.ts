import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADT_A01, latin1, MSH_A01, wire } from "../example-messages.ts";
import { type Message, readMessage } from "./message.ts";

function messageOf(bytes: Uint8Array): Message {
  const result = readMessage(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}

const ids = (message: Message) => message.segments().map((segment) => segment.id);

describe("reading a message", () => {
  it("never throws on arbitrary bytes, and gives them back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withHeader) => {
        const whole = withHeader ? Buffer.concat([latin1("MSH|^~\\&|"), bytes]) : bytes;
        const result = readMessage(whole);
        if (!result.ok) return;
        expect(Buffer.compare(result.message.toBytes(), whole)).toBe(0);
        for (const segment of result.message.segments()) {
          for (let field = 1; field <= segment.fieldCount; field++) void segment.field(field).text;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("gives a field as split and join would, at every depth", () => {
    const leaf = fc.stringMatching(/^[A-Za-z0-9"]{0,4}$/);
    const component = fc.array(leaf, { minLength: 1, maxLength: 3 });
    const repetition = fc.array(component, { minLength: 1, maxLength: 4 });
    const field = fc.array(repetition, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
        const texts = fields.map((each) => each.map((r) => r.map((c) => c.join("&")).join("^")).join("~"));
        const message = messageOf(wire(MSH_A01, `ZZZ|${texts.join("|")}`));
        for (const [f, repetitions] of fields.entries()) {
          for (const [r, components] of repetitions.entries()) {
            for (const [c, leaves] of components.entries()) {
              for (const [s, text] of leaves.entries()) {
                const at = { repetition: r + 1, component: c + 1, subcomponent: s + 1 };
                const meant = text === '""' ? "" : text;
                expect(message.get("ZZZ", f + 1, at)).toBe(meant);
                const view = message.segment("ZZZ")?.field(f + 1);
                expect(
                  view
                    ?.repetition(r + 1)
                    .component(c + 1)
                    .subcomponent(s + 1).text,
                ).toBe(meant);
              }
            }
          }
        }
      }),
    );
  });

  it.each([
    ["", "no-header"],
    ["EVN|A01", "no-header"],
    ["MSH", "no-header"],
    ["msh|^~\\&|A", "no-header"],
    ["GET / HTTP/1.1\r\n", "no-header"],
    ["FHS|^~\\&|A\rMSH|^~\\&|A", "no-header"],
    ["MSH|^", "not-readable"],
    ["MSH|^^^^|A", "not-readable"],
    ["MSHABCD|", "not-readable"],
    ["MSH\r\n\r\n", "not-readable"],
  ])("answers %j with %s", (text, reason) => {
    expect(readMessage(latin1(text))).toMatchObject({ ok: false, reason });
  });

  it("reads a header of nothing but delimiters", () => {
    const message = messageOf(latin1("MSH|^~"));
    expect([message.get("MSH", 1), message.get("MSH", 2), message.get("MSH", 10)]).toEqual(["|", "^~", ""]);
  });

  it("counts MSH from its separator and reads MSH-2 as it stands", () => {
    const message = messageOf(ADT_A01);
    expect(message.get("MSH", 1)).toBe("|");
    expect(message.get("MSH", 2)).toBe("^~\\&");
    expect(message.segment("MSH")?.field(2).components).toHaveLength(1);
    expect(message.get("MSH", 9, { component: 2 })).toBe("A01");
    expect(message.get("MSH", 10)).toBe("C0001");
    expect(message.segment("MSH")?.fieldCount).toBe(12);
  });

  it("reads places down to the subcomponent, the first of each when not told", () => {
    const message = messageOf(ADT_A01);
    expect(message.get("PID", 5)).toBe("Marsh");
    expect(message.get("PID", 5, { subcomponent: 3 })).toBe("Marsh");
    expect(message.get("PID", 5, { repetition: 2, component: 2 })).toBe("Ellen");
    expect(message.get("PID", 99)).toBe("");
    expect(message.get("ZZZ", 1)).toBe("");
  });

  it("unescapes after splitting", () => {
    const message = messageOf(wire(MSH_A01, "PID|1||a\\F\\b\\S\\c^d\\T\\e"));
    expect(message.get("PID", 3)).toBe("a|b^c");
    expect(message.get("PID", 3, { component: 2 })).toBe("d&e");
  });

  it("asks for the nth segment of a name", () => {
    const message = messageOf(wire(MSH_A01, "NK1|1|A", "NK1|2|B"));
    expect(message.get("NK1", 2, { occurrence: 2 })).toBe("B");
    expect(message.get("NK1", 2, { occurrence: 3 })).toBe("");
    expect(message.all("NK1")).toHaveLength(2);
  });
});

describe("what a place says", () => {
  const pid = messageOf(wire(MSH_A01, 'PID|1||""|^^^|a^^""^b&""&c~~""|  |')).segment("PID");

  it("is absent, empty, null or a value, field by field", () => {
    const states = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => pid?.field(n).state);
    expect(states).toEqual(["value", "empty", "null", "empty", "value", "value", "empty", "absent"]);
  });

  it("is so of components, subcomponents and repetitions too", () => {
    const field = pid?.field(5);
    expect(field?.components.map((each) => each.state)).toEqual(["value", "empty", "null", "value"]);
    expect(field?.component(4).subcomponents.map((each) => each.state)).toEqual(["value", "null", "value"]);
    expect(field?.repetitions.map((each) => each.state)).toEqual(["value", "empty", "null"]);
    expect(field?.component(5).state).toBe("absent");
    expect(field?.repetition(4).state).toBe("absent");
    expect(field?.repetition(3).component(2).state).toBe("absent");
    expect(field?.component(4).subcomponent(4).state).toBe("absent");
  });

  it("is no text unless it is a value", () => {
    expect(pid?.field(3).text).toBe("");
    expect(pid?.get(5, { component: 3 })).toBe("");
    expect(pid?.field(5).component(4).subcomponent(2).text).toBe("");
    expect(pid?.field(9).text).toBe("");
    expect(pid?.field(9).repetitions).toEqual([]);
  });

  it("treats a plain value as its own first part", () => {
    const one = pid?.field(1);
    expect(one?.repetition(1).component(1).subcomponent(1).text).toBe("1");
    expect(one?.component(1).component(1).text).toBe("1");
    expect(one?.component(1).repetition(1).text).toBe("1");
    expect(one?.component(2).state).toBe("absent");
  });
});

describe("where segments end", () => {
  it.each([
    ["CR", "\r", ""],
    ["CR and a last one", "\r", "\r"],
    ["LF", "\n", "\n"],
    ["CRLF", "\r\n", "\r\n"],
    ["blank lines between", "\r\r", "\r \r"],
    ["blank lines of LF", "\n\n", "\n\n\n"],
    ["a frame's end left in place", "\r", "\r\u001c\r"],
  ])("%s", (_, separator, last) => {
    const message = messageOf(latin1([MSH_A01, "EVN|A01", "PID|1||7"].join(separator) + last));
    expect(ids(message)).toEqual(["MSH", "EVN", "PID"]);
    expect(message.get("PID", 3)).toBe("7");
  });

  it("keeps LF inside a field of a message that uses CR", () => {
    const message = messageOf(latin1(`${MSH_A01}\rNTE|1||first\nsecond\n\rPID|1||7\n`));
    expect(message.get("NTE", 3)).toBe("first\nsecond\n");
    expect(message.get("PID", 3)).toBe("7");
  });

  it("does not lose a segment of a sender who mixes CR and LF", () => {
    const message = messageOf(latin1(`${MSH_A01}\rEVN|A01|2026\nPID|1||7\r\nPV1|1|I\nZBE|1\r`));
    expect(ids(message)).toEqual(["MSH", "EVN", "PID", "PV1", "ZBE"]);
  });

  it("passes over a start block, blanks and line ends before MSH", () => {
    const bytes = latin1(`\u000b\r\n ${MSH_A01}\r`);
    expect(ids(messageOf(bytes))).toEqual(["MSH"]);
    expect(messageOf(bytes).toBytes()).toBe(bytes);
  });

  it("knows lower-case ids, and lines that have none", () => {
    const message = messageOf(wire(MSH_A01, "pid|1||7", "some text", "PIDX|1", "Pv1", "1ab|x"));
    expect(ids(message)).toEqual(["MSH", "PID", "", "", "PV1", ""]);
    expect(message.segments()[2]?.raw).toBe("some text");
  });

  it("never splits by the truncation character", () => {
    const message = messageOf(latin1("MSH|^~\\&#|A|B\rNTE|1||cut#off\\P\\"));
    expect(message.get("NTE", 3)).toBe("cut#off#");
  });

  it("reads other delimiters", () => {
    const message = messageOf(latin1("MSH@~&#\\@A@B@@@2026@@ADT~A01@9@P@2.5\rPID@1@@7~~~HOSP\\1@@Doe~John"));
    expect(message.get("PID", 3, { component: 4, subcomponent: 2 })).toBe("1");
    expect(message.get("PID", 5, { component: 2 })).toBe("John");
  });
});
