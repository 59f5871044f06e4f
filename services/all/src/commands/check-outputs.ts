import { fileKey, unwritable } from "@chesil/link";
import { type Terminal, UsageError } from "../terminal.ts";

/** Files by the options that name them. */
type NamedPaths = Readonly<Record<string, string | undefined>>;

/**
 * Held before any work is done, so that an hour's is not lost at its end.
 * @throws UsageError for a file that can not be written, and for one that is read or written as well, whatever it is
 * called: by another path, a symbolic or a hard link.
 */
export function checkOutputs(outputs: NamedPaths, inputs: readonly (string | undefined)[]): void {
  const taken = new Map<string, string>();
  const take = (path: string, what: string) => {
    const key = fileKey(path);
    if (key !== undefined) taken.set(key, what);
  };
  for (const path of inputs) if (path !== undefined) take(path, "is an input: writing there would replace it");
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const reason = unwritable(path);
    if (reason !== undefined) throw new UsageError(`${option} ${path}: ${reason}.`);
    const already = taken.get(fileKey(path) ?? "");
    if (already !== undefined) throw new UsageError(`${option} ${path} ${already}.`);
    take(path, `is written already, by ${option}`);
  }
}

/** Waits for a file to be written; where that fails, as on a full disk, says which. @returns whether it is there. */
export async function isWritten(path: string, writing: Promise<void>, terminal: Terminal): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    terminal.say(`${path} could not be written (${code}). What stood there before still stands.`);
    return false;
  }
}
