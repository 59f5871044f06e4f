import { type MatchRecord, matchRecordOf } from "@chesil/matching";
import type { SourceFacts } from "./statement.ts";

/** What matching reads of a source: the values it stands by now, without their times. */
export function matchRecordOfFacts({ identifiers, demographics }: SourceFacts): MatchRecord {
  return matchRecordOf({
    identifiers: identifiers.value,
    names: demographics.names?.value,
    birthDate: demographics.birthDate?.value,
    sex: demographics.sex?.value,
    addresses: demographics.addresses?.value,
    telecoms: demographics.telecoms?.value,
    generalPractice: demographics.generalPractice?.value,
  });
}
