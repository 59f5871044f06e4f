import {
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type Demographics,
  type DemographicValues,
  type Identifier,
  type Known,
  type KnownDemographics,
  NHS_AUTHORITY,
} from "@chesil/model";
import { addressesAfter, namesAfter, telecomsAfter } from "./statement-parts.ts";

/** What one source is known to say: the part of a source record that messages change. */
export type SourceFacts = { readonly identifiers: Known<Identifier[]>; readonly demographics: KnownDemographics };

/** When a message speaks, and which one it is. */
export type Moment = { readonly recordedAt: string; readonly journalId: number };

/**
 * A source's facts after it spoke. Field by field: absent and empty keep what is known; `""` and values replace it,
 * unless what is known was recorded later (law 5: late is not new). Equal times: the later arrival wins. Below the
 * field, in names, addresses and numbers, as `statement-parts.ts` says.
 */
export function hear(
  known: SourceFacts | undefined,
  spoken: { identifiers: readonly Identifier[]; demographics: Demographics },
  moment: Moment,
): SourceFacts {
  const isLate = (field: Known<unknown> | undefined) => field !== undefined && field.recordedAt > moment.recordedAt;
  const demographics: Record<string, Known<unknown>> = { ...known?.demographics };
  for (const field of DEMOGRAPHIC_FIELDS) {
    const said = spoken.demographics[field];
    if (said === undefined || said.said === "empty" || isLate(known?.demographics[field])) continue;
    const value = said.said === "value" ? after(field, known?.demographics[field]?.value, said.value) : undefined;
    demographics[field] = value === undefined ? moment : { value, ...moment };
  }
  const identifiers = identifiersAfter(known?.identifiers, spoken.identifiers, moment);
  return { identifiers, demographics: demographics as KnownDemographics };
}

/**
 * Identifiers after some were sent. A list speaks of the authorities and types in it and of no others: a laboratory that
 * knows a patient by one number says nothing of the NHS number. What comes late fills what is not known.
 */
function identifiersAfter(
  known: Known<Identifier[]> | undefined,
  spoken: readonly Identifier[],
  moment: Moment,
): Known<Identifier[]> {
  const before = known?.value ?? [];
  const isLate = known !== undefined && known.recordedAt > moment.recordedAt;
  if (known !== undefined && spoken.length === 0) return known;
  const [first, then] = isLate ? [before, spoken] : [spoken, before];
  const named = new Set(first.map(kindOf));
  const value = [...first, ...then.filter((each) => !named.has(kindOf(each)))];
  return isLate ? { ...known, value } : { value, ...moment };
}

const kindOf = ({ authority, type }: Identifier) => (authority === NHS_AUTHORITY ? authority : `${authority}|${type}`);

/** A value replaces what is known; of a list, part by part. Undefined when nothing is left of it. */
function after(field: DemographicField, known: unknown, said: unknown): unknown {
  const listAfter = LISTS[field] as ((known: unknown, said: unknown) => unknown[]) | undefined;
  if (listAfter === undefined) return said;
  const list = listAfter(known, said);
  return list.length === 0 ? undefined : list;
}

const LISTS: {
  readonly [F in DemographicField]?: (
    known: DemographicValues[F] | undefined,
    said: DemographicValues[F],
  ) => DemographicValues[F];
} = { names: namesAfter, addresses: addressesAfter, telecoms: telecomsAfter };

/** How far a clock may run ahead of ours before its time is not believed (law 5). */
export const FUTURE_MS_MAX = 5 * 60_000;

/**
 * When a message was recorded, as far as it can be believed: the sender's time, but never later than receipt.
 * A missing time is the time of receipt.
 */
export function believedTime(sentAt: string | undefined, receivedAt: Date): { at: string; future: boolean } {
  const sent = sentAt === undefined ? Number.NaN : Date.parse(sentAt);
  if (Number.isNaN(sent)) return { at: receivedAt.toISOString(), future: false };
  const future = sent > receivedAt.getTime() + FUTURE_MS_MAX;
  return { at: future ? receivedAt.toISOString() : new Date(sent).toISOString(), future };
}
