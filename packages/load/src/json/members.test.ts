import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasTwice, scanJson } from "./members.ts";

/** JSON whose objects are lists of members, so that a name may stand twice, and the text of it with blanks of all sorts. */
type Written = string | null | boolean | Written[] | { readonly members: readonly (readonly [string, Written])[] };

const NAMES = ["a", "b", "__proto__", "0", 'q"', "b\\", "\\\\", ":", "{", "é"];
const name = fc.constantFrom(...NAMES);
const { value: written } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(name, fc.string(), fc.constant(null), fc.boolean()),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.record({ members: fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }) }),
  ),
}));

function textOf(value: Written, blank: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, blank)).join(`${blank},`)}${blank}]`;
  const members = value.members.map(([each, part]) => `${JSON.stringify(each)}${blank}:${blank}${textOf(part, blank)}`);
  return `{${blank}${members.join(`,${blank}`)}}`;
}

/** Paths of the names that stand again, in the order of the text. */
function twiceIn(value: Written, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, at) => twiceIn(each, [...path, at]));
  return value.members.flatMap(([each, part], at) => {
    const isAgain = value.members.slice(0, at).some(([other]) => other === each);
    return [...(isAgain ? [[...path, each]] : []), ...twiceIn(part, [...path, each])];
  });
}

describe("members that stand twice", () => {
  it("are told by their number and found by their place, whatever the names, the nesting and the blanks", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("", " ", "\r\n\t"), (value, blank) => {
        const text = textOf(value, blank);
        const expected = twiceIn(value);
        expect(hasTwice(text, JSON.parse(text))).toBe(expected.length > 0);
        expect(scanJson(text).twice).toEqual(expected);
      }),
    );
  });

  it("are the same name however it is written", () => {
    const text = '{"a":1,"\\u0061":2}';
    expect([hasTwice(text, JSON.parse(text)), scanJson(text).twice]).toEqual([true, [["a"]]]);
  });

  it("are found beside the elements of a list as they are written", () => {
    fc.assert(
      fc.property(fc.array(written, { maxLength: 5 }), fc.constantFrom("", " "), (list, blank) => {
        const text = textOf(
          {
            members: [
              ["other", ["x"]],
              ["list", list],
              ["last", { members: [["list", [null]]] }],
            ],
          },
          blank,
        );
        expect(scanJson(text, "list").elements).toEqual(list.map((each) => textOf(each, blank)));
      }),
    );
  });
});
