import { nhsNumberCheckDigit } from "@chesil/model";

/** People as a CSV file has them, two rows each, `person` being the truth. Made of numbers, so the same on any machine. */

export type PersonRow = {
  readonly id: string;
  readonly nhs_number: string;
  readonly given_name: string;
  readonly family_name: string;
  readonly date_of_birth: string;
  readonly city: string;
  readonly job: string;
  readonly person: string;
};

const FAMILIES = "Adeyemi Barlow Castell Dunmore Eastwick Farrow Galbraith Hartnell Ingleby Jessop Lomax".split(" ");
const GIVENS = "Alma Bertram Cecily Duncan Edith Fergus Gwen Hector Imogen Jasper Kitty Lionel Maud".split(" ");
const CITIES = ["Poole", "Dorchester", "Bournemouth"];
const JOBS = ["mason", "nurse", "porter", "clerk"];

/** A number of the test range that passes its check. */
function nhsNumber(from: number): string {
  for (let middle = from; ; middle++) {
    const nine = `999${String(middle).padStart(6, "0")}`;
    const check = nhsNumberCheckDigit(nine);
    if (check !== undefined) return nine + check;
  }
}

export function personRows(people: number): PersonRow[] {
  const at = (values: readonly string[], place: number) => values[place % values.length] as string;
  return Array.from({ length: people }, (_, person) => {
    // Steps prime to the lengths of the lists, so that two people seldom have more than one value in common.
    const spread = (person * 7919) % 100_003;
    const day = String(1 + (spread % 28)).padStart(2, "0");
    const month = String(1 + (spread % 12)).padStart(2, "0");
    const known = {
      given_name: at(GIVENS, spread),
      family_name: at(FAMILIES, person) + at(["", "son", "ton", "ley"], spread >> 3),
      date_of_birth: `${1930 + (spread % 71)}-${month}-${day}`,
      city: at(CITIES, spread),
      job: at(JOBS, person >> 1),
      person: `p${person}`,
    };
    return [0, 1].map((copy) => ({
      id: `${copy === 0 ? "a" : "b"}${person}`,
      nhs_number: person % 3 === 0 ? nhsNumber(person * 20) : "",
      ...known,
    }));
  }).flat();
}

export const csvOf = (
  rows: readonly PersonRow[],
  columns = Object.keys(rows[0] ?? {}) as (keyof PersonRow)[],
): string =>
  `${[columns, ...rows.map((row) => columns.map((column) => row[column]))].map((fields) => fields.join()).join("\n")}\n`;
