/** The shapes of the primitive data types that have one. Text of any kind has none. */

const DATE = /^(\d{4})(?:(\d\d)(\d\d)?)?$/;
const TIME = /^(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?)?([+-]\d{4})?$/;
const DATE_TIME = /^(\d{4}(?:\d\d(?:\d\d)?)?)(\d\d(?:\d\d(?:\d\d(?:\.\d{1,4})?)?)?)?([+-]\d{4})?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const SEQUENCE = /^\d+$/;

/** No value of these types is longer; what is need not be looked at. */
const LENGTH_MAX = 64;

/** What a value of a type looks like, for whoever has to put it right. */
const SHAPES: Readonly<Record<string, string>> = {
  DT: "a date, YYYY[MM[DD]]",
  TM: "a time, HH[MM[SS[.S]]][+/-ZZZZ]",
  DTM: "a date and time, YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]",
  NM: "a number",
  SI: "a whole number",
};

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  DT: isDate,
  TM: isTime,
  DTM: isDateTime,
  NM: (text) => NUMBER.test(text),
  SI: (text) => SEQUENCE.test(text),
};

/** The shape that values of a primitive type have; undefined where any text will do. */
export function shapeOf(type: string): string | undefined {
  return Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
}

/** Whether a text is a value of a type that has a shape. */
export function isOfType(type: string, text: string): boolean {
  return text.length <= LENGTH_MAX && (CHECKS[type]?.(text) ?? true);
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  if (month === undefined) return true;
  const days = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return isWithin(month, 1, 12) && (day === undefined || isWithin(day, 1, days));
}

function isTime(text: string): boolean {
  const match = TIME.exec(text);
  if (match === null) return false;
  const [, hours, minutes = "0", seconds = "0", zone] = match;
  return isWithin(hours, 0, 23) && isWithin(minutes, 0, 59) && isWithin(seconds, 0, 59) && isZone(zone);
}

function isDateTime(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (match === null) return false;
  const [, date = "", time, zone] = match;
  return isDate(date) && (time === undefined || (date.length === 8 && isTime(time))) && isZone(zone);
}

/** From -12:00 to +14:00, as the world has it. */
function isZone(zone: string | undefined): boolean {
  if (zone === undefined) return true;
  return isWithin(zone.slice(1, 3), 0, zone.startsWith("-") ? 12 : 14) && isWithin(zone.slice(3), 0, 59);
}

function isWithin(digits: string | undefined, least: number, most: number): boolean {
  const number = Number(digits);
  return number >= least && number <= most;
}
