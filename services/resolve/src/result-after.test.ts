import type { FactOf } from "@chesil/model";
import type { StoredResult } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { found, report, reports } from "./fact-fixture.ts";
import { isLater } from "./fact-set.ts";
import { FINDINGS_MAX, isWhollyInError, resultAfter, resultsTogether, unstamped } from "./result-after.ts";

type Said = { readonly content: FactOf<"result">; readonly said: { recordedAt: string; journalId: number } };

/** Every minute one message. */
const said = (minute: number, content: FactOf<"result">): Said => ({
  content,
  said: { recordedAt: new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString(), journalId: minute },
});

const latest = (one: Said["said"], other: Said["said"]) => (isLater(one, other) ? one : other);

/** Through the store between any two. */
const hear = (known: Said | undefined, spoken: Said): Said => ({
  content: structuredClone(resultAfter(known, spoken)),
  said: known ? latest(known.said, spoken.said) : spoken.said,
});

const together = (one: Said, other: Said): Said => ({
  content: structuredClone(resultsTogether(one, other)),
  said: latest(one.said, other.said),
});

const heard = (...all: Said[]): Said => {
  const [first, ...rest] = all;
  if (!first) throw new Error("Nothing was said.");
  return rest.reduce(hear, hear(undefined, first));
};

/** What stands, in few words. */
const shown = (...all: Said[]) =>
  unstamped(heard(...all).content).observations.map(({ code, value, status }) =>
    [code.codings[0]?.code, value, status].filter(Boolean).join(" "),
  );

/** Whatever order they come in. */
function always(all: readonly Said[], expected: readonly string[]): void {
  const shuffled = fc.shuffledSubarray([...all], { minLength: all.length });
  fc.assert(
    fc.property(shuffled, (arrived) => {
      expect(shown(...arrived)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
}

const histories = fc
  .array(reports, { minLength: 1, maxLength: 7 })
  .map((all) => all.map((content, index) => said(index + 1, content)))
  .chain((sent) => fc.tuple(fc.constant(sent), fc.shuffledSubarray(sent, { minLength: sent.length })));

describe("what is said of one report", () => {
  it("comes to the same in whatever order, and when any of it is said again", () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(6), { maxLength: 4 }), ([sent, arrived], again) => {
        const resent = again.flatMap((index) => sent[index] ?? []);
        expect(heard(...arrived, ...resent)).toEqual(heard(...sent));
      }),
      { numRuns: 3000 },
    );
  });

  it("comes to the same when it was two reports first", () => {
    fc.assert(
      fc.property(histories, fc.nat(6), ([sent, arrived], at) => {
        const [some, others] = [arrived.slice(0, at), arrived.slice(at)];
        if (some.length === 0 || others.length === 0) return;
        const [one, other] = [heard(...some), heard(...others)];
        expect(together(one, other)).toEqual(heard(...sent));
        expect(together(other, one)).toEqual(heard(...sent));
      }),
      { numRuns: 3000 },
    );
  });

  it("drops no finding that was ever named", () => {
    const codes = ({ content }: Said) => content.observations.map(({ code }) => code.codings[0]?.code);
    fc.assert(
      fc.property(histories, ([, arrived]) => {
        expect(new Set(codes(heard(...arrived)))).toEqual(new Set(arrived.flatMap(codes)));
      }),
    );
  });
});

describe("a finding", () => {
  const whole = said(1, report([found("HB", "98"), found("WBC", "7"), found("PLT", "200")]));

  it("is corrected alone and in its place; the others stand, and the report says what it said last", () => {
    const correction = said(2, report([found("WBC", "9", { status: "corrected" })], { status: "corrected" }));
    always([whole, correction], ["HB 98 final", "WBC 9 corrected", "PLT 200 final"]);
    expect(heard(correction, whole).content.status).toBe("corrected");
  });

  it("that only the preliminary report named stands beside the final one", () => {
    const final = said(2, report([found("PLT", "210"), found("HB", "99")]));
    always([whole, final], ["HB 99 final", "WBC 7 final", "PLT 210 final"]);
  });

  it("that came later goes behind, until a longer report names another order", () => {
    const more = said(2, report([found("CRP", "5")]));
    always([whole, more], ["HB 98 final", "WBC 7 final", "PLT 200 final", "CRP 5 final"]);
    const all = said(3, report(["CRP", "PLT", "WBC", "HB"].map((code) => found(code, "1"))));
    always([whole, more, all], ["CRP 1 final", "PLT 1 final", "WBC 1 final", "HB 1 final"]);
  });

  it("keeps its value under a new status (OBX-11 U), also when the value comes later", () => {
    const first = said(1, report([found("HB", "98", { status: "preliminary", units: "g/L" })]));
    const status = said(3, report([found("HB")]));
    const correction = said(2, report([found("HB", "97", { status: "corrected" })]));
    always([first, status], ["HB 98 final"]);
    always([first, status, correction], ["HB 97 final"]);
    expect(heard(status, first).content.observations).toMatchObject([{ value: "98", units: "g/L" }]);
  });

  it("entered in error (OBX-11 W, D) or not to be had (X) has no value, also when the value comes later", () => {
    for (const status of ["entered-in-error", "cancelled"] as const) {
      const gone = said(2, report([found("WBC", undefined, { status })]));
      always([whole, gone], ["HB 98 final", `WBC ${status}`, "PLT 200 final"]);
      always([whole, gone, said(3, report([found("WBC")]))], ["HB 98 final", "WBC final", "PLT 200 final"]);
      always([whole, gone, said(4, report([found("WBC", "8")]))], ["HB 98 final", "WBC 8 final", "PLT 200 final"]);
    }
  });

  it("is told from others of its code by its sub id, not by its type or its time", () => {
    const two = said(1, report([found("ORG", "E. coli", { subId: "1" }), found("ORG", "S. aureus", { subId: "2" })]));
    const correction = said(2, report([found("ORG", "No growth", { subId: "2", valueType: "ST" })]));
    always([two, correction], ["ORG E. coli final", "ORG No growth final"]);
    const early = said(1, report([found("HB", "98", { observedAt: "2026-05-01T07:00:00.000Z" })]));
    const issued = said(2, report([found("HB", "97", { observedAt: "2026-05-01T09:00:00.000Z" })]));
    always([early, issued], ["HB 97 final"]);
  });

  it("without a sub id is all that a message says under its code", () => {
    const two = said(1, report([found("ORG", "E. coli"), found("HB", "98"), found("ORG", "S. aureus")]));
    always([two, said(2, report([found("ORG", "No growth")]))], ["ORG No growth final", "HB 98 final"]);
  });

  it("of prose is the lines of one version, however they are numbered", () => {
    const lines = (...texts: string[]) =>
      texts.map((text, index) => found("REP", text, { valueType: "TX", subId: String(index + 1) }));
    const draft = said(1, report([...lines("Two nodules", "in the left lobe", "Malignant"), found("HB", "98")]));
    const final = said(2, report(lines("One nodule", "benign")));
    always([draft, final], ["REP One nodule final", "REP benign final", "HB 98 final"]);
  });
});

describe("a document in place of a value", () => {
  const file = (text: string) => report([found("REP", undefined, { valueType: "ED" })], {}, [["REP", text]]);
  const documents = (...all: Said[]) => heard(...all).content.documents?.map(({ text }) => text);

  it("stands beside a correction of something else, and says in which message it is", () => {
    const [first, correction] = [said(1, file("Dear")), said(2, report([found("HB", "97")]))];
    for (const each of [heard(first, correction), heard(correction, first)])
      expect((each.content as StoredResult).documents).toMatchObject([{ text: "Dear", said: { journalId: 1 } }]);
  });

  it("goes with its observation: a new version, a text instead of it, or an error", () => {
    const first = said(1, file("Dear"));
    for (const [next, left] of [
      [said(2, file("Dearer")), ["Dearer"]],
      [said(2, report([found("REP", "Short", { valueType: "TX" })])), undefined],
      [said(2, report([found("REP", undefined, { valueType: "ED", status: "entered-in-error" })])), undefined],
      [said(2, report([found("REP", undefined, { valueType: "ED" })])), ["Dear"]],
    ] as const) {
      expect(documents(first, next)).toEqual(left);
      expect(documents(next, first)).toEqual(left);
    }
  });
});

it("a report said whole is stored as it was said, and who said what stands beside it only after a correction", () => {
  const whole = report([found("HB", "98"), found("WBC", "7")]);
  expect(resultAfter(undefined, said(1, whole))).toEqual(whole);
  expect(heard(said(1, whole), said(2, whole)).content).toEqual(whole);
  expect(heard(said(1, whole), said(2, report([found("HB", "97")]))).content).toMatchObject({
    observations: [{ value: "97" }, { value: "7", said: { journalId: 1 } }],
    arranged: { count: 2, said: { journalId: 1 } },
  });
});

it("a message that is read again, by a better mapping, corrects itself", () => {
  const [badly, well] = [said(2, report([found("HB?", "98")])), said(2, report([found("HB", "98")]))];
  expect(shown(said(1, report([found("WBC", "7")])), badly, well)).toEqual(["HB 98 final", "WBC 7 final"]);
});

it("a report is in error when all of it is, over all messages", () => {
  const wrong = (code: string) => found(code, undefined, { status: "entered-in-error" });
  const whole = said(1, report([found("HB", "98"), found("WBC", "7")]));
  const one = said(2, report([wrong("HB")]));
  expect(isWhollyInError(heard(whole, one).content)).toBe(false);
  expect(isWhollyInError(heard(whole, one, said(3, report([wrong("WBC")]))).content)).toBe(true);
});

it("a report holds a limited number of findings, the last said", () => {
  const of = (minute: number, name: string, count: number) =>
    said(minute, report(Array.from({ length: count }, (_, index) => found(`${name}${index}`, "1"))));
  const kept = shown(of(1, "old", 3), of(2, "new", FINDINGS_MAX - 1));
  expect(kept).toHaveLength(FINDINGS_MAX);
  expect(kept.filter((each) => each.startsWith("old"))).toHaveLength(1);
});
