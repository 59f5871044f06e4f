import { forOperations, type Gate, maySeePatients, type Viewer } from "@chesil/access";
import { nhsNumberDigits } from "@chesil/model";
import {
  type Database,
  type MessageFilter,
  readAuthorities,
  readPersonsByNhsNumber,
  readRecordsByKey,
  readRecordsOfPersons,
  type StoredRecord,
} from "@chesil/store";
import { readAtOnce } from "../bounded-read.ts";

/** Persons one search looks at. An NHS number that more persons share is a placeholder. */
const PERSONS_MAX = 100;

/**
 * What a text typed into the message search may stand for: a control id, and for those who may see patients a local
 * id (`12345`, or `RDZ|12345`) or an NHS number. Looking for a patient's messages is a look at the patient: the gate
 * is asked, and whom it hides is not found.
 */
export async function meaningOf(
  text: string,
  viewer: Viewer,
  { database, gate }: { database: Database; gate: Gate },
): Promise<NonNullable<MessageFilter["anyOf"]>> {
  if (!maySeePatients(viewer)) return { controlId: text, identities: [], sourceRecordIds: [] };
  const { keys, records } = await readAtOnce(database, async (client) => {
    const [authority, localId] = splitIdentity(text);
    const authorities = authority === undefined ? await readAuthorities(client) : [authority];
    const asked = authorities.map((each) => ({ authority: each, localId }));
    const named = await readRecordsByKey(client, asked);
    const digits = nhsNumberDigits(text);
    const persons = digits === undefined ? [] : await readPersonsByNhsNumber(client, [digits]);
    const theirs = await readRecordsOfPersons(client, persons.slice(0, PERSONS_MAX));
    return { keys: asked, records: [...named, ...theirs] };
  });
  const persons = [...new Set(records.map((record) => record.personId))];
  const permitted = await gate.persons(forOperations(viewer), persons, "message.search", { found: persons.length });
  const mayShow = (record: StoredRecord) => permitted.allowed && permitted.personIds.has(record.personId);
  const hidden = new Set(records.filter((record) => !mayShow(record)).map(identityOf));
  const shown = records.filter(mayShow);
  // An identity without a record is looked for too: its messages may all be quarantined.
  const identities = [...keys.map(identityOf), ...shown.map(identityOf)];
  return {
    controlId: text,
    identities: [...new Set(identities)].filter((identity) => !hidden.has(identity)),
    sourceRecordIds: [...new Set(shown.map((record) => record.sourceRecordId))],
  };
}

const identityOf = (key: { authority: string; localId: string }) => `${key.authority}|${key.localId}`;

function splitIdentity(text: string): [authority: string | undefined, localId: string] {
  const place = text.indexOf("|");
  return place < 0 ? [undefined, text] : [text.slice(0, place), text.slice(place + 1)];
}
