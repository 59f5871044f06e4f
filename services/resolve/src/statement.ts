import {
  DEMOGRAPHIC_FIELDS,
  type Demographics,
  type Identifier,
  type Known,
  type KnownDemographics,
} from "@chesil/model";

/** What one source is known to say: the part of a source record that messages change. */
export type SourceFacts = { readonly identifiers: Known<Identifier[]>; readonly demographics: KnownDemographics };

/** When a message speaks, and which one it is. */
export type Moment = { readonly recordedAt: string; readonly journalId: number };

/**
 * A source's facts after it spoke. Field by field: absent and empty keep what is known; `""` and values replace it,
 * unless what is known was recorded later (law 5: late is not new). Equal times: the later arrival wins.
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
    demographics[field] = said.said === "value" ? { value: said.value, ...moment } : moment;
  }
  const identifiers =
    known && (isLate(known.identifiers) || spoken.identifiers.length === 0)
      ? known.identifiers
      : { value: [...spoken.identifiers], ...moment };
  return { identifiers, demographics: demographics as KnownDemographics };
}

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
