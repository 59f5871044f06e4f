import type { MatchRecord } from "../record.ts";
import { chance } from "../training/planted.arbitrary.ts";

/** People as a file has them, two records each, with errors at known rates; `person` is the truth. */

export type FilePerson = {
  readonly id: string;
  readonly person: number;
  readonly record: MatchRecord;
  readonly job: string;
};

export type FileOfPeople = {
  readonly people: number;
  readonly seed: number;
  /** Of second records: whose given name is mistyped, and whose birth date is a day off. */
  readonly wrongGivenShare?: number;
  readonly wrongBirthShare?: number;
  /** Of all values of all records. */
  readonly missingShare?: number;
};

const FAMILIES =
  "Adeyemi Barlow Castell Dunmore Eastwick Farrow Galbraith Hartnell Ingleby Jessop Kingsnorth Lomax".split(" ");
const ENDINGS = ["", "son", "ton", "field", "ley", "worth"];
const GIVENS =
  "Alma Bertram Cecily Duncan Edith Fergus Gwen Hector Imogen Jasper Kitty Lionel Maud Neville Olive Percy".split(" ");
const STREETS = "Harbour Quarry Meadow Chapel Station Orchard".split(" ");
const JOBS = "carter clerk cooper mason nurse porter sawyer tailor".split(" ");

const mistyped = (name: string): string => `${name.slice(0, 1)}${name[2] ?? ""}${name[1] ?? ""}${name.slice(3)}`;
const dayOff = (date: string): string =>
  `${date.slice(0, 8)}${String((Number(date.slice(8)) % 28) + 1).padStart(2, "0")}`;

export function peopleOnFile({ people, seed, ...rates }: FileOfPeople): FilePerson[] {
  const { wrongGivenShare = 0, wrongBirthShare = 0, missingShare = 0 } = rates;
  const random = chance(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, "0");
  const born = () => `19${20 + Math.floor(random() * 80)}-${two(12)}-${two(28)}`;
  return Array.from({ length: people }, (_, person) => {
    const family = pick(FAMILIES) + pick(ENDINGS);
    const given = pick(GIVENS);
    const birthDate = born();
    const postcode = `DT${1 + Math.floor(random() * 9)} ${Math.floor(random() * 10)}${pick([..."ABDEFGH"])}${pick([..."JLNPQRS"])}`;
    const address = `${1 + Math.floor(random() * 90)} ${pick(STREETS)} Street`;
    const job = pick(JOBS);
    const stated = <T>(value: T): T | undefined => (random() < missingShare ? undefined : value);
    return [0, 1].map((copy): FilePerson => {
      const date = stated(copy === 1 && random() < wrongBirthShare ? dayOff(birthDate) : birthDate);
      const names = [stated(copy === 1 && random() < wrongGivenShare ? mistyped(given) : given)];
      const surname = stated(family);
      return {
        id: `${person}-${copy}`,
        person,
        job: stated(job) ?? "",
        record: {
          names: [
            { ...(surname === undefined ? {} : { family: surname }), given: names.flatMap((name) => name ?? []) },
          ],
          ...(date === undefined ? {} : { birthDate: date }),
          postcodes: [stated(postcode)].flatMap((code) => code ?? []),
          addressLines: [stated(address)].flatMap((line) => line ?? []),
          phones: [],
          emails: [],
        },
      };
    });
  }).flat();
}
