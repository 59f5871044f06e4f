import type { MergeStatement, SourceKey } from "@chesil/model";
import type { Dialect } from "../message/place.ts";
import { type FeedDialect, IDENTIFIERS_MAX, keyOf, patientIdentifiers, readIdentifiers } from "./identifiers.ts";
import type { PatientGroup } from "./patient-groups.ts";

/** `not-readable`: more merges than one message can mean. */
export type MergeFault = "no-patient-id" | "no-prior-id" | "merge-with-itself" | "not-readable";

/** What a group {PID MRG} of a merge message asserts, or why it asserts nothing. */
export type MergeReading =
  | { readonly ok: true; readonly merges: MergeStatement[] }
  | { readonly ok: false; readonly reason: MergeFault };

/** All the merges of a message, or the first thing wrong with any of them: a merge message is done whole or not at all. */
export function readMerges(groups: readonly PatientGroup[], dialect: Dialect, feed: FeedDialect): MergeReading {
  const merges: MergeStatement[] = [];
  for (const group of groups) {
    const survivor = keyOf(patientIdentifiers(group.pid, dialect, feed));
    if (survivor === undefined) return { ok: false, reason: "no-patient-id" };
    const priors = group.segments.filter((segment) => segment.id === "MRG");
    if (priors.length === 0) return { ok: false, reason: "no-prior-id" };
    for (const prior of priors) {
      const identifiers = readIdentifiers(prior, 1, dialect, feed);
      // MRG-1 may list ids of several authorities: the one that pairs with the survivor's own is meant first.
      const sameAuthority = identifiers.filter((each) => !each.isNhsNumber && each.authority === survivor.authority);
      const retired = keyOf(sameAuthority) ?? keyOf(identifiers);
      if (retired === undefined) return { ok: false, reason: "no-prior-id" };
      if (isSameKey(survivor, retired)) return { ok: false, reason: "merge-with-itself" };
      merges.push({ survivor, retired });
      if (merges.length > IDENTIFIERS_MAX) return { ok: false, reason: "not-readable" };
    }
  }
  return { ok: true, merges };
}

function isSameKey(left: SourceKey, right: SourceKey): boolean {
  return left.authority === right.authority && left.localId === right.localId;
}
