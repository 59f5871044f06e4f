import { compareAddress } from "./comparisons/address.ts";
import { compareBirthDate } from "./comparisons/birth-date.ts";
import { compareEmail } from "./comparisons/email.ts";
import { compareNames } from "./comparisons/name.ts";
import { compareNhsNumber } from "./comparisons/nhs-number.ts";
import type { Outcome } from "./comparisons/outcome.ts";
import { comparePhone } from "./comparisons/phone.ts";
import { comparePostcode } from "./comparisons/postcode.ts";
import { comparePractice } from "./comparisons/practice.ts";
import { compareSex } from "./comparisons/sex.ts";
import { type Veto, vetoOf } from "./guards.ts";
import type { ComparisonName } from "./levels.ts";
import type { MatchingModel } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { type LevelWeight, type LevelWeights, weightsOf } from "./weights.ts";

/** What one comparison found and what it weighs, in bits: more than 0 for one person, less for two. */
export type LevelEvidence = {
  readonly comparison: ComparisonName;
  /** A level of the comparison, or `missing`; `swapped` for a given name that the family name already counts. */
  readonly level: string;
  readonly weight: number;
  readonly left?: string | undefined;
  readonly right?: string | undefined;
};

/** Why two records are, or are not, one person: `prior` and the weights of all levels add up to `weight`. */
export type Evidence = {
  /** log2 of the odds that the two are one person. */
  readonly weight: number;
  readonly probability: number;
  /** log2 odds before anything is compared. */
  readonly prior: number;
  readonly modelVersion: string;
  /** Every comparison, in a fixed order. */
  readonly levels: readonly LevelEvidence[];
  /** Why a person must look before the two are linked, however high the weight. */
  readonly veto?: Veto | undefined;
};

/**
 * The evidence that two records are one person, by Fellegi and Sunter. `compare(a, b)` and `compare(b, a)` weigh the
 * same. Pure and fast; the values kept for reviewers are references, not copies.
 */
export function compare(a: Prepared, b: Prepared, model: MatchingModel): Evidence {
  const weights = weightsOf(model);
  const { family, given } = compareNames(a, b, weights.frequencyOf);
  const nhsNumber = compareNhsNumber(a.nhsNumber, b.nhsNumber);
  const birthDate = compareBirthDate(a.birthDate, b.birthDate);
  const { levels } = weights;
  const sex = compareSex(a.sex, b.sex);
  const found: LevelEvidence[] = [
    weigh("nhsNumber", levels.nhsNumber, nhsNumber),
    weigh("familyName", levels.familyName, family),
    weigh("givenName", levels.givenName, given),
    weigh("birthDate", levels.birthDate, birthDate),
    weigh("sex", levels.sex, sex),
    weigh("postcode", levels.postcode, comparePostcode(a.postcodes, b.postcodes)),
    weigh("address", levels.address, compareAddress(a.addresses, b.addresses)),
    weigh("phone", levels.phone, comparePhone(a.phones, b.phones)),
    weigh("email", levels.email, compareEmail(a.emails, b.emails)),
    weigh("practice", levels.practice, comparePractice(a.practice, b.practice)),
  ];
  let weight = weights.prior;
  for (const level of found) weight += level.weight;
  const veto = vetoOf({
    nhsNumber: nhsNumber.level,
    familyName: family.level,
    givenName: given.level,
    birthDate: birthDate.level,
    sex: sex.level,
  });
  return {
    weight,
    probability: 1 / (1 + 2 ** -weight),
    prior: weights.prior,
    modelVersion: model.version,
    levels: found,
    veto,
  };
}

function weigh(comparison: ComparisonName, levels: LevelWeights, found: Outcome<string>): LevelEvidence {
  const { level, left, right, frequency } = found;
  return { comparison, level, weight: weightOf(levels.get(level), frequency), left, right };
}

/** log2(m/u); for a name also by how much rarer it is than the average agreement, never below the floor. */
function weightOf(level: LevelWeight | undefined, frequency: number | undefined): number {
  if (level === undefined) return 0;
  if (level.termFrequencyWeight === 0 || frequency === undefined) return level.weight;
  return level.weight + level.termFrequencyWeight * Math.log2(level.exactU / Math.max(frequency, level.floor));
}
