import { afterAll, beforeAll, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { race } from "./identity-races.ts";

/** `npm run races` is the long run of ten thousand. */
const RACES = 300;
const SEED = "races";

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

it("two to eight feeds that register one new person make one person, whoever decides and is overtaken", async () => {
  const { people, persons, wrong, takeovers, zombies } = await race(database, { races: RACES, seed: SEED });
  expect({ wrong, zombies, persons }).toEqual({ wrong: [], zombies: 0, persons: people });
  expect(takeovers).toBeGreaterThan(5);
}, 120_000);
