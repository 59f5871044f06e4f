import { expect, it } from "vitest";
import { searchColumns } from "./search-columns.ts";

it("a person is searched by the usual name and home postcode, never by a pseudo postcode", () => {
  const [names, addresses] = [
    [
      { use: "maiden" as const, family: "Old", given: [] },
      { use: "usual" as const, family: "O'Brien", given: ["Zoë"] },
    ],
    [{ use: "home" as const, lines: [], postcode: "ZZ99 3VZ" }],
  ];
  const columns = searchColumns({
    names: { value: names, sourceRecordId: 1 },
    addresses: { value: addresses, sourceRecordId: 1 },
  });
  expect(columns.postcode).toBeNull();
  expect(columns.givenName).toBe("zoe");
});
