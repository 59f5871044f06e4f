import type { Envelope, Payload } from "@chesil/itk";
import type { ItkOutcome } from "@chesil/store";
import { describe, expect, it } from "vitest";
import { judgedOf } from "./judged.ts";

const payload = (id: string): Payload => ({
  ...{ id, mimeType: "text/plain", profileId: undefined, isMetadata: false, encoding: "base64" as const },
  ...{ isCompressed: false, bytes: new Uint8Array(), xml: undefined },
});
const ENVELOPE: Envelope = {
  ...{ service: "S", trackingId: "T", addresses: [], auditIdentities: [], sender: undefined, handling: new Map() },
  payloads: [payload("uuid_A"), payload("uuid_B")],
};
const AT = new Date("2026-03-01T12:30:00Z");
const outcome = (index: number, came: ItkOutcome["outcome"], decidedBy = index + 1): ItkOutcome => ({
  ...{ journalId: index + 1, index, outcome: came, reason: null },
  ...(came === null ? { decidedBy: null, decidedAt: null } : { decidedBy, decidedAt: AT }),
});
const codeOf = (...came: ItkOutcome["outcome"][]) =>
  judgedOf(
    ENVELOPE,
    came.map((each, index) => outcome(index, each)),
  )?.code;

describe("what is said of an envelope", () => {
  it("is nothing while any of its payloads is undecided", () => {
    expect(codeOf()).toBeUndefined();
    expect(codeOf(null)).toBeUndefined();
    expect(codeOf("applied", null)).toBeUndefined();
    expect(codeOf("quarantined", null)).toBeUndefined();
  });

  it("is that it is done only when all of it is applied", () => {
    expect(codeOf("applied", "applied")).toBe("AA");
    for (const held of ["quarantined", "parked"] as const) expect(codeOf(held, "applied")).toBe("AE");
    for (const never of ["skipped", "conflict", "rejected"] as const) expect(codeOf("parked", never)).toBe("AR");
  });

  it("is another word when the last decision is another", () => {
    const [first, second] = [7, 9].map((by) =>
      judgedOf(ENVELOPE, [outcome(0, "quarantined", by), outcome(1, "applied")]),
    );
    expect([first?.decidedBy, second?.decidedBy]).toEqual([7, 9]);
  });

  it("names each payload and why it is not done", () => {
    const poison = { ...outcome(0, "quarantined"), reason: "not-mapped" as const };
    expect(judgedOf(ENVELOPE, [poison, outcome(1, "applied")])).toMatchObject({
      details: [{ type: "ER", code: "200", text: expect.stringContaining("not mapped") }],
      items: [
        { payloadId: "uuid_A", code: "AE" },
        { payloadId: "uuid_B", code: "AA" },
      ],
    });
  });
});
