import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

const LINES_KEPT = 40;
const LINE_LENGTH_MAX = 500;

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
};

/** Collects the last lines a program says, hands each on, and tells how it ended. Errors of spawn reject. */
export function listenTo(
  child: ChildProcess,
  onLine?: (line: string) => void,
): { lines: string[]; exit: Promise<Exit> } {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (text) => {
      const line = text.slice(0, LINE_LENGTH_MAX);
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      onLine?.(line);
    });
  }
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // The last lines may still be on their way; but a child of the child can hold the pipe open long after.
      const settle = () => resolve({ code, signal, lines });
      child.once("close", settle);
      setTimeout(settle, 250).unref();
    });
  });
  return { lines, exit };
}

/** `exited with code 1` and what was said last, for an error message. */
export function describeExit({ code, signal, lines }: Exit): string {
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  return lines.length === 0 ? `${how}, saying nothing` : `${how}. Its last lines:\n  ${lines.slice(-8).join("\n  ")}`;
}
