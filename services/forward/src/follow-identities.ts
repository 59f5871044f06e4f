import {
  type Database,
  type FollowedIdentityEvent,
  type NotificationPlace,
  type PersonChange,
  readIdentifierChangesAfter,
  readIdentityEventsAfter,
  readRecordsById,
} from "@chesil/store";

/** Identity events, or changes without one, that are looked at together. */
const CHANGES_PER_READ = 1_000;
/** Above every event's id: an entry is taken in with all its events, or not at all. */
const ENTRY_END = Number.MAX_SAFE_INTEGER;

/** Whose identifiers changed after a place, and the place then. Each person once, those who lost a record before those who got it. */
export async function readPersonChanges(
  { database, decider, now }: { readonly database: Database; readonly decider: string; readonly now: () => Date },
  authorities: readonly string[],
  place: NotificationPlace,
): Promise<{ changes: PersonChange[]; place: NotificationPlace }> {
  const events = await readWholeEntries(database, decider, place.position);
  const others = await readIdentifierChangesAfter(database.pool, place.changeId, CHANGES_PER_READ);
  const position = events.at(-1)?.position ?? place.position;
  const changes = new Map<string, PersonChange>();
  for (const event of await ofInterest(database, events, authorities))
    for (const personId of [event.fromPersonId, event.personId])
      if (personId !== null) changes.set(personId, { personId, position: event.position, at: event.at });
  for (const { personId } of others) {
    const known = changes.get(personId);
    changes.set(personId, known ?? { personId, position, at: now() });
  }
  return {
    changes: [...changes.values()],
    place: { position, changeId: others.at(-1)?.changeId ?? place.changeId },
  };
}

/** The events of the next entries, of each all. */
async function readWholeEntries(
  database: Database,
  decider: string,
  position: number,
): Promise<FollowedIdentityEvent[]> {
  const events: FollowedIdentityEvent[] = [];
  for (let after = { position, eventId: ENTRY_END }; ; ) {
    const page = await readIdentityEventsAfter(database.pool, decider, { after, limit: CHANGES_PER_READ });
    events.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < CHANGES_PER_READ) return events;
    const whole = events.filter((event) => event.position < last.position);
    if (whole.length > 0) return whole;
    after = { position: last.position, eventId: last.eventId };
  }
}

/** Of the events those about a record of one of the authorities, or that quotes an id of one. */
async function ofInterest(
  database: Database,
  events: readonly FollowedIdentityEvent[],
  authorities: readonly string[],
): Promise<readonly FollowedIdentityEvent[]> {
  if (authorities.length === 0) return events;
  const others = events.filter(({ authority }) => !authorities.includes(authority));
  const records = await readRecordsById(database.pool, [...new Set(others.map((each) => each.sourceRecordId))]);
  const quoting = new Set(
    records
      .filter(({ identifiers }) => identifiers.value?.some(({ authority }) => authorities.includes(authority)))
      .map(({ sourceRecordId }) => sourceRecordId),
  );
  return events.filter(
    ({ authority, sourceRecordId }) => authorities.includes(authority) || quoting.has(sourceRecordId),
  );
}
