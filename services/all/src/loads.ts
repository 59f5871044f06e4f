import { isDateFormat, isTimeZone, type LoadMapping, type LoadReading, readMapping } from "@chesil/load";
import type { Config } from "@chesil/runtime";
import { UsageError } from "./terminal.ts";

type LoadConfig = Config["loads"][number];

/** How each load feed's rows are read, by the feeds' names: what is journalled when it comes into force. */
export const readingsOf = (loads: Config["loads"]): Readonly<Record<string, LoadReading>> =>
  Object.fromEntries(loads.map((load) => [load.name, readingOf(load)]));

/** The part of a load's settings that says what its rows mean. @throws UsageError with all that is wrong with them. */
export function readingOf(load: LoadConfig): LoadReading {
  const { name, format, authority, nhsNumberTraced, delimiter, timeZone, dateFormats } = load;
  if (format === "fhir") return { load: format, authority, nhsNumberTraced };
  const wrong = [
    ...(isTimeZone(timeZone) ? [] : [`timeZone: ${timeZone} is no time zone.`]),
    ...dateFormats
      .filter((each) => !isDateFormat(each))
      .map((each) => `dateFormats: ${each} is no way to write a date.`),
  ];
  const read = readMapping(load.mapping ?? {});
  if (!read.ok) wrong.push(...read.problems.map((problem) => `mapping: ${problem}`));
  if (wrong.length > 0) throw new UsageError(wrong.map((each) => `Load ${name}: ${each}`).join("\n"));
  const mapping = read.ok ? read.mapping : ({} as LoadMapping);
  return { load: format, authority, nhsNumberTraced, delimiter, timeZone, dateFormats, mapping };
}

/** The load of a name; without one the only one. */
export function givenLoad({ loads }: Pick<Config, "loads">, name: string | undefined): LoadConfig {
  const found = loads.find((each) => each.name === (name ?? (loads.length === 1 ? loads[0]?.name : undefined)));
  if (found) return found;
  const names = loads.map((each) => each.name).join(", ") || "none; give `loads` in the configuration";
  throw new UsageError(name ? `There is no load ${name}. There are: ${names}.` : `Name one with --feed: ${names}.`);
}
