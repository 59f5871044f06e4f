import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asText } from "../example-messages.ts";
import { buildMessage, type FieldContent } from "./build.ts";
import { readMessage } from "./message.ts";

const HEADER = ["MSH", "|", "^~\\&", "SIM", "RDZ"] as const;

function placed(bytes: Uint8Array) {
  const result = readMessage(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}

describe("a built message", () => {
  it("is read back with the values put in, whatever they are", () => {
    const text = fc
      .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom('""', "|^~\\&", "\r\n", "a\\b"))
      .filter((each) => !each.includes("\0"));
    const delimiters = fc.constantFrom(["|", "^~\\&"], ["|", "^~\\&#"], ["@", "~&#\\"], ["!", "$%/+"]);
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1 }),
        text,
        text,
        text,
        delimiters,
        (fields, one, two, three, [mark, set]) => {
          const nested: FieldContent = { repetitions: [[one, { subcomponents: [two, three] }], two] };
          const message = placed(
            buildMessage([
              ["MSH", mark ?? "", set ?? "", one],
              ["ZZZ", ...fields, nested],
            ]),
          );
          expect(message.get("MSH", 3)).toBe(one);
          for (const [index, field] of fields.entries()) expect(message.get("ZZZ", index + 1)).toBe(field);
          const last = fields.length + 1;
          expect(message.get("ZZZ", last)).toBe(one);
          expect(message.get("ZZZ", last, { component: 2 })).toBe(two);
          expect(message.get("ZZZ", last, { component: 2, subcomponent: 2 })).toBe(three);
          expect(message.get("ZZZ", last, { repetition: 2 })).toBe(two);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("says all three states at every depth", () => {
    const message = placed(
      buildMessage([[...HEADER], ["PID", "", null, ["a", "", null], { repetitions: [["x"], null] }]]),
    );
    const pid = message.segment("PID");
    expect([1, 2, 3, 5].map((n) => pid?.field(n).state)).toEqual(["empty", "null", "value", "absent"]);
    expect(pid?.field(3).components.map((each) => each.state)).toEqual(["value", "empty", "null"]);
    expect(pid?.field(4).repetitions.map((each) => each.state)).toEqual(["value", "null"]);
  });

  it("takes fields by number", () => {
    const fields = { 3: "8001234", 5: ["Marsh", "Ellen"], 8: "F" } as const;
    expect(asText(buildMessage([[...HEADER], { id: "PID", fields }]))).toBe(
      "MSH|^~\\&|SIM|RDZ\rPID|||8001234||Marsh^Ellen|||F\r",
    );
  });

  it("uses the usual delimiters where none are given", () => {
    expect(asText(buildMessage([["MSH", "", "", "SIM"]]))).toBe("MSH|^~\\&|SIM\r");
    expect(asText(buildMessage([{ id: "MSH", fields: { 3: "SIM" } }]))).toBe("MSH|^~\\&|SIM\r");
  });

  it("writes UTF-8, or Latin-1 when told", () => {
    expect(Buffer.from(buildMessage([[...HEADER], ["NTE", "é"]])).toString("utf8")).toContain("NTE|é");
    expect(asText(buildMessage([[...HEADER], ["NTE", "é"]], { charset: "iso-8859-1" }))).toContain("NTE|é");
  });

  it.each([
    ["no header", () => buildMessage([["PID", "1"]])],
    ["nothing", () => buildMessage([])],
    ["bad delimiters", () => buildMessage([["MSH", "|", "^^"]])],
    ["a bad id", () => buildMessage([[...HEADER], ["pid", "1"]])],
    ["a field number out of range", () => buildMessage([[...HEADER], { id: "PID", fields: { 501: "x" } }])],
    ["a character Latin-1 has not", () => buildMessage([[...HEADER], ["NTE", "李"]], { charset: "iso-8859-1" })],
    [
      "subcomponents without a separator for them",
      () =>
        buildMessage([
          ["MSH", "|", "^~"],
          ["PID", [{ subcomponents: ["a", "b"] }]],
        ]),
    ],
  ])("can not be made of %s", (_, build) => expect(build).toThrow(RangeError));
});
