import type { IdentityOperation } from "@chesil/model";
import type { Dialect } from "../message/place.ts";
import type { FeedDialect } from "./dialect.ts";
import { ADT_EVENTS } from "./events.ts";
import type { PatientGroup } from "./patient-groups.ts";
import { asserted, fault, type OperationsReading } from "./repair.ts";

export type { OperationFault } from "./repair.ts";

/**
 * What an ADT event asserts of identities, from all the patients of its message: all of it or, when anything is wrong
 * with any part, the first fault. None for an event that asserts nothing.
 *
 * `peek` refuses by this reading and `toEvent` maps by it, so what was accepted can always be mapped. The records that
 * the operations name (`keysOfOperation`) may stand in other fields than PID-3 and MRG-1 (A43, A39, A46, A48): whoever
 * orders messages takes them from here.
 */
export function readOperations(
  groups: readonly PatientGroup[],
  trigger: string,
  dialect: Dialect,
  feed: FeedDialect,
): OperationsReading {
  const readers = ADT_EVENTS.get(trigger)?.operations ?? [];
  if (readers.length === 0) return asserted();
  if (groups.length === 0) return fault("no-patient-id", "PID^1^3");
  const operations: IdentityOperation[] = [];
  for (const read of readers) {
    const reading = read(groups, dialect, feed);
    if (!reading.ok) return reading;
    operations.push(...reading.operations);
  }
  return asserted(...operations);
}
