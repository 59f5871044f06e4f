import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { targetOf } from "./target.ts";

/** What a new file may be read and written by, less what the umask takes away. */
const USUAL_MODE = 0o666;

/**
 * Writes a file that is there whole or not at all: the content goes to a file beside it, which takes its name once
 * everything is on disk, and the permissions of what it replaces. A device or pipe (`/dev/stdout`) is written directly.
 *
 * @throws the error of the file system; then what stood at `path` stands there still
 */
export async function writeWhole(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const target = targetOf(path);
  const before = await stat(target).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return withHandle(await open(target, "w"), write);
  // Another process that writes the same file has its own.
  const partial = join(dirname(target), `.${process.pid}-${Date.now().toString(36)}.partial`);
  const handle = await open(partial, "wx", before === undefined ? USUAL_MODE : before.mode & 0o777);
  try {
    await withHandle(handle, async () => {
      await write(handle);
      await handle.sync();
    });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The same of one text. */
export const writeText = (path: string, text: string): Promise<void> =>
  writeWhole(path, (handle) => handle.writeFile(text));

async function withHandle(handle: FileHandle, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
