import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runTool } from "./run-tool.ts";

const CONSOLE = join(ROOT, "services", "console");

/** The built console, for the API to serve. */
export const CONSOLE_DIST = join(CONSOLE, "dist");

/** Builds the console when a source of it is newer than what was built. @throws with the bundler's words when it fails. */
export async function buildConsole(): Promise<void> {
  if (isCurrent()) return;
  const { code, output } = await runTool("turbo", [
    "run",
    "build",
    "--filter=@chesil/console",
    "--output-logs=errors-only",
  ]);
  if (code !== 0) throw new Error(`The console could not be built:\n${output}`);
}

function isCurrent(): boolean {
  const built = join(CONSOLE_DIST, "index.html");
  if (!existsSync(built)) return false;
  const builtAt = statSync(built).mtimeMs;
  const sources = globSync("{src/**/*,index.html,vite.config.ts,package.json,public/**/*}", { cwd: CONSOLE });
  return sources.every((path) => statSync(join(CONSOLE, path)).mtimeMs <= builtAt);
}
