import { describe, expect, it } from "vitest";
import type { HeldMessage } from "../api/types.ts";
import { whatWaits, whyHeld } from "./held-words.ts";

const HELD: HeldMessage = {
  id: "7",
  feed: "uhd-pas",
  messageType: "ADT",
  triggerEvent: "A28",
  receivedAt: "2026-07-26T12:00:00Z",
  outcome: "quarantined",
  reason: "apply-failed",
  reasonText: "Applying the message failed.",
  detail: "error 23514 source_record",
  kind: "failed",
  since: "2026-07-26T12:00:00Z",
  ageSeconds: 90,
  identities: 2,
  messagesBehind: 3,
  moreBehind: false,
};
const PART: HeldMessage = { ...HELD, kind: "awaiting-continuation", outcome: "parked", detail: "MORE" };

describe("what is held back", () => {
  it("says why", () => {
    expect(whyHeld(HELD)).toBe("Applying the message failed. error 23514 source_record");
    expect(whyHeld({ ...HELD, reasonText: null, detail: null })).toBe("It could not be applied.");
    expect(whyHeld(PART)).toBe("It goes on in another message, which has not come.");
  });

  it("says what waits for it", () => {
    expect(whatWaits(HELD)).toBe("3 messages of 2 identities");
    expect(whatWaits({ ...HELD, messagesBehind: 0, identities: 1 })).toBe("0 messages of 1 identity");
    expect(whatWaits({ ...HELD, messagesBehind: 1000, moreBehind: true })).toBe(
      "More than 1,000 messages of 2 identities",
    );
    expect(whatWaits(PART)).toBe("Itself only");
  });
});
