import { DAY_MS, dateStamp } from "./calendar.ts";
import { drawFamilyName, familyNameFor } from "./family-names.ts";
import { type Community, drawGivenName } from "./given-names.ts";
import { drawHousehold, type Member } from "./household.ts";
import { spellingsOf } from "./name-variants.ts";
import { COMMUNITIES, drawEthnicity, drawGivenNames, drawTitle, type Person } from "./person.ts";
import { type Address, areaOfTown, drawAddress, drawAddressInSector, Gazetteer } from "./places.ts";
import { buildPractices, type Practice } from "./practices.ts";
import type { Random } from "./random.ts";
import { LANDLINE_NUMBERS, MOBILE_NUMBERS, NhsNumberRegister, TelephoneRegister } from "./registers.ts";

/** More than this would come too near the end of the test range of NHS numbers (some 909,000). */
export const PEOPLE_MAX = 850_000;

type Region = { readonly practices: readonly Practice[]; readonly gazetteer: Gazetteer };
export type Population = Region & { readonly people: readonly Person[] };
export type Settling = Region & {
  /** One household after another, for as long as they are asked for. One pass. */
  readonly households: Generator<Person[], never, undefined>;
};

/** Those who have moved are the ones of whom two sources can hold different postcodes. */
export const SHARE_WHO_MOVED = 0.75;
const SHARES = {
  /** A postcode differs and its sector does not: 0.97 of the 31 in 100 that differ (CRATE). */
  movedWithinSector: 0.0097 / 0.31,
  withoutNhsNumber: 0.012,
  consecutiveTwinNumber: 0.8,
  fatherAndSonSameName: 0.03,
  sharedNameOfCouple: 0.72,
  hyphenatedWife: 0.06,
  hyphenatedChild: 0.05,
  earlierNameOfWoman: 0.35,
  firstOfJanuary: 0.08,
  email: 0.45,
  lookAlikeTwin: 0.3,
};
const MEAN_HOUSEHOLD = 2.3;
const OTHER_SECTOR_TRIES = 8;
const NAME_TRIES = 60;

type Workshop = {
  random: Random;
  onMs: number;
  nhsNumbers: NhsNumberRegister;
  telephones: TelephoneRegister;
  gazetteer: Gazetteer;
  practices: Record<string, Practice[]>;
  landlineShare: number;
  mobileShare: number;
};

/**
 * The synthetic people of a seed: households that share an address and mostly a name, twins, fathers and sons of one
 * name, NHS numbers of the 999 range only, telephone numbers of the drama ranges only, mail at example.org only.
 *
 * @param random the seed; equal seeds and numbers give equal people
 * @param count how many, exactly; a RangeError when it is not between 1 and PEOPLE_MAX
 * @param onMs the day on which ages are reckoned
 */
export function buildPopulation(random: Random, count: number, onMs: number): Population {
  if (!Number.isInteger(count) || count < 1 || count > PEOPLE_MAX) {
    throw new RangeError(`The number of people must be between 1 and ${PEOPLE_MAX}.`);
  }
  const { practices, gazetteer, households } = settle(random, count, onMs);
  const people: Person[] = [];
  while (people.length < count) people.push(...households.next().value.slice(0, count - people.length));
  return { people, practices, gazetteer };
}

/**
 * The same people, household by household and without end, for readers who keep none of them.
 *
 * @param count about how many will be asked for: there are streets, telephones and NHS numbers for so many
 * @param numbers the NHS numbers to give out; reading on throws a RangeError when they are used up
 */
export function settle(random: Random, count: number, onMs: number, numbers?: "test-range" | "unlisted"): Settling {
  const practices = buildPractices(random.fork("practices"));
  const gazetteer = new Gazetteer(random.fork("places"), count);
  const workshop: Workshop = {
    random: random.fork("people"),
    onMs,
    nhsNumbers: new NhsNumberRegister(random.fork("nhs-numbers"), numbers),
    telephones: new TelephoneRegister(random.fork("telephones")),
    gazetteer,
    practices: Object.groupBy(practices, (practice) => practice.area) as Record<string, Practice[]>,
    landlineShare: Math.min(0.6, (LANDLINE_NUMBERS * MEAN_HOUSEHOLD) / count),
    mobileShare: Math.min(0.8, MOBILE_NUMBERS / count),
  };
  return { practices, gazetteer, households: createHouseholds(workshop) };
}

function* createHouseholds(workshop: Workshop): Generator<Person[], never, undefined> {
  for (let household = 0, first = 0; ; household++) {
    const members = createHousehold(workshop, household, first);
    first += members.length;
    yield members;
  }
}

function createHousehold(workshop: Workshop, household: number, first: number): Person[] {
  const { random, gazetteer } = workshop;
  const members = drawHousehold(random);
  const address = drawAddress(random, gazetteer.street(random));
  const home = {
    household,
    address,
    previousAddress: random.chance(SHARE_WHO_MOVED) ? drawEarlierAddress(workshop, address) : undefined,
    landline: random.chance(workshop.landlineShare) ? workshop.telephones.landline() : undefined,
    practice: random.pick(workshop.practices[areaOfTown(address.town)] ?? []),
  };
  const names = drawHouseholdNames(random, members);
  const people: Person[] = [];
  for (const [place, member] of members.entries()) {
    const twin = member.twinOf === undefined ? undefined : people[member.twinOf];
    const siblings = member.role === "child" ? people.filter(({ role }) => role === "child") : [];
    const birth = { ...member, index: first + place, twin, siblings };
    const person = createPerson(workshop, home, birth, names[place] ?? names[0]);
    nameAfterFather(workshop, people, person);
    if (twin !== undefined) twin.twin = person.index;
    people.push(person);
  }
  return people;
}

function drawEarlierAddress({ random, gazetteer }: Workshop, address: Address): Address {
  if (random.chance(SHARES.movedWithinSector)) return drawAddressInSector(random, address);
  const sector = address.postcode.slice(0, -2);
  let earlier = drawAddress(random, gazetteer.streetNear(random, address.town));
  // In a town of few streets chance would keep too many within their sector.
  for (let tries = 0; earlier.postcode.startsWith(sector) && tries < OTHER_SECTOR_TRIES; tries++) {
    earlier = drawAddress(random, gazetteer.street(random));
  }
  return earlier;
}

type Naming = { community: Community; family: string; previousFamily: string | undefined; married: boolean };

/** Family names by the customs of the house: a shared one, two of their own, one joined by a hyphen. */
function drawHouseholdNames(random: Random, members: readonly Member[]): Naming[] {
  const community = random.from(COMMUNITIES);
  const house = drawFamilyName(random, community);
  const [, second] = members;
  const couple = second?.role === "partner";
  const shared = couple && random.chance(SHARES.sharedNameOfCouple);
  const childFamily = random.chance(SHARES.hyphenatedChild) ? `${house}-${drawFamilyName(random, community)}` : house;
  return members.map(({ role, sex, age }): Naming => {
    if (role === "resident") {
      const own = random.from(COMMUNITIES);
      return { community: own, family: drawFamilyName(random, own), previousFamily: undefined, married: false };
    }
    const family = familyNameFor(sex, role === "child" ? childFamily : house, community);
    const naming = { community, family, previousFamily: undefined, married: couple && role !== "child" };
    if (role === "child") return naming;
    const own = familyNameFor(sex, drawFamilyName(random, community), community);
    if (couple && role === "partner" && !shared) return { ...naming, family: own };
    if (sex === "M") return naming;
    if (!couple)
      return age > 30 && random.chance(SHARES.earlierNameOfWoman) ? { ...naming, previousFamily: own } : naming;
    if (!shared) return naming;
    const joined = random.chance(SHARES.hyphenatedWife) ? `${own}-${family}` : family;
    return { ...naming, family: joined, previousFamily: own };
  });
}

type Home = Pick<Person, "household" | "address" | "previousAddress" | "landline" | "practice">;
type Birth = Member & {
  readonly index: number;
  readonly twin: Person | undefined;
  /** Those born to the house before, a twin included. */
  readonly siblings: readonly Person[];
};

function createPerson(workshop: Workshop, home: Home, birth: Birth, naming: Naming | undefined): Person {
  if (naming === undefined) throw new RangeError("A household without names.");
  const { random, nhsNumbers } = workshop;
  const { role, sex, age, index, twin } = birth;
  const { community, family, previousFamily, married } = naming;
  const birthDate = twin?.birthDate ?? drawBirthDate(random, birth, community, workshop.onMs);
  const given = drawNamesAmong(random, community, birth, Number(birthDate.slice(0, 4)));
  const widowed = !married && role === "adult" && previousFamily !== undefined;
  return {
    id: `person-${String(index + 1).padStart(6, "0")}`,
    index,
    ...home,
    role,
    community,
    sex,
    birthDate,
    title: drawTitle(random, sex, age, married || widowed),
    family,
    previousFamily,
    given,
    nhsNumber: drawNhsNumber(random, nhsNumbers, twin),
    mobile: age >= 12 && random.chance(workshop.mobileShare) ? workshop.telephones.mobile() : undefined,
    email: age >= 16 && random.chance(SHARES.email) ? mailAddress(given[0] ?? "", family, index) : undefined,
    doctor: random.pick(home.practice.doctors),
    ethnicity: drawEthnicity(random, community),
    marital: married ? "M" : widowed ? random.pick(["W", "D"]) : "S",
    twin: twin?.index,
    namesake: undefined,
    diedAtMs: undefined,
  };
}

/**
 * Given names, the first of which no sibling is called by in any spelling; among twins of one sex often one that begins
 * like the other's: Ella and Ellie, Harry and Harrison.
 */
function drawNamesAmong(
  random: Random,
  community: Community,
  { sex, siblings, twin }: Birth,
  birthYear: number,
): string[] {
  const [drawn = "", ...middle] = drawGivenNames(random, community, sex, birthYear);
  const called = new Set(siblings.flatMap(({ given: [first = ""] }) => spellingsOf(first)));
  const further = new Set(siblings.flatMap(({ given }) => given));
  const start = sex === twin?.sex && random.chance(SHARES.lookAlikeTwin) ? twin.given[0]?.slice(0, 2) : undefined;
  const suits = (name: string) => !further.has(name) && name.startsWith(start ?? "");
  let first = drawn;
  // A sibling's middle name is no bar where the list of names is too short to do without.
  for (let tries = 0; called.has(first) || (tries < NAME_TRIES && !suits(first)); tries++)
    first = drawGivenName(random, community, sex, birthYear);
  return [first, ...middle.filter((name) => name !== first && !called.has(name))];
}

function drawNhsNumber(random: Random, register: NhsNumberRegister, twin: Person | undefined): string | undefined {
  if (random.chance(SHARES.withoutNhsNumber)) return undefined;
  if (twin?.nhsNumber === undefined || !random.chance(SHARES.consecutiveTwinNumber)) return register.issue();
  return register.issueAfter(twin.nhsNumber);
}

function drawBirthDate(random: Random, { age, daysOld }: Member, community: Community, onMs: number): string {
  const born = dateStamp(onMs - daysOld * DAY_MS);
  const registeredAbroad = community !== "british" && age > 30 && random.chance(SHARES.firstOfJanuary);
  return registeredAbroad ? `${born.slice(0, 4)}0101` : born;
}

/** Some sons are named after their father: one name, one address, two people. One son at most. */
function nameAfterFather({ random }: Workshop, household: readonly Person[], son: Person): void {
  const father = household.find((other) => other.sex === "M" && other.birthDate < son.birthDate);
  if (son.sex !== "M" || son.twin !== undefined || father === undefined || father.family !== son.family) return;
  const first = father.given[0];
  if (Number(son.birthDate.slice(0, 4)) - Number(father.birthDate.slice(0, 4)) < 16 || first === undefined) return;
  const isTaken = household.some(({ role, given }) => role === "child" && spellingsOf(given[0] ?? "").includes(first));
  if (!random.chance(SHARES.fatherAndSonSameName) || isTaken) return;
  son.given = [first, ...son.given.slice(1).filter((name) => name !== first)];
  son.namesake = father.index;
}

const mailAddress = (given: string, family: string, index: number): string =>
  `${given}.${family}`
    .normalize("NFD")
    .replace(/[łŁ]/g, "l")
    .replace(/[^A-Za-z.]/g, "")
    .toLowerCase()
    .concat(`${index % 100}@example.org`);
