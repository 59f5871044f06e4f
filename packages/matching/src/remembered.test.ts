import fc from "fast-check";
import { expect, test } from "vitest";
import { remembered } from "./remembered.ts";

test("answers as the function does, whatever is asked in whatever order, nothing included", () => {
  const answer = (text: string) => (text === "" ? undefined : text.length);
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 })), fc.integer({ min: 1, max: 3 }), (texts, max) => {
      const asked = remembered(answer, max);
      expect(texts.map(asked)).toEqual(texts.map(answer));
    }),
  );
});

test("asks once as long as there is room, and again when all was forgotten", () => {
  const texts: string[] = [];
  const asked = remembered((text) => texts.push(text), 2);
  for (const text of ["a", "b", "a", "b", "c", "a"]) asked(text);
  expect(texts).toEqual(["a", "b", "c", "a"]);
});
