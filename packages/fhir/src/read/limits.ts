/** How much one Bundle may hold and one patient's part of it may state. What is beyond is said in a finding. */

/** A larger Bundle is refused before it is parsed: send it in parts. In bytes. */
export const BUNDLE_BYTES_MAX = 64 * 1024 * 1024;
/** JSON nested deeper than this is no FHIR: an extension in an extension is some twelve deep. */
export const BUNDLE_DEPTH_MAX = 64;
/** Of one Bundle. */
export const ENTRIES_MAX = 100_000;
/** Of one patient. */
export const FACTS_MAX = 5_000;
/** Of one result. */
export const OBSERVATIONS_MAX = 1_000;
/** Of one list: names, identifiers, notes, dosages, attachments, … */
export const ITEMS_MAX = 100;
/** A panel in a panel in a panel. */
export const MEMBERS_DEPTH_MAX = 4;
/** Of a code, a name, a number, a unit: anything that is not prose. In characters. */
export const TEXT_LENGTH_MAX = 1_000;
/** Of a note, in characters. */
export const NOTE_LENGTH_MAX = 16_384;
/** Of the warnings that one event carries; the findings have all. */
export const WARNINGS_MAX = 50;
