import { CLEARED, type Demographics, EMPTY, value } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { believedTime, FUTURE_MS_MAX, hear, type SourceFacts } from "./statement.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();
const spoken = (demographics: Demographics) => ({ identifiers: [], demographics });

/** One statement about sex and language, at a minute. */
const statement = fc.record({
  minute: fc.nat(50),
  sex: fc.option(fc.constantFrom(EMPTY, CLEARED, value("female" as const), value("male" as const)), { nil: undefined }),
  language: fc.option(fc.constantFrom(EMPTY, CLEARED, value("en"), value("pl")), { nil: undefined }),
});

const demographicsOf = (each: { sex?: Demographics["sex"]; language?: Demographics["language"] }): Demographics => ({
  ...(each.sex ? { sex: each.sex } : {}),
  ...(each.language ? { language: each.language } : {}),
});

describe("what a source is known to say", () => {
  it("keeps a value through absent and empty, replaces it by a value, forgets it by a deletion", () => {
    const first = hear(undefined, spoken({ sex: value("female") }), { recordedAt: at(0), journalId: 1 });
    const kept = hear(first, spoken({ sex: EMPTY }), { recordedAt: at(1), journalId: 2 });
    expect(kept.demographics.sex?.value).toBe("female");
    const cleared = hear(kept, spoken({ sex: CLEARED }), { recordedAt: at(2), journalId: 3 });
    expect(cleared.demographics.sex).toEqual({ recordedAt: at(2), journalId: 3 });
  });

  it("forgets a date of death with who is said to live, in whatever order it hears of them", () => {
    const messages = [
      { deceased: value(true), deathDate: value("2010-01-01") },
      { deceased: value(false) },
      { deceased: value(true) },
    ];
    const said = messages.map((each, minute) => ({ each, moment: { recordedAt: at(minute), journalId: minute } }));
    for (const order of [said, said.toReversed(), [said[1], said[2], said[0]]]) {
      const { demographics } = order.reduce<SourceFacts | undefined>(
        (known, next) => (next ? hear(known, spoken(next.each), next.moment) : known),
        undefined,
      ) as SourceFacts;
      expect([demographics.deceased?.value, demographics.deathDate?.value]).toEqual([true, undefined]);
    }
    const both = hear(undefined, spoken({ deceased: value(false), deathDate: value("2010-01-01") }), {
      recordedAt: at(0),
      journalId: 1,
    });
    expect(both.demographics.deathDate?.value).toBe("2010-01-01");
  });

  it("does not let a late message overwrite, nor bring back what was deleted since", () => {
    const cleared = hear(undefined, spoken({ language: CLEARED, sex: value("male") }), {
      recordedAt: at(5),
      journalId: 1,
    });
    const late = hear(cleared, spoken({ language: value("pl"), sex: value("female"), religion: value("C22") }), {
      recordedAt: at(4),
      journalId: 2,
    });
    expect(late.demographics.language?.value).toBeUndefined();
    expect(late.demographics.sex?.value).toBe("male");
    expect(late.demographics.religion?.value).toBe("C22");
  });

  it("is the same for every order of arrival, when no two statements were recorded at one time", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(statement, { selector: (each) => each.minute, maxLength: 8 }),
        fc.nat(),
        (statements, seed) => {
          const listen = (order: typeof statements) =>
            order.reduce<SourceFacts | undefined>(
              (known, each) =>
                hear(known, spoken(demographicsOf(each)), { recordedAt: at(each.minute), journalId: each.minute }),
              undefined,
            );
          const shuffled = statements.toSorted(
            (a, b) => ((a.minute * 7919 + seed) % 101) - ((b.minute * 7919 + seed) % 101),
          );
          expect(listen(shuffled)?.demographics).toEqual(listen(statements)?.demographics);
        },
      ),
    );
  });
});

describe("the time of a statement", () => {
  const receivedAt = new Date(at(10));

  it("is the sender's, up to five minutes ahead of ours", () => {
    const edge = new Date(receivedAt.getTime() + FUTURE_MS_MAX);
    expect(believedTime(edge.toISOString(), receivedAt)).toEqual({ at: edge.toISOString(), future: false });
    const beyond = new Date(edge.getTime() + 1).toISOString();
    expect(believedTime(beyond, receivedAt)).toEqual({ at: receivedAt.toISOString(), future: true });
  });

  it("is the time of receipt when there is none", () => {
    expect(believedTime(undefined, receivedAt)).toEqual({ at: receivedAt.toISOString(), future: false });
  });
});
