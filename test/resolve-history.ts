import { Random } from "../services/simulator/src/random.ts";

/**
 * Random histories of few patients, visits and accounts, so that everything happens to everything: admissions, results,
 * links, merges, moves and corrections, in an order and at times that nobody would send.
 */

type Person = { readonly id: string; readonly authority: string; readonly words: string; readonly nhsNumber: string };

const ANNA = "||ABBOT^ANNA^^^^^L||19420313|F|||1 X Lane^^Poole^^BH1 1AA^GBR^H";
const BEN = "||BRIDPORT^BEN^^^^^L||19560417|M|||1 X Lane^^Poole^^BH2 1AA^GBR^H";
const CARA = "||CORFE^CARA^^^^^L||19780522|F|||1 X Lane^^Poole^^BH3 1AA^GBR^H";
const DAN = "||DURLSTON^DAN^^^^^L||19890601|M|||1 X Lane^^Poole^^BH4 1AA^GBR^H";

const PEOPLE: readonly Person[] = [
  { id: "P0", authority: "RBD", words: ANNA, nhsNumber: "9990004951" },
  { id: "P1", authority: "RDZ", words: ANNA, nhsNumber: "9990004951" },
  { id: "P2", authority: "RBD", words: BEN, nhsNumber: "9990556512" },
  { id: "P3", authority: "RBD", words: CARA, nhsNumber: "" },
  { id: "P4", authority: "RDZ", words: DAN, nhsNumber: "" },
  { id: "P5", authority: "RBD", words: ANNA, nhsNumber: "" },
];

const VISIT_EVENTS =
  "A01 A02 A03 A04 A05 A06 A09 A10 A11 A12 A13 A14 A15 A16 A21 A22 A23 A25 A27 A32 A33 A52 A53 A54 A55".split(" ");

export function historyOf(seed: number, messages: number): Uint8Array[] {
  const random = new Random(`history ${seed}`);
  return Array.from({ length: messages }, (_, index) =>
    Buffer.from(`${new Drawing(random, `H${seed}-${index}`).segments().join("\r")}\r`, "latin1"),
  );
}

/** One message: whom and what it is about is drawn first. */
class Drawing {
  readonly #random: Random;
  readonly #controlId: string;
  readonly #at: string;
  readonly #people: readonly Person[];
  readonly #visits: readonly [string, string];
  readonly #accounts: readonly [string, string];

  constructor(random: Random, controlId: string) {
    this.#random = random;
    this.#controlId = controlId;
    this.#at = this.#time();
    this.#people = random.shuffled(PEOPLE);
    this.#visits = [`V${random.between(0, 2)}`, `V${random.between(0, 2)}`];
    this.#accounts = [`A${random.between(0, 1)}`, `A${random.between(0, 1)}`];
  }

  /** How often each shape comes, and what it is. */
  segments(): string[] {
    const shapes: readonly (readonly [number, () => string[]])[] = [
      [8, () => this.#update()],
      [10, () => this.#happening()],
      [1, () => this.#swap()],
      [2, () => [...this.#head("ADT^A24"), this.#pid(0), this.#pid(1)]],
      [2, () => [...this.#head("ADT^A37"), this.#pid(0), this.#pid(1)]],
      [4, () => this.#merge()],
      [6, () => this.#numberRepair()],
      [2, () => this.#recordMove()],
      [3, () => [...this.#head("ADT^A47"), this.#pid(0), this.#mrg(1)]],
      [2, () => [...this.#head("ADT^A29"), this.#pid(0)]],
      [2, () => this.#result()],
      [2, () => this.#document()],
    ];
    const total = shapes.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random.between(0, total - 1);
    for (const [weight, shape] of shapes) {
      if (left < weight) return shape();
      left -= weight;
    }
    throw new RangeError("Nothing was drawn.");
  }

  #update(): string[] {
    const event = this.#random.pick(["A28", "A31", "A08", "A60"]);
    const also = this.#random.chance(0.1) ? 1 : undefined;
    const pid = this.#pid(0, { ...this.#someAccount(), also });
    return [...this.#head(`ADT^${event}`), pid, ...(event === "A08" ? [this.#pv1()] : []), ...this.#facts()];
  }

  #happening(): string[] {
    const pid = this.#pid(0, this.#someAccount());
    return [...this.#head(`ADT^${this.#random.pick(VISIT_EVENTS)}`), pid, this.#pv1(), ...this.#facts()];
  }

  #swap(): string[] {
    const other = this.#random.chance(0.2) ? 0 : 1;
    return [...this.#head("ADT^A17"), this.#pid(0), this.#pv1(), this.#pid(other), this.#pv1(1)];
  }

  #merge(): string[] {
    const event = this.#random.pick(["A40", "A40", "A34", "A18", "A30"]);
    const also = this.#random.chance(0.1) ? 2 : undefined;
    const more = this.#random.chance(0.15) ? [this.#pid(2), this.#mrg(this.#random.chance(0.5) ? 0 : 1)] : [];
    return [...this.#head(`ADT^${event}`), this.#pid(0, { also }), this.#mrg(1), ...more];
  }

  /** Visits and accounts that are merged, corrected or moved. */
  #numberRepair(): string[] {
    const [account, other] = this.#accounts;
    const pid = this.#pid(0, { account });
    const event = this.#random.pick(["A36", "A41", "A49", "A42", "A50", "A44", "A44", "A45", "A45"]);
    const head = this.#head(`ADT^${event}`);
    if (event === "A42" || event === "A50")
      return [...head, this.#pid(0), this.#mrg(0, "", this.#visits[1]), this.#pv1()];
    if (event === "A45") {
      const from = this.#random.chance(0.5) ? 0 : 1;
      return [...head, pid, this.#mrg(from, other, this.#visits[0]), this.#pv1()];
    }
    return [...head, pid, this.#mrg(event === "A41" || event === "A49" ? 0 : 1, other)];
  }

  #recordMove(): string[] {
    const to = this.#random.chance(0.5) ? this.#cx(2) : "";
    const from = this.#random.chance(0.3) ? this.#cx(1) : "";
    const moved = this.#random.chance(0.5) ? 0 : 1;
    return [...this.#head("ADT^A43"), this.#pid(0, { to }), `MRG|${this.#cx(moved)}|||${from}`];
  }

  #result(): string[] {
    const { between, chance, pick } = this.#draws();
    return [
      ...this.#head("ORU^R01"),
      this.#pid(0),
      ...(chance(0.5) ? [this.#pv1()] : []),
      `OBR|1|P1|F${between(0, 1)}^LAB|FBC^Full^L|||20260501073000|||||||||||||||${this.#at}||HAEM|${pick([..."FCXP"])}`,
      `OBX|1|NM|HB^Hb^L||${between(80, 180)}|g/L|||||${pick([..."FCWDX"])}`,
      ...(chance(0.3) ? [`OBX|2|NM|WC^W^L||${between(1, 9)}|g/L|||||F`] : []),
    ];
  }

  #document(): string[] {
    const { between, chance, pick } = this.#draws();
    const replaced = chance(0.5) ? `D${between(0, 2)}` : "";
    return [
      ...this.#head(`MDM^${pick(["T02", "T03", "T06", "T10", "T11"])}`),
      this.#pid(0),
      ...(chance(0.6) ? [this.#pv1()] : []),
      `TXA|1|DS^Disch^L|TX|${this.#at}||||||||D${between(0, 2)}|${replaced}||||LA`,
      `OBX|1|TX|DS^D^L||text ${between(0, 99)}||||||F`,
    ];
  }

  #facts(): string[] {
    const { between, chance, pick } = this.#draws();
    return [
      ...(chance(0.04) ? ['AL1|""'] : []),
      ...(chance(0.16) ? [`AL1|1|DA|${pick(["PEN", "NUT"])}^x^L|MO|rash${between(0, 3)}`] : []),
      ...(chance(0.15) ? [`DG1|1||${pick(["J45", "E11"])}^d^ICD10||20260501|A`] : []),
      ...(chance(0.1) ? [`NK1|1|${pick(["X", "Y"])}^KIN|SPO^Spouse`] : []),
    ];
  }

  #head(type: string): string[] {
    const msh = `MSH|^~\\&|PAS|${this.#person(0).authority}|CHESIL|DORSET|${this.#at}||${type}|${this.#controlId}|P|2.4`;
    if (!type.startsWith("ADT")) return [msh];
    const occurred = this.#random.chance(0.15) ? `||||${this.#time()}` : "";
    return [msh, `EVN|${type.slice(4)}|${this.#at}${occurred}`];
  }

  #pid(at: number, { account = "", to = "", also }: { account?: string; to?: string; also?: number | undefined } = {}) {
    const { between, chance } = this.#draws();
    const { words, nhsNumber } = this.#person(at);
    const ids = [this.#cx(at), ...(also === undefined ? [] : [this.#cx(also)])];
    if (nhsNumber && chance(0.6)) ids.push(`${nhsNumber}^01^^NHS^NH`);
    const phone = chance(0.3) ? `0163296000${between(0, 9)}` : "";
    return `PID|1|${to}|${ids.join("~")}${chance(0.3) ? "||||||||" : words}||${phone}|||||${account}`;
  }

  #pv1(which: 0 | 1 = 0): string {
    const admitted = this.#random.chance(0.5) ? "20260501080000" : "";
    const ward = `WARD ${this.#random.between(1, 9)}`;
    return `PV1|1|I|${ward}${"|".repeat(16)}${this.#visits[which]}${"|".repeat(25)}${admitted}`;
  }

  #mrg(at: number, account = "", visit = ""): string {
    return `MRG|${this.#cx(at)}||${account}||${visit}`;
  }

  #cx(at: number): string {
    const { id, authority } = this.#person(at);
    return `${id}^^^${authority}^MR`;
  }

  #person(at: number): Person {
    const person = this.#people[at];
    if (!person) throw new RangeError("There are fewer people.");
    return person;
  }

  #someAccount(): { account?: string } {
    return this.#random.chance(0.5) ? { account: this.#accounts[0] } : {};
  }

  #time(): string {
    return `2026050108${String(this.#random.between(0, 12)).padStart(2, "0")}00`;
  }

  #draws() {
    const random = this.#random;
    return {
      between: (min: number, max: number) => random.between(min, max),
      chance: (probability: number) => random.chance(probability),
      pick: <T>(values: readonly T[]) => random.pick(values),
    };
  }
}
