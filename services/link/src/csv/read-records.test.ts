import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles, recordsOf, survey } from "./files.fixture.ts";
import { readRecords } from "./read-records.ts";
import { csvLine } from "./write-csv.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

const one = async (header: string, row: string, options?: Parameters<typeof recordsOf>[1]) => {
  const [record] = await recordsOf(files.write(`${header}\n${row}\n`), options);
  if (!record) throw new Error("There is no record.");
  return record;
};
const EMPTY = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };

describe("readRecords", () => {
  it("reads every standard column", async () => {
    const header =
      "id,source,nhs_number,title,given_name,middle_name,family_name,full_name,date_of_birth,sex,address,city,postcode,phone,email,gp_practice";
    const row =
      "7, pas ,999 000 4951,Dr,Ann,Mary,Hill,,12/03/1957,F,12 High Street,Poole,BH15 1AA,01202 900456,a@example.org,J81001";
    expect(await one(header, row)).toEqual({
      id: "7",
      source: "pas",
      truth: -1,
      record: {
        nhsNumber: { value: "9990004951", trust: "unverified" },
        names: [{ family: "Hill", given: ["Ann", "Mary"] }],
        birthDate: "1957-03-12",
        sex: "female",
        postcodes: ["BH15 1AA"],
        addressLines: ["12 High Street"],
        phones: ["01202 900456"],
        emails: ["a@example.org"],
        gpPractice: "J81001",
      },
      cities: ["Poole"],
      extras: [],
    });
  });

  it("leaves out what is missing, by any sign for it, and keeps the names Null and Nan", async () => {
    const header = "id,nhs_number,given_name,family_name,dob,sex,address,postcode,phone,job";
    const row = "1,NaN,Nan,Null,\\N,#N/A,NULL,n/a,-,none";
    const { record, extras, source } = await one(header, row, { compare: "job:exact" });
    expect(record).toEqual({ ...EMPTY, names: [{ family: "Null", given: ["Nan"] }] });
    expect([extras, source]).toEqual([[""], "people"]);
  });

  it("joins the address and gathers telephones and postcodes", async () => {
    const header = "id,street_number,address_1,address_2,suburb,zip,tel,mobile";
    const { record, cities } = await one(header, "1, 7, Mill Lane,, Wool, BH20 6AA, 1, 2");
    expect(record).toEqual({ ...EMPTY, addressLines: ["7, Mill Lane"], postcodes: ["BH20 6AA"], phones: ["1", "2"] });
    expect(cities).toEqual(["Wool"]);
  });

  it.each([
    ["Dr Ann Mary Hill", "", "", [{ family: "Hill", given: ["Ann", "Mary"] }]],
    ["Ann Mary Hill", "Ann", "Hill", [{ family: "Hill", given: ["Ann", "Mary"] }]],
    ["Ann Mary Hill", "Anne", "Hill", [{ family: "Hill", given: ["Anne"] }]],
    ["Ann Hill", "Ann", "", [{ family: "Hill", given: ["Ann"] }]],
    ["Ann Mary Hill", "", "Hill", [{ family: "Hill", given: ["Ann", "Mary"] }]],
    [
      "Ann Hill (née Moor)",
      "",
      "",
      [
        { family: "Hill", given: ["Ann"] },
        { family: "Moor", given: ["Ann"] },
      ],
    ],
    ["", "Ann", "", [{ given: ["Ann"] }]],
    ["", "", "Hill", [{ family: "Hill", given: [] }]],
  ])("takes names from %j, %j and %j", async (full, given, family, names) => {
    const { record } = await one("id,full_name,given_name,family_name", csvLine(["1", full, given, family]).trim());
    expect(record.names).toEqual(names);
  });

  it.each([
    ["M", "male"],
    ["female", "female"],
    ["1", "male"],
    ["2.0", "female"],
    ["0", "unknown"],
    ["9", "indeterminate"],
    ["both", undefined],
  ])("reads the sex %s as %s", async (text, sex) => {
    expect((await one("id,sex,dob", `1,${text},1957`)).record.sex).toBe(sex);
  });

  it("keeps an NHS number that is not valid, as such", async () => {
    expect((await one("id,nhs_number", "1,999-000-4952")).record.nhsNumber).toEqual({
      value: "9990004952",
      trust: "invalid",
    });
  });

  it("numbers true persons over all files and leaves unknown ones at -1", async () => {
    const a = files.write("id,name,cluster\n1,A B,x\n2,C D,\n3,E F,y\n", "a.csv");
    const b = files.write("name,id,cluster\nG H,4,y\nI J,5,z\n", "b.csv");
    const records = await recordsOf([a, b], { truth: "cluster" });
    expect(records.map(({ id, source, truth }) => [id, source, truth])).toEqual([
      ["1", "a", 0],
      ["2", "a", -1],
      ["3", "a", 1],
      ["4", "b", 1],
      ["5", "b", 2],
    ]);
  });

  it("makes ids of row numbers where there is none, different over files", async () => {
    const [a, b] = [files.write("name\nA B\n\nC D\n", "a.csv"), files.write("name\nE F\n", "b.csv")];
    expect((await recordsOf(a)).map(({ id }) => id)).toEqual(["2", "4"]);
    expect((await recordsOf([a, b])).map(({ id }) => id)).toEqual([`${a}:2`, `${a}:4`, `${b}:2`]);
  });

  it("gives one record for every row that holds anything, in order, whatever the values", async () => {
    const cell = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
      fc.constantFrom("", "NULL", "12/03/1957", "Dr Ann Hill", '"', "\n"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell, cell)), async (rows) => {
        const header = ["id", "name", "dob", "sex", "job"];
        const file = files.write([header, ...rows.map((row, index) => [`${index}`, ...row])].map(csvLine).join(""));
        if (rows.length === 0) return;
        const records = await recordsOf(file, { compare: "job:fuzzy" });
        expect(records.map(({ id }) => id)).toEqual(rows.map((_, index) => `${index}`));
        for (const { record, extras } of records) {
          expect(extras.length).toBe(1);
          for (const { family, given } of record.names) expect([family, ...given]).not.toContain("");
        }
      }),
    );
  });

  it("does not go on with a file that has changed since its survey", async () => {
    const file = files.write("id,name\n1,A B\n2,C D\n");
    const result = await survey(file);
    if (!result.ok) throw new Error("The file is sound.");
    files.write("id,name\n1,A B\n");
    await expect(readAllOf(result.plan)).rejects.toThrow("has changed");
  });
});

async function readAllOf(plan: Parameters<typeof readRecords>[0]): Promise<void> {
  for await (const _ of readRecords(plan));
}

const CORPUS = join(process.env.CHESIL_CORPUS ?? "", "matching");

/** Truth and counts are those the reference states for the public sets. */
describe.skipIf(!process.env.CHESIL_CORPUS || !existsSync(CORPUS))("the public sets", () => {
  it("febrl3: spaces before every name and value", async () => {
    const records = await recordsOf(join(CORPUS, "febrl3.csv"), { compare: "soc_sec_id:exact" });
    expect(records.length).toBe(5000);
    expect(records[0]).toMatchObject({
      id: "rec-1496-org",
      record: {
        names: [{ family: "green", given: ["mitchell"] }],
        birthDate: "1956-04-09",
        addressLines: ["7, wallaby place, delmar"],
      },
      cities: ["cleveland"],
      extras: ["1804974"],
    });
  });

  it("fake_1000: 251 persons", async () => {
    const records = await recordsOf(join(CORPUS, "fake_1000.csv"), { truth: "cluster" });
    expect(records.length).toBe(1000);
    expect(new Set(records.map(({ truth }) => truth)).size).toBe(251);
    expect(records.every(({ truth }) => truth >= 0)).toBe(true);
  });

  it("historical figures: middle names and names at birth from the full name", async () => {
    const options = {
      truth: "cluster",
      columns: "postcode=postcode_fake",
      compare: "birth_place:fuzzy,occupation:fuzzy",
    };
    const records = await recordsOf(join(CORPUS, "historical_figures_dev.csv"), options);
    expect(records.length).toBe(24_620);
    expect(records[0]?.record).toMatchObject({ names: [{ family: "bryant", given: ["walter", "john"] }], sex: "male" });
    expect(records.some(({ record }) => record.names.length === 2)).toBe(true);
    expect(records.filter(({ record }) => record.birthDate !== undefined).length).toBe(18_971);
  });
});
