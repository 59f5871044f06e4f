import { defaultModel, LiveIndex, type MatchRecord, prepare } from "@chesil/matching";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Candidates, RECORDS_PER_KEY_MAX } from "./candidates.ts";

const PHONE = "01202 900456";
const factsOf = (phones: string[], given = "Anna"): string =>
  JSON.stringify({
    names: [{ family: "Smith", given: [given] }],
    birthDate: "1980-03-12",
    postcodes: [],
    addressLines: [],
    phones,
    emails: [],
  } satisfies MatchRecord);
const preparedOf = (facts: string) => prepare(JSON.parse(facts) as MatchRecord);
const newIndex = () => new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: 1_000 });

/** Few records and few things to say, so that most changes meet. */
const said = fc.constantFrom(
  ...["Anna", "Ann", "Ben"].flatMap((given) => [factsOf([PHONE], given), factsOf([], given)]),
);
const changes = fc.array(fc.tuple(fc.nat(6), fc.option(said, { nil: null })), { maxLength: 20 });

/** By what a record says: the records that say it, and what it may be. */
function standing(candidates: Candidates) {
  return Array.from({ length: 7 }, (_, id) => {
    const wording = candidates.wordingOf(id);
    if (!wording) return null;
    const near = candidates
      .near(wording)
      .map((each) => [each.wording.facts, each.weight, [...each.wording.ids].sort()]);
    const namesakes = [...(candidates.namesakesOf(wording.prepared) ?? [])].map(({ facts }) => facts);
    return { facts: wording.facts, ids: [...wording.ids].sort(), near: near.sort(), namesakes: namesakes.sort() };
  });
}

describe("candidates", () => {
  it("are those of an index that was told the same, whatever the batch changed, took back and saved", () => {
    fc.assert(
      fc.property(changes, changes, fc.array(fc.nat(19)), (before, batch, asked) => {
        const [index, plain] = [newIndex(), newIndex()];
        const put = (id: number, facts: string | null) =>
          facts === null ? plain.delete(id) : plain.put(id, facts, preparedOf(facts));
        for (const [id, facts] of before) {
          put(id, facts);
          if (facts === null) index.delete(id);
          else index.put(id, facts);
        }
        const candidates = new Candidates(index, defaultModel);
        for (const [at, [id, facts]] of batch.entries()) {
          // Whatever was asked on the way changes nothing.
          if (asked.includes(at)) standing(candidates);
          put(id, facts);
          if (facts === null) candidates.drop(id);
          else candidates.put(id, facts, preparedOf(facts));
        }
        const expected = standing(new Candidates(plain, defaultModel));
        expect(standing(candidates)).toEqual(expected);
        candidates.save();
        expect(standing(new Candidates(index, defaultModel))).toEqual(expected);
      }),
    );
  });

  it("turn a key over when one more or one less thing is said under it, not when one more record says it", () => {
    const pool = Array.from({ length: 4 }, (_, at) => factsOf([PHONE, `01202 8${10_000 + at}`]));
    const history = fc.array(fc.tuple(fc.nat(8), fc.option(fc.constantFrom(...pool), { nil: null })), {
      maxLength: 30,
    });
    const index = newIndex();
    // No birth date: the telephone is all that they share.
    for (let at = 0; at < RECORDS_PER_KEY_MAX - 2; at++)
      index.put(1_000 + at, factsOf([PHONE, `01202 9${10_000 + at}`]).replace(',"birthDate":"1980-03-12"', ""));
    fc.assert(
      fc.property(history, (batch) => {
        const candidates = new Candidates(index, defaultModel);
        const says = new Map<number, string>();
        for (const [id, facts] of batch) {
          const count = () => RECORDS_PER_KEY_MAX - 2 + new Set(says.values()).size;
          const before = count();
          if (facts === null) {
            says.delete(id);
            candidates.drop(id);
          } else {
            says.set(id, facts);
            candidates.put(id, facts, preparedOf(facts));
          }
          const [wasWorn, isWorn] = [before > RECORDS_PER_KEY_MAX, count() > RECORDS_PER_KEY_MAX];
          const turned = candidates.turned.splice(0);
          expect(turned.map((each) => each.isWorn)).toEqual(wasWorn === isWorn ? [] : [isWorn]);
          for (const { wordings } of turned) expect(wordings).toHaveLength(count());
        }
      }),
    );
  });
});
