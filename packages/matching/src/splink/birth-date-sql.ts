import { all, both, type ComparisonSql, equal, isNull, not, type Sides, some } from "./column-sql.ts";

/** Birth dates as ISO text, as precise as known. Every level of ours can be said. */
export function birthDateSql(sides: Sides): ComparisonSql {
  const { l, r } = sides;
  const [year, month, day] = [part(sides, 1, 4), part(sides, 6, 2), part(sides, 9, 2)];
  const [shortSwaps, yearSwaps] = [[1], [1, 2, 3]];
  const whole = all(`length(${l}) = 10`, `length(${r}) = 10`);
  const firstOfYear = both(sides, (value) => `substr(${value}, 6) = '01-01'`);
  const swap = all(equal(year), `${month.l} = ${day.r}`, `${day.l} = ${month.r}`);
  const slip = some(
    all(equal(year), equal(month), isSlip(day, shortSwaps)),
    all(equal(year), equal(day), isSlip(month, shortSwaps)),
    all(equal(month), equal(day), isSlip(year, yearSwaps)),
  );
  const someMonth = some(`length(${l}) = 4`, `length(${r}) = 4`, equal(month));
  const partial = some(
    all(`NOT (${whole})`, equal(year), someMonth),
    all(whole, equal(year), `${l} <> ${r}`, some(firstOfYear.l, firstOfYear.r), not(slip)),
  );
  const agreeing = [year, month, day].map((each) => `CAST(${equal(each)} AS INTEGER)`).join(" + ");
  return {
    missing: isNull(sides),
    levels: [
      { level: "exact-default", sql: all(equal(sides), firstOfYear.l) },
      { level: "partial", sql: partial },
      // Alone, so that Splink sees an exact match.
      { level: "exact", sql: equal(sides) },
      { level: "day-month-swap", sql: all(whole, swap) },
      { level: "slip", sql: all(whole, slip) },
      { level: "decade-slip", sql: all(whole, equal(month), equal(day), isDecadeSlip(year)) },
      { level: "two-parts", sql: all(whole, `${agreeing} = 2`) },
      { level: "else", sql: "ELSE" },
    ],
  };
}

const part = (sides: Sides, start: number, length: number): Sides =>
  both(sides, (value) => `substr(${value}, ${start}, ${length})`);

const number = (value: string): string => `TRY_CAST(${value} AS INTEGER)`;

/** Off by one or two, or the digit at one of those places swapped with the next. */
function isSlip(sides: Sides, swapPlaces: readonly number[]): string {
  const digits = swapPlaces.length + 1;
  const swapped = (at: number) =>
    Array.from({ length: digits }, (_, index) => index + 1)
      .map((place) => (place === at ? at + 1 : place === at + 1 ? at : place))
      .map((place) => `substr(${sides.l}, ${place}, 1)`)
      .join(" || ");
  const swaps = swapPlaces.map((at) => `(${swapped(at)}) = ${sides.r}`);
  return some(`abs(${number(sides.l)} - ${number(sides.r)}) <= 2`, ...swaps);
}

/** One wrong digit for the decade or the century. */
function isDecadeSlip(year: Sides): string {
  const apart = `abs(${number(year.l)} - ${number(year.r)})`;
  const sameCentury = `substr(${year.l}, 1, 2) = substr(${year.r}, 1, 2)`;
  return some(`${apart} % 100 = 0`, all(`${apart} % 10 = 0`, sameCentury));
}
