import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exportPerson, type WriteFile } from "@chesil/api";
import { givenConfig } from "../config-access.ts";
import { shownDialect } from "../dialects.ts";
import { withStore } from "../store-access.ts";
import { type Terminal, UsageError } from "../terminal.ts";

export type ExportArguments = { readonly out: string; readonly by: string; readonly reason: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Of a name and of a reason: they stand in the audit for good. */
const WORDS_LENGTH_MAX = 500;

/**
 * `chesil export person`: one person's whole record, for the person, into a new folder of files that only the caller may read.
 * Nothing of it goes to the terminal. The look is in the audit before the first file is written.
 */
export function exportPersonFiles(personId: string, given: ExportArguments, terminal: Terminal): Promise<number> {
  if (!UUID.test(personId)) throw new UsageError("Name the person by the id that their page shows in its address.");
  const by = words("--by", given.by);
  const reason = words("--reason", given.reason);
  const out = resolve(given.out);
  if (existsSync(out)) throw new UsageError(`${given.out} is there already. Name a folder that is not there yet.`);
  const config = givenConfig();
  return withStore(async (database) => {
    const dialectOf = (feed: string) => shownDialect(config, feed);
    const options = { database, config, dialectOf, clock: terminal.now };
    const asked = { personId: personId.toLowerCase(), by, reason, account: userInfo().username };
    let files = 0;
    const isThere = await intoNewFolder(out, (writeFile) =>
      exportPerson(options, asked, async (name, content) => {
        await writeFile(name, content);
        files += 1;
      }),
    );
    if (!isThere) throw new UsageError("There is no such person.");
    terminal.data(join(given.out, "record.html"));
    terminal.say(`${files} files. Look through them before they are handed over: they may tell of other people.`);
    return 0;
  });
}

/** @throws UsageError where nothing is said, or too much. */
function words(option: string, given: string): string {
  const text = given.trim();
  if (text === "" || text.length > WORDS_LENGTH_MAX || /\p{Cc}/u.test(text))
    throw new UsageError(`${option} takes one line of 1 to ${WORDS_LENGTH_MAX} characters: it goes on record.`);
  return text;
}

/** All files of it or no folder at all: they are written beside it, and named when the last one is whole. */
async function intoNewFolder(out: string, work: (writeFile: WriteFile) => Promise<boolean>): Promise<boolean> {
  mkdirSync(dirname(out), { recursive: true });
  // Made for its owner alone, as a temporary folder is.
  const beside = mkdtempSync(`${out}.partial-`);
  try {
    const isWhole = await work((name, content) =>
      pipeline(
        Readable.from(content),
        createWriteStream(join(beside, name), { flags: "wx", mode: 0o600, flush: true }),
      ),
    );
    if (isWhole) renameSync(beside, out);
    return isWhole;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
