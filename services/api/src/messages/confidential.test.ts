import type { AccessPolicy } from "@chesil/access";
import { describe, expect, it } from "vitest";
import { saysConfidential } from "./confidential.ts";
import { contentOf } from "./content.ts";

const POLICY = { sensitiveSpecialties: ["360"] } as unknown as AccessPolicy;

const said = (pv1: string) =>
  contentOf(
    Buffer.from(
      [
        "MSH|^~\\&|PAS|RDZ|CHESIL|DORSET|20260314||ADT^A04|C1|P|2.4",
        "EVN||20260314",
        "PID|||6001^^^RDZ^MR||MARSH^ELLEN||19450214|F",
        pv1,
        "",
      ].join("\r"),
    ),
    { defaultAuthority: "RDZ" },
    new Date("2026-03-14T10:00:00Z"),
  );
const isKept = async (pv1: string) => saysConfidential(POLICY, [await said(pv1)], { facts: [], specialties: [] });

describe("a message of an attendance", () => {
  it("in a confidential specialty is withheld, also where the visit has no number and nothing is stated of it", async () => {
    expect(await isKept("PV1|1|O||||||||360")).toBe(true);
    expect(await isKept(`PV1|1|O||||||||360^GUM${"|".repeat(9)}V1`)).toBe(true);
  });

  it("in another is shown", async () => {
    expect(await isKept("PV1|1|O||||||||300")).toBe(false);
    expect(await isKept("PV1|1|O")).toBe(false);
  });
});
