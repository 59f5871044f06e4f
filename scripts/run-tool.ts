import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where npm put the tools, the Node that runs Chesil among them. */
const TOOLS = join(ROOT, "node_modules", ".bin");

export type ToolRun = { readonly code: number; readonly output: string; readonly seconds: number };

/**
 * Runs a tool of the project's own dependencies. `show` passes its output through as it comes; else it is collected,
 * so that what succeeds stays quiet.
 */
export function runTool(
  tool: string,
  args: readonly string[],
  options: { show?: boolean; env?: Record<string, string> } = {},
): Promise<ToolRun> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(join(TOOLS, tool), args, {
      cwd: ROOT,
      stdio: ["ignore", options.show ? "inherit" : "pipe", options.show ? "inherit" : "pipe"],
      env: {
        ...process.env,
        PATH: `${TOOLS}:${process.env.PATH}`,
        TURBO_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
        ...options.env,
      },
    });
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 }));
  });
}
