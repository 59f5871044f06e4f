import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";

const BOOTSTRAP = new URL("bootstrap.mjs", import.meta.url);
const LOCK = {
  packages: { "": {}, "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0", optional: true } },
};

/** A clone with a stand-in for npm, which notes each call and lays down a Node. */
function clone(options: { engines?: string; npm?: string } = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "clone of Chesil é ")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "scripts"));
  cpSync(BOOTSTRAP, join(root, "scripts", "bootstrap.mjs"));
  const manifest = { engines: { node: options.engines ?? ">=20.19" }, devDependencies: { node: "24.0.0" } };
  writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify(LOCK));
  const npm = `const fs = require("node:fs"); fs.appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");
    ${options.npm ?? ""}
    fs.rmSync("node_modules", { recursive: true, force: true });
    fs.mkdirSync("node_modules/.bin", { recursive: true });
    fs.symlinkSync(${JSON.stringify(process.execPath)}, "node_modules/.bin/node");
    fs.writeFileSync("node_modules/.package-lock.json", fs.readFileSync("package-lock.json"));`;
  writeFileSync(join(root, "npm-cli.js"), npm);
  return root;
}

function script(root: string, source: string): string {
  writeFileSync(join(root, "scripts", "it.ts"), source);
  return "scripts/it.ts";
}

function start(root: string, source: string, args: string[] = []): ChildProcess {
  const path = script(root, source);
  return spawn(process.execPath, [join(root, "scripts", "bootstrap.mjs"), path, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, npm_execpath: join(root, "npm-cli.js") },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function hear(child: ChildProcess) {
  const heard = { out: "", err: "" };
  child.stdout?.on("data", (text) => {
    heard.out += text;
  });
  child.stderr?.on("data", (text) => {
    heard.err += text;
  });
  return heard;
}

async function run(root: string, source: string, args: string[] = []) {
  const child = start(root, source, args);
  const heard = hear(child);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, ...heard };
}

const calls = (root: string) => readFileSync(join(root, "calls"), "utf8").trim().split("\n");
const WAITS = `const alive = setInterval(() => {}, 1000); console.log("up");
  let times = 0; for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {
    times++; setTimeout(() => { console.log(signal + " " + times); process.exit(7); }, 500); });
  process.on("disconnect", () => { process.getBuiltinModule("node:fs").writeFileSync(new URL("../parent-gone", import.meta.url), ""); process.exit(); });`;

async function upAndRunning(root: string) {
  const child = start(root, WAITS);
  const heard = hear(child);
  await expect.poll(() => heard.out, { timeout: 10_000 }).toContain("up");
  return { child, heard };
}

describe("bootstrap", () => {
  it("installs in a bare clone, once, and runs TypeScript with arguments, exit code and all", async () => {
    const root = clone();
    const source = `const code: number = 5; console.log(process.argv.slice(2).join("|")); process.exitCode = code;`;
    const first = await run(root, source, ["--demo", "a b"]);
    expect(first).toMatchObject({ code: 5, out: "--demo|a b\n" });
    expect(first.err).toMatch(/^Installing packages \(first start\)…\nPackages installed in \d+ s\.\n$/);
    expect(calls(root)).toEqual(["ci --include=dev --no-audit --no-fund --no-progress --loglevel=error"]);
    expect(await run(root, source)).toMatchObject({ code: 5, err: "" });
    expect(calls(root)).toHaveLength(1);
  });

  it("installs again when the lock has changed, but not when somebody ran npm themselves", async () => {
    const root = clone();
    await run(root, "");
    const changed = JSON.stringify({ packages: { ...LOCK.packages, "node_modules/a": { version: "2.0.0" } } });
    writeFileSync(join(root, "package-lock.json"), changed);
    expect((await run(root, "")).err).toContain("package-lock.json has changed");
    expect(calls(root)).toHaveLength(2);
    const again = JSON.stringify({ packages: { ...LOCK.packages, "node_modules/a": { version: "3.0.0" } } });
    writeFileSync(join(root, "package-lock.json"), again);
    // A package that is optional may be missing: it is another platform's.
    writeFileSync(
      join(root, "node_modules", ".package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version: "3.0.0" } } }),
    );
    expect((await run(root, "")).err).toBe("");
    expect(calls(root)).toHaveLength(2);
  });

  it("installs again what another kind of machine installed, and what npm left half done", async () => {
    const root = clone();
    await run(root, "");
    const stamp = join(root, "node_modules", ".chesil-lock-hash");
    writeFileSync(stamp, readFileSync(stamp, "utf8").replace(process.platform, "elsewhere"));
    await run(root, "");
    expect(calls(root)).toHaveLength(2);
    rmSync(stamp);
    rmSync(join(root, "node_modules", ".package-lock.json"));
    await run(root, "");
    expect(calls(root)).toHaveLength(3);
  });

  it("runs npm once when two start together", async () => {
    const root = clone({ npm: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);" });
    const both = await Promise.all([run(root, "process.exitCode = 3"), run(root, "process.exitCode = 3")]);
    expect(both.map(({ code }) => code)).toEqual([3, 3]);
    expect(calls(root)).toHaveLength(1);
  });

  it("shows what npm said when it fails, and tries again next time", async () => {
    const root = clone({ npm: `if (!fs.existsSync("calm")) { console.error("E403 no way"); process.exit(9); }` });
    expect(await run(root, "")).toMatchObject({ code: 1, err: expect.stringContaining("npm failed (9)") });
    expect((await run(root, "")).err).toContain("E403 no way");
    writeFileSync(join(root, "calm"), "");
    expect(await run(root, "")).toMatchObject({ code: 0 });
  });

  it("installs from a lock that npm ci finds incomplete, without changing it", async () => {
    const root = clone({
      npm: `if (process.argv[2] === "ci") { console.error("npm error code EUSAGE"); process.exit(1); }`,
    });
    expect(await run(root, "process.exitCode = 4")).toMatchObject({ code: 4 });
    expect(calls(root)[1]).toMatch(/^install --no-save /);
  });

  it("refuses a Node that is too old, by name", async () => {
    expect(await run(clone({ engines: ">=99.1" }), "")).toMatchObject({
      code: 1,
      err: expect.stringContaining("Chesil needs Node 99.1 or newer to start; this is"),
    });
  });

  it("ends as the script ended when that was a signal", async () => {
    expect(await run(clone(), `process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 1000);`)).toMatchObject({
      signal: "SIGKILL",
    });
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "passes on a burst of %s as one, and waits for the script to end",
    async (signal) => {
      const { child, heard } = await upAndRunning(clone());
      for (let i = 0; i < 3; i++) {
        child.kill(signal);
        await sleep(20);
      }
      expect((await once(child, "close"))[0]).toBe(7);
      expect(heard.out).toContain(`${signal} 1`);
    },
  );

  it("stops the script when npm's shell is killed over it", async () => {
    const root = clone();
    const path = script(root, WAITS);
    const command = `"${process.execPath}" scripts/bootstrap.mjs ${path}; true`;
    const shell = spawn("/bin/sh", ["-c", command], {
      cwd: root,
      env: { PATH: process.env.PATH, npm_execpath: join(root, "npm-cli.js"), npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const heard = hear(shell);
    await expect.poll(() => heard.out, { timeout: 10_000 }).toContain("up");
    shell.kill("SIGKILL");
    await expect.poll(() => heard.out, { timeout: 5000 }).toContain("SIGTERM 1");
  });

  it("leaves no orphan when it is killed itself", async () => {
    const root = clone();
    const { child } = await upAndRunning(root);
    child.kill("SIGKILL");
    await expect.poll(() => existsSync(join(root, "parent-gone")), { timeout: 5000 }).toBe(true);
  });
});
