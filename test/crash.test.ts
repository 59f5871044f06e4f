import { describe, expect, it } from "vitest";
import { crash } from "./crash.ts";

/** `npm run crash` is the long run: 20,000 messages, ten kills. */
describe("kill -9 while messages arrive", () => {
  it("loses nothing that was acknowledged and applies nothing twice", async () => {
    const result = await crash({ messages: 1_500, kills: 3, seed: 1 });
    expect(result).toMatchObject({
      sent: 1_500,
      lost: 0,
      storedTwice: 0,
      appliedTwice: 0,
      inFlight: 0,
      damaged: 0,
      countsAgree: true,
    });
    expect(result.acknowledged).toBe(1_500);
    expect(result.resent).toBeGreaterThan(0);
  }, 120_000);
});
