import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError } from "./failure.ts";
import type { Launcher } from "./launcher.ts";
import { describeExit, type Exit, listenTo } from "./output.ts";
import { readPostmaster, runningPostmaster, stopPostmaster } from "./postmaster.ts";
import { serverArguments } from "./settings.ts";

/** Looks at `postmaster.pid` this often until it says `ready`. */
const READY_POLL_MS = 5;
/** Recovery after a crash reads the log since the last checkpoint (4 GB at most): minutes on a slow disk. */
const READY_MAX_MS = 15 * 60_000;
/** Somebody else may take the free port first; processes of a killed server may linger. */
const ATTEMPTS_MAX = 20;
const LINGER_MS = 500;

export type Server = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly exit: Promise<Exit>;
};

/**
 * Ends a server that outlived the process which started it (`kill -9` of ours), and clears a pid file whose number
 * another process or a zombie carries by now: PostgreSQL would take that one for a server and refuse to start.
 */
export async function endOrphan(data: string): Promise<void> {
  const orphan = runningPostmaster(data);
  if (orphan !== undefined) {
    // It is ended, not adopted: its settings may be an older Chesil's, and nobody reads what it says.
    if (!(await stopPostmaster(orphan.pid))) {
      const message = `A PostgreSQL of an earlier Chesil (process ${orphan.pid}) still holds ${data} and cannot be ended.`;
      throw new EmbeddedPostgresError("in-use", message);
    }
    return;
  }
  const left = readPostmaster(data);
  if (left !== undefined && isNumberTaken(left.pid)) {
    // Its shared memory, found by the folder's inode, still guards the data if servers of it do run.
    rmSync(join(data, "postmaster.pid"), { force: true });
  }
}

/** What PostgreSQL asks of a pid file. A zombie that nobody reaps (a container without init) counts as well. */
function isNumberTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts the server on a free port and waits until it takes connections. */
export async function startServer(
  data: string,
  socketDir: string,
  launcher: Launcher,
  onLog?: (line: string) => void,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const args = ["-D", launcher.seenAs(data, "data"), ...serverArguments({ port, socketDir })];
    const child = launcher.start("postgres", args);
    const { exit } = listenTo(child, onLog);
    const ended = await readyOrEnded(data, child, exit);
    if (ended === undefined) return { child, pid: child.pid ?? 0, port, exit };
    const said = ended.lines.join("\n");
    const mayPass = /could not create any TCP|could not bind|pre-existing shared memory block/.test(said);
    if (!mayPass || attempt === ATTEMPTS_MAX) {
      throw new EmbeddedPostgresError("start-failed", `PostgreSQL ${describeExit(ended)}`);
    }
    await sleep(LINGER_MS);
  }
}

async function readyOrEnded(data: string, child: ChildProcess, exit: Promise<Exit>): Promise<Exit | undefined> {
  let ended: Exit | undefined;
  let failure: unknown;
  exit.then(
    (how) => {
      ended = how;
    },
    (error) => {
      failure = error;
    },
  );
  for (const until = performance.now() + READY_MAX_MS; performance.now() < until; await sleep(READY_POLL_MS)) {
    if (failure !== undefined) {
      throw new EmbeddedPostgresError("start-failed", "PostgreSQL's server does not start.", { cause: failure });
    }
    if (ended !== undefined) return ended;
    const postmaster = readPostmaster(data);
    if (postmaster?.pid === child.pid && postmaster?.status === "ready") return undefined;
  }
  if (child.pid !== undefined) await stopPostmaster(child.pid);
  throw new EmbeddedPostgresError("start-failed", `PostgreSQL was not ready after ${READY_MAX_MS / 60_000} minutes.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("No port.")),
      );
    });
  });
}
