import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { type Client, countDamaged, type JournalPartition, readEntriesAsJson } from "@chesil/store";
import { UsageError } from "../terminal.ts";

/**
 * A range of the journal as files: lines of JSON, one an entry, gzipped in members of some thousands, and a manifest that
 * names each file with its sha-256. The manifest is written last: without one a folder is no archive.
 */

const MANIFEST = "manifest.json";
const FORMAT = "chesil-journal-1";
const ENTRIES_PER_READ = 2_000;
/** Of raw bytes read at once; as JSON they are twice as many. */
const BYTES_PER_READ = 32 * 1024 * 1024;
const ENTRIES_PER_FILE = 500_000;
const FILE_NAME = /^entries-\d+\.ndjson\.gz$/;

export type ArchiveManifest = {
  readonly format: typeof FORMAT;
  readonly firstId: number;
  /** One past the last id of the range. */
  readonly nextId: number;
  readonly archivedAt: string;
  readonly entries: number;
  readonly files: readonly { readonly name: string; readonly entries: number; readonly sha256: string }[];
};

/** The journal holds bytes that are not those that came: they are looked into before anything leaves. */
export class DamagedJournalError extends Error {
  override name = "DamagedJournalError";
}

export type Archived = { readonly folder: string; readonly entries: number };

/** Writes a range into a folder of its own, on the disk when this resolves. @throws DamagedJournalError */
export async function writeArchive(
  client: Client,
  partition: JournalPartition,
  to: { readonly folder: string; readonly now: () => Date; readonly onEntries: (entries: number) => void },
): Promise<Archived> {
  const damaged = await countDamaged(client, partition);
  if (damaged > 0)
    throw new DamagedJournalError(`${damaged} entries are not as they came (chesil verify): nothing of it is archived`);
  const folder = join(to.folder, `journal-${partition.firstId}-${partition.nextId - 1}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: ArchiveManifest["files"][number][] = [];
  let after = partition.firstId - 1;
  let entries = 0;
  while (true) {
    const name = `entries-${String(files.length + 1).padStart(4, "0")}.ndjson.gz`;
    const written = await writeFile(client, partition, { path: join(folder, name), after });
    if (written.entries === 0) {
      await rm(join(folder, name));
      break;
    }
    files.push({ name, entries: written.entries, sha256: written.sha256 });
    after = written.last;
    entries += written.entries;
    to.onEntries(entries);
  }
  const { firstId, nextId } = partition;
  const manifest: ArchiveManifest = {
    format: FORMAT,
    firstId,
    nextId,
    archivedAt: to.now().toISOString(),
    entries,
    files,
  };
  await writeWhole(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await checkArchive(folder);
  return { folder, entries };
}

/** One file, up to so many entries. A file without any is not kept. */
async function writeFile(
  client: Client,
  partition: JournalPartition,
  { path, after }: { readonly path: string; readonly after: number },
): Promise<{ entries: number; last: number; sha256: string }> {
  const hash = createHash("sha256");
  const file = await open(path, "w", 0o600);
  let [entries, last] = [0, after];
  try {
    while (entries < ENTRIES_PER_FILE) {
      const read = { after: last, entriesMax: ENTRIES_PER_READ, bytesMax: BYTES_PER_READ };
      const rows = await readEntriesAsJson(client, partition, read);
      if (rows.length === 0) break;
      // Members one after another are one gzip file.
      const member = gzipSync(rows.map(({ line }) => `${line}\n`).join(""));
      hash.update(member);
      await file.writeFile(member);
      entries += rows.length;
      last = rows.at(-1)?.journalId ?? last;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { entries, last, sha256: hash.digest("hex") };
}

/** Under its name only when it is whole and on the disk. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.part`, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

/** @throws UsageError when the folder is no archive. */
export async function readManifest(folder: string): Promise<ArchiveManifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) throw new UsageError(`There is no archive in ${folder}: it has no ${MANIFEST}.`);
  try {
    const manifest = JSON.parse(text) as ArchiveManifest;
    // A name is of a file in the folder, and of nothing else.
    if (manifest.format === FORMAT && manifest.files.every(({ name }) => FILE_NAME.test(name))) return manifest;
  } catch {
    // Said below.
  }
  throw new UsageError(`${join(folder, MANIFEST)} is not of an archive of this version.`);
}

/** Every file is there as it was written. @throws UsageError naming the first that is not. */
export async function checkArchive(folder: string): Promise<ArchiveManifest> {
  const manifest = await readManifest(folder);
  for (const { name, sha256 } of manifest.files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, name)), hash).catch(() => {
      throw new UsageError(`The archive lacks ${join(folder, name)}.`);
    });
    if (hash.digest("hex") !== sha256)
      throw new UsageError(`${join(folder, name)} is not as it was archived: its sha-256 is another one.`);
  }
  return manifest;
}

/** The lines of all files, in order, some hundreds at a time. */
export async function* readArchive(folder: string, manifest: ArchiveManifest): AsyncGenerator<string[]> {
  for (const { name } of manifest.files) {
    const lines = createInterface({ input: createReadStream(join(folder, name)).pipe(createGunzip()) });
    let batch: string[] = [];
    let characters = 0;
    for await (const line of lines) {
      batch.push(line);
      characters += line.length;
      if (batch.length < ENTRIES_PER_READ && characters < BYTES_PER_READ) continue;
      yield batch;
      [batch, characters] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  }
}
