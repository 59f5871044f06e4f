import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { takeDataLock } from "./data-lock.ts";
import { processPlace, processStart } from "./process-identity.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "lock-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const mine = {
  id: "left",
  pid: process.pid,
  start: processStart(process.pid),
  place: processPlace(),
  since: "2026-01-01T00:00:00Z",
};
const leave = (path: string, record: object) =>
  writeFileSync(join(path, "lock"), JSON.stringify({ ...mine, ...record }));

describe("data lock", () => {
  it("has one holder, whom the others can name", async () => {
    const path = folder();
    const first = await takeDataLock(path);
    expect(first.ok).toBe(true);
    expect(await takeDataLock(path)).toMatchObject({ ok: false, pid: process.pid, elsewhere: false });
    if (first.ok) first.lock.release();
    expect(readdirSync(path)).toEqual([]);
    const again = await takeDataLock(path);
    expect(again.ok).toBe(true);
    if (again.ok) again.lock.release();
  });

  it("is won by exactly one of many who break the same stale lock together", async () => {
    for (let round = 0; round < 20; round++) {
      const path = folder();
      leave(path, { start: "1" });
      const results = await Promise.all(Array.from({ length: 10 }, () => takeDataLock(path)));
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      for (const result of results) if (result.ok) result.lock.release();
      expect(readdirSync(path)).toEqual([]);
    }
  });

  it.each<[string, { pid?: number; start?: string; place?: string; touched?: number }]>([
    ["a process that is gone", { pid: 2 ** 22 + 1 }],
    ["a process whose number was given away", { start: "1" }],
    ["a machine not heard of for long", { place: "other", touched: 0 }],
  ])("is broken when it belongs to %s", async (_, { touched, ...record }) => {
    const path = folder();
    leave(path, record);
    if (touched !== undefined) utimesSync(join(path, "lock"), touched, touched);
    const taken = await takeDataLock(path);
    expect(taken.ok).toBe(true);
    if (taken.ok) taken.lock.release();
  });

  it("is broken when it cannot be read", async () => {
    const path = folder();
    writeFileSync(join(path, "lock"), "{");
    const taken = await takeDataLock(path);
    expect(taken.ok).toBe(true);
    if (taken.ok) taken.lock.release();
  });

  it("is respected from another container while its holder's heart beats, and no longer", async () => {
    const path = folder();
    leave(path, { place: "another container" });
    const beat = setInterval(() => utimesSync(join(path, "lock"), new Date(), new Date()), 20);
    expect(await takeDataLock(path, 100)).toMatchObject({ ok: false, elsewhere: true });
    clearInterval(beat);
    const taken = await takeDataLock(path, 100);
    expect(taken.ok).toBe(true);
    if (taken.ok) taken.lock.release();
  });

  it("does not take a zombie for a living holder", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const start = processStart(child.pid ?? 0);
    await once(child, "exit");
    await sleep(1);
    expect(start).toBeDefined();
    expect(processStart(child.pid ?? 0)).toBeUndefined();
  });

  it("never removes a lock that somebody else holds by now", async () => {
    const path = folder();
    const taken = await takeDataLock(path);
    leave(path, { id: "theirs" });
    if (taken.ok) taken.lock.release();
    expect(readFileSync(join(path, "lock"), "utf8")).toContain("theirs");
  });
});
