import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chmodSync, closeSync, constants, copyFileSync, existsSync, mkdirSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, openToAll } from "./binaries.ts";
import { EmbeddedPostgresError, throwUnstartable } from "./failure.ts";
import { canReach, type Owner } from "./owner.ts";

/**
 * Starts PostgreSQL's programs, as ourselves or (when we are root) as the unprivileged owner of the data.
 *
 * That owner often may not walk to the files: a checkout under /root, mode 700, is the ordinary case. What it cannot
 * reach by name we open as root and hand down as a file descriptor; `/proc/self/fd/N` then leads each process straight
 * to the folder, without its parents. So the data stays where it belongs and no mode of anybody's folder changes.
 * Programs cannot be started that way, because PostgreSQL asks for the real path of its own: only they (10 MB) are
 * copied to a temporary folder, beside links to the `share` and `lib` that were handed down.
 */
export class Launcher {
  readonly #owner: Owner | undefined;
  readonly #handed = new Map<Handed, number>();
  #folder: string;

  constructor(binaries: Binaries, owner: Owner | undefined) {
    this.#folder = binaries.folder;
    this.#owner = owner;
  }

  /**
   * Makes the programs startable by their owner. `scratch` is a new folder of ours that the owner can reach. False when
   * programs cannot be started from there (a file system mounted `noexec`): try again with another.
   */
  prepare(binaries: Binaries, scratch: string): boolean {
    if (this.#owner === undefined) return true;
    openToAll(binaries.folder);
    if (canReach(join(binaries.folder, "bin"), this.#owner)) return true;
    for (const part of ["share", "lib"] as const) {
      symlinkSync(this.#handDown(join(binaries.folder, part), part), join(scratch, part));
    }
    mkdirSync(join(scratch, "bin"));
    for (const program of ["initdb", "postgres"]) {
      copyFileSync(join(binaries.folder, "bin", program), join(scratch, "bin", program));
    }
    // Whatever the umask made of them.
    for (const path of ["bin", "bin/initdb", "bin/postgres"]) chmodSync(join(scratch, path), 0o755);
    this.#folder = scratch;
    const { status, error } = spawnSync(this.#program("postgres"), ["--version"], this.#options());
    // EACCES is the folder's fault; of anything else it is innocent.
    if (error !== undefined && (error as NodeJS.ErrnoException).code !== "EACCES") throwUnstartable(error);
    return status === 0;
  }

  /** How the programs see `path`, to be named in their arguments. */
  seenAs(path: string, as: Handed): string {
    if (this.#owner === undefined || canReach(path, this.#owner)) return path;
    return this.#handDown(path, as);
  }

  start(program: Program, args: readonly string[], input: "pipe" | "ignore" = "ignore"): ChildProcess {
    const child = this.#spawn(program, args, input);
    // Should somebody call process.exit, nothing can be awaited any more; but it must not outlive us.
    const end = () => child.kill("SIGINT");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    return child;
  }

  #spawn(program: Program, args: readonly string[], input: "pipe" | "ignore"): ChildProcess {
    try {
      return spawn(this.#program(program), args, this.#options(input));
    } catch (error) {
      // Most errors come as an event; that of a user id that may not be taken is thrown.
      return throwUnstartable(error);
    }
  }

  /** Closes what was handed down. Running programs keep their own. */
  close(): void {
    for (const fd of this.#handed.values()) closeSync(fd);
    this.#handed.clear();
  }

  #program(program: Program): string {
    return join(this.#folder, "bin", program);
  }

  #handDown(path: string, as: Handed): string {
    if (!existsSync("/proc/self/fd")) {
      const message = `${path} lies below a folder that only root may enter. Start Chesil as an ordinary user, or elsewhere.`;
      throw new EmbeddedPostgresError("not-permitted", message);
    }
    const before = this.#handed.get(as);
    if (before !== undefined) closeSync(before);
    this.#handed.set(as, openSync(path, constants.O_RDONLY));
    return `/proc/self/fd/${HANDED[as]}`;
  }

  #options(input: "pipe" | "ignore" = "ignore"): SpawnOptions {
    const handed = (Object.keys(HANDED) as Handed[]).map((as) => this.#handed.get(as) ?? ("ignore" as const));
    return {
      // "/" exists for everybody; in a folder the owner cannot see, getcwd fails.
      cwd: "/",
      env: ENVIRONMENT,
      // A group of its own: Ctrl-C in the terminal is ours to answer, in our order.
      detached: true,
      stdio: [input, "pipe", "pipe", ...handed],
      ...this.#owner,
    };
  }
}

type Program = "initdb" | "postgres";

/** Standard input, output and error are 0 to 2. Every program gets the same numbers, so that links to them hold. */
const HANDED = { data: 3, share: 4, lib: 5, password: 6 } as const;
type Handed = keyof typeof HANDED;

/** Nothing of our environment reaches the server (PGDATA and the like would change it). TZ spares initdb a search. */
const ENVIRONMENT = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" };
