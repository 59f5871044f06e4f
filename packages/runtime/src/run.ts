import { closeSync, openSync } from "node:fs";
import type { Lifecycle } from "./lifecycle.ts";
import type { LogEvent } from "./telemetry-events.ts";

/** What the process says when it ends. 2 is left to `main`: a configuration that cannot be used. */
export const EXIT = { stopped: 0, failed: 1, badConfig: 2, undrained: 3, interrupted: 130 } as const;

/**
 * One Ctrl-C may arrive several times: from the terminal, which signals everybody in the group, and again from npm,
 * which passes it on. What comes within this time of the first is the first.
 */
const SAME_SIGNAL_MS = 300;
const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

export type RunOptions = {
  readonly onEvent?: (event: LogEvent) => void;
  /** Called once every part has started. */
  readonly onReady?: () => void;
  /** Called for SIGHUP, unless the terminal we were started from is gone: then SIGHUP says so, and stops. */
  readonly onReload?: () => void;
  /** Stand-ins for tests. */
  readonly process?: Pick<NodeJS.Process, "on" | "off" | "exit">;
  readonly terminal?: { readonly isGone: () => boolean };
};

/**
 * Starts everything and runs until a signal, a failed part or an unexpected error; then stops everything and returns
 * the exit code. SIGTERM and SIGINT drain, and so do SIGHUP from a terminal that closes and the loss of the parent that
 * started us with a channel; a second signal ends the process at once with 130. Other SIGHUPs ask for a reload.
 */
export async function runUntilStopped(lifecycle: Lifecycle, options: RunOptions = {}): Promise<number> {
  const target = options.process ?? process;
  const terminal = options.terminal ?? ownTerminal();
  const emit = (event: LogEvent) => options.onEvent?.(event);
  const asked = Promise.withResolvers<{ reason: string; failed: boolean }>();
  let askedAt: number | undefined;

  const onSignal = (signal: string) => {
    const now = performance.now();
    if (askedAt === undefined) {
      askedAt = now;
      asked.resolve({ reason: signal, failed: false });
    } else if (now - askedAt >= SAME_SIGNAL_MS) target.exit(EXIT.interrupted);
  };
  let hangup: NodeJS.Timeout | undefined;
  const onHangup = () => {
    if (options.onReload === undefined || askedAt !== undefined) onSignal("SIGHUP");
    // The terminal's own signal may come before the terminal is gone, and a second time from whoever passes it on.
    else hangup ??= setTimeout(onHangupSettled, SAME_SIGNAL_MS);
  };
  const onHangupSettled = () => {
    hangup = undefined;
    if (terminal.isGone()) onSignal("SIGHUP");
    else options.onReload?.();
  };
  const onDisconnect = () => asked.resolve({ reason: "parent-gone", failed: false });
  // Node would print the error, and its message may quote a patient.
  const onUnexpected = (error: unknown) => {
    emit({ event: "unexpected-error", where: "process", error });
    asked.resolve({ reason: "unexpected-error", failed: true });
  };
  for (const signal of STOP_SIGNALS) target.on(signal, onSignal);
  target.on("SIGHUP", onHangup);
  target.on("disconnect", onDisconnect);
  target.on("uncaughtException", onUnexpected);
  target.on("unhandledRejection", onUnexpected);
  void lifecycle.failed.then(() => asked.resolve({ reason: "part-failed", failed: true }));

  try {
    const first = await Promise.race([lifecycle.start(), asked.promise]);
    if ("ok" in first) {
      if (!first.ok) return EXIT.failed;
      options.onReady?.();
    }
    const { reason, failed } = await asked.promise;
    emit({ event: "stopping", reason });
    const began = performance.now();
    const { undrained } = await lifecycle.stop();
    const exitCode = failed ? EXIT.failed : undrained.length > 0 ? EXIT.undrained : EXIT.stopped;
    emit({ event: "stopped", ms: performance.now() - began, exitCode });
    return exitCode;
  } finally {
    clearTimeout(hangup);
    for (const signal of STOP_SIGNALS) target.off(signal, onSignal);
    target.off("SIGHUP", onHangup);
    target.off("disconnect", onDisconnect);
    target.off("uncaughtException", onUnexpected);
    target.off("unhandledRejection", onUnexpected);
  }
}

/** Whether the terminal we were started from, if any, has been closed since. */
function ownTerminal(): { isGone: () => boolean } {
  const hadOne = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  return {
    isGone() {
      if (!hadOne) return false;
      try {
        closeSync(openSync("/dev/tty", "r"));
        return false;
      } catch {
        return true;
      }
    },
  };
}
