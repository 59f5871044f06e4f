#!/usr/bin/env node
/**
 * What stands between `npm start` in a bare clone and Chesil: it installs the packages when they are missing or not
 * those of package-lock.json, and runs the given TypeScript file with the Node that came with them, whatever Node the
 * machine has. Plain JavaScript without packages, for it runs before there are any, on Node 20.19.
 *
 *     node scripts/bootstrap.mjs scripts/start.ts --demo
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".chesil-lock-hash");
/** One Ctrl-C may arrive twice, from the terminal and passed on by npm. */
const SAME_SIGNAL_MS = 300;
const INSTALL_POLL_MS = 500;
const PARENT_POLL_MS = 250;
const LINES_SHOWN = 40;

/** Installs what is missing, runs `script` (a path from the repository's root) and ends this process as it ended. */
export async function bootstrap(script, args) {
  refuseOldNode();
  const children = passSignalsOn();
  if (whyInstall() !== undefined) await installOnce(children);
  const child = spawn(nodeOfOurs(), [join(ROOT, script), ...args], {
    // The channel says nothing: its end tells the child that we are gone, should somebody kill -9 us.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  children.current = child;
  stopWithShell(child);
  child.once("error", (error) => giveUp(`Cannot start ${nodeOfOurs()}: ${error.message}`));
  child.once("exit", (code, signal) => endAs(code, signal));
}

function refuseOldNode() {
  const wanted = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).engines.node;
  const [major, minor] = wanted.replace(/^\D+/, "").split(".").map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split(".").map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  giveUp(
    `Chesil needs Node ${major}.${minor} or newer to start; this is ${process.versions.node}. See https://nodejs.org`,
  );
}

/** Why packages have to be installed; undefined when they are those of package-lock.json. */
function whyInstall() {
  if (!existsSync(MODULES)) return "first start";
  const stamp = stampOfLock();
  if (readIfThere(STAMP) === stamp) return undefined;
  if (!agreesWithLock()) return "package-lock.json has changed";
  // Somebody ran npm themselves. (Where we may not write, this is found out anew each time: 10 ms.)
  writeStamp(stamp);
  return undefined;
}

function stampOfLock() {
  const hash = createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .digest("hex");
  // A folder shared with another kind of machine holds the wrong binaries.
  return `${hash} ${process.platform}-${process.arch}\n`;
}

function writeStamp(stamp) {
  try {
    writeFileSync(STAMP, stamp);
  } catch {
    // A read-only installation is as good.
  }
}

/** npm notes what it installed; that note is complete only when npm finished. */
function agreesWithLock() {
  const installed = JSON.parse(readIfThere(join(MODULES, ".package-lock.json")) ?? "{}").packages;
  if (installed === undefined || readIfThere(STAMP)?.endsWith(`${process.platform}-${process.arch}\n`) === false)
    return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, integrity, optional, link }]) => {
    if (!path.startsWith("node_modules/") || link) return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
  });
}

/** Two of us (`npm start` beside `npm test`) must not run npm in one folder: the second waits and looks again. */
async function installOnce(children) {
  const lock = join(
    realpathSync(tmpdir()),
    `chesil-install-${createHash("sha256").update(ROOT).digest("hex").slice(0, 16)}`,
  );
  while (!takeLock(lock)) {
    await new Promise((resolve) => setTimeout(resolve, INSTALL_POLL_MS));
  }
  try {
    const why = whyInstall();
    if (why !== undefined) await install(why, children);
  } finally {
    if (readIfThere(lock) === String(process.pid)) rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") return true;
  }
  if (isAlive(Number(readIfThere(lock)))) return false;
  try {
    rmSync(lock, { force: true });
    return false;
  } catch {
    // Another user's, long dead: it cannot be taken away, so it counts for nothing.
    return true;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

async function install(why, children) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const terminal = process.stderr.isTTY === true;
  const show = (text) => process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
  show(`Installing packages (${why})…`);
  const ticking = terminal ? setInterval(() => show(`Installing packages (${why})… ${seconds()}`), 1000) : undefined;
  const { environment, remove } = npmEnvironment();
  let result = await runNpm(["ci"], environment, children);
  // A lock written where the registry lacked some other platform's binaries: npm ci refuses it, and npm install takes
  // from it what there is. Neither changes it.
  if (result.lines.some((line) => line.includes("EUSAGE"))) {
    result = await runNpm(["install", "--no-save"], environment, children);
  }
  clearInterval(ticking);
  remove();
  if (result.code !== 0) {
    show("");
    if (result.signal !== null) endAs(result.code, result.signal);
    giveUp(`npm failed (${result.code}):\n${result.lines.slice(0, LINES_SHOWN).join("\n")}`);
  }
  writeStamp(stampOfLock());
  show(`Packages installed in ${seconds()}.${terminal ? "\n" : ""}`);
}

async function runNpm(command, environment, children) {
  const npm = npmCommand(environment);
  // Development packages too, NODE_ENV=production or not: the Node that runs us is one.
  const flags = ["--include=dev", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const child = spawn(npm[0], [...npm.slice(1), ...command, ...flags], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32" && npm.length === 1,
  });
  children.current = child;
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => lines.push(...text.split("\n").filter(Boolean)));
  }
  const [code, signal] = await new Promise((resolve) => {
    child.once("error", (error) => resolve([error.message, null]));
    child.once("close", (...ended) => resolve(ended));
  });
  children.current = undefined;
  return { code, signal, lines };
}

/** The npm that started us, else the one beside this Node or on the PATH. */
function npmCommand(environment) {
  const beside = join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
  const cli = [environment.npm_execpath, beside].find((path) => path?.endsWith(".js") && existsSync(path));
  return cli === undefined ? ["npm"] : [process.execPath, cli];
}

/** npm's environment: without what the npm around us was asked to do, and with a cache that can be written. */
function npmEnvironment() {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (
      /^npm_config_(workspaces?|include_workspace_root|global|location|prefix|local_prefix|omit|package|call)$/i.test(
        name,
      )
    )
      delete environment[name];
  }
  try {
    const home = homedir();
    mkdirSync(join(home, ".npm"), { recursive: true });
    accessSync(join(home, ".npm"), constants.W_OK);
    return { environment, remove() {} };
  } catch {
    // A user without a home, or with one that is not his (HOME unset in a container): npm would fail or complain.
    const home = mkdtempSync(join(tmpdir(), "chesil-npm-"));
    if (environment.HOME === undefined) environment.HOME = home;
    environment.npm_config_cache ??= join(home, "cache");
    return { environment, remove: () => rmSync(home, { recursive: true, force: true }) };
  }
}

/** The Node among the packages; the machine's, where npm ran no install scripts and it is new enough. */
function nodeOfOurs() {
  const ours = process.platform === "win32" ? join(MODULES, "node", "bin", "node.exe") : join(MODULES, ".bin", "node");
  if (existsSync(ours)) return ours;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).devDependencies.node;
  if (Number(process.versions.node.split(".")[0]) >= Number(wanted.split(".")[0])) return process.execPath;
  return giveUp(
    `The package that brings Node ${wanted} is not complete: npm ran no install scripts (is ignore-scripts set?). ` +
      "Allow them and run: npm rebuild node",
  );
}

/**
 * Passes on to the child what we are sent. A terminal sends SIGINT to the child as well, so on one it is not passed
 * on; from npm or a killer it comes to us alone. We ourselves end when the child has.
 */
function passSignalsOn() {
  const children = { current: undefined };
  const last = {};
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const now = performance.now();
      const repeated = now - (last[signal] ?? -SAME_SIGNAL_MS) < SAME_SIGNAL_MS;
      last[signal] = now;
      if (children.current === undefined) endAs(null, signal);
      else if (!repeated && !(signal === "SIGINT" && terminal)) children.current.kill(signal);
    });
  }
  return children;
}

/**
 * `npm start` runs us below `sh -c`, and many a shell dies of npm's SIGTERM without passing it on: nobody would tell us
 * to stop. A shell that is gone before us was killed, so its end is the signal.
 */
function stopWithShell(child) {
  const { npm_lifecycle_event: npmScript } = process.env;
  if (npmScript === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, PARENT_POLL_MS);
  watch.unref();
}

/** Ends this process as the child ended, a signal included: whoever waits for us learns the truth. */
function endAs(code, signal) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Should the signal be ignored here, or not yet have come.
  setTimeout(() => process.exit(1), 1000);
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function giveUp(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) giveUp("Usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENT…]");
  await bootstrap(script, args);
}
