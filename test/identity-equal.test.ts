import { clusterRecords, defaultModel, GuardsInContext, LiveIndex, scorerOf } from "@chesil/matching";
import type { RegisterRow } from "@chesil/simulator";
import type { JournalEntry, StoredRecord } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Application } from "../services/resolve/src/application.ts";
import { Candidates, RECORDS_PER_KEY_MAX } from "../services/resolve/src/identity/candidates.ts";
import { COMPONENT_RECORDS_MAX } from "../services/resolve/src/identity/component.ts";
import { settleLinks } from "../services/resolve/src/identity/settle-links.ts";
import { homePersonOf, Mint } from "../services/resolve/src/mint.ts";
import { WorkingSet } from "../services/resolve/src/working-set.ts";
import { denseRows, IdentityStream, registrationOf } from "./identity-stream.ts";

/**
 * Records that say the very same: a patient who gets a new id at each visit. However many they are, they are one person,
 * but for what rules say; in memory. test/identity-equal-stored.test.ts does it through messages and the store.
 */

const [ROW] = denseRows("equal", 1) as [RegisterRow];
const ANNA = {
  ...ROW,
  ...{ source: "a", nhs_number: "", given_name: "Anna", middle_name: "", family_name: "Smith", sex: "F" },
  ...{ date_of_birth: "1980-03-12", address: "1 High Street", postcode: "BH15 1AA", phone: "01202 900456" },
};
const KEY = (index: number) => ({ authority: "a", localId: `${index}` });
/** The same person by other words, and her twin. */
const WORDS: readonly Partial<RegisterRow>[] = [{}, {}, {}, { phone: "" }, { given_name: "Ben", sex: "M" }];

type Said = { readonly words: Partial<RegisterRow> };
type Rule = { readonly kind: "same" | "different"; readonly one: number; readonly other: number };

/** Everybody, and each rule as soon as both its records are known. */
function streamed(said: readonly Said[], rules: readonly Rule[], order: readonly number[]): IdentityStream {
  const stream = new IdentityStream(defaultModel);
  const heard = new Set<number>();
  for (const index of order) {
    stream.hear(registrationOf({ ...ANNA, ...said[index]?.words, id: `${index}` }));
    heard.add(index);
    for (const { kind, one, other } of rules)
      if (heard.has(one) && heard.has(other) && (one === index || other === index))
        stream.rule(kind, KEY(one), KEY(other));
  }
  return stream;
}

/** Who is one person where every record is weighed against every other, at once. */
function weighedAll(stream: IdentityStream, rules: readonly Rule[]): string[] {
  const known = [...stream.prepared()];
  const placeOf = new Map(known.map(([id], place) => [id, place]));
  const records = known.map(([, prepared]) => ({ ...prepared }));
  const scorer = scorerOf(defaultModel);
  const guards = new GuardsInContext(records, scorer);
  const weightOf = (i: number, j: number) => scorer.weigh(records[i] as never, records[j] as never);
  const pairs = records.flatMap((_, i) => records.slice(i + 1).map((_, k) => [i, i + 1 + k] as const));
  const ruled = (kind: Rule["kind"]) =>
    rules
      .filter((rule) => rule.kind === kind)
      .map(({ one, other }) => [placeOf.get(`a|${one}`) ?? -1, placeOf.get(`a|${other}`) ?? -1] as const);
  const { clusterOf } = clusterRecords(
    {
      records: records.length,
      left: Int32Array.from(pairs, ([i]) => i),
      right: Int32Array.from(pairs, ([, j]) => j),
      weight: Float64Array.from(pairs, ([i, j]) => weightOf(i, j)),
      weightOf,
      isForbidden: (i, j) => guards.judge(i, j).veto !== undefined,
      orderOf: (place) => known[place]?.[0] ?? "",
      mustLink: ruled("same"),
      cannotLink: ruled("different"),
    },
    defaultModel.thresholds,
  );
  const clusters = Map.groupBy(known, (_, place) => clusterOf[place]);
  return [...clusters.values()]
    .map((cluster) =>
      cluster
        .map(([id]) => id)
        .sort()
        .join(" "),
    )
    .sort();
}

const newIndex = () => new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: 1_000 });

/** Of one name and birth date, and sharing a telephone with some before and some after it. */
function templateRecord(id: number): StoredRecord {
  const { patient } = registrationOf({ ...ANNA, id: `${id}`, address: `${id} High Street`, postcode: "" });
  const said = <T>(value: T) => ({ value });
  const phones = [0, 1].map((more) => ({
    kind: "phone",
    use: "home",
    value: `01202 9${10_000 + Math.floor(id / 60) + more}`,
  }));
  const spoken = Object.entries({ ...patient.demographics, telecoms: said(phones) });
  return {
    ...{ sourceRecordId: id, ...patient.key, status: "active", retiredInto: null, overlaidBy: null },
    ...{ personId: homePersonOf(id), identifiers: said(patient.identifiers), demographics: Object.fromEntries(spoken) },
  } as unknown as StoredRecord;
}

const applicationIn = (set: WorkingSet): Application => ({
  set,
  entry: { journalId: 1_000_000, receivedAt: new Date(0) } as JournalEntry,
  moment: { recordedAt: "", journalId: 1_000_000 },
  occurredAt: undefined,
  mint: new Mint(1_000_000),
  model: defaultModel,
  warnings: [],
  onOverlay: "flag",
});

const histories = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 60, size: "max" }).chain((words) => {
  const index = fc.nat(words.length - 1);
  const rule = fc.record({ kind: fc.constantFrom("same" as const, "different" as const), one: index, other: index });
  const order = fc.shuffledSubarray([...words.keys()], { minLength: words.length });
  return fc.record({
    said: fc.constant(words.map((each) => ({ words: each }))),
    rules: fc.array(rule, { maxLength: 6 }).map((all) => all.filter(({ one, other }) => one !== other)),
    orders: fc.tuple(order, order),
  });
});

describe("equal records", () => {
  it("are who they are when each is weighed against each, ruled apart and together, in any order", () => {
    fc.assert(
      fc.property(histories, ({ said, rules, orders: [order, other] }) => {
        const stream = streamed(said, rules, order);
        expect(stream.persons()).toEqual(weighedAll(stream, rules));
        const again = streamed(said, rules, other);
        expect([again.persons(), again.questions()]).toEqual([stream.persons(), stream.questions()]);
      }),
      { numRuns: Number(process.env.CHESIL_RUNS ?? 40) },
    );
  }, 120_000);

  it("part exactly as rules say, though hundreds say the same", () => {
    const everyone = Array.from({ length: 120 }, () => ({ words: {} }));
    const rules = [
      { kind: "different", one: 7, other: 100 },
      { kind: "different", one: 7, other: 101 },
      { kind: "same", one: 100, other: 50 },
    ] as const;
    const forwards = streamed(everyone, rules, [...everyone.keys()]);
    expect(forwards.persons()).toEqual(weighedAll(forwards, rules));
    expect(forwards.personOfRecord().get("a|7")).not.toContain("a|100");
    const backwards = streamed(everyone, rules, [...everyone.keys()].reverse());
    expect(backwards.persons()).toEqual(forwards.persons());
  });

  it("stay apart where their words alone are too little to link them, however many say them", () => {
    const weak = { ...ANNA, given_name: "", sex: "", address: "", postcode: "", phone: "" };
    const stream = new IdentityStream(defaultModel);
    for (let index = 0; index < 45; index++) stream.hear(registrationOf({ ...weak, id: `${index}` }));
    expect(stream.persons()).toHaveLength(45);
  });

  it("that hang together with too many others are not followed without end, and one question says so", () => {
    const set = new WorkingSet(new Candidates(newIndex(), defaultModel));
    for (let id = 1; id <= COMPONENT_RECORDS_MAX + 20; id++) set.put(templateRecord(id), 1);
    const settle = (id: number) => {
      set.unsettled.clear();
      set.unsettled.add(id);
      settleLinks(applicationIn(set));
      return set.reviewTasks.splice(0).filter((task) => task.sourceRecordId === task.otherSourceRecordId);
    };
    const first = settle(1);
    expect(first).toMatchObject([{ kind: "data-quality", sourceRecordId: 1 }]);
    expect(set.questions.solved.size).toBe(COMPONENT_RECORDS_MAX);
    // The same words of the same record: the store writes nothing.
    const worded = (tasks: typeof first) =>
      tasks.map(({ why, evidence, sourceRecordId }) => [why, evidence, sourceRecordId]);
    expect(worded(settle(1))).toEqual(worded(first));
  }, 30_000);
});
