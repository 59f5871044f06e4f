import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, decide } from "./decide.ts";
import { matchRecord } from "./match-record.arbitrary.ts";
import { defaultModel } from "./model.ts";
import { prepare } from "./prepare.ts";
import type { MatchRecord } from "./record.ts";
import { compare } from "./score.ts";

const candidate = (personId: string, arrival: MatchRecord, known: MatchRecord): Candidate => ({
  personId,
  evidence: compare(prepare(arrival), prepare(known), defaultModel),
});
const decideOn = (arrival: MatchRecord, ...known: MatchRecord[]) =>
  decide(
    known.map((record, index) => candidate(`person-${index}`, arrival, record)),
    defaultModel,
  );

const empty: MatchRecord = { names: [], postcodes: [], addressLines: [], phones: [], emails: [] };
const traced = (value: string) => ({ nhsNumber: { value, trust: "verified" as const } });
const typed = (value: string) => ({ nhsNumber: { value, trust: "unverified" as const } });
const named = (family: string, ...given: string[]) => ({ names: [{ family, given }] });
const home = {
  postcodes: ["BH1 1AA"],
  addressLines: ["12 High Street"],
  phones: ["01202 900123"],
  gpPractice: "J81001",
};
const away = { postcodes: ["M1 1AE"], addressLines: ["3 Mill Lane"], phones: ["0161 900 4567"], gpPractice: "P84001" };
const [one, other] = ["9990004951", "9990238359"];

/** Where he lives, as everybody in the house. */
const david: MatchRecord = { ...empty, ...named("Smith", "David"), birthDate: "1957-03-12", sex: "male", ...home };
const bare: MatchRecord = { ...empty, ...named("Smith", "David"), birthDate: "1957-03-12", sex: "male" };
const emily: MatchRecord = { ...empty, ...named("Smith", "Emily"), birthDate: "1988-07-23", sex: "female", ...home };
const olivia: MatchRecord = { ...emily, ...named("Smith", "Olivia") };
const rare: MatchRecord = { ...david, ...named("Featherstonehaugh", "Peregrine") };

describe("decide", () => {
  it.each<[string, MatchRecord, MatchRecord, string]>([
    ["a common full name, birth date and postcode", { ...bare, postcodes: ["BH1 1AA"] }, david, "link"],
    ["a common full name and birth date alone", bare, bare, "review weight-below-link"],
    ["a common full name and birth date, moved away", { ...david, ...away }, david, "review weight-below-link"],
    ["a rare full name and birth date alone", { ...bare, names: rare.names }, { ...bare, names: rare.names }, "link"],
    ["a common full name alone", { ...bare, birthDate: "1980-11-30" }, { ...bare }, "new"],
    [
      "a traced number and birth date, married and moved",
      { ...emily, ...traced(one), ...named("Jones", "Emily"), ...away },
      { ...emily, ...traced(one) },
      "link",
    ],
    [
      "a traced number and birth date alone",
      { ...empty, ...traced(one), birthDate: "1957-03-12" },
      { ...david, ...traced(one) },
      "link",
    ],
    [
      "a traced number and birth date, a newborn named since",
      { ...emily, ...traced(one), ...named("Jones", "Baby") },
      { ...emily, ...traced(one) },
      "link",
    ],
    ["an untraced number, name and birth date", { ...bare, ...typed(one) }, { ...david, ...typed(one) }, "link"],
    [
      "a mistyped number, name and birth date",
      { ...bare, ...typed("9990004961") },
      { ...david, ...traced(one) },
      "link",
    ],
    [
      "a traced number, another birth date",
      { ...david, ...traced(one), birthDate: "1984-11-30" },
      { ...david, ...traced(one) },
      "review parent-and-child",
    ],
    [
      "a traced number, no birth date",
      { ...empty, ...named("Smith", "David"), ...traced(one) },
      { ...david, ...traced(one) },
      "review birth-date-missing",
    ],
    [
      "a traced number, all else another's",
      { ...olivia, ...away, ...named("Jones", "Olivia"), ...traced(one) },
      { ...david, ...traced(one) },
      "review birth-date-differs",
    ],
    [
      "an untraced number, all else another's (a mother's on her child)",
      { ...emily, ...typed(one) },
      { ...david, ...typed(one) },
      "review birth-date-differs",
    ],
    [
      "two traced numbers, all else equal",
      { ...rare, ...traced(one) },
      { ...rare, ...traced(other) },
      "review different-nhs-numbers",
    ],
    [
      "two typed numbers, all else equal",
      { ...rare, ...typed(one) },
      { ...rare, ...traced(other) },
      "review different-nhs-numbers",
    ],
    ["twins", olivia, emily, "review twins"],
    [
      "twins a letter apart",
      { ...david, ...named("Smith", "Daniela"), sex: "female" },
      { ...david, ...named("Smith", "Daniel") },
      "review twins",
    ],
    ["twins of a rare name", { ...rare, ...named("Featherstonehaugh", "Sebastian") }, rare, "review twins"],
    [
      "twins who sound alike",
      { ...emily, ...named("Smith", "Jayden") },
      { ...emily, ...named("Smith", "Kayden") },
      "review twins",
    ],
    ["twins who share an initial", { ...emily, ...named("Smith", "E") }, emily, "review given-name-missing"],
    [
      "twins of one first name",
      { ...emily, ...named("Ali", "Mohammed", "Hasan") },
      { ...emily, ...named("Ali", "Mohammed", "Idris") },
      "review twins",
    ],
    ["twins on one traced number", { ...olivia, ...traced(one) }, { ...emily, ...traced(one) }, "review twins"],
    ["twins with a traced number each", { ...olivia, ...traced(one) }, { ...emily, ...traced(other) }, "new"],
    [
      "newborn twins without a name",
      { ...emily, ...named("Smith", "Baby") },
      { ...emily, ...named("Smith", "Twin 2") },
      "review given-name-missing",
    ],
    ["father and son at home", { ...david, birthDate: "1984-11-30" }, david, "review parent-and-child"],
    ["father and son of a rare name", { ...rare, birthDate: "1984-11-30" }, rare, "review parent-and-child"],
    [
      "father and son born on one day of the year",
      { ...rare, birthDate: "1984-03-12" },
      rare,
      "review parent-and-child",
    ],
    [
      "father and son, one without birth date",
      { ...empty, ...named("Smith", "David"), sex: "male", ...home },
      david,
      "review birth-date-missing",
    ],
    [
      "father and son with a traced number each",
      { ...rare, ...traced(one), birthDate: "1984-11-30" },
      { ...rare, ...traced(other) },
      "new",
    ],
    ["brother and sister", { ...emily, birthDate: "1990-01-30" }, { ...david, birthDate: "1988-07-23" }, "new"],
    [
      "two sisters of a rare name",
      { ...emily, ...named("Featherstonehaugh", "Emily") },
      { ...rare, ...named("Featherstonehaugh", "Olivia"), sex: "female" },
      "new",
    ],
    ["names written in each other's place", { ...david, ...named("Peregrine", "Featherstonehaugh") }, rare, "link"],
    ["a nickname at home", { ...david, ...named("Smith", "Dave") }, david, "link"],
    ["a birth date one digit off, a rare name at home", { ...rare, birthDate: "1957-03-13" }, rare, "link"],
    [
      "a birth date one digit off on a traced number",
      { ...david, ...traced(one), birthDate: "1957-03-13" },
      { ...david, ...traced(one) },
      "link",
    ],
    [
      "a traced number and a default birth date alone",
      { ...empty, ...traced(one), birthDate: "1957-01-01" },
      { ...david, ...traced(one), birthDate: "1957-01-01" },
      "review birth-date-missing",
    ],
    [
      "a traced number and a default birth date, married and moved",
      { ...emily, ...traced(one), ...named("Jones", "Emily"), ...away, birthDate: "1957-01-01" },
      { ...emily, ...traced(one), birthDate: "1957-01-01" },
      "review birth-date-missing",
    ],
    [
      "a traced number, the same names and a default birth date",
      { ...david, ...traced(one), birthDate: "1957-01-01" },
      { ...david, ...traced(one), birthDate: "1957-01-01" },
      "link",
    ],
    ["strangers", { ...emily, ...away, ...named("Jones", "Olivia") }, david, "new"],
    [
      "two records of placeholders",
      { ...empty, ...named("Unknown", "Unknown"), birthDate: "1900-01-01", postcodes: ["ZZ99 3VZ"] },
      { ...empty, ...named("Unknown", "Unknown"), birthDate: "1900-01-01", postcodes: ["ZZ99 3VZ"] },
      "new",
    ],
  ])("%s", (_, arrival, known, expected) => {
    for (const decision of [decideOn(arrival, known), decideOn(known, arrival)]) {
      expect(decision.kind === "review" ? `review ${decision.why}` : decision.kind).toBe(expected);
    }
  });

  it("makes a new person where nobody is a candidate", () => expect(decideOn(david)).toEqual({ kind: "new" }));

  it("asks which, where two persons fit alike, and names both", () => {
    const { gpPractice: _, ...unregistered } = rare;
    const decision = decideOn(rare, rare, unregistered);
    expect(decision).toMatchObject({ kind: "review", why: "two-persons" });
    expect(decision.kind === "review" && decision.candidates.map(({ personId }) => personId)).toEqual([
      "person-0",
      "person-1",
    ]);
  });

  it("links past a clearly weaker second, and names it", () => {
    expect(decideOn(rare, { ...rare, ...named("Featherstonehaugh", "Sebastian") }, rare)).toMatchObject({
      kind: "link",
      personId: "person-1",
      runnerUp: { personId: "person-0" },
    });
  });

  it("asks where the best fit is one person and the NHS number another's", () => {
    const arrival = { ...rare, ...traced(one) };
    expect(decideOn(arrival, rare, { ...emily, ...traced(one) })).toMatchObject({
      kind: "review",
      why: "nhs-number-of-another-person",
      candidates: [{ personId: "person-0" }, { personId: "person-1" }],
    });
  });

  it("hears every record of a person: another NHS number on one of them stops the link", () => {
    const arrival = { ...rare, ...traced(one) };
    const records = [rare, { ...rare, ...traced(other) }].map((record) => candidate("person", arrival, record));
    expect(decide(records, defaultModel)).toMatchObject({ kind: "review", why: "different-nhs-numbers" });
    expect(decide(records.slice(0, 1), defaultModel)).toMatchObject({ kind: "link", personId: "person" });
  });

  it("does not see the order of candidates", () => {
    const persons = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), matchRecord), { maxLength: 5 });
    fc.assert(
      fc.property(matchRecord, persons, (arrival, known) => {
        const candidates = known.map(([personId, record]) => candidate(personId, arrival, record));
        expect(decide(candidates.toReversed(), defaultModel)).toEqual(decide(candidates, defaultModel));
      }),
      { numRuns: 300 },
    );
  });

  const unlike = fc.uniqueArray(fc.constantFrom("Linda", "Rose", "Ann Joyce", "Grace", "Harriet"), {
    minLength: 2,
    maxLength: 2,
  });
  const alike = fc.constantFrom(
    ["Evie", "Evelyn"],
    ["Dave", "David"],
    ["Katherine", "Catherine"],
    ["Margarett", "Margaret"],
    ["E", "Evelyn"],
    ["Rose", "Rose"],
  );

  it("never links given names whose middle names plainly differ, unless a traced number agrees", () => {
    fc.assert(
      fc.property(
        alike,
        unlike,
        fc.boolean(),
        fc.boolean(),
        ([a = "", b = ""], [left = "", right = ""], isTyped, isTraced) => {
          const number = isTraced ? traced(one) : isTyped ? typed(one) : {};
          const [arrival, known] = [named("Simpson", a, left), named("Simpson", b, right)].map((names) => ({
            ...emily,
            ...number,
            ...names,
          }));
          if (arrival === undefined || known === undefined) throw new Error("unreachable");
          expect(decideOn(arrival, known).kind).toBe(isTraced ? "link" : "review");
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never links two first of Januaries, however well traced, where the family names do not agree", () => {
    const families = fc.constantFrom("Kaur", "Ahmed", "Reid", "Read", "Unknown", "");
    fc.assert(
      fc.property(families, families, fc.boolean(), (left, right, isTraced) => {
        const [arrival, known] = [left, right].map((family) => ({
          ...emily,
          ...(isTraced ? traced(one) : {}),
          ...named(family, "Zainab"),
          birthDate: "1981-01-01",
        }));
        if (arrival === undefined || known === undefined) throw new Error("unreachable");
        const agrees = left === right && left !== "" && left !== "Unknown";
        expect(decideOn(arrival, known).kind === "link").toBe(agrees);
      }),
      { numRuns: 300 },
    );
  });

  it("never links past a veto, below the weight, or without a birth date that agrees", () => {
    fc.assert(
      fc.property(matchRecord, fc.array(matchRecord, { maxLength: 3 }), (arrival, known) => {
        const decision = decideOn(arrival, ...known);
        if (decision.kind !== "link") return;
        const date = decision.evidence.levels.find(({ comparison }) => comparison === "birthDate")?.level;
        expect(decision.evidence.veto).toBeUndefined();
        expect(decision.evidence.weight).toBeGreaterThanOrEqual(defaultModel.thresholds.linkWeightMin);
        expect(["exact", "exact-default", "day-month-swap", "slip"]).toContain(date);
      }),
      { numRuns: 500 },
    );
  });
});
