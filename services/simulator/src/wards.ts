import { ageInYears } from "./calendar.ts";
import type { Visit } from "./message.ts";
import type { Person } from "./person.ts";
import type { Random } from "./random.ts";

/** Wards, with the treatment function they serve and the people they take. */
type Ward = {
  readonly name: string;
  readonly specialty: string;
  readonly ages: readonly [min: number, max: number];
  readonly sex?: Person["sex"];
};
const WARDS: readonly Ward[] = [
  { name: "Acute Medical Unit", specialty: "300", ages: [16, 130] },
  { name: "Respiratory", specialty: "340", ages: [16, 130] },
  { name: "Cardiology", specialty: "320", ages: [16, 130] },
  { name: "Surgical Assessment", specialty: "100", ages: [16, 130] },
  { name: "Trauma & Orthopaedics", specialty: "110", ages: [16, 130] },
  { name: "Gastroenterology", specialty: "301", ages: [16, 130] },
  { name: "Day Surgery", specialty: "120", ages: [16, 130] },
  { name: "Older People", specialty: "430", ages: [75, 130] },
  { name: "Stroke", specialty: "328", ages: [50, 130] },
  { name: "Maternity", specialty: "501", ages: [17, 46], sex: "F" },
  { name: "Children's Ward", specialty: "420", ages: [0, 15] },
  { name: "Paediatric Assessment", specialty: "420", ages: [0, 15] },
];
const CONSULTANT_FAMILIES = "Harland Osei Whitcombe Rao Lindqvist Trevithick Bianchi Mukherjee Stone Adeyinka".split(
  " ",
);
const CONSULTANT_GIVENS = "Judith Paul Anika Marcus Ingrid Tom Elena Sunil Rachel Femi".split(" ");

/** A consultant: C and seven digits, invented. */
export function drawConsultant(random: Random): Visit["consultant"] {
  const place = random.between(0, CONSULTANT_FAMILIES.length - 1);
  return {
    code: `C99000${String(place).padStart(2, "0")}`,
    family: CONSULTANT_FAMILIES[place] ?? "",
    given: CONSULTANT_GIVENS[place] ?? "",
  };
}

/** A bed on a ward that takes this person. */
export function drawWard(random: Random, person: Person, atMs: number): Pick<Visit, "ward" | "bed" | "specialty"> {
  const age = ageInYears(person.birthDate, atMs);
  const fits = ({ ages: [min, max], sex = person.sex }: Ward): boolean =>
    age >= min && age <= max && sex === person.sex;
  const ward = random.pick(WARDS.filter(fits));
  return { ward: ward.name, bed: String(random.between(1, 28)), specialty: ward.specialty };
}
