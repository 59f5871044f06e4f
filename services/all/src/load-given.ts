import { basename } from "node:path";
import { LoadRefusedError, type LoadReport, loadFile } from "@chesil/ingest";
import { dateWithin } from "@chesil/load";
import type { Config } from "@chesil/runtime";
import { appendFeedActivation, type Database, type LoadDoubt } from "@chesil/store";
import { readingOf } from "./loads.ts";

type LoadConfig = Config["loads"][number];

/** An extract that somebody gives, and what is asked about it. */
export type GivenFile = {
  readonly path: string;
  /** What it is called, where its path does not say so. */
  readonly fileName?: string;
  readonly isFull: boolean;
  readonly isDryRun: boolean;
  /** What it may be doubted for, and is right, as whoever gives it says. */
  readonly confirmed: ReadonlySet<LoadDoubt>;
  readonly rejectsPath: string | undefined;
  readonly by: string;
  readonly now: () => Date;
  /** Told what is odd and stops nothing. */
  readonly notice?: (text: string) => void;
  readonly onProgress?: (rows: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Loads a file as its feed is configured, which is journalled before the first row can come by it.
 *
 * @throws LoadRefusedError where nothing of it can be loaded; its message says why.
 */
export async function loadGiven(database: Database, config: LoadConfig, file: GivenFile): Promise<LoadReport> {
  const { by, now, notice, ...rest } = file;
  const reading = readingOf(config);
  const extractAt = () => extractTime(file, config);
  const activate = () => appendFeedActivation(database, { feed: config.name, reading, by }, now());
  return loadFile({
    ...{ database, feed: config.name, reading, encoding: config.encoding, extractAt, now, activate, ...rest },
    ...{ goneShareMax: config.goneShareMax, rowBytesMax: config.rowBytesMax },
  });
}

function extractTime(
  { path, fileName = basename(path), now, notice }: GivenFile,
  { extractTime, nameDate, timeZone }: LoadConfig,
): Date {
  if (extractTime === "now") return now();
  const found = dateWithin(fileName, nameDate, timeZone);
  if (!found) throw new LoadRefusedError(`It has no date in its name that is written ${nameDate}.`);
  const made = new Date(found.instant ?? `${found.date.padEnd(10, "-01")}T00:00:00Z`);
  if (made > now()) notice?.("Its name tells a time that is still to come: it counts as made now.");
  return made;
}
