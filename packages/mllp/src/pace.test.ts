import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameRate, Pace, Turns } from "./pace.ts";

describe("FrameRate", () => {
  it("lets through no more than a second's worth and a tenth in any second, and not much less when asked for", () => {
    const askings = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 2_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), askings, (perSecond, gaps) => {
        const rate = new FrameRate(perSecond);
        const passed: number[] = [];
        let nowMs = 10_000;
        for (const gap of gaps) {
          nowMs += gap;
          if (rate.take(nowMs)) passed.push(nowMs);
        }
        const most = perSecond + Math.max(1, perSecond / 10);
        for (const [index, first] of passed.entries()) {
          const inSecond = passed.slice(index).filter((at) => at < first + 1_000).length;
          expect(inSecond).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("says how long to wait, and after that lets one through", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 200 }), (perSecond, frames) => {
        const rate = new FrameRate(perSecond);
        let nowMs = 0;
        for (let frame = 0; frame < frames; frame++) {
          if (rate.take(nowMs)) continue;
          nowMs += rate.waitMs;
          expect(rate.take(nowMs)).toBe(true);
        }
        // As a whole no slower than the rate, but for waits being whole milliseconds.
        expect(nowMs).toBeLessThanOrEqual((frames * 1_000) / perSecond + frames);
      }),
    );
  });
});

describe("Pace", () => {
  const noRate = { framesPerTurnMax: 3, framesPerSecondMax: 0 };

  it("gives so many places a turn, and more in the next", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const pace = new Pace(new Turns(), noRate, resolve);
    const taken = () => [1, 2, 3, 4, 5].map(() => pace.take());
    expect(taken()).toEqual([true, true, true, false, false]);
    await Promise.resolve();
    expect(pace.take()).toBe(false);
    await promise;
    expect(taken()).toEqual([true, true, true, false, false]);
    pace.stop();
  });

  it("calls nobody once stopped", async () => {
    let calls = 0;
    const pace = new Pace(new Turns(), { framesPerTurnMax: 1, framesPerSecondMax: 0 }, () => calls++);
    pace.take();
    expect(pace.take()).toBe(false);
    pace.stop();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(calls).toBe(0);
  });

  it("tells a full second from a full turn", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    // The timer may come a moment early: then there is another.
    const pace = new Pace(new Turns(), { framesPerTurnMax: 3, framesPerSecondMax: 20 }, () => {
      if (pace.take()) resolve();
    });
    expect([pace.take(), pace.take(), pace.take(), pace.isOverRate]).toEqual([true, true, false, true]);
    const alive = setInterval(() => {}, 1_000);
    await promise;
    clearInterval(alive);
    expect(pace.isOverRate).toBe(false);
  });
});
