import fc from "fast-check";
import { expect, test } from "vitest";
import { SignInLimit } from "./sign-in-limit.ts";

test("five attempts go on, then each waits twice as long as the one before, up to a minute", () => {
  const limit = new SignInLimit();
  let nowMs = 0;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 14; attempt++) {
    const waitMs = limit.attempt("ada", "10.0.0.1", nowMs);
    waits.push(waitMs);
    if (waitMs > 0) {
      nowMs += waitMs;
      expect(limit.attempt("ada", "10.0.0.1", nowMs)).toBe(0);
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("other names and other addresses never wait", () => {
  const pair = fc.tuple(fc.constantFrom("ada", "bob"), fc.constantFrom("10.0.0.1", "10.0.0.2"));
  fc.assert(
    fc.property(fc.nat({ max: 50 }), pair, (attempts, [username, address]) => {
      const limit = new SignInLimit();
      for (let attempt = 0; attempt < attempts; attempt++) limit.attempt("eve", "10.0.0.1", attempt);
      expect(limit.attempt(username, address, attempts)).toBe(0);
    }),
  );
});

test("being right forgets the attempts, and so does time", () => {
  const limit = new SignInLimit();
  for (let attempt = 0; attempt < 5; attempt++) limit.attempt("ada", "a", 0);
  expect(limit.attempt("ada", "a", 0)).toBeGreaterThan(0);
  limit.succeeded("ada", "a");
  expect(limit.attempt("ada", "a", 0)).toBe(0);
  for (let attempt = 0; attempt < 5; attempt++) limit.attempt("ada", "a", 0);
  for (let attempt = 0; attempt < 5; attempt++) expect(limit.attempt("ada", "a", 15 * 60_000 + 1)).toBe(0);
});

test("remembers so many pairs and no more", () => {
  const limit = new SignInLimit();
  for (let attempt = 0; attempt < 6; attempt++) limit.attempt("first", "a", 0);
  expect(limit.attempt("first", "a", 0)).toBeGreaterThan(0);
  for (let name = 0; name < 10_000; name++) limit.attempt(`u${name}`, "a", 0);
  expect(limit.attempt("first", "a", 0)).toBe(0);
});
