import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockingKeys } from "../blocking/live-keys.ts";
import { matchRecord } from "../match-record.arbitrary.ts";
import { prepare } from "../prepare.ts";
import type { MatchRecord } from "../record.ts";
import { LiveIndex, liveKeys } from "./live-index.ts";

const preparedOf = (facts: string) => prepare(JSON.parse(facts) as MatchRecord);
const sorted = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);

/** What the index promises, plainly: every question walks all records. */
class Model {
  readonly facts = new Map<number, string>();
  readonly #keys = new Map<string, Set<bigint>>();

  /** The distinct facts that have the key. */
  sharing(key: bigint): string[] {
    return [...new Set(this.facts.values())].filter((facts) => this.#keysOf(facts).has(key)).sort();
  }

  idsWith(facts: string): number[] {
    return sorted([...this.facts].filter(([, other]) => other === facts).map(([id]) => id));
  }

  #keysOf(facts: string): Set<bigint> {
    const keys = this.#keys.get(facts) ?? new Set(liveKeys(preparedOf(facts)));
    this.#keys.set(facts, keys);
    return keys;
  }
}

const factsUnder = (index: LiveIndex, key: bigint): string[] | undefined =>
  index
    .sharing(key)
    ?.map((wording) => index.factsAt(wording))
    .sort();

/** Few ids, so that most operations meet a record; some above 2^32, and two whose low halves are equal. */
const ids = fc.constantFrom(0, 1, 7, 2 ** 31, 2 ** 32 + 1, 2 ** 32 + 7, 2 ** 53, 2 ** 53 - 1);
/** Of all scripts, and of the characters that JSON writes in another way. */
const texts = fc.constantFrom("", "Æther Łódź", "李小龍", "👩🏽‍⚕️ 🏥", '"\\\u0000\u2028', "\ud800");
const factsOf = fc.tuple(matchRecord, texts).map(([record, family]) => {
  const names = family === "" ? record.names : [...record.names, { family, given: ["David"] }];
  return JSON.stringify({ ...record, names, addressLines: [...record.addressLines, family] });
});
/** Few facts too, so that many records say the same. */
const operations = fc.array(factsOf, { minLength: 1, maxLength: 6 }).chain((said) =>
  fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          put: ids,
          facts: fc.constantFrom(...said),
          how: fc.constantFrom("plain", "prepared", "keyed"),
        }),
      },
      { weight: 1, arbitrary: fc.record({ delete: ids }) },
      { weight: 1, arbitrary: fc.record({ ask: ids }) },
    ),
    { maxLength: 24 },
  ),
);
type Known = readonly [id: number, facts: string];
const recordsShuffled = fc
  .uniqueArray(fc.tuple(ids, factsOf), { selector: ([id]) => id })
  .chain((records) => fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })));
const options = fc.record({ recordsPerKeyMax: fc.nat(4), preparedMax: fc.nat(3) });

/** An index and its model, after the same operations. */
function replayed(history: Iterable<Operation>, { recordsPerKeyMax, preparedMax }: Options): [LiveIndex, Model] {
  const [index, model] = [new LiveIndex({ recordsPerKeyMax, preparedMax }), new Model()];
  for (const step of history) {
    if ("put" in step) {
      if (step.how === "keyed") index.load(step.put, step.facts, liveKeys(preparedOf(step.facts)));
      else index.put(step.put, step.facts, step.how === "prepared" ? preparedOf(step.facts) : undefined);
      model.facts.set(step.put, step.facts);
    } else if ("delete" in step) expect(index.delete(step.delete)).toBe(model.facts.delete(step.delete));
    else {
      const facts = model.facts.get(step.ask);
      expect(index.prepared(step.ask)).toEqual(facts === undefined ? undefined : preparedOf(facts));
    }
  }
  return [index, model];
}
type Operation = { put: number; facts: string; how: string } | { delete: number } | { ask: number };
type Options = { recordsPerKeyMax: number; preparedMax: number };

function expectEqual(index: LiveIndex, model: Model, seen: Iterable<string>, recordsPerKeyMax: number): void {
  expect(index.records).toBe(model.facts.size);
  expect(index.wordings).toBe(new Set(model.facts.values()).size);
  for (const facts of seen) {
    for (const key of [...liveKeys(preparedOf(facts)), 0n, -1n]) {
      const sharing = model.sharing(key);
      expect(index.count(key)).toBe(sharing.length);
      expect(factsUnder(index, key)).toEqual(sharing.length > recordsPerKeyMax ? undefined : sharing);
    }
    const wording = index.wordingOfFacts(facts);
    expect(wording < 0 ? [] : sorted(index.idsAt(wording))).toEqual(model.idsWith(facts));
    if (wording >= 0) expect(index.preparedAt(wording)).toEqual(preparedOf(facts));
  }
}

describe("live index", () => {
  it("knows what a plain map of facts knows, whatever was put, replaced and deleted", () => {
    fc.assert(
      fc.property(operations, options, fc.array(ids), (history, options, others) => {
        const [index, model] = replayed(history, options);
        for (const id of [...model.facts.keys(), ...others]) {
          const facts = model.facts.get(id);
          expect(index.has(id)).toBe(facts !== undefined);
          expect(index.wordingOf(id)).toBe(facts === undefined ? -1 : index.wordingOfFacts(facts));
          expect(index.facts(id)).toBe(facts);
          expect(index.prepared(id)).toEqual(facts === undefined ? undefined : preparedOf(facts));
        }
        const seen = new Set(history.flatMap((step) => ("put" in step ? [step.facts] : [])));
        expectEqual(index, model, seen, options.recordsPerKeyMax);
      }),
    );
  });

  it("answers alike for one set of records, in whatever order they came and whoever was there before", () => {
    fc.assert(
      fc.property(operations, options, recordsShuffled, (before, options, [records, shuffled]) => {
        const puts = (those: readonly Known[]) =>
          those.map(([put, facts]) => ({ put, facts, how: facts.length % 2 === 0 ? "prepared" : "plain" }));
        const leaving = before.flatMap((step) =>
          "put" in step && !records.some(([id]) => id === step.put) ? [step.put] : [],
        );
        const [plain] = replayed(puts(records), options);
        const [late] = replayed([...before, ...puts(shuffled), ...leaving.map((id) => ({ delete: id }))], options);
        expect(late.records).toBe(plain.records);
        for (const [, facts] of records) {
          for (const key of liveKeys(preparedOf(facts))) {
            expect(late.count(key)).toBe(plain.count(key));
            expect(factsUnder(late, key)).toEqual(factsUnder(plain, key));
          }
          expect(sorted(late.idsAt(late.wordingOfFacts(facts)))).toEqual(
            sorted(plain.idsAt(plain.wordingOfFacts(facts))),
          );
        }
      }),
    );
  });

  it("caps a key that thousands share, and says who they are again once enough of them are gone", () => {
    const phone = (id: number) =>
      JSON.stringify({
        names: [],
        postcodes: [],
        addressLines: [],
        phones: ["07700 900123", `0777${1_000_000 + id}`],
        emails: [],
      });
    const everyone = Array.from({ length: 3_000 }, (_, id) => id);
    const index = new LiveIndex({ recordsPerKeyMax: 1_500, preparedMax: 0 });
    for (const id of everyone) index.put(id, phone(id));
    const [key] = blockingKeys(preparedOf(phone(0))).filter((each) => index.count(each) > 1);
    if (key === undefined) throw new Error("Nobody shares a key.");
    expect(index.sharing(key)).toBeUndefined();
    for (const id of everyone) {
      if (id % 7 === 0) continue;
      index.delete(id);
      const left = index.count(key);
      expect(index.sharing(key)?.length).toBe(left > 1_500 ? undefined : left);
    }
    const left = (index.sharing(key) ?? []).flatMap((wording) => index.idsAt(wording));
    expect(sorted(left)).toEqual(everyone.filter((id) => id % 7 === 0));
  });

  it("counts what is said once under each key, however many say it, and as long as anybody does", () => {
    const facts = JSON.stringify({ names: [], postcodes: [], addressLines: [], phones: ["07700 900123"], emails: [] });
    const index = new LiveIndex({ recordsPerKeyMax: 1, preparedMax: 0 });
    const [key = 0n] = blockingKeys(preparedOf(facts));
    for (let id = 0; id < 3_000; id++) index.put(id, facts);
    expect([index.records, index.wordings, index.count(key)]).toEqual([3_000, 1, 1]);
    for (let id = 0; id < 2_999; id++) index.delete(id);
    expect(index.sharing(key)?.flatMap((wording) => index.idsAt(wording))).toEqual([2_999]);
    index.delete(2_999);
    expect([index.wordings, index.count(key), index.wordingOfFacts(facts)]).toEqual([0, 0, -1]);
  });

  it("is as it was where the facts are not JSON", () => {
    const index = new LiveIndex({ recordsPerKeyMax: 10, preparedMax: 10 });
    const facts = JSON.stringify({ names: [], postcodes: [], addressLines: [], phones: ["07700900123"], emails: [] });
    index.put(1, facts);
    expect(() => index.put(1, "{")).toThrow(SyntaxError);
    expect(() => index.put(2, "")).toThrow(SyntaxError);
    expect([index.records, index.facts(1), index.has(2)]).toEqual([1, facts, false]);
  });

  it("says what memory it takes, more with records than without", () => {
    const index = new LiveIndex({ recordsPerKeyMax: 10, preparedMax: 10 });
    const empty = index.memory();
    for (let id = 0; id < 20_000; id++)
      index.put(
        id,
        JSON.stringify({ names: [], postcodes: [], addressLines: [], phones: [`0770${1_000_000 + id}`], emails: [] }),
      );
    const filled = index.memory();
    expect(filled.keysBytes).toBeGreaterThan(empty.keysBytes);
    expect(filled.slotsBytes).toBeGreaterThan(empty.slotsBytes);
    expect(filled.factsBytes).toBeGreaterThan(20_000 * 50);
  });
});
