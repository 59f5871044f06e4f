import { type Random, type WeightedTable, weighted } from "./random.ts";

/**
 * Dorset-like places. Towns and outward codes are the real ones of the county; every street, house and inward code is
 * invented, so that a whole postcode is valid in form and means nobody's home.
 */

export type Address = {
  /** `Flat 3` and the like, or `12 Heron Lane`; one or two lines. */
  readonly lines: readonly string[];
  readonly town: string;
  readonly postcode: string;
};

/** Which acute hospital a place looks to. */
export type Area = "poole" | "bournemouth" | "dorchester";

type Town = { readonly name: string; readonly outward: string; readonly area: Area };
/** One street: its town, and the units of its postcode in order of house number. */
export type Street = {
  readonly name: string;
  readonly town: string;
  readonly outward: string;
  readonly area: Area;
  readonly inwards: readonly string[];
};

const TOWNS: readonly (readonly [name: string, area: Area, weight: number, outwards: string])[] = [
  ["Bournemouth", "bournemouth", 200, "BH1 BH2 BH3 BH4 BH5 BH6 BH7 BH8 BH9 BH10 BH11"],
  ["Christchurch", "bournemouth", 55, "BH23"],
  ["Ferndown", "bournemouth", 28, "BH22"],
  ["Verwood", "bournemouth", 15, "BH31"],
  ["Poole", "poole", 155, "BH12 BH13 BH14 BH15 BH16 BH17 BH18"],
  ["Wimborne", "poole", 30, "BH21"],
  ["Wareham", "poole", 10, "BH20"],
  ["Swanage", "poole", 10, "BH19"],
  ["Blandford Forum", "dorchester", 22, "DT11"],
  ["Weymouth", "dorchester", 54, "DT3 DT4"],
  ["Portland", "dorchester", 14, "DT5"],
  ["Dorchester", "dorchester", 40, "DT1 DT2"],
  ["Bridport", "dorchester", 20, "DT6"],
  ["Beaminster", "dorchester", 6, "DT8"],
  ["Sherborne", "dorchester", 14, "DT9"],
  ["Sturminster Newton", "dorchester", 9, "DT10"],
];

const STREET_STEMS = `Heron Kestrel Curlew Sandpiper Cormorant Fossil Ammonite Limestone Heather Gorse Bracken Sycamore
  Chestnut Rowan Hawthorn Blackthorn Primrose Foxglove Meadow Orchard Quarry Lighthouse Harbourside Anchor Capstan Mast
  Pebble Shingle Cliff Down Barrow Ridgeway Millpond Weir Priory Abbots Deans Rectory Vicarage Chapel Almshouse Cobblers
  Saddlers Coopers Weavers Ropemakers Netmakers Lobster Mackerel Samphire Thrift Bluebell Cowslip Oakapple Copse Paddock`;
const STREET_KINDS: WeightedTable<string> = weighted([
  ["Road", 30],
  ["Lane", 14],
  ["Close", 18],
  ["Avenue", 12],
  ["Street", 8],
  ["Drive", 7],
  ["Way", 6],
  ["Gardens", 4],
  ["Rise", 3],
  ["Court", 3],
]);
const INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ";
const HOUSES_PER_UNIT = 16;
const UNITS_PER_STREET = 4;
const HOUSES_PER_STREET = HOUSES_PER_UNIT * UNITS_PER_STREET;
/** How many of a street's house numbers are lived in by the synthetic people: sharing a unit is usual, a door is not. */
const PEOPLE_PER_STREET = 45;
const FLAT_SHARE = 0.18;
const MOVE_WITHIN_TOWN_SHARE = 0.6;

export class Gazetteer {
  readonly streets: readonly Street[];
  readonly #byTown = new Map<string, Street[]>();
  readonly #table: WeightedTable<Street>;

  /** The streets for a region of this many people; the same for the same seed and number. */
  constructor(random: Random, people: number) {
    const weights: (readonly [Street, number])[] = [];
    const totalWeight = TOWNS.reduce((sum, [, , weight]) => sum + weight, 0);
    for (const [name, area, weight, outwardList] of TOWNS) {
      const outwards = outwardList.split(" ");
      const count = Math.ceil((people * weight) / totalWeight / outwards.length / PEOPLE_PER_STREET) + 1;
      for (const outward of outwards) {
        const taken = new Set<string>();
        for (let number = 0; number < count; number++) {
          const street = drawStreet(random, { name, outward, area }, taken);
          weights.push([street, weight / outwards.length / count]);
          const known = this.#byTown.get(name);
          if (known === undefined) this.#byTown.set(name, [street]);
          else known.push(street);
        }
      }
    }
    this.streets = weights.map(([street]) => street);
    this.#table = weighted(weights);
  }

  street(random: Random): Street {
    return random.from(this.#table);
  }

  /** Where somebody of this town might have moved from or to: usually the same town. */
  streetNear(random: Random, town: string): Street {
    const near = this.#byTown.get(town);
    return near !== undefined && random.chance(MOVE_WITHIN_TOWN_SHARE) ? random.pick(near) : this.street(random);
  }
}

function drawStreet(random: Random, town: Town, taken: Set<string>): Street {
  const name = `${random.pick(STREET_STEMS.trim().split(/\s+/))} ${random.from(STREET_KINDS)}`;
  const sector = random.between(0, 9);
  const inwards: string[] = [];
  while (inwards.length < UNITS_PER_STREET) {
    const inward = `${sector}${random.pick([...INWARD_LETTERS])}${random.pick([...INWARD_LETTERS])}`;
    // A sector holds 400 units; a crowded one repeats a unit rather than loop for ever.
    if (taken.has(inward) && taken.size < 2000) continue;
    taken.add(inward);
    inwards.push(inward);
  }
  return { name, town: town.name, outward: town.outward, area: town.area, inwards };
}

/** A home on this street. */
export function drawAddress(random: Random, street: Street): Address {
  const number = random.between(1, HOUSES_PER_STREET);
  const inward = street.inwards[Math.floor((number - 1) / HOUSES_PER_UNIT)] ?? street.inwards[0] ?? "1AA";
  const door = `${number} ${street.name}`;
  const lines = random.chance(FLAT_SHARE) ? [`Flat ${random.between(1, 12)}`, door] : [door];
  return { lines, town: street.town, postcode: `${street.outward} ${inward}` };
}

/** Another home whose postcode shares the sector (`BH12 3`) of this one. */
export function drawAddressInSector(random: Random, address: Address): Address {
  const unit = `${random.pick([...INWARD_LETTERS])}${random.pick([...INWARD_LETTERS])}`;
  const street = `${random.pick(STREET_STEMS.trim().split(/\s+/))} ${random.from(STREET_KINDS)}`;
  const postcode = `${address.postcode.slice(0, -2)}${unit}`;
  return { lines: [`${random.between(1, HOUSES_PER_STREET)} ${street}`], town: address.town, postcode };
}

/** The area whose hospital a town looks to. */
export function areaOfTown(town: string): Area {
  return TOWNS.find(([name]) => name === town)?.[1] ?? "poole";
}
