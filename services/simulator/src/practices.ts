import type { Area } from "./places.ts";
import type { Random } from "./random.ts";

/** A GP practice. Codes have the national form, letter and five digits, and are invented, as are names and doctors. */
export type Practice = {
  readonly code: string;
  readonly name: string;
  readonly area: Area;
  /** General practitioners: G and seven digits, invented. */
  readonly doctors: readonly { readonly code: string; readonly family: string; readonly given: string }[];
};

const FIRST_WORDS = `Harbour Quayside Heathland Lighthouse Millstream Ridgeway Seagrove Stourbank Fromeside Cliffside
  Highdown Barrowfield Chapelgate Greensand Pinewood Orchard Swanmead Oldbridge Westover Eastcombe`;
const KINDS = ["Surgery", "Medical Centre", "Health Centre", "& Bay Practice"];
const DOCTOR_FAMILIES = "Marchant Ellery Okoro Venn Sandford Iqbal Trask Nowicka Penhale Das Loveridge Haskell";
const DOCTOR_GIVENS = "Ruth Martin Amara Colin Priya Helen Adam Marta Owen Nisha Jill Tom";
const PRACTICE_COUNT = 80;
const AREAS: readonly Area[] = ["poole", "bournemouth", "bournemouth", "dorchester"];

/** The county's eighty practices, the same for the same seed. */
export function buildPractices(random: Random): readonly Practice[] {
  const first = FIRST_WORDS.trim().split(/\s+/);
  const families = DOCTOR_FAMILIES.split(" ");
  const givens = DOCTOR_GIVENS.split(" ");
  return Array.from({ length: PRACTICE_COUNT }, (_, index) => ({
    code: `Z99${String(index + 1).padStart(3, "0")}`,
    name: `${first[index % first.length] ?? "County"} ${KINDS[Math.floor(index / first.length)] ?? "Surgery"}`,
    area: AREAS[index % AREAS.length] ?? "poole",
    doctors: Array.from({ length: 3 }, (_, place) => ({
      code: `G99${String(index * 3 + place + 1).padStart(5, "0")}`,
      family: random.pick(families),
      given: random.pick(givens),
    })),
  }));
}
