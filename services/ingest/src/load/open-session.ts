import { LoadSession } from "@chesil/store";
import { type FileFound, LoadRefusedError } from "./file-rows.ts";
import type { KnownLoad } from "./load-options.ts";
import { notedName } from "./noted-name.ts";

/** @throws LoadRefusedError where another load of the feed runs, or a whole extract made later knows more. */
export async function openSession(options: KnownLoad, found: FileFound): Promise<LoadSession> {
  const { database, feed, fileName, reading, extractAt, isFull, confirmed, now } = options;
  const file = { feed, fileName: notedName(fileName), fileSha256: found.sha256, extractAt, isFull, reading, at: now() };
  const opened = await LoadSession.open(database, { ...file, confirmed: [...confirmed] });
  if (opened instanceof LoadSession) return opened;
  if (opened.kind === "busy") throw new LoadRefusedError(`A load of ${feed} is running. Wait for its end.`);
  throw new LoadRefusedError(
    `It was made at ${extractAt.toISOString()}, and the whole extract of ${opened.settledAt.toISOString()} was loaded ` +
      "already: what only the older one says is gone since. Nothing was done. Load one that was made later; if the file's " +
      "name tells a wrong time, name it right.",
  );
}
