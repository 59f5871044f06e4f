import {
  chmodSync,
  chownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EmbeddedPostgresError } from "./failure.ts";
import { canReach, type Owner } from "./owner.ts";

const PREFIX = "chesil-";
/** sun_path of sockaddr_un: 108 bytes on Linux, 104 elsewhere, with a closing zero. */
const SOCKET_PATH_BYTES_MAX = process.platform === "linux" ? 107 : 103;
const LONGEST_SOCKET_NAME = ".s.PGSQL.65535";
/** Cleaners of temporary folders remove what was not touched for days. */
const TOUCH_MS = 6 * 3600 * 1000;

/** A short-named temporary folder for one run of the server: its socket, and its programs where they must be copied. */
export type Scratch = { readonly socketDir: string; remove(): void };

/**
 * Makes the folder in the first place that suits: reachable by `owner`, short enough for a socket, and `accept`ed.
 * The folder is noted in `dataDir`, so that the next start removes what a kill left behind; the caller holds the lock
 * of `dataDir`.
 *
 * @throws EmbeddedPostgresError `not-permitted` when no place suits.
 */
export function createScratch(dataDir: string, owner: Owner | undefined, accept: (folder: string) => boolean): Scratch {
  const note = join(dataDir, "scratch");
  removeNoted(note);
  const bases = [...new Set([tmpdir(), "/tmp", "/var/tmp", "/dev/shm", "/run"])];
  for (const base of bases) {
    const folder = tryIn(base, owner);
    if (folder === undefined) continue;
    writeFileSync(note, folder);
    const socketDir = join(folder, "socket");
    if (Buffer.byteLength(join(socketDir, LONGEST_SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX && accept(folder)) {
      mkdirSync(socketDir, { mode: 0o700 });
      if (owner !== undefined) chownSync(socketDir, owner.uid, owner.gid);
      const touching = setInterval(() => touch(folder), TOUCH_MS);
      touching.unref();
      const remove = () => {
        clearInterval(touching);
        removeNoted(note);
      };
      return { socketDir, remove };
    }
    removeNoted(note);
  }
  const message = `PostgreSQL needs a temporary folder for its socket, one from which programs may be started: none of ${bases.join(", ")} will do. Set TMPDIR to one.`;
  throw new EmbeddedPostgresError("not-permitted", message);
}

function tryIn(base: string, owner: Owner | undefined): string | undefined {
  try {
    if (owner !== undefined && !canReach(base, owner)) return undefined;
    const folder = mkdtempSync(join(base, PREFIX));
    if (owner !== undefined) chmodSync(folder, 0o711);
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes the folder named in the note, if it is one of ours: a note is a file that anything may have damaged. */
function removeNoted(note: string): void {
  try {
    const folder = readFileSync(note, "utf8");
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (basename(folder).startsWith(PREFIX) && stat?.isDirectory() && stat.uid === process.getuid?.()) {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return;
  }
  rmSync(note, { force: true });
}

function touch(folder: string): void {
  const now = new Date();
  for (const name of ["", "share", "lib", "bin", "bin/postgres", "socket"]) {
    try {
      lutimesSync(join(folder, name), now, now);
    } catch {
      // Not every run has copies.
    }
  }
}
