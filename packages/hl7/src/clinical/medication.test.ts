import { describe, expect, it } from "vitest";
import { contentOf, eventOf, factsOf, mapped, PID, warningsOf } from "./example-events.ts";

const ORC = "ORC|NW|P1^EPMA|F1^PHARM|||||||||C9^Cobb^Lyme";
const RXE =
  "RXE|1|322236009^Paracetamol 500 mg tablets^DMD|1|2|TAB^tablet|TAB^Tablet^L|^With food||||16|TAB^tablet".replace(
    "||||16",
    "|||16",
  );

const orderOf = (type: string, ...segments: string[]) => contentOf("medication", factsOf(type, ...segments));

describe("a medicine that is ordered", () => {
  it("is what the encoded order says", () => {
    const facts = factsOf(
      "RDE^O11",
      ORC,
      "RXO|PARA^Paracetamol",
      "RXR|IV",
      RXE,
      "TQ1|1||QID||||202603040800|202603110800|||As required",
      "RXR|PO^Oral^HL70162",
      "RXC|A|1^Paracetamol|500|mg^milligram",
      "NTE|1||Not more than 8 a day",
    );
    expect(facts).toEqual([
      {
        key: "order:P1^EPMA",
        action: "state",
        content: {
          kind: "medication",
          stage: "order",
          placerId: "P1",
          fillerId: "F1",
          code: { codings: [{ system: "DMD", code: "322236009", display: "Paracetamol 500 mg tablets" }] },
          status: "active",
          dose: "1–2 tablet",
          form: { codings: [{ system: "L", code: "TAB", display: "Tablet" }] },
          route: { codings: [{ system: "HL70162", code: "PO", display: "Oral" }] },
          frequency: "QID",
          instructions: "With food\nAs required",
          quantity: "16 tablet",
          startsAt: "2026-03-04T08:00:00.000Z",
          endsAt: "2026-03-11T08:00:00.000Z",
          prescriber: { code: "C9", display: "Lyme Cobb" },
          ingredients: [
            { code: { codings: [{ system: "", code: "1", display: "Paracetamol" }] }, amount: "500 milligram" },
          ],
          notes: ["Not more than 8 a day"],
        },
      },
    ]);
  });

  it.each(["RDE^O01", "RDE^O11", "RDE^O25", "OMP^O09", "ORM^O01"])("by %s", (type) => {
    const rxo = "RXO|PARA^Paracetamol|500||mg|TAB|||||||16||||||||500|mg";
    expect(orderOf(type, ORC, rxo)).toMatchObject({ stage: "order", dose: "500 mg" });
  });

  it("by a general order is one only if it names a medicine", () => {
    expect(mapped("ORM^O01", [PID, ORC, "OBR|1|P1|F1|FBC"])).toMatchObject({ ok: false, reason: "not-mapped" });
    const facts = factsOf("ORM^O01", ORC, "OBR|1|P1|F1|FBC", "ORC|NW|P2", "RXO|PARA");
    expect(facts.map((fact) => fact.key)).toEqual(["order:P2"]);
  });

  it.each([
    ["NW", "", "active"],
    ["XO", "", "active"],
    ["RL", "", "active"],
    ["CA", "", "cancelled"],
    ["OC", "", "cancelled"],
    ["DC", "", "stopped"],
    ["OD", "", "stopped"],
    ["RP", "", "stopped"],
    ["HD", "", "on-hold"],
    ["UC", "", "unknown"],
    ["SC", "CM", "completed"],
    ["SC", "HD", "on-hold"],
    ["RE", "IP", "active"],
    ["", "", "unknown"],
  ])("with ORC-1 %s and ORC-5 %s: %s", (control, code, status) => {
    expect(orderOf("RDE^O11", `ORC|${control}|P1|||${code}`, "RXE||PARA").status).toBe(status);
  });

  it("in place of another one says so", () => {
    const facts = factsOf("RDE^O11", "ORC|RP|P1", "RXE||PARA", "ORC|RO|P2", "RXE||IBU");
    expect(facts).toMatchObject([
      { key: "order:P1", action: "state", content: { status: "stopped" } },
      { key: "order:P2", action: "replace", relatesTo: "order:P1", content: { status: "active" } },
    ]);
  });

  it("is found by its number; several of one number by what they are too", () => {
    const keys = (...segments: string[]) => factsOf("RDE^O11", ...segments).map((fact) => fact.key);
    expect(keys("ORC|NW|P1|F1", "RXE||PARA")).toEqual(["order:P1"]);
    expect(keys("ORC|NW||F1", "RXE||PARA")).toEqual(["order:F1^^LAB^RDZ"]);
    expect(keys("ORC|NW|P1", "RXE||PARA", "ORC|NW|P1", "RXE||IBU")).toEqual(["order:P1||PARA", "order:P1||IBU"]);
    expect(keys("ORC|NW|P1", "RXE||PARA", "RXE||IBU")).toEqual(["order:P1||PARA", "order:P1||IBU"]);
    expect(keys("ORC|NW", `RXE||PARA${"|".repeat(13)}RX7`)).toEqual(["order:RX7^^LAB^RDZ"]);
    expect(keys("ORC|NW", "RXE||PARA")).toEqual([expect.stringMatching(/^order:[0-9a-f]{16}$/)]);
  });

  it("that is not named is said to be missing", () => {
    const event = eventOf("RDE^O11", PID, "AL1|1||1^Nuts", ORC, "RXR|PO");
    expect(event.subjects[0]?.facts.map(({ content }) => content.kind)).toEqual(["allergy"]);
    expect(warningsOf(event)).toEqual(["ORC-1 structure"]);
  });
});

describe("when and how often", () => {
  const timesOf = (...segments: string[]) => {
    const { frequency, startsAt, endsAt } = orderOf("OMP^O09", ...segments);
    return [frequency, startsAt, endsAt];
  };

  it("is what TQ1 says, all of them together", () => {
    expect(
      timesOf("ORC|NW|P1", "TQ1|1||BID||||20260304|20260305", "TQ1|2||QD||||20260306|20260312", "RXO|PARA"),
    ).toEqual(["BID; QD", "2026-03-04", "2026-03-12"]);
    expect(timesOf("ORC|NW|P1", "TQ1|1||BID||||20260304|20260305", "TQ1|2||QD||||20260306", "RXO|PARA")).toEqual([
      "BID; QD",
      "2026-03-04",
      undefined,
    ]);
  });

  it("before there was TQ1, what ORC-7 or RXE-1 says", () => {
    const tq = "1&tablet^Q8H&0800^^20260304080000^20260311080000^R";
    expect(timesOf(`ORC|NW|P1|||||${tq}`, "RXO|PARA")).toEqual([
      "Q8H",
      "2026-03-04T08:00:00.000Z",
      "2026-03-11T08:00:00.000Z",
    ]);
    expect(orderOf("RDE^O11", "ORC|NW|P1", `RXE|${tq}|PARA`).frequency).toBe("Q8H");
    expect(timesOf("ORC|NW|P1|||||||||||||20260401", "RXO|PARA")).toEqual([undefined, "2026-04-01", undefined]);
  });
});

describe("a medicine that is dispensed", () => {
  const RXD = "RXD|1|322236009^Paracetamol^DMD|202603041030|16|TAB^tablet|||||||||||500|mg";

  it("is what was given out, with the dose of its order", () => {
    const [fact, ...rest] = factsOf("RDS^O13", "ORC|RE|P1", "RXE||PARA|1||TAB^tablet", "TQ1|1||QID", "RXR|PO", RXD);
    expect(rest).toEqual([]);
    expect(fact).toEqual({
      key: "dispense:P1|DMD|322236009|1",
      action: "state",
      content: {
        kind: "medication",
        stage: "dispense",
        placerId: "P1",
        code: { codings: [{ system: "DMD", code: "322236009", display: "Paracetamol" }] },
        status: "completed",
        dose: "1 tablet",
        strength: "500 mg",
        route: { codings: [{ system: "", code: "PO" }] },
        frequency: "QID",
        quantity: "16 tablet",
        startsAt: "2026-03-04T10:30:00.000Z",
      },
    });
  });

  it("again is another one", () => {
    const keys = ["RXD|1|PARA", "RXD|2|PARA", "RXD||PARA|20260304"].map(
      (rxd) => factsOf("RDS^O01", "ORC|RE|P1", rxd)[0]?.key,
    );
    expect(keys).toEqual(["dispense:P1||PARA|1", "dispense:P1||PARA|2", "dispense:P1||PARA|2026-03-04"]);
  });
});
