import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedOfRun } from "../test/seed.ts";
import { buildConsole } from "./build-console.ts";
import { runTool } from "./run-tool.ts";

/**
 * `npm test`: every check, in the order in which a mistake is cheapest to find. All of them run even when one fails.
 * Arguments go to vitest (`npm test -- packages/hl7` runs its tests alone, after the checks).
 */

type Counts = { passed: number; failed: number; skipped: number };

/** What failed before the tests did: said again at the end, where whoever reads the last lines of a long log finds it. */
const failedChecks: string[] = [];

const CHECKS: readonly { name: string; tool: string; args: readonly string[] }[] = [
  { name: "types", tool: "tsc", args: ["--noEmit"] },
  { name: "lint and format", tool: "biome", args: ["ci", "--error-on-warnings", "."] },
  { name: "package boundaries", tool: "turbo", args: ["boundaries"] },
  { name: "unused code", tool: "knip", args: [] },
];

async function runChecks(counts: Counts): Promise<void> {
  for (const { name, tool, args } of CHECKS) {
    const { code, output, seconds } = await runTool(tool, args);
    say(code === 0, name, seconds, output);
    counts[code === 0 ? "passed" : "failed"] += 1;
  }
}

async function buildTheConsole(counts: Counts): Promise<void> {
  const started = performance.now();
  try {
    await buildConsole();
    counts.passed += 1;
    say(true, "console build", (performance.now() - started) / 1000, "");
  } catch (error) {
    counts.failed += 1;
    say(false, "console build", (performance.now() - started) / 1000, (error as Error).message);
  }
}

async function runVitest(counts: Counts, args: readonly string[]): Promise<void> {
  const seed = String(seedOfRun());
  process.stdout.write(`Random tests draw from CHESIL_SEED=${seed}.\n`);
  const folder = mkdtempSync(join(tmpdir(), "chesil-report-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await runTool("vitest", ["run", ...reporters, ...args], {
    show: true,
    env: { CHESIL_SEED: seed },
  });
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    counts.passed += result.numPassedTests;
    counts.failed += result.numFailedTests + brokenFiles(result);
    counts.skipped += result.numPendingTests + result.numTodoTests;
    for (const reason of skippedNames(result)) process.stdout.write(`skipped: ${reason}\n`);
    if (code !== 0 && counts.failed === 0) counts.failed += 1;
  } catch {
    counts.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Assertion = { status: string; fullName: string };

/** Test files that failed before any test of theirs could. */
const brokenFiles = (result: { testResults: { status: string; assertionResults: Assertion[] }[] }): number =>
  result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;

const skippedNames = (result: { testResults: { assertionResults: Assertion[] }[] }): string[] =>
  result.testResults.flatMap((file) =>
    file.assertionResults
      .filter((each) => each.status === "pending" || each.status === "skipped")
      .map((each) => each.fullName),
  );

function say(ok: boolean, name: string, seconds: number, output: string): void {
  if (!ok) failedChecks.push(name);
  process.stdout.write(`${ok ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)\n${ok ? "" : `${output}\n`}`);
}

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
await runChecks(counts);
await buildTheConsole(counts);
await runVitest(counts, process.argv.slice(2));
for (const name of failedChecks) process.stdout.write(`FAILED ${name}: what it found stands above, before the tests\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
