import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { Cursors } from "./cursor.ts";
import { Problem } from "./problem.ts";

const place = z.object({ family: z.string(), id: z.number() });
const anyPlace = fc.record({ family: fc.string(), id: fc.integer() });

test("a cursor gives its place back, for its list only", () => {
  const cursors = new Cursors();
  fc.assert(
    fc.property(anyPlace, fc.jsonValue(), fc.jsonValue(), (at, list, other) => {
      const cursor = cursors.seal(list, at);
      expect(cursors.open(list, cursor, place)).toEqual(at);
      fc.pre(JSON.stringify(list) !== JSON.stringify(other));
      expect(() => cursors.open(other, cursor, place)).toThrow(Problem);
    }),
  );
});

test("a cursor that was changed in any byte is refused", () => {
  const cursors = new Cursors();
  fc.assert(
    fc.property(anyPlace, fc.nat(), fc.integer({ min: 1, max: 255 }), (at, position, change) => {
      const bytes = Buffer.from(cursors.seal("list", at), "base64url");
      const index = position % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ change;
      expect(() => cursors.open("list", bytes.toString("base64url"), place)).toThrow(Problem);
    }),
  );
});

test("whatever else comes as a cursor is refused, and nothing else happens", () => {
  const cursors = new Cursors();
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 3_000 }), fc.base64String()), (text) => {
      expect(() => cursors.open("list", text, place)).toThrow(Problem);
    }),
  );
});

test("another process's cursor is refused", () => {
  const cursor = new Cursors().seal("list", { family: "A", id: 1 });
  expect(() => new Cursors().open("list", cursor, place)).toThrow(Problem);
});

test("a cursor says nothing of its place, and never the same twice", () => {
  const cursors = new Cursors();
  const one = cursors.seal("list", { family: "CANARY", id: 7 });
  expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("CANARY");
  expect(cursors.seal("list", { family: "CANARY", id: 7 })).not.toBe(one);
});
