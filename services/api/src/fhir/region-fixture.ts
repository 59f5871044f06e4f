import { blockingKeys, fold, matchRecordOf, prepare } from "@chesil/matching";
import {
  type EncounterStatus,
  type GoldenRecord,
  type Identifier,
  type KnownDemographics,
  NHS_AUTHORITY,
  type PersonName,
  type Sex,
} from "@chesil/model";
import {
  appendArrivals,
  type Database,
  type KeptEncounter,
  type PersonWrite,
  type StoredRecord,
  writeEncounters,
  writePersons,
  writeRecords,
} from "@chesil/store";
// @boundaries-ignore tests of every package share one real database
import { arrival } from "../../../../test/arrivals.ts";

/** A small region written straight into the store, for tests of what is read from it. */

export type FixturePerson = {
  /** Makes the person's id, and the id of its first record a thousand times it. */
  readonly number: number;
  readonly family?: string;
  readonly given?: readonly string[];
  readonly otherNames?: readonly PersonName[];
  readonly birthDate?: string;
  readonly sex?: Sex;
  readonly postcode?: string;
  readonly nhsNumber?: string;
  readonly city?: string;
  readonly phone?: string;
  /** `authority|localId`, retired ones with a `-` before them. */
  readonly ids?: readonly string[];
  readonly replacedBy?: number;
};

export const personIdOf = (number: number) => `00000000-0000-8000-8000-${String(number).padStart(12, "0")}`;

const RECORDED_AT = "2026-05-01T07:00:00.000Z";

/** Writes the persons with their records, all of one journal entry that it appends first; gives the entry's id. */
export async function writeRegion(database: Database, persons: readonly FixturePerson[]): Promise<number> {
  const [appended] = await appendArrivals(database, [arrival()]);
  const journalId = appended?.journalId ?? 0;
  await database.transaction(async (transaction) => {
    await writePersons(
      transaction,
      persons.map((person) => personRow(person, journalId)),
    );
    await writeRecords(
      transaction,
      persons.flatMap((person) => recordRows(person, journalId)),
    );
  });
  return journalId;
}

export async function writeVisits(
  database: Database,
  visits: readonly {
    readonly encounterId: number;
    readonly sourceRecordId: number;
    readonly status: EncounterStatus;
    readonly admittedAt?: string;
    readonly specialty?: string;
  }[],
  journalId: number,
): Promise<void> {
  const rows = visits.map(
    ({ encounterId, sourceRecordId, status, admittedAt, specialty }): KeptEncounter => ({
      encounterId,
      sourceRecordId,
      status,
      visitNumber: `V${encounterId}`,
      account: null,
      class: "inpatient",
      location: "Ward 1",
      pendingLocation: null,
      specialty: specialty ?? null,
      consultant: { code: "C1234567", display: "Mr B Surgeon" },
      admissionMethod: "21",
      admittedAt: admittedAt ?? null,
      dischargedAt: null,
      expectedAt: null,
      dischargeDestination: null,
      recordedAt: new Date(RECORDED_AT),
      updatedBy: journalId,
      retiredInto: null,
      events: [],
      movements: [],
      base: null,
    }),
  );
  await database.transaction((transaction) => writeEncounters(transaction, rows));
}

function personRow(person: FixturePerson, journalId: number): PersonWrite {
  const { family, given = [], birthDate, sex, postcode, nhsNumber } = person;
  const sourced = <T>(value: T) => ({ value, sourceRecordId: person.number * 1000 });
  const golden: GoldenRecord = {
    ...(Object.fromEntries(
      Object.entries(valuesOf(person)).map(([field, value]) => [field, sourced(value)]),
    ) as GoldenRecord),
    ...(nhsNumber === undefined ? {} : { nhsNumber: sourced({ value: nhsNumber, trust: "verified" as const }) }),
  };
  return {
    personId: personIdOf(person.number),
    status: person.replacedBy === undefined ? "active" : "merged",
    replacedBy: person.replacedBy === undefined ? null : personIdOf(person.replacedBy),
    golden,
    journalId,
    search: {
      nhsNumber: nhsNumber ?? null,
      familyName: family ? fold(family) : null,
      givenName: given.length > 0 ? fold(given.join(" ")) : null,
      birthDate: birthDate ?? null,
      sex: sex ?? null,
      postcode: postcode ?? null,
    },
  };
}

/** What is known of the person, by field. */
function valuesOf({ family, given = [], otherNames = [], birthDate, sex, postcode, city, phone }: FixturePerson) {
  const usual: PersonName = { use: "usual", given: [...given], ...(family === undefined ? {} : { family }) };
  const home = { use: "home" as const, lines: ["1 High Street"], ...(city && { city }), ...(postcode && { postcode }) };
  return {
    ...(family === undefined && given.length === 0 ? {} : { names: [usual, ...otherNames] }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
    ...(postcode === undefined ? {} : { addresses: [home] }),
    ...(phone === undefined ? {} : { telecoms: [{ kind: "mobile" as const, use: "home" as const, value: phone }] }),
  };
}

function recordRows(person: FixturePerson, journalId: number): StoredRecord[] {
  const values = valuesOf(person);
  const known = <T>(value: T) => ({ value, recordedAt: RECORDED_AT, journalId });
  const demographics = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, known(value)]));
  return (person.ids ?? []).map((id, index) => {
    const isRetired = id.startsWith("-");
    const [authority = "", localId = ""] = id.replace(/^-/, "").split("|");
    const identifiers: Identifier[] = [{ authority, value: localId, type: "MR" }];
    if (person.nhsNumber !== undefined)
      identifiers.push({ authority: NHS_AUTHORITY, value: person.nhsNumber, type: "NH", trust: "verified" });
    const keys = blockingKeys(prepare(matchRecordOf({ ...values, identifiers }))).map(String);
    return {
      sourceRecordId: person.number * 1000 + index,
      authority,
      localId,
      feed: "test",
      status: isRetired ? "retired" : "active",
      retiredInto: isRetired ? person.number * 1000 : null,
      personId: personIdOf(person.number),
      identifiers: known(identifiers),
      demographics: demographics as KnownDemographics,
      blockingKeys: keys,
      createdBy: journalId,
      updatedBy: journalId,
    };
  });
}
