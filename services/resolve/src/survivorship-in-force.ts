import { isDeepStrictEqual } from "node:util";
import { DEFAULT_SURVIVORSHIP, type SurvivorshipPolicy } from "@chesil/model";
import type { Activation } from "@chesil/store";

/** By which policy golden records are computed, as it was activated in the journal: the one that Chesil comes with, until then. */
export class SurvivorshipInForce {
  policy: SurvivorshipPolicy = DEFAULT_SURVIVORSHIP;
  /** The entry that put it into force; 0: it was from the beginning. */
  since = 0;

  /** Whether the activation puts another policy into force. */
  isOther({ survivorship }: Activation): boolean {
    return survivorship !== undefined && !isDeepStrictEqual(survivorship, this.policy);
  }

  /** Journal entries are told in order. */
  activate(journalId: number, activation: Activation): void {
    if (activation.survivorship === undefined || !this.isOther(activation)) return;
    this.policy = activation.survivorship;
    this.since = journalId;
  }
}
