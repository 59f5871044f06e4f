import { canonicalEvent, type FactStatement } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEED, RECEIVED_AT } from "../example-messages.ts";
import { clinicalEvent } from "./clinical-event.ts";
import { messageOf, PID } from "./example-events.ts";

/** What an application (`MSH-3|MSH-4`) says of its patient. */
function factsFrom(sender: string, type: string, ...segments: string[]): FactStatement[] {
  const msh = `MSH|^~\\&|${sender}|CHESIL|DORSET|20260304093000||${type}|C0001|P|2.5`;
  const result = clinicalEvent(messageOf(msh, ...segments), FEED, RECEIVED_AT);
  if (!result.ok) throw new Error(result.reason);
  return canonicalEvent.parse(result.event).subjects.flatMap(({ facts }) => facts);
}

const keyFrom = (...said: Parameters<typeof factsFrom>) => factsFrom(...said)[0]?.key;

const PHARMACY = "PHARM|RDZ";
const WARD = "EPR|RDZ";

/** Two different applications: by name, by place, or by both. Ids that only differ in case are one. */
const name = fc.stringMatching(/^[A-Z0-9]{1,6}$/);
const senders = fc
  .tuple(fc.tuple(name, name), fc.tuple(name, name))
  .filter(([one, other]) => one.join("|") !== other.join("|"))
  .map((both) => both.map((each) => each.join("|")));

/** One statement of each kind whose number is its sender's own, `NUMBER` in its place. */
const STATEMENTS: readonly (readonly string[])[] = [
  ["ORU^R01", PID, "OBR|1||NUMBER|FBC"],
  ["ORU^R01", PID, "ORC|RE||NUMBER", "OBR|1|||FBC"],
  ["ORU^R01", PID, "OBR|1|NUMBER||FBC"],
  ["MDM^T02", PID, `TXA|1|DS${"|".repeat(10)}NUMBER`, "OBX|1|TX|B||x"],
  ["MDM^T02", PID, "TXA|1|DS||||||||||||P1|NUMBER", "OBX|1|TX|B||x"],
  ["SIU^S12", "SCH|P1|NUMBER", PID],
  ["SIU^S12", "SCH|NUMBER", PID],
  ["RDE^O11", PID, "ORC|NW||NUMBER", "RXE||PARA"],
  ["RDE^O11", PID, "ORC|NW", `RXE||PARA${"|".repeat(13)}NUMBER`],
];

const numbered = ([type = "", ...segments]: readonly string[], number: string) =>
  [type, ...segments.map((each) => each.replace("NUMBER", number))] as const;

describe("a number", () => {
  it.each(STATEMENTS)("without a namespace is its sender's own: %s %s %s %s", (...statement) => {
    const [type, ...segments] = numbered(statement, "24L0091");
    fc.assert(
      fc.property(senders, ([one = "", other = ""]) => {
        expect(keyFrom(one, type, ...segments)).toBe(keyFrom(one.toLowerCase(), type, ...segments));
        expect(keyFrom(one, type, ...segments)).not.toBe(keyFrom(other, type, ...segments));
      }),
    );
  });

  it.each(STATEMENTS.filter(([, , , segment]) => !segment?.startsWith("RXE||PARA||")))(
    "with a namespace is that one's, whoever sends it: %s %s %s %s",
    (...statement) => {
      for (const number of ["24L0091^WINPATH", "24L0091^^1.2.826.9^ISO"]) {
        const [type, ...segments] = numbered(statement, number);
        fc.assert(
          fc.property(senders, ([one = "", other = ""]) => {
            expect(keyFrom(one, type, ...segments)).toBe(keyFrom(other, type, ...segments));
          }),
        );
      }
    },
  );

  it("of a sender who does not say who it is stands alone", () => {
    expect(keyFrom("|", "ORU^R01", PID, "OBR|1||F1|FBC")).toBe("filler:F1||FBC");
    expect(keyFrom("|RDZ", "ORU^R01", PID, "OBR|1||F1|FBC")).toBe("filler:F1^^^RDZ||FBC");
    expect(keyFrom("^1.2.826.9^ISO|", "ORU^R01", PID, "OBR|1||F1|FBC")).toBe("filler:F1^^1.2.826.9||FBC");
  });
});

describe("what speaks of one thing meets", () => {
  it("a result, its corrections and its cancellation, by OBR-3 or by ORC-3", () => {
    const keys = [
      ["OBR|1||F1|FBC|||||||||||||||||||||F"],
      ["ORC|RE||F1", "OBR|1||F1|FBC|||||||||||||||||||||C"],
      ["ORC|RE|P1|F1", "OBR|1|||FBC|||||||||||||||||||||F"],
      ["ORC|OC||F1||CA", "OBR|1|||FBC|||||||||||||||||||||X"],
    ].map((segments) => keyFrom("LAB|RDZ", "ORU^R01", PID, ...segments));
    expect(new Set(keys).size).toBe(1);
  });

  it("a susceptibility and its culture, which OBR-29 names without a namespace", () => {
    const child = `OBR|2||M1|SENS${"|".repeat(22)}ORG^1^|||P1^M1`;
    const facts = factsFrom("LAB|RDZ", "ORU^R01", PID, "OBR|1||M1|CULT", "OBX|1|CWE|ORG|1|X", child, "OBX|1|ST|A||R");
    expect(facts[1]?.relatesTo).toBe(facts[0]?.key);
  });

  it("a document and what is said of it later", () => {
    const txa = (number: string, parent: string) => `TXA|1|DS${"|".repeat(10)}${number}|${parent}`;
    const [document] = factsFrom("DOCS|RDZ", "MDM^T02", PID, txa("D1", ""), "OBX|1|TX|B||x");
    const [addendum] = factsFrom("DOCS|RDZ", "MDM^T06", PID, txa("D2", "D1"), "OBX|1|TX|B||y");
    expect(addendum?.relatesTo).toBe(document?.key);
  });

  it("the ward's order and the pharmacy's, by the ward's number: it stands alone, whoever sends it", () => {
    const order = keyFrom(WARD, "OMP^O09", PID, "ORC|NW|P1", "RXO|PARA");
    expect(order).toBe("order:P1");
    expect(keyFrom(PHARMACY, "RDE^O11", PID, "ORC|NW|P1|F1", "RXE||PARA")).toBe(order);
  });

  it("a referral and its answer, by the number of who refers", () => {
    const rf1 = "RF1|P|||||R77";
    const referral = keyFrom("SYSTMONE|A81001", "REF^I12", rf1, PID);
    expect(keyFrom("PAS|RDZ", "RRI^I12", "MSA|AA|1", rf1.replace("|P|", "|A|"), PID)).toBe(referral);
  });
});
