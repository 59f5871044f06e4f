import { describe, expect, it } from "vitest";
import { FEED } from "../example-messages.ts";
import { toEvent } from "../map/to-event.ts";
import { factsOf, mapped, messageOf, mshOf, PID } from "./example-events.ts";

const ORDER = "OBR|1|P1|F1|HIV^HIV test^L|||20260304|||||||||||||||20260304||LAB|F";
const FINDING = "OBX|1|ST|HIV^HIV test^L||done||||||F";
const specialties = (facts: ReturnType<typeof factsOf>) =>
  facts.map(({ content }) => [content.kind, content.visitSpecialty]);

describe("a fact of a visit", () => {
  it("knows the visit's specialty itself; what is the patient's does not", () => {
    const said = factsOf("ORU^R01", "AL1|1|DA|PEN^Penicillin^L", "PV1|1|O||||||||360", ORDER, FINDING);
    expect(specialties(said)).toEqual([
      ["result", "360"],
      ["allergy", undefined],
    ]);
  });

  it("says it in the feed's standard codes, in an ADT message too", () => {
    const feed = { ...FEED, codes: { specialty: { GUM: "360" } } };
    const pv1 = "PV1|1|O||||||||GUM";
    const clinical = mapped("ORU^R01", [PID, pv1, ORDER, FINDING], feed);
    const admission = toEvent(
      messageOf(mshOf("ADT^A04"), "EVN||20260304", PID, pv1, "DG1|1||A53^Syphilis^I10"),
      feed,
      new Date(),
    );
    for (const result of [clinical, admission]) {
      if (!result.ok) throw new Error(result.reason);
      expect(result.event.subjects[0]?.facts[0]?.content.visitSpecialty).toBe("360");
    }
  });

  it("knows it where the visit can be looked up, too, and says nothing where PV1 tells none", () => {
    const named = `PV1|1|O||||||||360${"|".repeat(9)}V1`;
    const [of, none] = [named, "PV1|1|O"].map((pv1) => specialties(factsOf("ORU^R01", pv1, ORDER, FINDING))[0]?.[1]);
    expect([of, none]).toEqual(["360", undefined]);
  });
});
