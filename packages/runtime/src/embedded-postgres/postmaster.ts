import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "../process-identity.ts";

/** What a running server says of itself in `postmaster.pid` (miscadmin.h, LOCK_FILE_LINE_*). */
export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  /** `starting`, `stopping`, `ready` or `standby`; empty before the first is written. */
  readonly status: string;
};

export function readPostmaster(data: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, port: Number(lines[3]), socketDir: lines[4]?.trim() ?? "", status: lines[7]?.trim() ?? "" };
  } catch {
    return undefined;
  }
}

/** The server that runs on this data folder, if one does: the pid in its file may be another process's by now. */
export function runningPostmaster(data: string): Postmaster | undefined {
  const postmaster = readPostmaster(data);
  return postmaster !== undefined && servesFolder(postmaster.pid, data) ? postmaster : undefined;
}

function servesFolder(pid: number, data: string): boolean {
  if (processStart(pid) === undefined) return false;
  if (process.platform !== "linux") return commandOf(pid).includes("postgres");
  try {
    // A server's current folder is its data folder, whatever name it was given for it.
    const cwd = statSync(`/proc/${pid}/cwd`);
    const folder = statSync(data);
    return cwd.ino === folder.ino && cwd.dev === folder.dev;
  } catch {
    // Somebody else's process: PostgreSQL would not have it as its own either.
    return false;
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

/** Time for each way of asking, politest first. Whatever ends the server, what it had committed is safe. */
export type StopLimits = {
  /** SIGINT: clients are cut off, a checkpoint is written. */
  readonly fastMs: number;
  /** SIGQUIT: ends at once; the next start recovers from the log. */
  readonly immediateMs: number;
};
export const STOP_LIMITS: StopLimits = { fastMs: 30_000, immediateMs: 10_000 };
const POLL_MS = 20;

/** Ends the server `pid`, however stubborn. Resolves when it is gone; false when it outlived even SIGKILL. */
export async function stopPostmaster(pid: number, limits: StopLimits = STOP_LIMITS): Promise<boolean> {
  const start = processStart(pid);
  const steps = [
    ["SIGINT", limits.fastMs],
    ["SIGQUIT", limits.immediateMs],
    ["SIGKILL", limits.immediateMs],
  ] as const;
  for (const [signal, limitMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return processStart(pid) !== start;
    }
    for (const until = performance.now() + limitMs; performance.now() < until; await sleep(POLL_MS)) {
      if (start === undefined || processStart(pid) !== start) return true;
    }
  }
  return false;
}
