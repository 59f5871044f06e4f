import type { MatchingModel } from "../model.ts";
import { birthDateSql } from "./birth-date-sql.ts";
import {
  all,
  both,
  type ComparisonSql,
  equal,
  isClose,
  isNull,
  type LevelSql,
  never,
  not,
  type Sides,
  sidesOf,
  similarity,
  some,
  withinEdits,
  withoutGaps,
  words,
} from "./column-sql.ts";
import { familyNameSql, givenNameSql } from "./name-sql.ts";
import { addressSql, postcodeSql } from "./place-sql.ts";
import { columnOf } from "./splink-row.ts";

const ELSE: LevelSql = { level: "else", sql: "ELSE" };

/** How a comparison of a model is written in SQL. */
export function comparisonSql({ name, kind, levels }: MatchingModel["comparisons"][number]): ComparisonSql {
  const sides = sidesOf(columnOf(name));
  if (kind === "fuzzy") return fuzzySql(sides);
  return (
    (kind === undefined && BUILT_IN[name]?.(sides)) ||
    equalOrElse(
      sides,
      levels.map((level) => level.name),
    )
  );
}

/** Equality for the first level and nothing for any between. */
function equalOrElse(sides: Sides, names: readonly string[]): ComparisonSql {
  const between = { sql: never(sides), approximates: "has no condition in SQL, its pairs come out as the last level" };
  return {
    missing: isNull(sides),
    levels: names.map((level, rank) => {
      if (rank === 0) return { level, sql: equal(sides) };
      return rank === names.length - 1 ? { level, sql: "ELSE" } : { level, ...between };
    }),
  };
}

const BUILT_IN: Readonly<Record<string, (sides: Sides) => ComparisonSql>> = {
  nhsNumber: nhsNumberSql,
  familyName: familyNameSql,
  givenName: givenNameSql,
  birthDate: birthDateSql,
  sex: equalSql,
  postcode: postcodeSql,
  address: addressSql,
  phone: equalSql,
  email: emailSql,
  practice: equalSql,
};

function equalSql(sides: Sides): ComparisonSql {
  return { missing: isNull(sides), levels: [{ level: "equal", sql: equal(sides) }, ELSE] };
}

/** Modulus 11: the tenth digit is 11 less the remainder of the weighted sum of nine, 11 itself counting as 0. */
const isValidNumber = (value: string): string => {
  const digit = (place: number) => `CAST(substr(${value}, ${place}, 1) AS INTEGER)`;
  const sum = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => `${11 - place} * ${digit(place)}`).join(" + ");
  return `(11 - (${sum}) % 11) % 11 = ${digit(10)}`;
};

function nhsNumberSql(sides: Sides): ComparisonSql {
  const valid = both(sides, isValidNumber);
  const nearMiss = all(`(${valid.l}) <> (${valid.r})`, withinEdits(sides, 1));
  const bothValid = all(valid.l, valid.r);
  const approximates = "settings have no column that says whether a number was traced: it counts as not traced";
  return {
    missing: some(isNull(sides), all(not(bothValid), not(nearMiss))),
    levels: [
      { level: "equal-verified", sql: never(sides), approximates },
      { level: "equal", sql: equal(sides) },
      { level: "near-miss", sql: nearMiss },
      { level: "different", sql: `${sides.l} <> ${sides.r}` },
      { level: "different-verified", sql: "ELSE", approximates },
    ],
  };
}

function emailSql(sides: Sides): ComparisonSql {
  const local = both(sides, (value) => `split_part(${value}, '@', 1)`);
  return {
    missing: isNull(sides),
    levels: [
      { level: "exact", sql: equal(sides) },
      { level: "similar", sql: some(withinEdits(sides, 1), all(equal(local), `length(${local.l}) >= 6`)) },
      ELSE,
    ],
  };
}

function fuzzySql(sides: Sides): ComparisonSql {
  const text = both(sides, withoutGaps);
  const long = both(sides, (value) => words(value, 3));
  const severalWords = some(`contains(${sides.l}, ' ')`, `contains(${sides.r}, ' ')`);
  return {
    missing: isNull(sides),
    levels: [
      { level: "exact", sql: equal(sides), approximates: "a text written with and without a gap comes out as close" },
      { level: "close", sql: isClose(text) },
      {
        level: "part",
        sql: all(severalWords, `list_has_any(${long.l}, ${long.r})`),
        approximates: "a text with words of one or two letters has no parts",
      },
      { level: "similar", sql: similarity(text, 0.8) },
      ELSE,
    ],
  };
}
