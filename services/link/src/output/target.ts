import { accessSync, constants, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** A chain of symbolic links that is longer is a ring. */
const LINKS_MAX = 40;

/** Where writing to a path ends up: symbolic links are followed, also to a file that is not there yet. */
export function targetOf(path: string): string {
  let at = resolve(path);
  for (let links = 0; links < LINKS_MAX; links++) {
    try {
      return realpathSync(at);
    } catch {
      at = join(realFolderOf(at), basename(at));
      const to = linkAt(at);
      if (to === undefined) return at;
      at = resolve(dirname(at), to);
    }
  }
  return at;
}

function realFolderOf(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/**
 * One key for one file, whatever it is called: by its device and number where it is there (hard links), else by where it
 * would be. Undefined for a device, such as /dev/null, which may be named often.
 */
export function fileKey(path: string): string | undefined {
  const found = foundAt(path);
  if (found?.isCharacterDevice()) return undefined;
  return found === undefined ? targetOf(path) : `${found.dev}:${found.ino}`;
}

/** Why nothing can be written to a path, and what to do; undefined where it can. Found out without writing. */
export function unwritable(path: string): string | undefined {
  if (path === "") return "it names no file";
  const found = foundAt(path);
  if (found?.isDirectory()) return "that is a folder: name a file in it";
  if (found !== undefined && !mayWrite(path)) return "its permissions forbid to write it: name another";
  if (found !== undefined && !found.isFile()) return undefined;
  const folder = dirname(targetOf(path));
  const into = foundAt(folder);
  if (into === undefined) return `there is no folder ${folder}: make it first, or name another`;
  if (!into.isDirectory()) return `${folder} is a file, not a folder: name another`;
  return mayWrite(folder) ? undefined : `nothing may be written into ${folder}: name another, or change who may`;
}

function foundAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
