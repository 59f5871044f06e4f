import {
  all,
  both,
  type ComparisonSql,
  equal,
  isClose,
  isNull,
  not,
  type Sides,
  sidesOf,
  similarity,
  some,
  withoutGaps,
  words,
} from "./column-sql.ts";
import { columnOf } from "./splink-row.ts";

const FAMILY = sidesOf(columnOf("familyName"));
const GIVEN = sidesOf(columnOf("givenName"));
const MIDDLE = sidesOf("middle_name");
const FAMILY_TEXT = both(FAMILY, withoutGaps);

const ONE_NAME = "only one name of a record is compared, not its former names";

export function familyNameSql(sides: Sides): ComparisonSql {
  const parts = both(sides, (value) => words(value, 3));
  return {
    missing: isNull(sides),
    levels: [
      { level: "exact", sql: equal(sides), approximates: `${ONE_NAME}; with and without a gap comes out as close` },
      { level: "close", sql: isClose(FAMILY_TEXT) },
      { level: "swapped", sql: SWAPPED },
      {
        level: "part",
        sql: `list_has_any(${parts.l}, ${parts.r})`,
        approximates: "a name with a particle has no parts",
      },
      {
        level: "similar",
        sql: similarity(FAMILY_TEXT, 0.85),
        approximates: "names alike in sound alone come out as else",
      },
      { level: "else", sql: "ELSE" },
    ],
  };
}

export function givenNameSql(sides: Sides): ComparisonSql {
  return {
    // A swap is counted by the family name; here it is evidence of nothing.
    missing: some(isNull(sides), SWAPPED),
    levels: [
      { level: "initial", sql: INITIAL },
      { level: "middle-differs", sql: MIDDLE_DIFFERS, approximates: "several middle names are compared as one text" },
      { level: "exact", sql: equal(sides), approximates: `${ONE_NAME}; Anne Marie and Annemarie come out as close` },
      {
        level: "nickname",
        sql: SHORT_FORM,
        approximates: "the list of short forms is not in SQL: a short form is a beginning",
      },
      { level: "close", sql: CLOSE_GIVEN, approximates: "first letters must agree, not sounds" },
      { level: "part", sql: IN_MIDDLE },
      {
        level: "similar",
        sql: similarity(sides, 0.85),
        approximates: "neither sounds nor two short forms of one name count",
      },
      { level: "else", sql: "ELSE" },
    ],
  };
}

const INITIAL = all(
  some(`length(${GIVEN.l}) = 1`, `length(${GIVEN.r}) = 1`),
  `substr(${GIVEN.l}, 1, 1) = substr(${GIVEN.r}, 1, 1)`,
);

const SHORT_FORM = some(
  all(`length(${GIVEN.r}) >= 3`, `starts_with(${GIVEN.l}, ${GIVEN.r})`),
  all(`length(${GIVEN.l}) >= 3`, `starts_with(${GIVEN.r}, ${GIVEN.l})`),
);

const CLOSE_GIVEN = all(`substr(${GIVEN.l}, 1, 1) = substr(${GIVEN.r}, 1, 1)`, isClose(GIVEN));

/** First names agree, and neither middle name could be the other, not even as its initial. */
const MIDDLE_DIFFERS = all(
  some(equal(GIVEN), SHORT_FORM, CLOSE_GIVEN),
  `NOT (${isNull(MIDDLE)})`,
  `NOT (${similarity(MIDDLE, 0.85)})`,
  `NOT (${all(some(`length(${MIDDLE.l}) = 1`, `length(${MIDDLE.r}) = 1`), `substr(${MIDDLE.l}, 1, 1) = substr(${MIDDLE.r}, 1, 1)`)})`,
);

const inMiddle = (first: string, middle: string): string =>
  all(`length(${first}) > 1`, `list_contains(${words(middle)}, ${first})`);
const IN_MIDDLE = some(inMiddle(GIVEN.l, MIDDLE.r), inMiddle(GIVEN.r, MIDDLE.l));

/** `concat` passes over a middle name that is null. */
const stands = (family: string, given: { first: string; middle: string }): string =>
  some(
    `${family} = concat(${given.first}, replace(${given.middle}, ' ', ''))`,
    `jaro_winkler_similarity(${family}, ${given.first}) >= 0.92`,
  );

/** Only where both names disagree is it asked whether the two were written in each other's place. */
const SWAPPED = all(
  stands(FAMILY_TEXT.l, { first: GIVEN.r, middle: MIDDLE.r }),
  stands(FAMILY_TEXT.r, { first: GIVEN.l, middle: MIDDLE.l }),
  not(some(equal(FAMILY), isClose(FAMILY_TEXT))),
  not(some(equal(GIVEN), SHORT_FORM, CLOSE_GIVEN)),
);
