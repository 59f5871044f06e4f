import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openPageTokens, PAGE_TOKEN_AGE_MS_MAX, type PageState } from "./page-token.ts";

const state: PageState = {
  type: "Patient",
  search: [
    ["family", "SMITH"],
    ["identifier", "9990000018"],
  ],
  count: 20,
  after: "00000000-0000-8000-8000-000000000001",
  total: 3,
};
const key = new Uint8Array(32).fill(7);
let now = 0;
const tokens = openPageTokens(() => new Date(now), key);

describe("page tokens", () => {
  it("open as they were sealed, in any process with the key", () => {
    const other = openPageTokens(() => new Date(now), key);
    expect(other.open(tokens.seal(state, "jane"), "jane")).toEqual(state);
  });

  it("show nothing of whom is sought, and fit a URL", () => {
    const token = tokens.seal(state, "jane");
    expect(token).toMatch(/^[\w-]+$/);
    expect(Buffer.from(token, "base64url").toString("latin1")).not.toMatch(/SMITH|999|Patient/);
    expect(tokens.seal(state, "jane")).not.toBe(token);
  });

  it("open for nobody else, with no other key, and not when a single byte was changed", () => {
    const token = tokens.seal(state, "jane");
    expect(tokens.open(token, "john")).toBeUndefined();
    expect(openPageTokens(() => new Date(now)).open(token, "jane")).toBeUndefined();
    const bytes = Buffer.from(token, "base64url");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        expect(tokens.open(changed.toString("base64url"), "jane")).toBeUndefined();
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => tokens.open(text, "jane") === undefined));
  });

  it("end when their time is over", () => {
    now = 1_000;
    const token = tokens.seal(state, "jane");
    now += PAGE_TOKEN_AGE_MS_MAX;
    expect(tokens.open(token, "jane")).toEqual(state);
    now += 1;
    expect(tokens.open(token, "jane")).toBeUndefined();
  });

  it("take no key of another length", () => {
    expect(() => openPageTokens(() => new Date(0), new Uint8Array(16))).toThrow(RangeError);
  });
});
