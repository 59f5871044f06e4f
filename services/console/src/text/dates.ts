/**
 * Dates the way NHS clinical screens print them: dd-Mmm-yyyy, so that no month is ever read as a day. Instants are shown
 * in the time of Dorset wherever the browser stands.
 */

const ZONE = "Europe/London";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const DAY_MS = 86_400_000;

/** `1950-07-31` → `31-Jul-1950`, `1950-07` → `Jul-1950`, `1950` → `1950`; anything else comes back as it is. */
export function formatPartialDate(text: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(text);
  const month = match?.[2] === undefined ? undefined : MONTHS[Number(match[2]) - 1];
  if (!match) return text;
  return [match[3], month, match[1]].filter((part) => part !== undefined).join("-");
}

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function partsOf(instant: string): Record<string, string> | undefined {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return undefined;
  return Object.fromEntries(PARTS.formatToParts(time).map((part) => [part.type, part.value]));
}

/** An instant as `26-Jul-2026 14:05`, with seconds when asked. Text that is no instant comes back as it is. */
export function formatInstant(instant: string, precision: "minute" | "second" = "minute"): string {
  if (/^\d{4}(-\d{2}(-\d{2})?)?$/.test(instant)) return formatPartialDate(instant);
  const parts = partsOf(instant);
  if (!parts) return instant;
  const month = MONTHS[Number(parts.month) - 1];
  const seconds = precision === "second" ? `:${parts.second}` : "";
  return `${parts.day}-${month}-${parts.year} ${parts.hour}:${parts.minute}${seconds}`;
}

/** The time of day of an instant, `14:05:09`. */
export function formatTime(instant: string): string {
  const parts = partsOf(instant);
  return parts ? `${parts.hour}:${parts.minute}:${parts.second}` : instant;
}

/** Today in Dorset, `2026-07-26`. */
export function todayIn(now: Date): string {
  const parts = partsOf(now.toISOString()) ?? {};
  return `${parts.year}-${String(parts.month).padStart(2, "0")}-${parts.day}`;
}

/**
 * The age on a day, in the units of the NHS patient banner: days under 4 weeks, weeks and days under a year, months and
 * days under 2 years, years and months under 18, then years. A date known to the month or year gives `about 70y`.
 * Undefined when it cannot be said (no such date, or born later than `on`).
 */
export function formatAge(birthDate: string, on: string): string | undefined {
  const born = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate);
  const day = /^(\d{4})-(\d{2})-(\d{2})/.exec(on);
  if (!born || !day) return undefined;
  if (born[3] === undefined) {
    const years = Number(day[1]) - Number(born[1]);
    return years < 0 ? undefined : `about ${years}y`;
  }
  const bornMs = Date.UTC(Number(born[1]), Number(born[2]) - 1, Number(born[3]));
  const onMs = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  const days = Math.round((onMs - bornMs) / DAY_MS);
  if (!(days >= 0)) return undefined;
  if (days < 28) return `${days}d`;
  const before = Number(day[3]) < Number(born[3]) ? 1 : 0;
  const months = (Number(day[1]) - Number(born[1])) * 12 + Number(day[2]) - Number(born[2]) - before;
  if (months < 12) return joinUnits([Math.floor(days / 7), "w"], [days % 7, "d"]);
  if (months < 24) return joinUnits([months, "m"], [Math.round((onMs - monthsAfter(bornMs, months)) / DAY_MS), "d"]);
  if (months < 216) return joinUnits([Math.floor(months / 12), "y"], [months % 12, "m"]);
  return `${Math.floor(months / 12)}y`;
}

function monthsAfter(ms: number, months: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate());
}

function joinUnits(...units: [number, string][]): string {
  return units
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/**
 * A date as a person types it (`27/7/1965`, `27-Jul-1965`, `27 July 1965`, `1965-07-27`, `1965`) as an ISO date, or
 * undefined when it is no date. Day comes before month, as it does in Britain.
 */
export function parseTypedDate(typed: string): string | undefined {
  const text = typed.trim();
  if (/^\d{4}$/.test(text)) return text;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return isoDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const british = /^(\d{1,2})[\s/.-]+(\d{1,2}|[A-Za-z]{3,9})[\s/.-]+(\d{4})$/.exec(text);
  if (!british) return undefined;
  const word = british[2] ?? "";
  const month = /^\d/.test(word) ? Number(word) : monthNumber(word);
  return isoDate(Number(british[3]), month, Number(british[1]));
}

const FULL_MONTHS = "january february march april may june july august september october november december".split(" ");

function monthNumber(word: string): number {
  const lower = word.toLowerCase();
  return FULL_MONTHS.findIndex((month) => month.startsWith(lower)) + 1;
}

function isoDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1800 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}
