import type { Encoding, LoadReading } from "@chesil/load";
import type { Database, LoadDoubt } from "@chesil/store";
import type { RejectsOf } from "./rejects-extract.ts";

/** One file, and what is asked about it. */
export type LoadOptions = {
  readonly database: Database;
  readonly feed: string;
  /** As it is in force: rows mean what the journal says at their place. */
  readonly reading: LoadReading;
  readonly path: string;
  /** What it is called, where its path does not say so. */
  readonly fileName?: string;
  readonly encoding: Encoding | undefined;
  /**
   * When the extract was made, asked where the file does not say so itself (`chesil_extract`). A time still to come counts as
   * now: it must not outlive what is loaded after it.
   */
  readonly extractAt: () => Date;
  readonly isFull: boolean;
  readonly isDryRun: boolean;
  /** More than this share of the feed's rows do not go, nor lose what they stated, unless that is confirmed. */
  readonly goneShareMax: number;
  /** What the file may be doubted for, and is right. */
  readonly confirmed: ReadonlySet<LoadDoubt>;
  readonly rejectsPath?: string | undefined;
  readonly rowBytesMax?: number;
  /** Rows that one commit holds. */
  readonly batchRowsMax?: number;
  readonly now: () => Date;
  /** Brings the reading into force: once the feed is this load's alone and nothing speaks against the file. */
  readonly activate: () => Promise<unknown>;
  readonly onProgress?: (rows: number) => void;
  /** Stops after the rows at hand; run again the load goes on. */
  readonly signal?: AbortSignal;
};

/** The same once the file was looked at. */
export type KnownLoad = Omit<LoadOptions, "extractAt"> & {
  readonly fileName: string;
  readonly extractAt: Date;
  readonly rejectsOf: RejectsOf;
};
