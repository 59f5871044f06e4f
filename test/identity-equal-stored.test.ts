import { readPersonsSharing } from "@chesil/store";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { adt, message, type Patient, pid } from "./region.ts";
import { openRegion } from "./region-store.ts";
import { brokenIn, dumpOf, WIPE } from "./resolve-dump.ts";

/** As test/identity-equal.test.ts, through messages and the store. */

let region: Awaited<ReturnType<typeof openRegion>>;
beforeAll(async () => {
  region = await openRegion();
});
beforeEach(() => region.query(WIPE));
afterAll(() => region.database.close());

const ANNA = { family: "ABBOT", given: "ANNA", birthDate: "19500312", sex: "F", postcode: "BH15 1AA" };
const visitor = (index: number): Patient => ({ ...ANNA, id: `V${index}`, phone: "01202900456" });
const visitors = (count: number) => Array.from({ length: count }, (_, index) => visitor(index));
const register = (people: readonly Patient[]) => region.take(...people.map((person) => adt("A28", person)));

/** Ids at the sender by person, each list in order. */
const persons = async (): Promise<string[]> =>
  (
    await region.query(
      "select string_agg(local_id, ' ' order by local_id) as ids from source_record group by person_id order by 1",
    )
  ).map(({ ids }) => ids);

it.each([1, 2, 20, 21, 199, 200, 201, 202, 600])(
  "%i records with the very same words are one person, and wear out no key",
  async (count) => {
    const everyone = visitors(count);
    await register(everyone);
    expect(await persons()).toEqual([
      everyone
        .map(({ id }) => id)
        .sort()
        .join(" "),
    ]);
    expect(await region.tasks()).toEqual([]);
    expect(brokenIn(await dumpOf(region.database))).toEqual([]);
    // Whoever asks the store finds the same.
    const [{ keys } = {}] = await region.query("select blocking_keys::text[] as keys from source_record limit 1");
    expect(await readPersonsSharing(region.database.pool, keys, [])).toHaveLength(count);
  },
  120_000,
);

it("hundreds of equal records part exactly as a sender says, whenever it is said", async () => {
  const everyone = visitors(230);
  const two = [everyone[7], everyone[222]] as [Patient, Patient];
  const apart = message("A37", [pid(two[0]), pid(two[1])]);
  const before = [...two, ...everyone.filter((each) => !two.includes(each))];
  for (const messages of [
    [...everyone.map((person) => adt("A28", person)), apart],
    [
      ...before.slice(0, 2).map((person) => adt("A28", person)),
      apart,
      ...before.slice(2).map((each) => adt("A28", each)),
    ],
  ]) {
    await region.query(WIPE);
    await region.take(...messages);
    const rest = everyone.filter((each) => !two.includes(each)).map(({ id }) => id);
    expect(await persons()).toEqual([rest.sort().join(" "), "V222", "V7"].sort());
    expect(brokenIn(await dumpOf(region.database))).toEqual([]);
  }
}, 120_000);

it("a twin is told apart from hundreds of equal records, whoever comes first", async () => {
  const twin: Patient = { ...visitor(0), id: "TWIN", given: "BEATRICE" };
  for (const at of [0, 100, 210]) {
    await region.query(WIPE);
    await register(visitors(210).toSpliced(at, 0, twin));
    expect(await persons()).toContain("TWIN");
    expect(await persons()).toHaveLength(2);
  }
}, 120_000);

it("201 different records under one value wear it out, whoever says the same besides", async () => {
  const stranger = (index: number): Patient => ({
    id: `S${index}`,
    family: `K${String.fromCharCode(65 + (index % 26), 65 + Math.floor(index / 26))}`,
    given: "C",
    birthDate: `19${10 + (index % 80)}0${1 + (index % 9)}15`,
    phone: "01202900456",
  });
  const strangers = Array.from({ length: 199 }, (_, index) => stranger(index));
  await register([...strangers, ...visitors(30)]);
  expect(await region.tasks()).not.toContain("data-quality open");
  await register([stranger(199)]);
  const tasks = await region.query("select why from review_task where kind = 'data-quality'");
  expect(tasks).toEqual([{ why: expect.stringContaining("phone") }]);
}, 120_000);
