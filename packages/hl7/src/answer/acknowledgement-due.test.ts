import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEED, msh, PID_SHORT, wire } from "../example-messages.ts";
import { type AcknowledgementPolicy, type AnsweredOutcome, acknowledgementDue } from "./acknowledgement-due.ts";
import type { Header } from "./header.ts";
import { peek } from "./peek.ts";

const CONDITIONS = ["", "AL", "NE", "ER", "SU"];

function headerWith(accept: string, application: string): Header {
  const { header } = peek(wire(msh("A01", { rest: `|||${accept}|${application}` }), PID_SHORT), FEED);
  if (header === undefined) throw new Error("no header");
  return header;
}

const told = (header: Header | undefined, outcome: AnsweredOutcome, policy?: AcknowledgementPolicy) => {
  const { code, wanted } = acknowledgementDue(header, outcome, policy);
  return wanted ? code : "--";
};

/** What leaves on acceptance, error and reject, written out once more and by hand: MSH-15, MSH-16, answers. */
const EVERY_COMBINATION: readonly [accept: string, application: string, answers: string][] = [
  ["", "", "AA AE AR"],
  ["", "AL", "AA AE AR"],
  ["", "NE", "CA CE CR"],
  ["", "ER", "-- AE AR"],
  ["", "SU", "AA -- --"],
  ["AL", "", "CA CE CR"],
  ["AL", "AL", "CA CE CR"],
  ["AL", "NE", "CA CE CR"],
  ["AL", "ER", "CA CE CR"],
  ["AL", "SU", "CA CE CR"],
  ["NE", "", "-- -- --"],
  ["NE", "AL", "AA AE AR"],
  ["NE", "NE", "-- -- --"],
  ["NE", "ER", "-- AE AR"],
  ["NE", "SU", "AA -- --"],
  ["ER", "", "-- CE CR"],
  ["ER", "AL", "AA CE CR"],
  ["ER", "NE", "-- CE CR"],
  ["ER", "ER", "-- CE CR"],
  ["ER", "SU", "AA CE CR"],
  ["SU", "", "CA -- --"],
  ["SU", "AL", "CA AE AR"],
  ["SU", "NE", "CA -- --"],
  ["SU", "ER", "CA AE AR"],
  ["SU", "SU", "CA -- --"],
];

describe("the acknowledgement table", () => {
  it("has every combination of MSH-15 and MSH-16", () => {
    const combinations = CONDITIONS.flatMap((accept) => CONDITIONS.map((application) => `${accept}|${application}`));
    expect(EVERY_COMBINATION.map(([accept, application]) => `${accept}|${application}`)).toEqual(combinations);
  });

  it.each(EVERY_COMBINATION)("MSH-15 %j and MSH-16 %j: %s", (accept, application, answers) => {
    const header = headerWith(accept, application);
    const outcomes = ["accept", "error", "reject"] as const;
    expect(outcomes.map((outcome) => told(header, outcome)).join(" ")).toBe(answers);
    expect(outcomes.map((outcome) => told(headerWith(accept.toLowerCase(), application), outcome)).join(" ")).toBe(
      answers,
    );
  });

  it("says at which level: MSH-15 of the commit, MSH-16 of the application, both empty of neither", () => {
    const condition = fc.constantFrom(...CONDITIONS);
    const outcome = fc.constantFrom("accept" as const, "error" as const, "reject" as const);
    const asks = (value: string, what: string) =>
      value === "AL" || (value === "ER" && what !== "accept") || (value === "SU" && what === "accept");
    fc.assert(
      fc.property(condition, condition, outcome, (accept, application, what) => {
        const answer = told(headerWith(accept, application), what);
        if (asks(accept, what)) expect(answer[0]).toBe("C");
        else if (asks(application, what)) expect(answer[0]).toBe("A");
        else if (accept !== "") expect(answer).toBe("--");
      }),
    );
  });

  it('treats a value that is of no table as AL, and "" as empty', () => {
    expect(told(headerWith("XX", "NE"), "accept")).toBe("CA");
    expect(told(headerWith("NE", "XX"), "error")).toBe("AE");
    expect(told(headerWith('""', '""'), "accept")).toBe("AA");
    expect(told(headerWith("__proto__", "constructor"), "reject")).toBe("CR");
  });

  it("is original mode where there is no header to ask for another", () => {
    expect([told(undefined, "accept"), told(undefined, "error"), told(undefined, "reject")]).toEqual([
      "AA",
      "AE",
      "AR",
    ]);
  });

  it("records as a commit what the sender does not want to be told", () => {
    expect(acknowledgementDue(headerWith("NE", "NE"), "accept")).toEqual({ code: "CA", wanted: false });
    expect(acknowledgementDue(headerWith("SU", "SU"), "error")).toEqual({ code: "CE", wanted: false });
  });
});

describe("what was agreed with a sender", () => {
  const original = headerWith("", "");
  const enhanced = headerWith("AL", "NE");

  it.each([
    ["reject", {}, "AR CR"],
    ["reject", { unsupported: "error" }, "AE CE"],
    ["error", {}, "AE CE"],
    ["error", { permanent: "reject" }, "AR CR"],
    ["conflict", {}, "AE CE"],
    ["conflict", { conflict: "reject" }, "AR CR"],
    ["conflict", { conflict: "accept" }, "AA CA"],
    ["out-of-sequence", {}, "AE CE"],
    ["out-of-sequence", { outOfSequence: "reject" }, "AR CR"],
    ["transient", {}, "-- --"],
    ["transient", { transient: "close" }, "-- --"],
    ["transient", { transient: "reject" }, "AR CR"],
    ["transient", { transient: "error" }, "AE CE"],
    ["accept", { force: "original" }, "AA AA"],
    ["accept", { force: "enhanced" }, "CA CA"],
    ["error", { force: "enhanced", permanent: "reject" }, "CR CR"],
  ] as const)("%s with %j: %s", (outcome, policy, answers) => {
    expect(`${told(original, outcome, policy)} ${told(enhanced, outcome, policy)}`).toBe(answers);
  });

  it("is answered always where the mode is forced, and else only where it is wanted", () => {
    expect(told(headerWith("NE", "NE"), "accept", { force: "original" })).toBe("AA");
    expect(told(headerWith("NE", "NE"), "error", { permanent: "reject" })).toBe("--");
    expect(told(headerWith("SU", "NE"), "conflict", { conflict: "accept" })).toBe("CA");
    expect(told(undefined, "transient", { force: "enhanced", transient: "reject" })).toBe("AR");
  });

  it("never makes an acceptance anything else, nor a refusal an acceptance, but for a conflict", () => {
    const choice = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
    const policies = fc.record({
      force: choice("original" as const, "enhanced" as const),
      unsupported: choice("reject" as const, "error" as const),
      permanent: choice("reject" as const, "error" as const),
      conflict: choice("reject" as const, "error" as const, "accept" as const),
      outOfSequence: choice("reject" as const, "error" as const),
      transient: choice("close" as const, "reject" as const, "error" as const),
    });
    const condition = fc.constantFrom(...CONDITIONS);
    fc.assert(
      fc.property(policies, condition, condition, (policy, accept, application) => {
        const header = headerWith(accept, application);
        expect(acknowledgementDue(header, "accept", policy).code[1]).toBe("A");
        for (const outcome of ["reject", "error", "out-of-sequence", "transient"] as const) {
          expect(acknowledgementDue(header, outcome, policy).code[1]).not.toBe("A");
        }
      }),
    );
  });
});
