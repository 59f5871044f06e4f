import type { Encoding } from "./bytes/encoding.ts";
import type { LoadMapping } from "./map/mapping.ts";

export const DELIMITERS = [",", ";", "\t", "|"] as const;

/** How the entries of a load feed are read: what is journalled when it comes into force (law 8). */
export type LoadReading = TableReading | FhirReading;

/** Bundles say by themselves what they mean. */
export type FhirReading = {
  readonly load: "fhir";
  readonly authority: string;
  readonly nhsNumberTraced: boolean;
};

/** Rows mean what their mapping says. */
export type TableReading = {
  /** Tells it from a feed of messages. */
  readonly load: "csv" | "ndjson";
  /** Of the patients' ids in this source. */
  readonly authority: string;
  /** Every NHS number of this source was traced. */
  readonly nhsNumberTraced: boolean;
  readonly delimiter: (typeof DELIMITERS)[number];
  /** IANA: of dates with a time and without a zone. */
  readonly timeZone: string;
  /** Tried in this order. */
  readonly dateFormats: readonly string[];
  readonly mapping: LoadMapping;
};

/** What the journal keeps beside the bytes of a row. */
export type RowContext = {
  readonly feed: string;
  readonly encoding: Encoding;
  /** When the extract was made, or as of when the entry says what it says. */
  readonly extractAt: Date;
  readonly receivedAt: Date;
  readonly controlId: string;
};

export const isLoadReading = (reading: object): reading is LoadReading => "load" in reading;
