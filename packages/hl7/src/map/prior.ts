import type { SourceKey } from "@chesil/model";
import type { Dialect } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import type { FeedDialect } from "./dialect.ts";
import { keyOf, keysOf, patientIdentifiers, readIdentifiers } from "./identifiers.ts";
import type { PatientGroup } from "./patient-groups.ts";
import { wordAt } from "./statement.ts";

/**
 * The two sides of a repair: a PID (with its PV1) says what is right, its MRG what was wrong. Both sides are read here
 * and nowhere else.
 */
export interface Prior {
  readonly pid: Segment;
  readonly mrg: Segment;
  /** The PV1 that goes with the MRG: A45 repeats {MRG PV1} under one PID. */
  readonly pv1: Segment | undefined;
  /** Which PID and which MRG of the message, from 1: as ERR-2 counts them. */
  readonly pidAt: number;
  readonly mrgAt: number;
  readonly dialect: Dialect;
  readonly feed: FeedDialect;
}

/** Every MRG of the message with what it stands against; undefined for a PID without one. */
export function* priorsOf(
  groups: readonly PatientGroup[],
  dialect: Dialect,
  feed: FeedDialect,
): Generator<Prior | { readonly without: "MRG"; readonly mrgAt: number }> {
  let mrgAt = 0;
  for (const [index, { pid, segments }] of groups.entries()) {
    const mrgs = segments.flatMap((segment, at) => (segment.id === "MRG" ? [at] : []));
    if (mrgs.length === 0) yield { without: "MRG", mrgAt: mrgAt + 1 };
    for (const [n, at] of mrgs.entries()) {
      mrgAt++;
      const following = segments.slice(at + 1, mrgs[n + 1]).find((segment) => segment.id === "PV1");
      const pv1 = following ?? (mrgs.length === 1 ? segments.find((segment) => segment.id === "PV1") : undefined);
      yield { pid, mrg: segments[at] as Segment, pv1, pidAt: index + 1, mrgAt, dialect, feed };
    }
  }
}

/** The ids that can name the patient the message calls right: PID-3, else PID-2 and PID-4. */
export function patientKeys({ pid, dialect, feed }: Prior): SourceKey[] {
  return keysOf(patientIdentifiers(pid, dialect, feed));
}

/** Local ids in a CX field of PID (2, 4) or MRG (1 the list, 2 the alternate, 4 the external id). */
export function keysIn(segment: Segment, field: number, { dialect, feed }: Prior): SourceKey[] {
  return keysOf(readIdentifiers(segment, field, dialect, feed));
}

/** An account or visit number: CX.1. Accounts and visits are their patient's, so who issued the number is not read. */
export function numberIn(segment: Segment | undefined, field: number): string | undefined {
  return segment === undefined ? undefined : wordAt(segment.field(field), 1);
}

/** The keys that are in the one list and not in the other. */
export function without(keys: readonly SourceKey[], others: readonly SourceKey[]): SourceKey[] {
  return keys.filter((key) => !others.some((other) => isSameKey(key, other)));
}

export function isSameKey(left: SourceKey, right: SourceKey): boolean {
  return left.authority === right.authority && left.localId === right.localId;
}

/**
 * Under which key the patient of a PID is heard. Where the same group's MRG-1 lists an id that PID-3 lists too, PID-3
 * lists the patient's old ids along with the right one, which is the one that MRG-1 does not list.
 */
export function subjectKey(group: PatientGroup, dialect: Dialect, feed: FeedDialect): SourceKey | undefined {
  const identifiers = patientIdentifiers(group.pid, dialect, feed);
  const mrgs = group.segments.filter((segment) => segment.id === "MRG");
  if (mrgs.length === 0) return keyOf(identifiers);
  const old = mrgs.flatMap((mrg) => keysOf(readIdentifiers(mrg, 1, dialect, feed)));
  return without(keysOf(identifiers), old)[0] ?? keyOf(identifiers);
}
