import {
  CLEARED,
  DEMOGRAPHIC_FIELDS,
  type Demographics,
  formerAfter,
  type HistoryField,
  type Identifier,
  identifiersAfter,
  type Known,
  type KnownDemographics,
  valueAfter,
  type Words,
} from "@chesil/model";

/** What one source is known to say: the part of a source record that messages change. */
export type SourceFacts = Words;

/** What a message says of its patient. */
export type Spoken = { readonly identifiers: readonly Identifier[]; readonly demographics: Demographics };

/** When a message speaks, and which one it is. */
export type Moment = { readonly recordedAt: string; readonly journalId: number };

/** When a message speaks of a patient, which one it is, and the feed that it came by. */
export type SpokenAt = Moment & { readonly feed?: string };

/** A source's facts after it spoke, with what it said before (`said-values.ts`): late statements have their place there too. */
export function hearAndKeep(known: SourceFacts | undefined, spoken: Spoken, at: SpokenAt): SourceFacts {
  const facts = hear(known, spoken, at);
  const former = formerAfter(known, wordsSpoken(spoken), at, facts);
  return former === undefined ? facts : { ...facts, former };
}

/** Who is said to live has no date of death: one that was said before is not taken up again when they die. */
function withDeath(demographics: Demographics): Demographics {
  const { deceased, deathDate } = demographics;
  const lives = deceased?.said === "value" && !deceased.value;
  return lives && deathDate?.said !== "value" ? { ...demographics, deathDate: CLEARED } : demographics;
}

function wordsSpoken(spoken: Spoken): ReadonlyMap<HistoryField, unknown> {
  const { identifiers } = spoken;
  const demographics = withDeath(spoken.demographics);
  const words = new Map<HistoryField, unknown>();
  if (identifiers.length > 0) words.set("identifiers", identifiers);
  for (const field of DEMOGRAPHIC_FIELDS) {
    const said = demographics[field];
    if (said?.said === "value") words.set(field, said.value);
    else if (said?.said === "cleared") words.set(field, null);
  }
  return words;
}

/**
 * A source's facts after it spoke. Field by field: absent and empty keep what is known; `""` and values replace it,
 * unless what is known was recorded later (law 5: late is not new). Equal times: the later arrival wins. Below the
 * field, in names, addresses and numbers, as `statement-parts.ts` of the model says.
 */
export function hear(known: SourceFacts | undefined, spoken: Spoken, moment: SpokenAt): SourceFacts {
  const isLate = (field: Known<unknown> | undefined) => field !== undefined && field.recordedAt > moment.recordedAt;
  const demographics: Record<string, Known<unknown>> = { ...known?.demographics };
  const now = withDeath(spoken.demographics);
  for (const field of DEMOGRAPHIC_FIELDS) {
    const said = now[field];
    if (said === undefined || said.said === "empty" || isLate(known?.demographics[field])) continue;
    const value = said.said === "value" ? valueAfter(field, known?.demographics[field]?.value, said.value) : undefined;
    demographics[field] = value === undefined ? moment : { value, ...moment };
  }
  const identifiers = identifiersHeard(known?.identifiers, spoken.identifiers, moment);
  return { identifiers, demographics: demographics as KnownDemographics };
}

/** What comes late fills what is not known. */
function identifiersHeard(
  known: Known<Identifier[]> | undefined,
  spoken: readonly Identifier[],
  moment: SpokenAt,
): Known<Identifier[]> {
  const before = known?.value ?? [];
  if (known !== undefined && spoken.length === 0) return known;
  if (known !== undefined && known.recordedAt > moment.recordedAt)
    return { ...known, value: identifiersAfter(spoken, before) };
  return { value: identifiersAfter(before, spoken), ...moment };
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
