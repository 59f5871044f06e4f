import { describe, expect, it } from "vitest";
import { said } from "./example-pid.ts";

describe("addresses", () => {
  const addresses = (pid11: string) => {
    const { demographics, warnings } = said({ 11: pid11 });
    return {
      addresses: demographics.addresses?.said === "value" ? demographics.addresses.value : demographics.addresses,
      warnings,
    };
  };

  it.each([
    ["H", "home"],
    ["", "home"],
    ["HOME", "home"],
    ["P", "home"],
    ["TMP", "temporary"],
    ["C", "temporary"],
    ["B", "work"],
    ["O", "work"],
    ["M", "mailing"],
    ["BA", "previous"],
    ["N", "birth"],
  ])("of type %j are %s", (code, use) => {
    expect(addresses(`1 Quay^^Poole^^BH15 1AB^^${code}`).addresses).toMatchObject([{ use }]);
  });

  it("have their postcode printed as a postcode, and left as sent when it is none", () => {
    expect(addresses("1 Quay^^Poole^^bh151ab").addresses).toMatchObject([{ postcode: "BH15 1AB" }]);
    expect(addresses("1 Rue^^Cherbourg^^50100^FRA").addresses).toMatchObject([{ postcode: "50100", country: "FRA" }]);
  });

  it("say which of their parts are deleted, and that one is", () => {
    expect(addresses('1 Quay^""^Poole^""^BH15 1AB').addresses).toEqual([
      { use: "home", lines: ["1 Quay"], city: "Poole", postcode: "BH15 1AB", cleared: ["lines", "county"] },
    ]);
    expect(addresses('^^^^""').addresses).toEqual([{ use: "home", lines: [], cleared: ["postcode"] }]);
    const cleared = ["lines", "city", "county", "postcode", "country"];
    expect(addresses('""^^^^^^TMP').addresses).toEqual([{ use: "temporary", lines: [], cleared }]);
    expect(addresses('1 Quay^^Poole~""^^^^^^TMP').addresses).toHaveLength(1);
  });

  it("put a split street line together", () => {
    expect(addresses("1000&Hospital Lane^Ste. 123").addresses).toMatchObject([
      { lines: ["1000 Hospital Lane", "Ste. 123"] },
    ]);
    expect(addresses("4 High St&High St&4").addresses).toMatchObject([{ lines: ["4 High St"] }]);
  });

  it("that ended are previous; of an unknown type other; of nothing none", () => {
    expect(addresses("1 Quay^^Poole^^^^H^^^^^^^20200101").addresses).toMatchObject([{ use: "previous" }]);
    expect(addresses("1 Quay^^Poole^^^^H^^^^^20000110&20000120").addresses).toMatchObject([{ use: "previous" }]);
    expect(addresses("1 Quay^^^^^^QQ")).toMatchObject({
      addresses: [{ use: "other" }],
      warnings: ["PID-11.7 bad-code"],
    });
    expect(addresses("^^^^^GBR").addresses).toBeUndefined();
    expect(addresses("?^^Poole")).toMatchObject({
      addresses: [{ lines: [], city: "Poole" }],
      warnings: ["PID-11 placeholder"],
    });
  });
});
