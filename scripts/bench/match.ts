import { createRequire } from "node:module";
import { readMessage, toEvent } from "@chesil/hl7";
import { blockingKeys, compare, defaultModel, type MatchRecord, matchRecordOf, prepare } from "@chesil/matching";
import { saidValue } from "@chesil/model";
import { simulateDay } from "@chesil/simulator";
import { compareTo, type Figure, ratePerSecond } from "./measure.ts";

const RECORDS = 2_000;

type JaroWinkler = (a: string, b: string, options: object) => number;

/** Preparing, comparing and keying records of a simulated region; the floor is one call of natural's Jaro–Winkler. */
export function benchMatch(): Figure[] {
  const records = simulatedRecords();
  const prepared = records.map((record) => prepare(record));
  let at = 0;
  const next = <T>(list: readonly T[]): T => {
    at = (at + 1) % list.length;
    return list[at] as T;
  };
  const jaroWinkler = createRequire(import.meta.url)(
    "natural/lib/natural/distance/jaro-winkler_distance",
  ) as JaroWinkler;
  const families = records.map((record) => record.names[0]?.family ?? "");
  const kernel = ratePerSecond(() => void jaroWinkler(next(families), next(families), {}));
  const keyed = ratePerSecond(() => void blockingKeys(next(prepared)));
  return [
    compareTo(
      "compare two prepared records, ten fields",
      ratePerSecond(() => void compare(next(prepared), next(prepared), defaultModel)),
      "pairs/s, one core",
      { "one natural Jaro–Winkler": kernel },
    ),
    compareTo(
      "prepare a record",
      ratePerSecond(() => void prepare(next(records))),
      "records/s, one core",
      {},
    ),
    compareTo("blocking keys of a record", keyed, "records/s, one core", {}),
  ];
}

function simulatedRecords(): MatchRecord[] {
  const records: MatchRecord[] = [];
  const day = simulateDay({
    people: RECORDS,
    hours: 24,
    seed: 2,
    startAt: new Date(Date.UTC(2026, 0, 1)),
    activity: 0,
  });
  for (const message of day.messages) {
    const read = readMessage(message.bytes);
    const mapped = read.ok ? toEvent(read.message, { defaultAuthority: "X" }, message.at) : undefined;
    if (!mapped?.ok) continue;
    const patient = mapped.event.subjects[0]?.patient;
    if (!patient) continue;
    const { identifiers, demographics } = patient;
    records.push(
      matchRecordOf({
        identifiers,
        names: saidValue(demographics.names),
        birthDate: saidValue(demographics.birthDate),
        sex: saidValue(demographics.sex),
        addresses: saidValue(demographics.addresses),
        telecoms: saidValue(demographics.telecoms),
        generalPractice: saidValue(demographics.generalPractice),
      }),
    );
  }
  return records;
}
