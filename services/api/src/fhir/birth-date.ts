import type { BirthDateRange } from "@chesil/store";

/**
 * FHIR's date comparisons, where both sides may be a whole year or month. A date is the range of days it may be; what is
 * stored (`1950`, `1950-07`, `1950-07-31`) is compared as text, which orders ranges by their first day, with the shorter
 * before the longer. `also` and `never` right what that gets wrong: the stored year and month that hold the asked day.
 */

const VALUE = /^(eq|ne|gt|lt|ge|le|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

/** A partial date and the days it may be. */
type Days = { readonly date: string; readonly low: string; readonly high: string };

/** The range a search value asks for; undefined when it is no date, or a prefix or time that is not offered. */
export function birthDateRange(value: string): BirthDateRange | undefined {
  const [, prefix = "eq", year, month, day] = VALUE.exec(value) ?? [];
  if (year === undefined) return undefined;
  const asked = daysOf([year, month, day].filter((part) => part !== undefined).join("-"));
  if (!asked) return undefined;
  const holding = (date: string) => [date.slice(0, 4), date.slice(0, 7)];
  switch (prefix) {
    case "ge":
      return { from: asked.low, also: holding(asked.low) };
    case "gt":
      return { after: asked.high, also: holding(asked.high).filter((text) => lastDay(text) > asked.high) };
    case "le":
      return { upTo: asked.high };
    case "lt":
      return { before: asked.low, never: holding(asked.low).filter((text) => firstDay(text) === asked.low) };
    case "sa":
      return { after: asked.high };
    case "eb":
      return { before: asked.low, never: holding(asked.low) };
    default:
      // Within the asked range: its own text or anything longer that starts with it.
      return { from: asked.date, upTo: asked.high, negated: prefix === "ne" };
  }
}

function daysOf(date: string): Days | undefined {
  const [year = "", month, day] = date.split("-");
  if (year === "0000") return undefined;
  const high = lastDay(date);
  if (month !== undefined && (month < "01" || month > "12")) return undefined;
  if (day !== undefined && (day < "01" || date > lastDay(`${year}-${month}`))) return undefined;
  return { date, low: firstDay(date), high };
}

const firstDay = (date: string) => `${date}-01-01`.slice(0, 10);

/** The last day that a partial date may be. */
function lastDay(date: string): string {
  const [year, month, day] = date.split("-");
  if (month === undefined) return `${year}-12-31`;
  if (day !== undefined) return date;
  return `${date}-${new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()}`;
}
