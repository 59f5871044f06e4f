import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Passwords, passwordProblem } from "./password.ts";

describe("a password hash", () => {
  test("is argon2id with the parameters OWASP asks for, salted each time", async () => {
    const passwords = new Passwords();
    const [one, other] = await Promise.all([
      passwords.hash("three random words"),
      passwords.hash("three random words"),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(other);
  });

  test("knows its password, however its letters are composed, and no other", async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash("caf\u00e9 au lait, please");
    expect(await passwords.matches("cafe\u0301 au lait, please", hash)).toBe(true);
    expect(await passwords.matches("cafe au lait, please", hash)).toBe(false);
    expect(await passwords.matches("", hash)).toBe(false);
  });

  test("of nobody is never matched", async () => {
    expect(await new Passwords().matches("anything at all", undefined)).toBe(false);
  });

  test("is refused when too many wait, and the refusal passes", async () => {
    const passwords = new Passwords();
    const all = await Promise.allSettled(Array.from({ length: 110 }, () => passwords.matches("x", undefined)));
    expect(all.filter((each) => each.status === "rejected").length).toBeGreaterThan(0);
    expect(await passwords.matches("x", undefined)).toBe(false);
  }, 60_000);
});

describe("a new password", () => {
  test("of three random words is fine, and so is any of enough different letters", () => {
    for (const password of ["three random words", "correct horse battery", "Tr0mbone.Quarry.91", "ünïcödé pässwörd"]) {
      expect([password, passwordProblem(password, "ada")]).toEqual([password, undefined]);
    }
  });

  test.each([
    "short",
    "elevenchars",
    "aaaaaaaaaaaaaa",
    "123456789012",
    "abcdefghijklmnop",
    "Password12345!",
    "QWERTYUIOP123",
    "ada-ada-ada-ada-x",
    "1212121212121212",
    "chesilbeach2026",
  ])("%s is refused", (password) => {
    expect(passwordProblem(password, "ada")).toBeDefined();
  });

  test("has a shortest and a longest", () => {
    const words = "quarry lantern ".repeat(30);
    expect(passwordProblem(words.slice(0, PASSWORD_LENGTH_MIN - 1), "ada")).toBeDefined();
    expect(passwordProblem(words.slice(0, PASSWORD_LENGTH_MIN), "ada")).toBeUndefined();
    expect(passwordProblem(words.slice(0, PASSWORD_LENGTH_MAX), "ada")).toBeUndefined();
    expect(passwordProblem(words.slice(0, PASSWORD_LENGTH_MAX + 1), "ada")).toBeDefined();
  });

  test("is judged without failing, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (password) => {
        const problem = passwordProblem(password, "ada");
        expect(problem === undefined || problem.length > 0).toBe(true);
      }),
    );
  });
});
