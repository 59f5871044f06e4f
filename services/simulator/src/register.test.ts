import { isValidNhsNumber } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PAIRS_THAT_DIFFER } from "./calibration.ts";
import { PEOPLE_MAX } from "./population.ts";
import { type RegisterOptions, simulateRegister } from "./register.ts";
import { REGISTER_COLUMNS, type RegisterRow } from "./register-row.ts";
import { REGISTER_SOURCES } from "./register-sources.ts";
import { relationOf } from "./register-truth.ts";

const rows = [...simulateRegister({ people: 30_000, seed: "register" })];
const byPerson = [...Map.groupBy(rows, (row) => row.person).values()];
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[łŁ]/g, "l")
    .replace(/[øØ]/g, "o")
    .replace(/ß/g, "ss")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
const isPlaceholder = ({ given_name }: RegisterRow): boolean => /^(baby|twin \d|unknown)$/i.test(given_name);

/** Every two rows of one person in two sources, as CRATE joined two systems. */
const pairs = byPerson.flatMap((held) =>
  held.flatMap((left, place) =>
    held.slice(place + 1).flatMap((right): [RegisterRow, RegisterRow][] => {
      const counts = left.source !== right.source && !isPlaceholder(left) && !isPlaceholder(right);
      return counts ? [[left, right]] : [];
    }),
  ),
);
type Pair = (typeof pairs)[number];
function share<T>(values: readonly T[], suits: (value: T) => boolean): number {
  return values.filter(suits).length / values.length;
}
function near(value: number, target: number, tolerance: number): void {
  expect(value).toBeGreaterThan(target * (1 - tolerance));
  expect(value).toBeLessThan(target * (1 + tolerance));
}
const differ =
  (column: keyof RegisterRow) =>
  ([left, right]: Pair): boolean =>
    plain(left[column]) !== plain(right[column]);

describe("a register", () => {
  it("has the columns asked for, ids of its own, and as many rows or people as asked for", () => {
    for (const row of rows.slice(0, 100)) expect(Object.keys(row)).toEqual([...REGISTER_COLUMNS]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    expect(byPerson.length).toBeGreaterThan(29_000);
    expect(byPerson.length).toBeLessThanOrEqual(30_000);
    for (const records of [1, 7, 2500]) expect([...simulateRegister({ records, seed: 1 })]).toHaveLength(records);
  });

  it("repeats for its options, and only for them", () => {
    const options = fc.record({ records: fc.integer({ min: 20, max: 200 }), seed: fc.nat() });
    fc.assert(
      fc.property(options, (asked) => {
        const once = [...simulateRegister(asked)];
        expect([...simulateRegister(asked)]).toEqual(once);
        expect([...simulateRegister({ ...asked, seed: `${asked.seed}?` })]).not.toEqual(once);
      }),
      { numRuns: 10 },
    );
  });

  it.each<Partial<RegisterOptions>>([
    {},
    { people: 1, records: 1 },
    { people: 0 },
    { records: 1.5 },
    { people: PEOPLE_MAX + 1 },
  ])("refuses %j", (options) => {
    expect(() => simulateRegister({ seed: 1, ...options })).toThrow(RangeError);
  });

  it("has a practice, three hospitals and two councils, whose rows come mixed", () => {
    const counts = Map.groupBy(rows, (row) => row.source);
    expect([...counts.keys()].toSorted()).toEqual(REGISTER_SOURCES.map(({ feed }) => feed).toSorted());
    const changes = rows.filter((row, place) => row.person !== rows[place - 1]?.person).length;
    expect(changes / rows.length).toBeGreaterThan(0.99);
  });
});

describe("NHS numbers of a register", () => {
  const numbered = rows.filter((row) => row.nhs_number !== "");

  it("are of the test range only, valid but for the mistyped, and there as each kind of source has them", () => {
    expect(numbered.every((row) => /^999\d{7}$/.test(row.nhs_number))).toBe(true);
    near(
      share(numbered, (row) => !isValidNhsNumber(row.nhs_number)),
      0.0005,
      0.8,
    );
    const missing = (kind: string): number => {
      const feeds = REGISTER_SOURCES.filter((source) => source.kind === kind).map(({ feed }) => feed);
      return share(
        rows.filter((row) => feeds.includes(row.source)),
        (row) => row.nhs_number === "",
      );
    };
    expect(missing("practice")).toBeLessThan(0.03);
    expect(missing("acute")).toBeLessThan(0.07);
    expect(missing("social-care")).toBeGreaterThan(0.3);
  });

  it("are somebody else's of the household now and then", () => {
    const bearers = Map.groupBy(numbered, (row) => row.nhs_number);
    const shared = [...bearers.values()].filter((held) => new Set(held.map((row) => row.person)).size > 1);
    expect(shared.length).toBeGreaterThan(2);
    expect(shared.length / bearers.size).toBeLessThan(0.003);
    for (const held of shared) {
      const [first, ...others] = [...new Set(held.map((row) => row.person))];
      for (const other of others) expect(relationOf(first ?? "", other)).not.toBe("stranger");
    }
  });

  it("are left out of the same rows when asked", () => {
    const some = [...simulateRegister({ records: 500, seed: 3 })];
    const none = [...simulateRegister({ records: 500, seed: 3, nhsNumbers: "none" })];
    expect(none).toEqual(some.map((row) => ({ ...row, nhs_number: "" })));
  });

  it("come from unlisted ranges too when asked, valid all the same", () => {
    const some = [...simulateRegister({ records: 2000, seed: 3, nhsNumbers: "unlisted" })];
    const numbers = some.map((row) => row.nhs_number).filter((number) => number !== "");
    expect(numbers.every((number) => /^(999|80\d)/.test(number))).toBe(true);
    expect(share(numbers, isValidNhsNumber)).toBeGreaterThan(0.99);
    expect(numbers.some((number) => number.startsWith("80"))).toBe(true);
  });
});

describe("two sources differ about one person as often as two real systems (CRATE)", () => {
  const women = pairs.filter(([left]) => left.sex === "F");
  const men = pairs.filter(([left]) => left.sex === "M");
  const dated = pairs.filter(([left, right]) =>
    [left, right].every((row) => row.date_of_birth !== "" && row.date_of_birth !== "1900-01-01"),
  );
  const sexed = pairs.filter(([left, right]) => left.sex !== "U" && right.sex !== "U");
  const placed = pairs.filter(([left, right]) => [left, right].every((row) => /^(BH|DT)/.test(row.postcode)));
  const space = (text: string): string => text.replace(" ", "");
  const postcodeDiffers = ([left, right]: Pair): boolean => space(left.postcode) !== space(right.postcode);

  it("in names", () => {
    near(share(pairs, differ("given_name")), PAIRS_THAT_DIFFER.givenName, 0.15);
    near(share(women, differ("family_name")), PAIRS_THAT_DIFFER.familyNameOfWomen, 0.15);
    near(share(men, differ("family_name")), PAIRS_THAT_DIFFER.familyNameOfMen, 0.2);
    const swapped = ([left, right]: Pair): boolean => plain(left.given_name) === plain(right.family_name);
    expect(share(pairs, (pair) => differ("given_name")(pair) && swapped(pair))).toBeGreaterThan(0);
  });

  it("in date of birth and sex", () => {
    near(
      share(dated, ([left, right]) => left.date_of_birth !== right.date_of_birth),
      PAIRS_THAT_DIFFER.birthDate,
      0.3,
    );
    near(
      share(sexed, ([left, right]) => left.sex !== right.sex),
      PAIRS_THAT_DIFFER.sex,
      0.3,
    );
  });

  it("in postcode, the sector seldom the same", () => {
    near(share(placed, postcodeDiffers), PAIRS_THAT_DIFFER.postcode, 0.08);
    const sectorSame = ([left, right]: Pair): boolean =>
      space(left.postcode).slice(0, -2) === space(right.postcode).slice(0, -2);
    near(
      share(placed, (pair) => postcodeDiffers(pair) && sectorSame(pair)),
      0.0097,
      0.5,
    );
  });
});

describe("the hard cases of a register", () => {
  const people = byPerson.map((held) => held[0]).filter((row) => row !== undefined);
  const homes = [...Map.groupBy(people, (row) => row.person.split("-")[0]).values()];
  const related = (relation: string): Pair[] =>
    homes.flatMap((home) =>
      home.flatMap((left, place) =>
        home
          .slice(place + 1)
          .flatMap((right): Pair[] => (relationOf(left.person, right.person) === relation ? [[left, right]] : [])),
      ),
    );

  it("are there: twins, siblings, couples, parents, and parents of one name, each told from the truth alone", () => {
    const twins = related("twin");
    expect(twins.length).toBeGreaterThan(50);
    expect(share(twins, ([left, right]) => left.date_of_birth === right.date_of_birth)).toBeGreaterThan(0.9);
    expect(share(twins, ([left, right]) => left.sex === right.sex)).toBeGreaterThan(0.5);
    expect(share(twins, ([left, right]) => left.sex !== right.sex)).toBeGreaterThan(0.2);
    const alike = ([left, right]: Pair): boolean =>
      plain(left.given_name).slice(0, 2) === plain(right.given_name).slice(0, 2);
    expect(twins.filter(alike).length).toBeGreaterThan(5);
    const namesakes = related("namesake");
    expect(namesakes.length).toBeGreaterThan(30);
    expect(share(namesakes, differ("given_name"))).toBeLessThan(0.1);
    for (const relation of ["sibling", "parent", "couple", "household"]) {
      expect(related(relation).length).toBeGreaterThan(1000);
    }
  });

  it("are there: placeholders, default dates, shared telephones, care homes, rows twice in one source", () => {
    expect(rows.filter(isPlaceholder).length).toBeGreaterThan(20);
    expect(rows.some((row) => row.date_of_birth === "1900-01-01")).toBe(true);
    expect(share(rows, (row) => row.date_of_birth.endsWith("-01-01"))).toBeGreaterThan(0.004);
    const phones = Map.groupBy(
      rows.filter((row) => row.phone !== ""),
      (row) => row.phone.replace(/\s|^\+44|^0/g, ""),
    );
    expect(
      [...phones.values()].filter((held) => new Set(held.map((row) => row.person)).size > 1).length,
    ).toBeGreaterThan(500);
    const doors = Map.groupBy(people, (row) => `${row.address}|${row.postcode}`);
    expect(Math.max(...[...doors.values()].map((held) => held.length))).toBeGreaterThan(10);
    const twice = byPerson.filter((held) => new Set(held.map((row) => row.source)).size < held.length);
    near(twice.length / byPerson.length, 0.016, 0.5);
  });

  it("are there: names of other alphabets written two ways", () => {
    const spelt = byPerson.some((held) => {
      const names = held.map((row) => row.family_name.toLowerCase());
      return names.includes("müller") && names.includes("mueller");
    });
    expect(spelt || rows.some((row) => /UE|OE/.test(row.family_name))).toBe(true);
    expect(rows.some((row) => /[^ -~]/.test(row.family_name))).toBe(true);
    expect(rows.filter((row) => row.source === "poole-pas").every((row) => !/[^ -~]|['-]/.test(row.family_name))).toBe(
      true,
    );
  });
});

describe("who is who's", () => {
  it.each([
    ["h1-adult1", "h1-adult1", "same"],
    ["h1-adult1", "h2-adult1", "stranger"],
    ["h1-adult1", "h1-partner2", "couple"],
    ["h1-adult1", "h1-child3", "parent"],
    ["h1-adult1", "h1-child3-namesake1", "namesake"],
    ["h1-partner2", "h1-child3-namesake1", "parent"],
    ["h1-child3", "h1-child4", "sibling"],
    ["h1-child3-twin4", "h1-child4-twin3", "twin"],
    ["h1-child3-twin4", "h1-child5", "sibling"],
    ["h9-resident1", "h9-resident12", "household"],
    ["42", "43", "stranger"],
  ])("%s and %s: %s, either way round", (left, right, relation) => {
    expect(relationOf(left, right)).toBe(relation);
    expect(relationOf(right, left)).toBe(relation);
  });
});
