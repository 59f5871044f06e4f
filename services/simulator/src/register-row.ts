import { dialled, stored } from "./encoding.ts";
import type { OnFile } from "./on-file.ts";
import type { Random } from "./random.ts";
import type { RegisterSource } from "./register-sources.ts";

/** How a source writes one of its files as a flat row: its alphabet, its punctuation, its defaults. */

/** The columns of a register, in order: those of `chesil link`, and the truth. */
export const REGISTER_COLUMNS = [
  "id",
  "source",
  "nhs_number",
  "given_name",
  "middle_name",
  "family_name",
  "date_of_birth",
  "sex",
  "address",
  "city",
  "postcode",
  "phone",
  "email",
  "gp_practice",
  "person",
] as const;
export type RegisterRow = Readonly<Record<(typeof REGISTER_COLUMNS)[number], string>>;

/** Of names with an umlaut or the like, how many a source without such letters writes with two plain ones. */
const SPELT_OUT = 0.4;
const SPELLED_OUT: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ø: "oe",
  å: "aa",
  Ä: "Ae",
  Ö: "Oe",
  Ü: "Ue",
  Ø: "Oe",
  Å: "Aa",
};
/** CRATE: 27 pairs of 126,904 differ by the last two letters of the postcode swapped. */
const POSTCODE_SWAPPED = 27 / 126_904 / 2;
/** 0 for O and 1 for I; set by us. */
const POSTCODE_LOOK_ALIKE = 0.0006;
const LOOK_ALIKES: Readonly<Record<string, string>> = { "0": "O", O: "0", "1": "I", I: "1" };

/** The row of a file; `person` is the truth's name, `nhsNumbers` false leaves the number out. */
export function writeRow(
  random: Random,
  source: RegisterSource,
  file: OnFile,
  { person, year, nhsNumbers }: { person: string; year: string; nhsNumbers: boolean },
): Omit<RegisterRow, "id"> {
  const [first = "", ...middle] = file.given;
  const phone = source.kind === "social-care" ? (file.landline ?? file.mobile) : (file.mobile ?? file.landline);
  return {
    source: source.feed,
    nhs_number: nhsNumbers ? (file.nhsNumber ?? "") : "",
    given_name: writeText(random, source, first),
    middle_name: writeText(random, source, middle.join(" ")),
    family_name: writeText(random, source, file.family),
    date_of_birth: writeDate(random, source, file.birthDate, year),
    sex: file.sex,
    address: stored(source, file.address?.lines.join(", ") ?? ""),
    city: stored(source, file.address?.town ?? ""),
    postcode: writePostcode(random, source, file.address?.postcode ?? ""),
    phone: phone === undefined ? "" : dialled(source, phone),
    email: file.email ?? "",
    gp_practice: file.practice.code,
    person,
  };
}

/** Somebody brought in who could not say who they were: next to nothing, and the placeholders that stand for it. */
export function writeUnknownRow(source: RegisterSource, sex: string, person: string): Omit<RegisterRow, "id"> {
  return {
    source: source.feed,
    nhs_number: "",
    given_name: stored(source, "Unknown"),
    middle_name: "",
    family_name: stored(source, "Unknown"),
    date_of_birth: "1900-01-01",
    sex,
    address: stored(source, "Not known"),
    city: "",
    postcode: "ZZ99 3WZ",
    phone: "",
    email: "",
    gp_practice: "",
    person,
  };
}

function writeText(random: Random, source: RegisterSource, text: string): string {
  const spelt = source.dialect.charset === "" && /[äöüøåÄÖÜØÅ]/.test(text) && random.chance(SPELT_OUT);
  const name = spelt ? text.replace(/[äöüøåÄÖÜØÅ]/g, (letter) => SPELLED_OUT[letter] ?? letter) : text;
  return stored(source, source.plainNames ? name.replace(/['’]/g, "").replace(/-/g, " ") : name);
}

/** A date as `YYYY-MM-DD`; where nobody asked, what the source puts in its place half the time. */
function writeDate(random: Random, source: RegisterSource, birthDate: string | undefined, year: string): string {
  if (birthDate !== undefined) return `${birthDate.slice(0, 4)}-${birthDate.slice(4, 6)}-${birthDate.slice(6, 8)}`;
  if (source.unknownBirthDate === "blank" || random.chance(0.5)) return "";
  return source.unknownBirthDate === "century" ? "1900-01-01" : `${year}-01-01`;
}

function writePostcode(random: Random, { dialect }: RegisterSource, postcode: string): string {
  let written = postcode;
  if (postcode !== "" && random.chance(POSTCODE_SWAPPED)) {
    written = postcode.slice(0, -2) + postcode.slice(-1) + postcode.slice(-2, -1);
  } else if (random.chance(POSTCODE_LOOK_ALIKE)) {
    written = postcode.replace(/[0O1I]/, (letter) => LOOK_ALIKES[letter] ?? letter);
  }
  return dialect.postcodeSpace ? written : written.replace(" ", "");
}
