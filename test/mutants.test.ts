import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { MUTANTS } from "./mutants.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Runs a mutant's test in a vitest of its own, on the run's database server. @returns its exit code and its words. */
async function runAgainst(mutant: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--bail=1", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CHESIL_MUTANT: mutant,
      CHESIL_TEST_DATABASE_URL: inject("postgresUrl"),
      VITEST: "",
      NO_COLOR: "1",
    },
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  return { code: Number(code), said };
}

/** Negative controls: a law's test that could not fail would prove nothing. They are most of a run's time: two at once. */
describe.concurrent("a build with a law broken on purpose", () => {
  it.each(MUTANTS)(
    "is noticed: $name ($law)",
    async ({ name, file, find, test, only }) => {
      expect(existsSync(join(ROOT, test)), test).toBe(true);
      expect(readFileSync(join(ROOT, file), "utf8").split(find), `"${find}" stands once in ${file}`).toHaveLength(2);
      const { code, said } = await runAgainst(name, only ? [test, "-t", only] : [test]);
      expect(stripVTControlCharacters(said)).toMatch(/Tests\s+\d+ failed/);
      expect(code).not.toBe(0);
    },
    120_000,
  );
});
