import { defaultModel } from "@chesil/matching";
import { describe, expect, it } from "vitest";
import { csvOf, Folder, REGISTER } from "./link-folder.ts";

/** What a person is asked, what they answer, and that the answer holds. */

const HEADER = "id,given_name,family_name,date_of_birth,sex,address,postcode,phone\n";
const person = (id: string, given: string) =>
  `${id},${given},Castell,2014-05-09,M,12 Quarry Lane,DT1 1XJ,07700 900123\n`;
/** Three records of one boy, and his twin. */
const PEOPLE = HEADER + ["1", "2", "3"].map((id) => person(id, "Jayden")).join("") + person("4", "Kayden");
const FILES = { "people.csv": PEOPLE, "model.json": JSON.stringify(defaultModel) };
const LINK = ["link", "people.csv", "--model", "model.json", "--out", "links.csv"];

const personsIn = (folder: Folder): Record<string, string> =>
  Object.fromEntries(folder.rows("links.csv").map(({ id = "", person_id = "" }) => [id, person_id]));

describe("chesil link --review", () => {
  it("asks about twins once, and names the guard that stands between them", async () => {
    const folder = new Folder(FILES);
    const ran = await folder.chesil(...LINK, "--review", "review.csv", "--pairs", "pairs.csv", "--json");
    expect([ran.code, JSON.parse(ran.out).proposals]).toEqual([0, 1]);
    const rows = folder.rows("review.csv");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ person_id_l: "1", person_id_r: "4", why: "twins", decision: "" });
    expect(rows[0]?.reason).toContain("stopped by the guard twins");
    expect(Number(rows[0]?.match_probability)).toBeGreaterThan(0.9);
    const pairs = folder.rows("pairs.csv").map(({ id_r, decision, why }) => [id_r === "4", decision, why].join());
    expect(new Set(pairs)).toEqual(new Set(["true,review,twins", "false,linked,weight-links"]));
    expect(pairs).toHaveLength(6);
  });

  it("writes of a register every question that it counts, and no value of a record", async () => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER) });
    const args = ["--truth", "person", "--review", "review.csv", "--out", "links.csv", "--json"];
    const ran = await folder.chesil("link", "people.csv", ...args);
    const rows = folder.rows("review.csv");
    expect(rows).toHaveLength(JSON.parse(ran.out).proposals);
    const persons = personsIn(folder);
    for (const { id_l = "", id_r = "", person_id_l, person_id_r, reason } of rows) {
      expect([persons[id_l], persons[id_r]]).toEqual([person_id_l, person_id_r]);
      expect(person_id_l).not.toBe(person_id_r);
      expect(reason).toMatch(/\w/);
    }
    for (const { family_name } of REGISTER.filter((row) => row.family_name.length > 4))
      expect(folder.read("review.csv")).not.toContain(family_name);
  });
});

describe("chesil link --decisions", () => {
  it("honours the answers that a person wrote into the questions", async () => {
    const folder = new Folder(FILES);
    await folder.chesil(...LINK, "--review", "review.csv");
    const answered = (answer: string) => folder.read("review.csv").replace(/,\n$/, `,${answer}\n`);
    for (const [answer, persons, left] of [
      ["same", { 1: "1", 2: "1", 3: "1", 4: "1" }, 0],
      ["different", { 1: "1", 2: "1", 3: "1", 4: "4" }, 0],
      ["", { 1: "1", 2: "1", 3: "1", 4: "4" }, 1],
    ] as const) {
      const again = new Folder({ ...FILES, "decisions.csv": answered(answer) });
      const ran = await again.chesil(...LINK, "--decisions", "decisions.csv", "--json");
      expect([answer, ran.code, personsIn(again)]).toEqual([answer, 0, persons]);
      expect(JSON.parse(ran.out).proposals).toBe(left);
      if (answer === "") expect(ran.said).toContain("not decided yet, and passed over: 1.");
      else expect(JSON.parse(ran.out).decisions).toBe(1);
    }
  });

  it("parts what the weights would join, and says so of the pair", async () => {
    const folder = new Folder({ ...FILES, "decisions.csv": "left,right,decision\n1,2,different\n" });
    expect((await folder.chesil(...LINK, "--decisions", "decisions.csv", "--pairs", "pairs.csv")).code).toBe(0);
    const persons = personsIn(folder);
    expect(persons["1"]).not.toBe(persons["2"]);
    const pair = folder.rows("pairs.csv").find(({ id_l, id_r }) => id_l === "1" && id_r === "2");
    expect(pair).toMatchObject({ decision: "apart", why: "decided-different" });
  });

  it.each<[what: string, decisions: string, said: string[]]>([
    ["unknown ids", "left,right,decision\n1,2,same\n9,2,same\n1,8,same\n", ["row 3", "left", "row 4", "right"]],
    ["a record with itself", "left,right,decision\n1,1,same\n", ["row 2: A record is paired with itself."]],
    [
      "a chain that ends in a contradiction",
      "left,right,decision\n1,4,different\n2,1,same\n2,3,same\n3,4,same\n",
      ["row 2: This row says that the two are different, and rows 3, 4, 5 that they are the same"],
    ],
    ["no CSV", "PK\u0003\u0004", ["an Excel workbook"]],
  ])("refuses %s with its row, and links nothing", async (_, decisions, said) => {
    const folder = new Folder({ ...FILES, "decisions.csv": decisions });
    const ran = await folder.chesil(...LINK, "--decisions", "decisions.csv");
    expect([ran.code, ran.out]).toEqual([1, ""]);
    for (const text of said) expect(ran.said).toContain(text);
    expect(() => folder.read("links.csv")).toThrow();
  });
});
