import { defaultModel, prepare } from "@chesil/matching";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPONENT_RECORDS_MAX, componentOf, type Surroundings } from "./component.ts";
import { EQUAL_RECORDS_WEIGHED_MAX, type Wording } from "./wording.ts";

const NOBODY = prepare({ names: [], postcodes: [], addressLines: [], phones: [], emails: [] });
const { linkWeightMin } = defaultModel.thresholds;

/** Wordings that each so many records say, of which some are linked, and others near. */
type World = {
  readonly sizes: readonly number[];
  readonly edges: readonly { readonly one: number; readonly other: number; readonly isLink: boolean }[];
  readonly ties: readonly (readonly [number, number])[];
};

function around({ sizes, edges, ties }: World): { records: number; wordings: Wording[]; surroundings: Surroundings } {
  let records = 0;
  const wordings = sizes.map((size, at): Wording => {
    const ids = new Set(Array.from({ length: size }, () => records++));
    return { facts: `${at}`, prepared: NOBODY, ids };
  });
  const at = (place: number) => wordings[place] as Wording;
  return {
    records,
    wordings,
    surroundings: {
      wordingOf: (id) => wordings.find(({ ids }) => ids.has(id)),
      neighboursOf: (wording) =>
        edges.flatMap(({ one, other, isLink }) => {
          const weight = linkWeightMin + (isLink ? 1 : -1);
          if (at(one) !== wording && at(other) !== wording) return [];
          return [{ wording: at(one) === wording ? at(other) : at(one), weight }];
        }),
      linksItself: () => true,
      tiedTo: (id) => ties.flatMap((pair) => (pair.includes(id) ? pair : [])),
    },
  };
}

const worlds = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 12 }).chain((sizes) => {
  const place = fc.nat(sizes.length - 1);
  const id = fc.nat(sizes.reduce((a, b) => a + b) - 1);
  return fc.record({
    sizes: fc.constant(sizes),
    edges: fc.array(fc.record({ one: place, other: place, isLink: fc.boolean() }), { maxLength: 15 }),
    ties: fc.array(fc.tuple(id, id), { maxLength: 5 }),
  });
});

/** A long row, each linked to the next. */
const row = (wordings: number, size = 1): World => ({
  sizes: Array.from({ length: wordings }, () => size),
  edges: Array.from({ length: wordings - 1 }, (_, at) => ({ one: at, other: at + 1, isLink: true })),
  ties: [],
});

describe("a component", () => {
  it("is whatever links and ties lead to, and what is near it stands by", () => {
    fc.assert(
      fc.property(worlds, fc.nat(30), (world, pick) => {
        const { records, wordings, surroundings } = around(world);
        const seed = pick % records;
        const members = new Set([seed]);
        const near = new Set<number>();
        for (const id of members) {
          for (const other of surroundings.tiedTo(id)) members.add(other);
          const wording = wordings.find(({ ids }) => ids.has(id)) as Wording;
          for (const { wording: other, weight } of surroundings.neighboursOf(wording))
            for (const each of other.ids) (weight >= linkWeightMin ? members : near).add(each);
        }
        const found = componentOf([seed], surroundings, defaultModel);
        expect([...found.members].sort()).toEqual([...members].sort());
        expect([...found.bystanders].sort()).toEqual([...near.difference(members)].sort());
        expect(found.cutAt).toEqual([]);
      }),
    );
  });

  it("stops growing by evidence, and says so once", () => {
    const { surroundings } = around(row(COMPONENT_RECORDS_MAX + 100));
    const { members, edges, cutAt } = componentOf([0], surroundings, defaultModel);
    expect([members.size, Math.max(...members)]).toEqual([COMPONENT_RECORDS_MAX, COMPONENT_RECORDS_MAX - 1]);
    expect(edges.flatMap(({ right }) => [...right.ids]).filter((id) => !members.has(id))).toEqual([]);
    expect(cutAt).toEqual([0]);
    const some = componentOf([0, 1, COMPONENT_RECORDS_MAX + 50], surroundings, defaultModel);
    // Who is to be decided belongs, and no component is followed twice.
    expect(some.members.size).toBeLessThanOrEqual(COMPONENT_RECORDS_MAX * 2);
  });

  it("counts equal records as so many as are weighed, and takes all of them", () => {
    const { surroundings, records } = around(row(COMPONENT_RECORDS_MAX / EQUAL_RECORDS_WEIGHED_MAX, 100));
    const { members, cutAt } = componentOf([0], surroundings, defaultModel);
    expect([members.size, cutAt]).toEqual([records, []]);
  });

  it("grows on by what ties it, however large", () => {
    const world = row(COMPONENT_RECORDS_MAX * 2);
    const ties = world.edges.map(({ one, other }) => [one, other] as const);
    const { surroundings, records } = around({ ...world, ties });
    const { members, cutAt } = componentOf([0], surroundings, defaultModel);
    expect([members.size, cutAt]).toEqual([records, []]);
  });

  it("is the same wherever two who are linked are named first, in whatever order neighbours come", () => {
    const world = row(COMPONENT_RECORDS_MAX + 100);
    const there = around(world).surroundings;
    const back = around({ ...world, edges: world.edges.toReversed() }).surroundings;
    const found = (surroundings: Surroundings, seeds: number[]) => [
      ...componentOf(seeds, surroundings, defaultModel).members,
    ];
    expect(found(back, [301, 300])).toEqual(found(there, [300, 301]));
  });
});
