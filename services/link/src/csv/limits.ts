/** Everything read has a limit. Beyond one the reading ends with an error that names row and column. */

/** A field longer than this is a quote that was never closed, or no table at all. In UTF-16 units: 1 MB of plain text. */
export const FIELD_LENGTH_MAX = 1_048_576;

/** Of one row, all its fields together. */
export const ROW_LENGTH_MAX = 16 * FIELD_LENGTH_MAX;

/** As many as the widest spreadsheet has. */
export const COLUMNS_MAX = 16_384;

/** Bytes read from disk at once. */
export const READ_BYTES = 1_048_576;

/**
 * Bytes taken apart at once: with one row, all that the reader holds. Small on purpose: rows that are dropped before
 * the next collection cost V8 nothing, and with a megabyte at once seven tenths of the time went into collecting.
 */
export const CHUNK_BYTES = 65_536;

/** Errors listed for one file; what comes after is counted. A wrong delimiter makes every row an error. */
export const ERRORS_LISTED_MAX = 20;
