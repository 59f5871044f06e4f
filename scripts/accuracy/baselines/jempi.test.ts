import { simulateRegister } from "@chesil/simulator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterByJempi } from "./jempi.ts";
import { learnOdds } from "./jempi-em.ts";

const rows = [...simulateRegister({ records: 600, seed: "jempi" })];
const placeOf = (person: string): number => rows.findIndex((row) => row.person === person);

describe("JeMPI's linker", () => {
  it("joins most records of one person and few of two", () => {
    const clusters = clusterByJempi(rows);
    const together = (suits: (sameCluster: boolean, samePerson: boolean) => boolean): number => {
      let count = 0;
      for (const [left, row] of rows.entries()) {
        for (let right = 0; right < left; right++) {
          if (suits(clusters[left] === clusters[right], row.person === rows[right]?.person)) count++;
        }
      }
      return count;
    };
    const joined = together((sameCluster, samePerson) => sameCluster && samePerson);
    expect(joined / together((_, samePerson) => samePerson)).toBeGreaterThan(0.9);
    expect(joined / together((sameCluster) => sameCluster)).toBeGreaterThan(0.9);
  });

  it("does not see a record twice as two persons", () => {
    const [row] = rows;
    const again = row === undefined ? rows : [...rows, row];
    const clusters = clusterByJempi(again);
    expect(clusters.at(-1)).toBe(clusters[placeOf(row?.person ?? "")]);
  });

  it("takes sets without most of its fields, and never fails", () => {
    const columns = ["given_name", "family_name", "date_of_birth", "sex", "city", "phone", "nhs_number", "other"];
    const record = fc.dictionary(fc.constantFrom(...columns), fc.string());
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const clusters = clusterByJempi(records);
        expect(clusters).toHaveLength(records.length);
        expect(clusters.every((cluster) => cluster >= 0)).toBe(true);
      }),
    );
  });
});

describe("its expectation maximisation", () => {
  it("learns how often a field agrees within and between persons, and never 0, 1 or no number", () => {
    // Two records a person: three fields of their own that seldom differ, and one that is a coin for everybody.
    const own = (every: number) =>
      Int32Array.from({ length: 1000 }, (_, place) => (place % every === 0 ? 0 : (place >> 1) + 1));
    const coin = Int32Array.from({ length: 1000 }, (_, place) => (((place * 2654435761) >>> 16) & 1) + 1);
    const [first, , , last] = learnOdds([own(7), own(11), own(13), coin]);
    expect(first?.m).toBeGreaterThan(0.99);
    expect(first?.u).toBeLessThan(0.001);
    expect(last?.u).toBeCloseTo(0.5, 1);
    for (const { m, u } of learnOdds([new Int32Array(5), new Int32Array(5).fill(3)])) {
      for (const share of [m, u]) expect(share > 0 && share < 1).toBe(true);
    }
  });
});
