/**
 * Loads: extracts of those who speak no HL7 v2, from bytes to rows and from rows to canonical events, by a mapping that is
 * data. Pure: no I/O, no clock but what is given.
 */

export { BUNDLE_BYTES_MAX } from "@chesil/fhir";
export { decode, ENCODINGS, type Encoding, EncodingSurvey, isEncoding, likelyEncoding } from "./bytes/encoding.ts";
export { LineSplitter } from "./bytes/line-splitter.ts";
export type { RawRow } from "./bytes/raw-row.ts";
export { escapedCell, fieldsOf, unescapedCell, writtenField } from "./csv/fields.ts";
export { type BundlePart, bundleParts } from "./fhir/bundles.ts";
export type { RefusedEntries } from "./fhir/refused-entries.ts";
export { cellsOfJson, unreadLists } from "./json/cells.ts";
export { dateWithin, isDateFormat } from "./map/date-format.ts";
export { columnsOf, type LoadMapping, loadMappingJsonSchema, readMapping } from "./map/mapping.ts";
export { aboutRow, isRowTrigger, nameOfFact, type RowAbout, type RowTrigger, readAboutRow } from "./map/row-about.ts";
export { entryEvent, type RowResult, rowEvent } from "./map/row-event.ts";
export { changedColumns, contentHasher, rowKeyOf } from "./map/row-key.ts";
export { unlistedColumns } from "./map/unlisted.ts";
export { isTimeZone } from "./map/wall-clock.ts";
export {
  DELIMITERS,
  type FhirReading,
  isLoadReading,
  type LoadReading,
  type RowContext,
  type TableReading,
} from "./reading.ts";
export {
  type Cells,
  cellsOfEntry,
  cellsOfRow,
  headerOf,
  isRejects,
  REJECT_COLUMNS,
  splitterOf,
} from "./rows.ts";
