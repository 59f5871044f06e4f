import { userInfo } from "node:os";
import { ForeignEntriesError, notePartitionRestored, readPartitions, restoreEntries } from "@chesil/store";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { checkArchive, readArchive } from "./journal-archive.ts";

/**
 * `chesil import journal`: gives a range of the journal its bytes again, from the files that `chesil retain` wrote, and has
 * what waited for them decided. Run again after it was ended, it goes on.
 */
export function importJournal(folder: string, given: { readonly json?: boolean }, terminal: Terminal): Promise<number> {
  return withStore(async (database) => {
    const manifest = await checkArchive(folder);
    const { firstId, nextId } = manifest;
    const partition = (await readPartitions(database.pool)).find((each) => each.firstId === firstId);
    if (partition?.nextId !== nextId)
      throw new UsageError(`${folder} holds entries ${firstId} to ${nextId - 1}, which is no range of this journal.`);
    let [read, restored] = [0, 0];
    try {
      for await (const lines of readArchive(folder, manifest)) {
        restored += await restoreEntries(database, lines);
        read += lines.length;
        if (terminal.isInteractive) terminal.progress(`${read} of ${manifest.entries} entries`);
        if (terminal.interrupted.aborted) return 1;
      }
    } catch (error) {
      if (error instanceof ForeignEntriesError)
        throw new UsageError(`${error.message} Is ${folder} of another Chesil?`);
      throw error;
    }
    const by = `${userInfo().username} (command line)`;
    const isWhole = await notePartitionRestored(database, partition, { by, reason: folder, at: terminal.now() });
    if (given.json) terminal.data(JSON.stringify({ entries: read, restored, isWhole }));
    else terminal.data(`${restored} entries have their bytes again, of ${read} in the archive.`);
    if (!isWhole) terminal.say(`Entries ${firstId} to ${nextId - 1} are still not whole.`);
    return isWhole ? 0 : 1;
  });
}
