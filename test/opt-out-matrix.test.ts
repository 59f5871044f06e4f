import { ROLES, type Role } from "@chesil/access";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, type Classified, classified, NAMED_ROUTES } from "./opt-out-routes.ts";
import { CASES, type Case, GP_SOURCE, NHS_NUMBER, openWorld, PLACES, WORDS, type World } from "./opt-out-world.ts";

/**
 * Every route there is, asked about somebody whom the gate hides or shows in part, as every role (law 10). No word of what may
 * not be told is in an answer, a header or a log line; and of who is hidden altogether every count, page and refusal is that of
 * a region in which they never were.
 */

let never: World;
beforeAll(async () => {
  never = await openWorld(null);
});
afterAll(() => never.close());

type Route = Classified & { readonly name: string };

const routesOf = ({ rig }: World): Route[] =>
  rig.app.routeActions
    .filter(({ method }) => method !== "HEAD" && method !== "OPTIONS")
    .flatMap(({ method, url }) => {
      const found = classified(method, url);
      return found ? [{ ...found, name: `${method} ${url}` }] : [];
    });

it("every route is classified, and every classified route is there", () => {
  const routes = never.rig.app.routeActions.filter(({ method }) => method !== "HEAD" && method !== "OPTIONS");
  const names = routes.map(({ method, url }) => `${method} ${url}`);
  expect(routes.filter(({ method, url }) => !classified(method, url))).toEqual([]);
  expect(NAMED_ROUTES.filter((name) => !names.includes(name))).toEqual([]);
});

/** What may not be told, by what the subject is and who asks. */
function forbidden(subject: Case, role: Role, { kind, isSearch, isOfIds }: Classified): string[] {
  const isOfficer = role === "privacy-officer";
  const all = [...Object.values(WORDS), NHS_NUMBER, ...PLACES];
  const secrets = isOfficer ? [] : [WORDS.secret];
  switch (subject) {
    case "ordinary":
      return secrets;
    case "opted-out":
    case "opted-out by a merge":
      return isOfficer && kind === "officer" ? [] : all;
    case "restricted":
    case "very-restricted":
      if (isOfficer) return [];
      if (kind === "nobody") return secrets;
      return [...secrets, ...PLACES, ...GP_SOURCE, ...(subject === "very-restricted" ? [WORDS.name] : [])];
    case "deceased":
      if (isSearch) return all;
      // Whoever puts an identity right, or a message, sees the whole: it is not care.
      if (kind !== "person") return secrets;
      return [...secrets, WORDS.old, "zyxplace surgery", "dr zyxplace", ...(isOfIds ? [] : [WORDS.gp])];
  }
}

/** Hidden altogether: as if never heard of. */
const isGone = (subject: Case, role: Role, { kind, isSearch }: Classified): boolean =>
  subject.startsWith("opted-out")
    ? kind === "person" || (kind === "officer" && role !== "privacy-officer")
    : subject === "deceased" && isSearch === true;

async function answerTo({ rig, cookies }: World, role: Role, { method, url, body }: Ask) {
  if (typeof body !== "string") return rig.ask(cookies[role], method, url, body);
  const headers = {
    cookie: cookies[role],
    "x-chesil-request": "1",
    "content-type": "application/x-www-form-urlencoded",
  };
  return rig.app.inject({ method: "POST", url, headers, payload: body });
}

/** An answer without what differs between two that say the same: sealed places, and when it was made. */
const comparable = (answer: { statusCode: number; body: string }): string =>
  `${answer.statusCode} ${answer.body.replaceAll(/(_page=|"next":")[\w.~-]+/g, "$1")}`;

/** What is answered where they never were: the same in every case, so it is asked once. */
const answersOfNobody = new Map<string, string>();
async function answerOfNobody(role: Role, ask: Ask): Promise<string> {
  const key = JSON.stringify([role, ask]);
  const known = answersOfNobody.get(key) ?? comparable(await answerTo(never, role, ask));
  answersOfNobody.set(key, known);
  return known;
}

describe.each(CASES)("somebody who is %s", (subject) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(subject);
  });
  afterAll(() => world.close());

  it.each(ROLES)("is told of to %s as far as may be", { timeout: 120_000 }, async (role) => {
    const leaks: string[] = [];
    const told = new Set<string>();
    for (const route of routesOf(world)) {
      // Where there is somebody to change, an act would change the region for those that are asked after it.
      const hides = isGone(subject, role, route);
      if (route.isAct && !hides) continue;
      for (const ask of route.asks(world)) {
        world.rig.events.length = 0;
        const answer = await answerTo(world, role, ask);
        const text = `${answer.body}\n${JSON.stringify([answer.headers, world.rig.events])}`.toLowerCase();
        const name = `${route.name} ${ask.url} ${JSON.stringify(ask.body ?? "")}`;
        for (const word of forbidden(subject, role, route)) if (text.includes(word)) leaks.push(`${name}: ${word}`);
        for (const word of Object.values(WORDS)) if (text.includes(word)) told.add(word);
        if (!hides) continue;
        const nobody = await answerOfNobody(role, ask);
        if (comparable(answer) !== nobody) leaks.push(`${name}: ${comparable(answer)} is not ${nobody}`.slice(0, 600));
      }
    }
    expect(leaks).toEqual([]);
    expect([...told].sort()).toEqual(toldTo(subject, role));
  });

  it("is counted by what is shown alone", async () => {
    for (const role of ROLES) {
      const url = `/api/v1/persons/${world.subject.personId}`;
      const { facts = [] } = (await answerTo(world, role, { method: "GET", url })).json();
      expect(facts.map(({ total }: { total: number }) => total)).toEqual(
        facts.map(({ rows }: { rows: unknown[] }) => rows.length),
      );
    }
  });
});

/** What each is told of at all: without it a matrix in which nothing is ever told would pass. */
function toldTo(subject: Case, role: Role): string[] {
  const { name, place, local, fact, secret, old, gp } = WORDS;
  if (role === "operations") return [];
  const words = {
    ordinary: [name, place, local, fact, old, gp],
    "opted-out": role === "privacy-officer" ? [name, place, local, gp] : [],
    "opted-out by a merge": role === "privacy-officer" ? [name, place, local, gp] : [],
    restricted: [name, local, fact, old, gp],
    "very-restricted": [local, fact, old, gp],
    deceased: [name, place, local, fact, gp],
  }[subject];
  const isOfficer = role === "privacy-officer";
  if (!isOfficer || subject.startsWith("opted-out")) return [...words].sort();
  const more = [secret, ...(subject === "deceased" ? [old] : [name, place])];
  return [...new Set([...words, ...more])].sort();
}
