import { type Identifier, isValidNhsNumber, NHS_AUTHORITY, nhsNumberDigits, type SourceKey } from "@chesil/model";
import { type Dialect, leafText, part } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { type FeedDialect, lookUp } from "./dialect.ts";

/**
 * Who a message is about: PID-3, else PID-2 or PID-4, and MRG-1. `peek` and `toEvent` both read identifiers here, so
 * that what orders a message and what it is stored under can not differ.
 */

/** An identifier as it stood in its field. */
export interface SentIdentifier {
  readonly authority: string;
  /** An NHS number as ten digits where it is ten digits. */
  readonly value: string;
  readonly type: string;
  readonly isNhsNumber: boolean;
  /** Whether it may name a record of this sender: no NHS number, and of no authority that is foreign to the feed. */
  readonly isLocal: boolean;
  /** CX.2, or what the type holds, as a status of two digits: NHS numbers only. */
  readonly status: string | undefined;
  /** From 1. */
  readonly repetition: number;
}

/** No one patient has more identifiers in one field than this; what does is no list of identifiers. */
export const IDENTIFIERS_MAX = 200;

/** CX.4, upper case: who issues NHS numbers, in the spellings seen. */
const NHS_AUTHORITIES = new Set([
  "NHS",
  "NHSNBR",
  "NHSNUMBER",
  "NHSNO",
  "HTTPS://FHIR.NHS.UK/ID/NHS-NUMBER",
  "2.16.840.1.113883.2.1.4.1",
]);
/** CX.5, upper case. */
const NHS_TYPES = new Set(["NH", "NHS", "NHSNMBR", "NHSNO"]);

/** Status 01: present and verified. Any other status, known or not, is the sender saying that it is not. */
const STATUS = /^(?:NSTS)?(\d\d)$/;
const STATUS_IN_TYPE = /^(.*)\{status:(\d\d)\}$/;

/** The identifiers of a CX field, in the order sent; places without an id are left out. */
export function readIdentifiers(
  segment: Segment | undefined,
  field: number,
  dialect: Dialect,
  feed: FeedDialect,
): SentIdentifier[] {
  const raw = segment?.fieldRaw(field);
  if (raw === undefined || raw === "") return [];
  const identifiers: SentIdentifier[] = [];
  let repetition = 0;
  for (const text of repetitionsOf(raw, dialect.delimiters.repetition)) {
    repetition++;
    const identifier = readIdentifier(text, repetition, dialect, feed);
    if (identifier !== undefined) identifiers.push(identifier);
  }
  return identifiers;
}

/** One more than the limit at most, so that the limit can be seen to be passed. */
function repetitionsOf(raw: string, separator: string): string[] {
  return raw.includes(separator) ? raw.split(separator, IDENTIFIERS_MAX + 1) : [raw];
}

function readIdentifier(
  text: string,
  repetition: number,
  dialect: Dialect,
  feed: FeedDialect,
): SentIdentifier | undefined {
  const components = text.split(dialect.delimiters.component);
  const at = (component: number, subcomponent = 1) => {
    const raw = components[component - 1];
    if (raw === undefined || raw === "") return "";
    return cleanText(leafText(part(raw, dialect.delimiters.subcomponent, subcomponent), dialect));
  };
  const id = at(1);
  if (!isSomething(id)) return undefined;
  const sentType = at(5);
  const inType = sentType.includes("{") ? STATUS_IN_TYPE.exec(sentType) : null;
  const type = inType?.[1] ?? sentType;
  const universalId = at(4, 2);
  const authority = knownAuthority(at(4) || universalId, feed);
  if (!isNhsNumber(id, authority, universalId, type)) {
    const isLocal = feed.foreignAuthorities?.includes(authority) !== true;
    return { authority, value: id, type, isNhsNumber: false, isLocal, status: undefined, repetition };
  }
  const value = nhsNumberDigits(id) ?? id;
  const status = statusOf(inType?.[2] ?? at(2));
  return { authority: NHS_AUTHORITY, value, type, isNhsNumber: true, isLocal: false, status, repetition };
}

/** The authority that an HD names, by its name or its universal id; the feed's own where it names none. */
export function issuerOf(name: string, universalId: string, feed: FeedDialect): string {
  const authority = knownAuthority(name || universalId, feed);
  const isNhs = NHS_AUTHORITIES.has(authority.toUpperCase()) || NHS_AUTHORITIES.has(universalId);
  return isNhs ? NHS_AUTHORITY : authority;
}

/** The authority that Chesil knows by the name sent; the feed's own where none was. */
function knownAuthority(sent: string, feed: FeedDialect): string {
  if (sent === "") return feed.defaultAuthority;
  return feed.authorities === undefined ? sent : (lookUp(feed.authorities, sent) ?? sent);
}

function isNhsNumber(id: string, authority: string, universalId: string, type: string): boolean {
  if (NHS_AUTHORITIES.has(authority.toUpperCase()) || NHS_AUTHORITIES.has(universalId)) return true;
  const upperType = type.toUpperCase();
  return NHS_TYPES.has(upperType) || (upperType === "NI" && nhsNumberDigits(id) !== undefined);
}

/** In the model's words: for an NHS number how far it may be trusted, by its own status, else the patient's, else the feed's. */
export function identifierOf(sent: SentIdentifier, pid: Segment | undefined, feed: FeedDialect): Identifier {
  const { authority, value, type } = sent;
  if (!sent.isNhsNumber) return { authority, value, type };
  if (!isValidNhsNumber(value)) return { authority, value, type, trust: "invalid" };
  const status = sent.status ?? statusInPid32(pid);
  const isTraced = status === undefined ? feed.nhsNumberTraced === true : status === "01";
  return { authority, value, type, trust: isTraced ? "verified" : "unverified" };
}

function statusOf(text: string): string | undefined {
  return text === "" ? undefined : STATUS.exec(text.toUpperCase())?.[1];
}

/** PID-32, identity reliability, may repeat and hold other codes too (`ED`, `NSTS02`). */
function statusInPid32(pid: Segment | undefined): string | undefined {
  for (const repetition of pid?.field(32).firstRepetitions(IDENTIFIERS_MAX) ?? []) {
    const status = statusOf(repetition.text.trim());
    if (status !== undefined) return status;
  }
  return undefined;
}

/** The identifiers that can name the patient of a PID segment: PID-3, and PID-2 and PID-4 when PID-3 has no local id. */
export function patientIdentifiers(pid: Segment, dialect: Dialect, feed: FeedDialect): SentIdentifier[] {
  const list = readIdentifiers(pid, 3, dialect, feed);
  if (list.some((each) => each.isLocal)) return list;
  return [...list, ...otherIdentifiers(pid, 2, list, dialect, feed), ...otherIdentifiers(pid, 4, list, dialect, feed)];
}

/**
 * The identifiers of PID-2 or PID-4. A bare number there that PID-3 calls an NHS number is that NHS number again: as a
 * local id it would order messages and key records by it.
 */
export function otherIdentifiers(
  pid: Segment,
  field: 2 | 4,
  list: readonly SentIdentifier[],
  dialect: Dialect,
  feed: FeedDialect,
): SentIdentifier[] {
  const numbers = list.filter((each) => each.isNhsNumber).map((each) => each.value);
  return readIdentifiers(pid, field, dialect, feed).filter((each) => {
    const isBare = each.type === "" && each.authority === feed.defaultAuthority;
    return !(isBare && numbers.includes(nhsNumberDigits(each.value) ?? ""));
  });
}

/**
 * The key of a source record: the first local id. An NHS number is none: two patients sent under one number would be
 * one record before anybody could compare them, and a wrong link is the failure everything is built against.
 */
export function keyOf(identifiers: readonly SentIdentifier[]): SourceKey | undefined {
  const local = identifiers.find((each) => each.isLocal);
  return local && { authority: local.authority, localId: local.value };
}

/** Every key that a list of identifiers gives, in the order sent. */
export function keysOf(identifiers: readonly SentIdentifier[]): SourceKey[] {
  return identifiers.filter((each) => each.isLocal).map(({ authority, value }) => ({ authority, localId: value }));
}

/** Trimmed, and without NUL, which no store can hold. */
export function cleanText(text: string): string {
  const trimmed = text.trim();
  return trimmed.includes("\0") ? trimmed.replaceAll("\0", "").trim() : trimmed;
}

/** Whether a text says anything: `?`, `-`, `...` and `""` are ways of saying nothing. */
export function isSomething(text: string): boolean {
  const code = text.charCodeAt(0);
  const isPlain = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isPlain || /[\p{L}\p{N}]/u.test(text);
}
