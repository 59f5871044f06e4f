import { existsSync, globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const json = (path: string) => JSON.parse(read(path));

type Row = { knows: string[]; thirdParty: string[] };

/** The dependency table of ARCHITECTURE.md, by folder. */
function dependencyTable(): Map<string, Row> {
  const table = read("ARCHITECTURE.md").split("<!-- dependencies -->")[1]?.split("<!-- /dependencies -->")[0] ?? "";
  const list = (cell: string | undefined) =>
    (cell ?? "")
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
  const rows = table.split("\n").filter((line) => /^\| (packages|services)\//.test(line));
  return new Map(
    rows.map((line) => {
      const [, folder, knows, thirdParty] = line.split("|").map((cell) => cell.trim());
      return [folder ?? "", { knows: list(knows), thirdParty: list(thirdParty) }];
    }),
  );
}

const folders = globSync("{packages,services}/*/package.json", { cwd: ROOT })
  .map((path) => path.replace("/package.json", ""))
  .sort();
const sources = (folder: string) =>
  globSync(`${folder}/**/*.{ts,tsx}`, {
    cwd: ROOT,
    exclude: (name) => name.includes("node_modules") || name.includes("dist"),
  });

/** What a file imports, statically or not. */
function importsOf(path: string): string[] {
  return [
    ...read(path).matchAll(/^(?:import|export|\}).*? from "([^"]+)";|\bimport\("([^"]+)"\)|^import "([^"]+)";/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const packageOf = (specifier: string) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

describe("the dependency table of ARCHITECTURE.md", () => {
  const table = dependencyTable();

  it("names every package, and no other", () => {
    expect([...table.keys()].sort()).toEqual(folders);
    expect(folders.length).toBeGreaterThan(12);
  });

  it.each(folders)("is what %s declares", (folder) => {
    const declared = Object.keys(json(`${folder}/package.json`).dependencies ?? {});
    const row = table.get(folder);
    const own = declared.filter((name) => name.startsWith("@chesil/")).map((name) => name.slice("@chesil/".length));
    expect({ knows: own.sort(), thirdParty: declared.filter((name) => !name.startsWith("@chesil/")).sort() }).toEqual({
      knows: [...(row?.knows ?? [])].sort(),
      thirdParty: [...(row?.thirdParty ?? [])].sort(),
    });
  });

  it.each(folders)("is what %s imports: npm would let an undeclared one through", (folder) => {
    const manifest = json(`${folder}/package.json`);
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
    const strays = sources(folder).flatMap((path) =>
      importsOf(path)
        .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
        .map(packageOf)
        .filter((name) => !declared.has(name) && name !== manifest.name)
        .map((name) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
    expect(sources(folder).length).toBeGreaterThan(0);
  });

  it("keeps services apart: only `all` knows other services", () => {
    const services = folders
      .filter((folder) => folder.startsWith("services/"))
      .map((folder) => folder.slice("services/".length));
    for (const [folder, row] of table) {
      if (folder !== "services/all")
        expect(
          row.knows.filter((name) => services.includes(name)),
          folder,
        ).toEqual([]);
    }
  });
});

describe("the tree", () => {
  it("has the top level that was asked for", () => {
    for (const name of [
      "package.json",
      "tsconfig.json",
      "services",
      "packages",
      "schemas",
      "infra",
      "scripts",
      "test",
      "turbo.json",
      "README.md",
    ]) {
      expect(existsSync(join(ROOT, name)), name).toBe(true);
    }
  });

  it("has no folder or file that attracts everything", () => {
    const banned = /(^|\/)(core|commons?|shared|utils?|helpers?|misc)(\/|\.tsx?$)/;
    const paths = ["packages", "services", "scripts", "test"].flatMap((folder) => sources(folder));
    expect(paths.filter((path) => banned.test(path))).toEqual([]);
    expect(paths.length).toBeGreaterThan(100);
  });

  it("gives every package and service a README", () => {
    for (const folder of folders) expect(existsSync(join(ROOT, folder, "README.md")), folder).toBe(true);
  });

  it("lets the size limits only shrink, and nobody past them", () => {
    const rules = json("biome.json").linter.rules;
    expect(rules.complexity.noExcessiveLinesPerFunction.options.maxLines).toBeLessThanOrEqual(70);
    expect(rules.style.noExcessiveLinesPerFile.options.maxLines).toBeLessThanOrEqual(400);
    const excused = ["packages", "services", "scripts", "test"]
      .flatMap(sources)
      .filter((path) => /biome-ignore\s+lint\/(complexity\/noExcessiveLines|style\/noExcessiveLines)/.test(read(path)));
    expect(excused.filter((path) => !path.endsWith("architecture.test.ts"))).toEqual([]);
  });

  it("writes Node's own modules with their prefix", () => {
    const bare = ["packages", "services"].flatMap(sources).flatMap((path) =>
      importsOf(path)
        .filter((name) => builtinModules.includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(bare).toEqual([]);
  });

  it("keeps download addresses out of the lockfile", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });
});
