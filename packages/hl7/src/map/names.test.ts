import { describe, expect, it } from "vitest";
import { FEED } from "../example-messages.ts";
import { said } from "./example-pid.ts";

describe("names", () => {
  const names = (pid5: string, pid9 = "") => {
    const { demographics, warnings } = said({ 5: pid5, 9: pid9 });
    return { names: demographics.names?.said === "value" ? demographics.names.value : demographics.names, warnings };
  };

  it.each([
    ["L", "usual"],
    ["D", "usual"],
    ["", "usual"],
    ["CURRENT", "usual"],
    ["M", "maiden"],
    ["A", "alias"],
    ["N", "nickname"],
    ["B", "birth"],
    ["PREVIOUS", "previous"],
    ["T", "other"],
  ])("of type %j are %s", (code, use) => {
    expect(names(`Marsh^Ellen^^^^^${code}`)).toEqual({
      names: [{ use, family: "Marsh", given: ["Ellen"] }],
      warnings: [],
    });
  });

  it("never hold the null or a placeholder", () => {
    expect(names('Marsh^Ellen^""^^MISS')).toEqual({
      names: [{ use: "usual", family: "Marsh", given: ["Ellen"], prefix: "MISS", cleared: ["given"] }],
      warnings: [],
    });
    expect(names("Marsh^?").names).toEqual([{ use: "usual", family: "Marsh", given: [] }]);
    expect(names("Marsh^?").warnings).toEqual(["PID-5 placeholder"]);
    expect(names("?^?")).toEqual({ names: undefined, warnings: ["PID-5 placeholder"] });
    expect(names("\\").names).toBeUndefined();
    expect(names('^^""')).toEqual({ names: undefined, warnings: ["PID-5 ignored"] });
  });

  it.each([
    ['Marsh^Ellen^^^""', { family: "Marsh", given: ["Ellen"], cleared: ["prefix"] }],
    ['Marsh^Ellen^^""^""', { family: "Marsh", given: ["Ellen"], cleared: ["prefix", "suffix"] }],
    ['""^Ellen', { given: ["Ellen"], cleared: ["family"] }],
    ['Marsh^""', { family: "Marsh", given: [], cleared: ["given"] }],
    ['^^^^""', { given: [], cleared: ["prefix"] }],
  ])("of %s say which parts are deleted", (sent, name) => {
    expect(names(sent)).toEqual({ names: [{ use: "usual", ...name }], warnings: [] });
  });

  it("of a use that is deleted are stated as deleted only where nothing else is stated", () => {
    const cleared = ["family", "given", "prefix", "suffix"];
    expect(names('""^^^^^^M').names).toEqual([{ use: "maiden", given: [], cleared }]);
    expect(names('Marsh^Ellen~""^^^^^^M').names).toEqual([{ use: "usual", family: "Marsh", given: ["Ellen"] }]);
    expect(names('Marsh^Ellen~""').names).toHaveLength(1);
    expect(names("", '""').names).toEqual([{ use: "alias", given: [], cleared }]);
  });

  it("that ended are previous, and unknown types are said to be so", () => {
    expect(names("Marsh^Ellen^^^^^L^^^^^^20200101").names).toMatchObject([{ use: "previous" }]);
    expect(names("Marsh^Ellen^^^^^L^^^20100101&20200101").names).toMatchObject([{ use: "previous" }]);
    expect(names("Marsh^Ellen^^^^^L^^^^^^20990101").names).toMatchObject([{ use: "usual" }]);
    expect(names("Marsh^Ellen^^^^^QQ~Pebble^Ellen^^^^^QQ")).toMatchObject({
      names: [{ use: "usual" }, { use: "other" }],
      warnings: ["PID-5.7 bad-code", "PID-5[2].7 bad-code"],
    });
  });

  it("of PID-9 are aliases unless they say otherwise, and never stand alone", () => {
    expect(names("Marsh^Ellen", "Shore^Nell~Pebble^Ellen^^^^^M").names).toMatchObject([
      { use: "usual" },
      { use: "alias", family: "Shore" },
      { use: "maiden", family: "Pebble" },
    ]);
    expect(names("", "Shore^Nell")).toEqual({ names: { said: "empty" }, warnings: ["PID-9 ignored"] });
    expect(names("Marsh^Ellen", '""').names).toHaveLength(1);
  });

  it("have the types that the feed's configuration gives them", () => {
    const feed = { ...FEED, codes: { nameUse: { QQ: "M" } } };
    expect(said({ 5: "Marsh^Ellen^^^^^qq" }, undefined, feed)).toMatchObject({
      demographics: { names: { value: [{ use: "maiden" }] } },
      warnings: [],
    });
  });

  it("are limited in number", () => {
    const many = Array.from({ length: 60 }, () => "Marsh^Ellen").join("~");
    expect(names(many).names).toHaveLength(50);
    expect(names(many).warnings).toEqual(["PID-5 ignored"]);
  });
});
