import type { Coding, Concept } from "@chesil/model";
import { fhirDate, fhirDateTime } from "../date-time.ts";
import { CODE_SYSTEM } from "../uk-core.ts";
import type { Element } from "./element.ts";
import { ITEMS_MAX, NOTE_LENGTH_MAX } from "./limits.ts";
import { stated } from "./stated.ts";

/** FHIR's datatypes in the model's words. Codes are kept as sent, nothing is translated. */

/** A CodeableConcept; undefined where it says nothing. */
export function conceptAt(parent: Element | undefined, name: string): Concept | undefined {
  return conceptOf(parent?.at(name));
}

/** The first of a list of CodeableConcepts that says anything. */
export function conceptIn(parent: Element, name: string): Concept | undefined {
  return conceptsIn(parent, name)[0];
}

export function conceptsIn(parent: Element, name: string): Concept[] {
  return parent.list(name).flatMap((each) => conceptOf(each) ?? []);
}

export function conceptOf(element: Element | undefined): Concept | undefined {
  if (element === undefined) return undefined;
  const codings = element.list("coding").flatMap((each) => codingOf(each) ?? []);
  // A coding of no code that has a display is words, and words are text.
  const text =
    element.text("text") ??
    element
      .list("coding")
      .find((each) => !each.has("code"))
      ?.text("display");
  if (codings.length === 0 && text === undefined) return undefined;
  return { codings, ...(text === undefined ? {} : { text }) };
}

export function codingOf(element: Element): Coding | undefined {
  const code = element.text("code");
  if (code === undefined || element.text("system") === CODE_SYSTEM.dataAbsentReason) return undefined;
  return stated<Coding>({ system: element.text("system") ?? "", code, display: element.text("display") });
}

/** The first code of a CodeableConcept, whatever its system. */
export const codeAt = (parent: Element | undefined, name: string): string | undefined =>
  parent
    ?.at(name)
    ?.list("coding")
    .map((each) => each.text("code"))
    .find((code) => code !== undefined);

/** For a person to read: the sender's own words, else the display, else the code. */
export function conceptText({ codings, text }: Concept): string {
  return text ?? codings.find((each) => each.display !== undefined)?.display ?? codings[0]?.code ?? "";
}

export const textOfConceptAt = (parent: Element | undefined, name: string): string | undefined => {
  const concept = conceptAt(parent, name);
  return concept && (conceptText(concept) || undefined);
};

/** An instant in UTC, or as much of a date as was sent. What is no date is left out, flagged. */
export function whenAt(parent: Element | undefined, name: string): string | undefined {
  const sent = parent?.text(name);
  if (parent === undefined || sent === undefined) return undefined;
  const read = fhirDateTime(sent);
  if (read === undefined) {
    parent.flag(name, "bad-date", "It is no date or time of FHIR: left out.");
    return undefined;
  }
  return read.includes("T") ? new Date(read).toISOString() : read;
}

/** Only the date; a time of day is cut off. */
export function dateAt(parent: Element, name: string): string | undefined {
  const sent = parent.text(name);
  const read = sent === undefined ? undefined : (fhirDate(sent) ?? fhirDateTime(sent)?.slice(0, 10));
  if (sent !== undefined && read === undefined) parent.flag(name, "bad-date", "It is no date of FHIR: left out.");
  return read;
}

/** Whether it lies after the receipt. Dates are of the sender's calendar, so they have a day's grace. */
export function isFuture(when: string, receivedAt: Date): boolean {
  if (when.includes("T")) return Date.parse(when) > receivedAt.getTime() + 5 * 60_000;
  return when > new Date(receivedAt.getTime() + 24 * 3_600_000).toISOString().slice(0, when.length);
}

/** As `whenAt`, of what has happened already: later than the receipt it is kept, and flagged. */
export function pastAt(parent: Element | undefined, name: string): string | undefined {
  const when = whenAt(parent, name);
  if (when !== undefined && parent && isFuture(when, parent.reading.receivedAt))
    parent.flag(name, "future-time", "It is a time in the future: kept as it was sent.");
  return when;
}

/** Start and end of a Period, both where they are in order. */
export function periodAt(parent: Element | undefined, name: string): { start?: string; end?: string } {
  const period = parent?.at(name);
  return stated({ start: whenAt(period, "start"), end: whenAt(period, "end") });
}

/** A choice of dateTime and Period, as when it began. */
export const startAt = (parent: Element | undefined, stem: string): string | undefined =>
  pastAt(parent, `${stem}DateTime`) ?? periodAt(parent, `${stem}Period`).start;

/** Whether its period is over: ended on an earlier day than that of the receipt, as far as the end was said. */
export function isEnded(element: Element): boolean {
  const { end } = periodAt(element, "period");
  const day = end?.slice(0, 10);
  return day !== undefined && day < element.reading.receivedAt.toISOString().slice(0, day.length);
}

/** `5 mg`, `<5 mg`. */
export function quantityOf(element: Element | undefined): string | undefined {
  const amount = amountOf(element);
  return amount && [amount, unitOf(element)].filter(Boolean).join(" ");
}

export function amountOf(element: Element | undefined): string | undefined {
  const value = element?.number("value");
  return value === undefined ? undefined : `${element?.text("comparator") ?? ""}${plainNumber(value)}`;
}

export const unitOf = (element: Element | undefined): string | undefined =>
  element?.text("unit") ?? element?.text("code");

/** Without an exponent, which nobody reads in a result. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toLocaleString("en-GB", { useGrouping: false, maximumFractionDigits: 20 }) : text;
}

/** Annotations. Too long a note is left out, flagged. */
export function notesAt(parent: Element, name = "note"): string[] {
  return parent.list(name, ITEMS_MAX).flatMap((each) => each.text("text", NOTE_LENGTH_MAX) ?? []);
}

/** Words that stand in an element of their own. */
export const noteAt = (parent: Element, name: string): string[] => {
  const text = parent.text(name, NOTE_LENGTH_MAX);
  return text === undefined ? [] : [text];
};
