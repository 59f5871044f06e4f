import {
  all,
  both,
  type ComparisonSql,
  equal,
  isNull,
  type Sides,
  similarity,
  some,
  withinEdits,
} from "./column-sql.ts";

const ONE_PLACE = "only one address of a record is compared, not its former ones";

/** A UK postcode has a gap; another country's code has none. */
export function postcodeSql(sides: Sides): ComparisonSql {
  const { l, r } = sides;
  const british = all(`contains(${l}, ' ')`, `contains(${r}, ' ')`);
  const outcode = both(sides, (value) => `split_part(${value}, ' ', 1)`);
  const inward = both(sides, (value) => `split_part(${value}, ' ', 2)`);
  const sector = both(sides, (value) => `substr(${value}, 1, length(${value}) - 2)`);
  const area = both(sides, (value) => `regexp_extract(${value}, '^[A-Z]+')`);
  return {
    missing: isNull(sides),
    levels: [
      { level: "exact-foreign", sql: all(equal(sides), `NOT contains(${l}, ' ')`) },
      { level: "exact", sql: equal(sides), approximates: ONE_PLACE },
      { level: "slip", sql: all(british, some(equal(outcode), equal(inward)), withinEdits(sides, 1)) },
      { level: "sector", sql: all(british, equal(sector)) },
      { level: "outcode", sql: all(british, equal(outcode)) },
      { level: "area", sql: all(british, equal(area)) },
      { level: "else", sql: "ELSE" },
    ],
  };
}

/** Words that show no common street, as in `comparisons/address.ts`. */
const COMMON = "st|rd|ave|ln|dr|cl|ct|cres|gdns|pl|sq|tce|gr|pk|hse|cott|flat|way|the|n|s|e|w";

export function addressSql(sides: Sides): ComparisonSql {
  const numbers = both(sides, (value) => `regexp_extract_all(${value}, '[^ ]*[0-9][^ ]*')`);
  const street = both(sides, (value) => `regexp_replace(${value}, '[^ ]*[0-9][^ ]*|\\b(?:${COMMON})\\b', '', 'g')`);
  const names = both(street, (value) => `regexp_extract_all(${value}, '[^ ]+')`);
  const joined = both(street, (value) => `replace(${value}, ' ', '')`);
  const sameNumbers = all(`len(${numbers.l}) = len(${numbers.r})`, `list_has_all(${numbers.r}, ${numbers.l})`);
  const shared = `len(list_intersect(${names.l}, ${names.r}))`;
  const fewer = `least(len(${names.l}), len(${names.r}))`;
  const near = similarity(joined, 0.9);
  return {
    missing: isNull(sides),
    levels: [
      {
        level: "exact",
        sql: some(equal(sides), all(sameNumbers, `len(${numbers.l}) > 0`, `${shared} = ${fewer}`)),
        approximates: `${ONE_PLACE}; a word that an address repeats counts once`,
      },
      { level: "similar", sql: all(sameNumbers, some(`${shared} * 2 >= ${fewer}`, near)) },
      { level: "street", sql: all(`NOT (${sameNumbers})`, some(`${shared} * 2 > ${fewer}`, near)) },
      { level: "else", sql: "ELSE" },
    ],
  };
}
