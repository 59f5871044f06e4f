import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADT_A01, MSH_A01, wire } from "../example-messages.ts";
import { readMessage } from "./message.ts";
import { messageTree, type TreeLimits } from "./tree.ts";

function treeOf(bytes: Uint8Array, limits?: Partial<TreeLimits>) {
  const result = readMessage(bytes);
  if (!result.ok) throw new Error(result.reason);
  return messageTree(result.message, limits);
}

describe("the parsed view", () => {
  it("names segments and fields and shows what is there", () => {
    const tree = treeOf(ADT_A01);
    expect(tree.truncated).toBe(false);
    expect(tree.segments.map((each) => `${each.index} ${each.id} ${each.name}`)).toEqual([
      "1 MSH Message header",
      "2 EVN Event",
      "3 PID Patient",
      "4 PD1 Patient, additional",
      "5 PV1 Visit",
      "6 AL1 Allergy",
    ]);
    const name = tree.segments[2]?.fields.find((field) => field.number === 5);
    expect(name).toMatchObject({
      name: "Name",
      state: "value",
      repetitions: [
        {
          components: [
            { text: "Marsh&van&Marsh", subcomponents: ["Marsh", "van", "Marsh"] },
            { text: "Ellen" },
            {},
            {},
            {},
            {},
            {},
          ],
        },
        {},
      ],
    });
    expect(tree.segments[0]?.fields[1]).toMatchObject({ number: 2, name: "Encoding characters", text: "^~\\&" });
  });

  it("leaves out empty fields, keeps the null, unescapes the leaves", () => {
    const [, pid] = treeOf(wire(MSH_A01, 'ZZZ||""|a\\T\\b|x^y\\T\\z|')).segments;
    expect(pid?.fields.map((field) => [field.number, field.name, field.state, field.text])).toEqual([
      [2, "", "null", ""],
      [3, "", "value", "a&b"],
      [4, "", "value", "x^y\\T\\z"],
    ]);
    expect(pid?.fields[2]?.repetitions[0]?.components[1]?.text).toBe("y&z");
  });

  it("keeps to its limits and says so", () => {
    const long = wire(MSH_A01, `OBX|1|${"x".repeat(50)}`, `NTE|${"a~".repeat(20)}`, "NTE|1", `ZZZ${"|1".repeat(20)}`);
    const cut = treeOf(long, { textMax: 10 });
    expect(cut.segments[1]?.fields[1]?.text).toBe(`${"x".repeat(10)}…`);
    expect(cut.truncated).toBe(true);
    expect(treeOf(long, { segmentsMax: 2 })).toMatchObject({ truncated: true, segments: { length: 2 } });
    expect(treeOf(long, { partsMax: 5 }).segments[2]?.fields[0]?.repetitions).toHaveLength(5);
    expect(treeOf(long, { fieldsMax: 3 }).segments[4]?.fields).toHaveLength(3);
    expect(treeOf(long).truncated).toBe(false);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void treeOf(wire(MSH_A01, `ZZZ|${text}`))));
  });
});
