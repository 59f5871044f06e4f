import type { Random } from "../services/simulator/src/random.ts";
import { message, type Patient, pid } from "./region.ts";
import { LATER_STILL } from "./region-store.ts";

/** What senders say of two patients whose merge is a mistake. */

/** The sender says that two are two (A37). */
export const parted = (one: Patient, other: Patient) => message("A37", [pid(one), pid(other)], LATER_STILL);

/** Messages of two patients under their own ids: words, visits, allergies, next of kin and results, at any time. */
export class Drawing {
  readonly #random: Random;
  readonly #patients: readonly Patient[];
  constructor(random: Random, patients: readonly Patient[]) {
    this.#random = random;
    this.#patients = patients;
  }

  next(): Uint8Array {
    const random = this.#random;
    const patient = this.#patients[random.between(0, 1)] as Patient;
    const changed = {
      ...patient,
      ...(random.chance(0.3) ? { phone: `0163296000${random.between(0, 9)}` } : {}),
      ...(random.chance(0.3) ? { street: `${random.between(1, 9)} New Road`, postcode: "BH9 9AA" } : {}),
    };
    const recordedAt = `202605${random.between(10, 28)}0${random.between(0, 9)}0000`;
    const event = random.pick(["A31", "A08", "A01", "A02", "A03", "A11", "A13"]);
    const visit = `V${random.between(0, 2)}`;
    const segments = [
      pid(changed, random.chance(0.3) ? { account: `A${random.between(0, 1)}` } : {}),
      ...(event === "A31" ? [] : [{ id: "PV1", fields: { 2: "I", 3: `WARD ${random.between(1, 3)}`, 19: visit } }]),
      ...(random.chance(0.3)
        ? [{ id: "AL1", fields: { 1: "1", 2: "DA", 3: [random.pick(["PEN", "NUT"]), "x", "L"], 4: "MO" } }]
        : []),
      ...(random.chance(0.2) ? [{ id: "NK1", fields: { 1: "1", 2: [random.pick(["X", "Y"]), "KIN"], 3: "SPO" } }] : []),
    ];
    return message(event, segments, { recordedAt });
  }
}
