import { nhsNumberDigits, normalPostcode } from "@chesil/model";

/** What the baselines read: a row's columns by the names of `chesil link`; a set need not have all of them. */
export type BaselineRecord = Readonly<Record<string, string>>;

/** A name as both systems compare it: small letters of the Latin alphabet, one space between words. */
export function plainName(text: string | undefined): string {
  if (text === undefined || text === "") return "";
  return text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** A date as eight digits, from `1971-06-24` or `19710624`; "" when it is neither. */
export function plainDate(text: string | undefined): string {
  const digits = (text ?? "").replace(/-/g, "");
  return /^\d{8}$/.test(digits) ? digits : "";
}

/** `M` or `F`; "" for anything else, not known among it. */
export function plainSex(text: string | undefined): "M" | "F" | "" {
  const letter = (text ?? "").trim().charAt(0).toUpperCase();
  return letter === "M" || letter === "F" ? letter : "";
}

/** A postcode as `BH1 2AB`; for what is not British, its letters and digits. Pseudo postcodes are none. */
export function plainPostcode(text: string | undefined): string {
  const postcode = text ?? "";
  if (postcode === "" || /^zz99/i.test(postcode)) return "";
  return normalPostcode(postcode) ?? postcode.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** Ten digits, valid or not; "" when it is not ten digits. */
export const plainNhsNumber = (text: string | undefined): string => nhsNumberDigits(text ?? "") ?? "";

/** National digits of a telephone number. */
export const plainPhone = (text: string | undefined): string => (text ?? "").replace(/^\+44/, "0").replace(/\D/g, "");
