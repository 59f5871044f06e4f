import type { CharsetName } from "../message/charset.ts";
import type { SegmentEnd } from "../message/lines.ts";

export type { SegmentEnd };

/**
 * What one sender's messages mean by configuration rather than by what they say. Everything but the authority has a
 * sound default, and nothing here changes what is stored: only how it is read.
 */
export interface FeedDialect {
  /** Wins over MSH-18. */
  readonly charset?: CharsetName;
  /** What MSH-18 `UNICODE` means here. Undefined: UTF-8 where the bytes are that, else Latin-1. */
  readonly unicodeIs?: "utf-8" | "iso-8859-1";
  /** What ends segments. Undefined: CR, or LF in a message without any CR, as `lines.ts` says. */
  readonly segmentEnd?: SegmentEnd;
  /** The assigning authority of ids sent without one. */
  readonly defaultAuthority: string;
  /** Authorities by another name: as sent (upper case) to the one that Chesil knows it by. */
  readonly authorities?: Readonly<Record<string, string>>;
  /** Authorities whose ids are not this sender's to speak of: never a source record's key, kept as identifiers. */
  readonly foreignAuthorities?: readonly string[];
  /** The sender traces every NHS number, whether or not the messages say so. A status that says otherwise still counts. */
  readonly nhsNumberTraced?: boolean;
  /**
   * What becomes of a message that makes a patient look like somebody else. `flag`, the default: its words are taken and
   * the record is linked to nobody until a data manager has looked. `hold`: nothing is taken and the patient's messages
   * wait until somebody replays or skips it.
   */
  readonly onOverlay?: "flag" | "hold";
  /** The sender's own codes, by what they are of: as sent (upper case) to the standard's. */
  readonly codes?: Readonly<Partial<Record<CodeSet, Readonly<Record<string, string>>>>>;
  /** Where this sender puts a field: `ethnicity` to `ZPI-4` or `PID-22.2`. */
  readonly places?: Readonly<Partial<Record<PlacedField, string>>>;
  /** Places of local segments that become facts: segment, then field (`3` or `3.1`), to its name. */
  readonly localSegments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How the CDA documents are read that come beside the messages: see `CdaReading` of packages/itk. */
  readonly cda?: {
    /** Undefined: the default one. */
    readonly authority?: string;
    /** Undefined: as of the messages. */
    readonly authorities?: Readonly<Record<string, string>>;
    readonly localIds?: Readonly<Record<string, "patient" | "call">>;
  };
}

/** What a sender's codes may be mapped for. */
export const CODE_SETS = [
  "sex",
  "patientClass",
  "nameUse",
  "addressUse",
  "telecomUse",
  "maritalStatus",
  "religion",
  "ethnicity",
  "language",
  "specialty",
  "admissionMethod",
  "dischargeDestination",
  "confidentiality",
] as const;
export type CodeSet = (typeof CODE_SETS)[number];

/** Demographic fields whose place may be overridden. */
export const PLACED_FIELDS = [
  "ethnicity",
  "religion",
  "language",
  "maritalStatus",
  "deceased",
  "deathDate",
  "generalPractice",
  "generalPractitioner",
  "confidentiality",
] as const;
export type PlacedField = (typeof PLACED_FIELDS)[number];

/** What a feed's configuration says of a code as sent: its tables have upper-case keys. */
export function lookUp<T>(table: Readonly<Record<string, T>> | undefined, sent: string): T | undefined {
  const key = sent.toUpperCase();
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The standard's code for one of the sender's own; what the feed's configuration does not list stays as sent. */
export function standardCode(feed: FeedDialect, set: CodeSet, sent: string): string {
  return lookUp(feed.codes?.[set], sent) ?? sent;
}
