import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ROOT } from "./run-tool.ts";

/**
 * FHIR R4 resources before the Java validator of HL7 and HAPI (`infra/fhir-validator`), which nobody here wrote. Maven
 * fetches it once into its own repository; what it comes to is kept in a cache folder by the hash of its sources.
 *
 *     npm run validate-fhir -- resources.ndjson
 */

const FOLDER = join(ROOT, "infra", "fhir-validator");
const MAIN = join(FOLDER, "Validate.java");
const POM = join(FOLDER, "pom.xml");
/** The first time Maven has some 100 MB to fetch. */
const RESOLVE_MS_MAX = 5 * 60_000;
const VALIDATE_MS_MAX = 10 * 60_000;
/** R4's definitions with their indexes come to some 600 MB. */
const HEAP = "-Xmx1500m";

export type Issue = {
  readonly severity: "information" | "warning" | "error" | "fatal";
  /** The validator's own name of what is wrong, "" if it has none. */
  readonly id: string;
  readonly location: string;
  readonly text: string;
};

/** Validates resources, each as one line of JSON, in their order. @throws where Java ends otherwise than it should. */
export type Validator = (resources: Iterable<string>) => Promise<Issue[][]>;

/** The validator, or why there is none on this machine. */
export function fhirValidator(): { readonly validate: Validator } | { readonly missing: string } {
  const needed = ["java", "mvn"].find((tool) => spawnSync(tool, ["-version"], { stdio: "ignore" }).status !== 0);
  if (needed !== undefined) return { missing: `there is no ${needed === "mvn" ? "Maven" : "Java"} here` };
  const classpath = resolvedClasspath();
  return classpath === undefined
    ? { missing: "Maven could not fetch the validator" }
    : { validate: (resources) => validate(classpath, resources) };
}

/** What Maven resolved for this pom.xml, as long as all of it is still there. */
function resolvedClasspath(): string | undefined {
  const hash = createHash("sha256").update(readFileSync(POM)).digest("hex").slice(0, 16);
  const cache = join(homedir(), ".cache", "chesil", `fhir-validator-${hash}`);
  const file = join(cache, "classpath");
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (known !== "" && known.split(delimiter).every((jar) => existsSync(jar))) return known;
  mkdirSync(cache, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  const args = ["-q", "-B", "-f", POM, "dependency:build-classpath", `-Dmdep.outputFile=${fresh}`];
  const { status } = spawnSync("mvn", args, { stdio: "ignore", timeout: RESOLVE_MS_MAX });
  if (status !== 0 || !existsSync(fresh)) return undefined;
  renameSync(fresh, file);
  return readFileSync(file, "utf8").trim();
}

async function validate(classpath: string, resources: Iterable<string>): Promise<Issue[][]> {
  const java = spawn("java", [HEAP, "-XX:+UseParallelGC", "-cp", classpath, MAIN], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: VALIDATE_MS_MAX,
  });
  let complaint = "";
  java.stderr.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-4_000);
  });
  const ended = new Promise<number | null>((resolve, reject) => java.once("error", reject).once("close", resolve));
  let sent = 0;
  const lines = function* () {
    for (const resource of resources) {
      sent++;
      yield `${resource}\n`;
    }
  };
  // Should Java end early, its exit code says more than the broken pipe.
  const writing = pipeline(Readable.from(lines()), java.stdin).catch(() => {});
  const answers: Issue[][] = [];
  for await (const line of createInterface({ input: java.stdout }))
    answers.push((JSON.parse(line) as { issues: Issue[] }).issues);
  await writing;
  const code = await ended;
  if (code !== 0 || answers.length !== sent)
    throw new Error(`The validator ended with ${code} after ${answers.length} of ${sent} resources.\n${complaint}`);
  return answers;
}

/** Prints what is wrong, a line each; ends with 1 where anything is an error. */
async function main(files: readonly string[]): Promise<void> {
  const found = fhirValidator();
  if ("missing" in found) throw new Error(`Not validated: ${found.missing}.`);
  const paths = files.length > 0 ? files : ["/dev/stdin"];
  const resources = paths.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== ""),
  );
  const answers = await found.validate(resources);
  let errors = 0;
  for (const [index, issues] of answers.entries())
    for (const { severity, id, location, text } of issues) {
      if (severity === "error" || severity === "fatal") errors++;
      process.stdout.write(`${index + 1}: ${severity} ${location}: ${text} [${id}]\n`);
    }
  process.stderr.write(`${answers.length} resources, ${errors} errors\n`);
  process.exitCode = errors === 0 ? 0 : 1;
}

if (import.meta.main) await main(process.argv.slice(2));
