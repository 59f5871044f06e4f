import type { StoredRecord } from "@chesil/store";
import { type Application, askAbout, identityEvent } from "../application.ts";
import {
  type Doubt,
  isForbidden,
  nhsNumbersDiffer,
  type Operation,
  putAlias,
  recordOf,
  sendersRules,
  settleAsserted,
  tiedTo,
} from "./assertion.ts";
import { linkRecords } from "./link.ts";

/**
 * A sender's merge (A40): the retired id was a mistake, the survivor is the patient. The retired record stays as it is,
 * goes to the survivor's person and redirects its later messages. README.md says what becomes of every merge that is not
 * as plain as that.
 */
export function applyMerge(application: Application, merge: Operation<"merge">): Doubt | undefined {
  const { set, entry, warnings } = application;
  const survivor = recordOf(application, merge.survivor);
  const prior = set.find(merge.retired);
  const isAcross = merge.survivor.authority !== merge.retired.authority;
  if (!prior && !isAcross) {
    putAlias(application, merge.retired, survivor);
    return undefined;
  }
  const retired = prior?.record ?? recordOf(application, merge.retired);
  if (retired.sourceRecordId === survivor.sourceRecordId) {
    warnings.push({ location: "MRG-1", code: "ignored", text: "These two ids were merged before: nothing changed." });
    return undefined;
  }
  if (isAcross) return linkAcross(application, survivor, retired);
  const why = doubtOf(application, survivor, retired, prior?.redirected === true);
  if (why !== undefined) return { kind: "merge-conflict", record: survivor, other: retired, why };
  for (const rule of sendersRules(set, [set.aliasesOf(survivor), set.aliasesOf(retired)], "different"))
    set.liftRule(rule, entry.journalId);
  retire(application, retired, survivor);
  return undefined;
}

function doubtOf(
  { set }: Application,
  survivor: StoredRecord,
  retired: StoredRecord,
  mergedBefore: boolean,
): string | undefined {
  if (mergedBefore) return "The retired id was merged into another record before.";
  if (survivor.status === "deleted") return "The surviving record was deleted by its sender.";
  const spoken = [set.aliasesOf(survivor), set.aliasesOf(retired)] as const;
  const [there, coming] =
    retired.personId === survivor.personId ? spoken : [set.recordsOf(survivor.personId), tiedTo(set, retired)];
  if (isForbidden(set, [there, coming], spoken)) return "The two records were found to be two patients.";
  if (nhsNumbersDiffer(set, coming, there)) return "The two records carry different valid NHS numbers.";
  return undefined;
}

/** An id of one authority can not retire one of another: the two records are one patient's, and a person looks. */
function linkAcross(application: Application, survivor: StoredRecord, retired: StoredRecord): Doubt | undefined {
  const { set, warnings } = application;
  warnings.push({
    location: "MRG-1",
    code: "identity",
    text: "The merge names ids of two authorities: taken as a link, and a data manager is asked.",
  });
  const isKnown = sendersRules(set, [set.aliasesOf(survivor), set.aliasesOf(retired)], "same").length > 0;
  const doubt = linkRecords(application, survivor, retired);
  if (doubt) return { ...doubt, kind: "merge-conflict" };
  const why = "A sender merged ids of two different authorities. They were linked.";
  if (!isKnown)
    askAbout(application, "link-check", survivor, set.endOf(set.record(retired.sourceRecordId) ?? retired), why);
  return undefined;
}

/** Retires the record, and settles what hangs on it. */
function retire(application: Application, prior: StoredRecord, survivor: StoredRecord): void {
  retireInto(application, prior, survivor, "sender");
  settleAsserted(application, [survivor], { mergedFrom: prior.sourceRecordId });
}

/** Retires the record: its id leads to the survivor, and what rules say of it is said of the survivor. */
export function retireInto(
  application: Application,
  prior: StoredRecord,
  survivor: StoredRecord,
  decidedBy: "sender" | "human",
): void {
  const { set, entry } = application;
  const from = prior.personId === survivor.personId ? null : prior.personId;
  const note = (record: StoredRecord, kind: "merged" | "moved", kept: unknown) => {
    const why = { fromPersonId: from, evidence: undefined, kept };
    set.identityEvents.push(identityEvent(application, record, kind, decidedBy, why));
  };
  for (const each of set.aliasesOf(prior)) {
    const isPrior = each.sourceRecordId === prior.sourceRecordId;
    const retired: StoredRecord = {
      ...each,
      ...(isPrior ? { status: "retired", retiredInto: survivor.sourceRecordId } : {}),
      personId: survivor.personId,
    };
    set.put(retired, entry.journalId);
    if (isPrior) note(retired, "merged", { retiredInto: survivor.sourceRecordId });
    else if (from !== null) note(retired, "moved", { with: prior.sourceRecordId });
  }
}
