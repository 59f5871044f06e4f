import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ExampleFiles } from "./files.fixture.ts";
import { type Judgements, readJudgedPairs, unknownRecords } from "./read-judged-pairs.ts";

const files = new ExampleFiles();
afterAll(() => files.remove());

const read = (text: string, kind: Judgements = "decisions") => readJudgedPairs(files.write(text, "judged.csv"), kind);
const errorsOf = async (text: string, kind?: Judgements) => {
  const found = await read(text, kind);
  return found.ok ? [] : found.errors.map(({ row, kind, text }) => ({ row, kind, text }));
};

/** People as a number each, and pairs of them. */
const judged = fc.record({
  persons: fc.array(fc.nat(3), { minLength: 2, maxLength: 12 }),
  pairs: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 30 }),
});

function rowsOf(persons: readonly number[], pairs: readonly (readonly [number, number])[]): string[] {
  return pairs
    .map(([a, b]) => [a % persons.length, b % persons.length] as const)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => `r${a},r${b},${persons[a] === persons[b] ? "same" : "different"}`);
}

describe("decisions", () => {
  it("of people who know who is who never contradict each other, and come once a pair", async () => {
    await fc.assert(
      fc.asyncProperty(judged, async ({ persons, pairs }) => {
        const rows = rowsOf(persons, pairs);
        fc.pre(rows.length > 0);
        const found = await read(["left,right,decision", ...rows].join("\n"));
        if (!found.ok) throw new Error(JSON.stringify(found.errors));
        const keys = found.pairs.map(({ left, right }) => [left, right].sort().join());
        expect(new Set(keys).size).toBe(keys.length);
        for (const { left, right, isSame } of found.pairs) {
          const personOf = (id: string) => persons[Number(id.slice(1))];
          expect(isSame).toBe(personOf(left) === personOf(right));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("that part what others join are refused, with the rows on the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 9 }), fc.nat(), async (length, turn) => {
        const chain = Array.from({ length }, (_, at) => `r${at},r${at + 1},same`);
        const [from, to] = turn % 2 === 0 ? [0, length] : [length, 0];
        const rows = ["left,right,decision", `x,y,different`, `r${from},r${to},different`, ...chain];
        const [error, ...others] = await errorsOf(rows.join("\n"));
        expect(others).toEqual([]);
        const on = Array.from({ length }, (_, at) => at + 4);
        const way = (turn % 2 === 0 ? on : on.toReversed()).join(", ");
        expect(error).toMatchObject({ row: 3, kind: "pair-contradictory" });
        expect(error?.text).toContain(`rows ${way} that they are the same`);
      }),
      { numRuns: 30 },
    );
  });

  it("left empty are passed over and counted, as `chesil link --review` leaves them", async () => {
    const found = await read(
      "id_l,id_r,person_id_l,why,decision\n1,2,1,twins,\n1,3,1,twins,Same\n\n4,5,4,twins,different\n",
    );
    expect(found).toEqual({
      ok: true,
      undecided: 1,
      pairs: [
        { left: "1", right: "3", isSame: true, row: 3 },
        { left: "4", right: "5", isSame: false, row: 5 },
      ],
    });
  });

  it.each<[what: string, text: string, row: number | undefined, said: string]>([
    ["a record with itself", "left,right,decision\n1,2,same\n3,3,same\n", 3, "paired with itself"],
    ["one id", "left,right,decision\n1,,same\n", 2, "two ids"],
    ["another word", "left,right,decision\n1,2,linked\n", 2, "same or different"],
    ["a score", "left,right,decision\n1,2,0.7\n", 2, "same or different"],
    ["both ways", "left,right,decision\n1,2,same\n2,1,different\n", 3, "row 2 says same, and this row different"],
    ["no such columns", "id,person_id\n1,2\n", 1, "left, right and decision"],
    ["a JSON file", '{"left": 1}\n', 1, "left, right and decision"],
    ["an empty file", "", undefined, "is empty"],
    ["a header alone", "left,right,decision\n", 1, "no pairs below"],
    ["an open quote", 'left,right,decision\n1,"2,same\n', 2, "never closed"],
  ])("%s: is refused with its row", async (_, text, row, said) => {
    expect(await errorsOf(text)).toEqual([expect.objectContaining({ text: expect.stringContaining(said) })]);
    expect((await errorsOf(text))[0]?.row).toBe(row);
  });
});

describe("labels", () => {
  it("may be scores, a match from one half on, under Splink's names", async () => {
    const found = await read("unique_id_l,unique_id_r,clerical_match_score\n1,2,0.5\n1,3,0.49\n2,3,0\n", "labels");
    expect(found.ok && found.pairs.map(({ isSame }) => isSame)).toEqual([true, false, false]);
  });

  it("beyond 0 and 1 are refused, as are those of one pair that differ; a chain of them is not", async () => {
    expect(await errorsOf("id_l,id_r,match\n1,2,2\n1,3,x\n", "labels")).toMatchObject([{ row: 2 }, { row: 3 }]);
    expect(await errorsOf("id_l,id_r,match\n1,2,1\n2,1,0\n", "labels")).toMatchObject([{ row: 3 }]);
    expect(await errorsOf("id_l,id_r,match\n1,2,1\n2,3,1\n1,3,0\n", "labels")).toEqual([]);
  });
});

describe("records that are not there", () => {
  it("are told by row and side, and no more than can be read", () => {
    const pairs = Array.from({ length: 30 }, (_, at) => ({ left: "1", right: `${at}`, isSame: true, row: at + 2 }));
    const errors = unknownRecords("d.csv", pairs, (id) => id === "1");
    expect(errors).toHaveLength(21);
    expect(errors[0]).toMatchObject({ file: "d.csv", row: 2, text: "No record has the id on the right." });
    expect(errors.at(-1)?.text).toBe("And 9 errors more.");
  });
});
