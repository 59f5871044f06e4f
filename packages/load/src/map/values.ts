import type { Concept, Party } from "@chesil/model";
import type { TableReading } from "../reading.ts";
import type { Cells } from "../rows.ts";
import { type DateFormat, dateFormat, type ReadDate } from "./date-format.ts";
import { isConcept, isText, type Template, type TextSource } from "./mapping.ts";
import { type Notes, RowRefusedError } from "./notes.ts";

/** Fields of facts that hold a time: `startsAt`, `givenAt`, … */
const IS_TIME = /At$/;
/** Of something that has happened: later than the extract it is flagged. */
const IS_PAST = /^(requested|received|given|performed|diagnosed|identified|observed|reported|collected|authored)At$/;
/** Dates are of the source's calendar, the receipt of UTC's. */
const CALENDAR_AHEAD_MS = 24 * 3_600_000;

/** Reads the values of one row by the sources that a mapping names. */
export class Values {
  readonly notes: Notes;
  readonly #cells: Cells;
  readonly #reading: TableReading;
  readonly #receivedAt: Date;

  constructor(cells: Cells, reading: TableReading, receivedAt: Date, notes: Notes) {
    this.#cells = cells;
    this.#reading = reading;
    this.#receivedAt = receivedAt;
    this.notes = notes;
  }

  cell = (column: string): string => this.#cells.get(column) ?? "";

  /** The text of a source; undefined where its cells are empty, or hold a code that is not listed. */
  text(source: TextSource | undefined): string | undefined {
    if (source === undefined) return undefined;
    if (typeof source === "string") return this.cell(source) || undefined;
    if ("constant" in source) return source.constant || undefined;
    const sent = [source.column].flat().map(this.cell).filter(Boolean).join(" ");
    if (sent === "" || !source.codes) return sent || undefined;
    const { codes, otherwise } = source;
    const listed = Object.entries(codes);
    const found =
      listed.find(([code]) => code === sent) ?? listed.find(([code]) => code.toUpperCase() === sent.toUpperCase());
    const meant = found?.[1];
    if (meant === undefined && otherwise === undefined)
      this.notes.flag(columnOf(source), "bad-code", "The code is not one of those that the mapping lists: left out.");
    return meant ?? otherwise;
  }

  /** The date of a source. @throws RowRefusedError where it `must` be one and is none. */
  date(source: TextSource | undefined, must = false): ReadDate | undefined {
    const sent = this.text(source);
    if (source === undefined || sent === undefined) return undefined;
    const own =
      typeof source === "object" && "date" in source && typeof source.date === "string" ? source.date : undefined;
    const { dateFormats, timeZone } = this.#reading;
    for (const format of own === undefined ? dateFormats : [own]) {
      const read = formatOf(format)(sent, timeZone);
      if (read) return read;
    }
    const text = `It is no date by ${own ?? dateFormats.join(", ")}`;
    if (must) throw new RowRefusedError(`${columnOf(source)}: ${text}.`);
    this.notes.flag(columnOf(source), "bad-date", `${text}: left out.`);
    return undefined;
  }

  isFuture = ({ date }: ReadDate): boolean =>
    date > new Date(this.#receivedAt.getTime() + CALENDAR_AHEAD_MS).toISOString().slice(0, date.length);

  party({ code, display }: { code?: TextSource | undefined; display?: TextSource | undefined }): Party | undefined {
    const party = { code: this.text(code), display: this.text(display) };
    return party.code === undefined && party.display === undefined ? undefined : withoutUndefined(party);
  }

  /** What a template of a fact's content comes to; undefined where nothing of it was sent. */
  content(source: Template, field = ""): unknown {
    if (isText(source)) return isTime(source, field) ? this.#time(source, field) : this.text(source);
    if (isConcept(source)) return this.#concept(source.concept);
    if (Array.isArray(source)) {
      const list = source.map((each) => this.content(each, field)).filter((each) => each !== undefined);
      return list.length > 0 ? list : undefined;
    }
    // A telephone number's kind, which is always the same, is no number.
    if (field !== "" && !this.isStated(source)) return undefined;
    const entries = Object.entries(source).flatMap(([name, part]) => {
      const value = this.content(part, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  #time(source: TextSource, field: string): string | undefined {
    const read = this.date(source);
    if (read && IS_PAST.test(field) && this.isFuture(read))
      this.notes.flag(columnOf(source), "future-time", "It is a date in the future: kept as it was sent.");
    return read?.instant ?? read?.date;
  }

  #concept(source: {
    system?: TextSource | undefined;
    code?: TextSource | undefined;
    display?: TextSource | undefined;
    text?: TextSource | undefined;
  }): Concept | undefined {
    const [code, text, display] = [this.text(source.code), this.text(source.text), this.text(source.display)];
    if (code === undefined && text === undefined && display === undefined) return undefined;
    if (code === undefined) return { codings: [], text: (text ?? display) as string };
    const coding = withoutUndefined({ system: this.text(source.system) ?? "", code, display });
    return text === undefined ? { codings: [coding] } : { codings: [coding], text };
  }

  /** Whether a cell says something, and one of these. */
  holds(when: string | { column: string; is?: string[] | undefined }): boolean {
    const { column, is } = typeof when === "string" ? { column: when, is: undefined } : when;
    const sent = this.cell(column);
    return is ? is.some((each) => each.toUpperCase() === sent.toUpperCase()) : sent !== "";
  }

  /** Whether a template says anything: beside cells that are all empty, what is always the same says nothing. */
  isStated = (source: Template): boolean => !namesColumn(source) || this.#isSpokenOf(source);

  #isSpokenOf(source: Template): boolean {
    if (typeof source === "string") return this.cell(source) !== "";
    if (Array.isArray(source)) return source.some((each) => this.#isSpokenOf(each));
    if (isText(source)) return "column" in source && [source.column].flat().some((name) => this.cell(name) !== "");
    return Object.values(isConcept(source) ? source.concept : source).some(
      (part) => part !== undefined && this.#isSpokenOf(part as Template),
    );
  }
}

/** Whether any part of a template stands in a column. */
const namesColumn = (source: Template): boolean =>
  isText(source)
    ? typeof source === "string" || "column" in source
    : Object.values(isConcept(source) ? source.concept : source).some(
        (part) => part !== undefined && namesColumn(part),
      );

const isTime = (source: TextSource, field: string): boolean =>
  IS_TIME.test(field) || (typeof source === "object" && "date" in source && source.date !== undefined);

/** What a message calls a source. */
export const columnOf = (source: TextSource): string =>
  typeof source === "string" ? source : "column" in source ? [source.column].flat().join(", ") : "a constant";

export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never;
}

/** Formats are few, rows are many. */
const formats = new Map<string, DateFormat>();

function formatOf(format: string): DateFormat {
  const known = formats.get(format);
  if (known) return known;
  const made = dateFormat(format);
  formats.set(format, made);
  return made;
}
