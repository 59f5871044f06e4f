import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lifecycle, type Part, type RunningPart } from "./lifecycle.ts";
import { EXIT, type RunOptions, runUntilStopped } from "./run.ts";
import type { LogEvent } from "./telemetry-events.ts";

/** A part that notes what happens to it. */
function noting(name: string, notes: string[], own: Partial<RunningPart> & { start?: () => unknown } = {}): Part {
  return {
    name,
    async start() {
      notes.push(`+${name}`);
      await own.start?.();
      return {
        async stop(deadline) {
          await own.stop?.(deadline);
          notes.push(`-${name}`);
        },
        ...(own.ready && { ready: own.ready }),
        ...(own.failed && { failed: own.failed }),
      };
    },
  };
}

const fail = () => {
  throw Object.assign(new Error("no"), { code: "in-use" });
};

class FakeProcess extends EventEmitter {
  readonly codes: unknown[] = [];
  exit(code?: unknown): never {
    this.codes.push(code);
    return undefined as never;
  }
}

describe("lifecycle", () => {
  it("starts in order and stops in reverse, exactly those that run, wherever a start fails or a stop is asked for", async () => {
    const failing = fc.option(fc.nat(5), { nil: undefined });
    const stopping = fc.option(fc.nat(5), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), failing, stopping, async (size, failAt, stopAt) => {
        const notes: string[] = [];
        let lifecycle: Lifecycle | undefined;
        const parts = Array.from({ length: size }, (_, index) =>
          noting(String(index), notes, {
            async start() {
              await sleep(0);
              if (index === stopAt) void lifecycle?.stop();
              if (index === failAt) fail();
            },
          }),
        );
        lifecycle = new Lifecycle({ parts, drainMs: 1000 });
        const started = await lifecycle.start();
        const failed = failAt !== undefined && failAt < size && failAt <= (stopAt ?? size);
        const stopped = stopAt !== undefined && stopAt < size && !failed;
        expect(started.ok).toBe(!failed && !stopped);
        expect(await lifecycle.stop()).toEqual({ undrained: [] });
        const last = failed ? failAt : stopped ? stopAt : size - 1;
        const ran = Array.from({ length: last + 1 }, (_, index) => index);
        const stops = ran.filter((index) => !failed || index !== failAt).toReversed();
        expect(notes).toEqual([...ran.map((index) => `+${index}`), ...stops.map((index) => `-${index}`)]);
      }),
    );
  });

  it("is ready when every part is, and not before or after", async () => {
    let reason: string | undefined;
    const parts = [noting("a", []), noting("b", [], { ready: () => reason })];
    const lifecycle = new Lifecycle({ parts, drainMs: 100 });
    expect(await lifecycle.health()).toMatchObject({ ready: false, state: "new" });
    await lifecycle.start();
    expect(await lifecycle.health()).toEqual({
      ready: true,
      state: "running",
      parts: [
        { name: "a", ready: true },
        { name: "b", ready: true },
      ],
    });
    reason = "catching-up";
    expect(await lifecycle.health()).toMatchObject({ ready: false, parts: [{}, { name: "b", ready: false, reason }] });
    await lifecycle.stop();
    expect(await lifecycle.health()).toMatchObject({ ready: false, state: "stopped" });
  });

  it("takes a part that throws or never answers for not ready", async () => {
    const parts = [noting("a", [], { ready: fail }), noting("b", [], { ready: () => new Promise(() => {}) })];
    const lifecycle = new Lifecycle({ parts, drainMs: 100 });
    await lifecycle.start();
    expect((await lifecycle.health()).parts.map(({ reason }) => reason)).toEqual(["failed", "no-answer"]);
    await lifecycle.stop();
  });

  it("tells parts when time is up, and stops the others though one fails to stop", async () => {
    const notes: string[] = [];
    const late = (deadline: AbortSignal) => once(deadline, "abort").then(() => {});
    const parts = [
      noting("first", notes),
      noting("broken", notes, { stop: fail }),
      noting("late", notes, { stop: late }),
    ];
    const lifecycle = new Lifecycle({ parts, drainMs: 50 });
    await lifecycle.start();
    expect(await lifecycle.stop()).toEqual({ undrained: ["broken"] });
    expect(notes.slice(3)).toEqual(["-late", "-first"]);
  });

  it("leaves a part behind that never ends, and stops the others", async () => {
    const notes: string[] = [];
    const parts = [noting("first", notes), noting("stuck", notes, { stop: () => new Promise(() => {}) })];
    const lifecycle = new Lifecycle({ parts, drainMs: 10 });
    await lifecycle.start();
    expect(await lifecycle.stop()).toEqual({ undrained: ["stuck"] });
    expect(notes.at(-1)).toBe("-first");
  });
});

describe("running until stopped", () => {
  function run(parts: Part[], drainMs = 1000, more: Partial<RunOptions> = {}) {
    const fake = new FakeProcess();
    const events: LogEvent[] = [];
    const ready = Promise.withResolvers<void>();
    const options = {
      process: fake as never,
      onReady: ready.resolve,
      onEvent: (event: LogEvent) => void events.push(event),
      ...more,
    };
    const code = runUntilStopped(new Lifecycle({ parts, drainMs }), options);
    return { fake, events, ready: ready.promise, code };
  }

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "disconnect"])(
    "stops cleanly on %s, and listens to nothing afterwards",
    async (signal) => {
      const notes: string[] = [];
      const { fake, ready, code } = run([noting("a", notes)]);
      await ready;
      fake.emit(signal, signal);
      expect(await code).toBe(EXIT.stopped);
      expect(notes).toEqual(["+a", "-a"]);
      expect(fake.eventNames()).toEqual([]);
    },
  );

  it("reloads on SIGHUP, once however often it is passed on, unless it says that the terminal is gone", async () => {
    let reloads = 0;
    let isGone = false;
    const reloaded = Promise.withResolvers<void>();
    const onReload = () => {
      reloads++;
      reloaded.resolve();
    };
    const { fake, ready, code } = run([noting("a", [])], 1000, { onReload, terminal: { isGone: () => isGone } });
    await ready;
    fake.emit("SIGHUP", "SIGHUP");
    fake.emit("SIGHUP", "SIGHUP");
    await reloaded.promise;
    isGone = true;
    fake.emit("SIGHUP", "SIGHUP");
    expect(await code).toBe(EXIT.stopped);
    expect(reloads).toBe(1);
    expect(fake.eventNames()).toEqual([]);
  });

  it("takes a burst of signals for one, and ends at once on a second", async () => {
    const release = Promise.withResolvers<void>();
    const { fake, ready, code } = run([noting("a", [], { stop: () => release.promise })]);
    await ready;
    for (let i = 0; i < 3; i++) fake.emit("SIGINT", "SIGINT");
    expect(fake.codes).toEqual([]);
    await sleep(350);
    fake.emit("SIGINT", "SIGINT");
    expect(fake.codes).toEqual([EXIT.interrupted]);
    release.resolve();
    await code;
  });

  it("stops everything and fails when a part ends by itself, cannot start, or something unexpected is thrown", async () => {
    const notes: string[] = [];
    const failed = Promise.withResolvers<void>();
    const one = run([noting("a", notes), noting("b", notes, { failed: failed.promise })]);
    await one.ready;
    failed.resolve();
    expect(await one.code).toBe(EXIT.failed);
    expect(notes).toEqual(["+a", "+b", "-b", "-a"]);
    expect(await run([noting("a", notes), noting("b", notes, { start: fail })]).code).toBe(EXIT.failed);
    const two = run([noting("a", notes)]);
    await two.ready;
    two.fake.emit("uncaughtException", new Error("KANARI"));
    expect(await two.code).toBe(EXIT.failed);
    expect(two.events.map(({ event }) => event)).toContain("unexpected-error");
  });

  it("says when it could not drain", async () => {
    const { fake, ready, code } = run([noting("a", [], { stop: fail })]);
    await ready;
    fake.emit("SIGTERM", "SIGTERM");
    expect(await code).toBe(EXIT.undrained);
  });

  it("stops what runs when the signal comes while something is still starting", async () => {
    const notes: string[] = [];
    const { fake, code } = run([
      noting("a", notes),
      noting("b", notes, { start: () => sleep(50) }),
      noting("c", notes),
    ]);
    await sleep(10);
    fake.emit("SIGTERM", "SIGTERM");
    expect(await code).toBe(EXIT.stopped);
    expect(notes).toEqual(["+a", "+b", "-b", "-a"]);
  });

  it.each([
    ["SIGTERM", EXIT.stopped, "stopped"],
    ["SIGINT", EXIT.stopped, "stopped"],
  ] as const)("answers a real %s", async (signal, expected, said) => {
    const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const code = `import { Lifecycle } from ${here("./lifecycle.ts")}; import { runUntilStopped } from ${here("./run.ts")};
      const alive = setInterval(() => {}, 1000);
      const part = { name: "a", start: () => ({ stop: () => { clearInterval(alive); console.log("stopped"); } }) };
      process.exitCode = await runUntilStopped(new Lifecycle({ parts: [part], drainMs: 1000 }), { onReady: () => console.log("ready") });`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      if (output.trim() === "ready") child.kill(signal);
    });
    expect((await once(child, "exit"))[0]).toBe(expected);
    expect(output).toContain(said);
  });
});
