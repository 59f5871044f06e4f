import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLI = join(ROOT, "services", "all", "src", "cli.ts");

export type ChesilProcess = {
  readonly dataDir: string;
  readonly mllpPort: number;
  readonly httpUrl: string;
  readonly signInUrl: string | undefined;
  readonly readySeconds: number;
  readonly child: ChildProcess;
  /** Everything the process said, for a test that fails. */
  said(): string;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the process alone: its database is left behind, as in a crash. */
  kill(): Promise<void>;
};

export const TOKEN = "test-token-0123456789abcdef";

/** A folder for Chesil's data, and its removal. */
export async function dataFolder(): Promise<{ dataDir: string; remove: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "chesil-test-"));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

/** Starts the whole of Chesil as a process of its own, as `npm start` does, on free ports unless given. */
export async function startChesil(
  dataDir: string,
  options: { mllpPort?: number; env?: Record<string, string> } = {},
): Promise<ChesilProcess> {
  const started = performance.now();
  const child = spawn(process.execPath, [CLI, "start"], {
    cwd: dataDir,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CHESIL_DATA_DIR: join(dataDir, "data"),
      CHESIL_MLLP_PORT: String(options.mllpPort ?? 0),
      CHESIL_HTTP_PORT: "0",
      CHESIL_BOOTSTRAP_TOKEN: TOKEN,
      ...options.env,
    },
  });
  let said = "";
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ctrl-C stops it.")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("close", (code) => reject(new Error(`Chesil ended with ${code} before it was ready:\n${said}`)));
  });
  await ready;
  const exit = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  };
  return {
    dataDir,
    mllpPort: Number(/MLLP\s+\S+:(\d+)/.exec(said)?.[1]),
    httpUrl: /console\s+(http:\S+?)\/?\s/.exec(said)?.[1] ?? "",
    signInUrl: /sign in\s+(\S+)/.exec(said)?.[1],
    readySeconds: (performance.now() - started) / 1000,
    child,
    said: () => said,
    stop: () => exit("SIGTERM"),
    kill: async () => {
      await exit("SIGKILL");
    },
  };
}

/** Asks the API as a script would, with the bootstrap token. */
export function ask<T>(chesil: ChesilProcess, path: string, body?: unknown): Promise<T> {
  if (body === undefined) return answerOf(chesil, path, { method: "GET" });
  const headers = { "content-type": "application/json" };
  return answerOf(chesil, path, { method: "POST", body: JSON.stringify(body), headers });
}

/** Sends a file, under a name. */
export function upload<T>(chesil: ChesilProcess, path: string, file: { name: string; text: string }): Promise<T> {
  const headers = { "content-type": "text/csv", "content-disposition": `attachment; filename="${file.name}"` };
  return answerOf(chesil, path, { method: "POST", body: file.text, headers });
}

async function answerOf<T>(chesil: ChesilProcess, path: string, asked: RequestInit): Promise<T> {
  const headers = { authorization: `Bearer ${TOKEN}`, "x-chesil-request": "1", ...asked.headers };
  const response = await fetch(`${chesil.httpUrl}${path}`, { ...asked, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

type Summary = { received: number; inFlight: number; outcomes: Record<string, number>; backlog: { messages: number } };

/** Waits until nothing is in flight, and gives the totals. */
export async function drained(chesil: ChesilProcess, receivedMin: number, deadlineMs = 60_000): Promise<Summary> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const summary = await ask<Summary>(chesil, "/api/v1/metrics/summary");
    if (summary.received >= receivedMin && summary.inFlight === 0 && summary.backlog.messages === 0) return summary;
    if (Date.now() > until) throw new Error(`Not drained: ${JSON.stringify(summary)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
