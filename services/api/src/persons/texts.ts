import {
  type Address,
  type DemographicField,
  type DemographicValues,
  formatNhsNumber,
  type Party,
  type PersonName,
  type Telecom,
} from "@chesil/model";

/** Values of a record in words for a screen, the way the NHS writes them. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The name that is meant when one is asked for: the usual one, else the first. */
export function usualName(names: readonly PersonName[] | undefined): PersonName | undefined {
  return names?.find((name) => name.use === "usual") ?? names?.[0];
}

/** `SMITH, Jane Ann (Ms)`. */
export function displayNameOf(names: readonly PersonName[] | undefined): string {
  const name = usualName(names);
  return name ? nameText(name) : "Name not known";
}

export function nameText(name: PersonName): string {
  const family = name.family?.toUpperCase();
  const given = name.given.join(" ");
  const plain = [family, given].filter(Boolean).join(", ") || "Name not known";
  const shown = name.suffix ? `${plain} ${name.suffix}` : plain;
  return name.prefix ? `${shown} (${name.prefix})` : shown;
}

export function addressText(address: Address): string {
  return [...address.lines, address.city, address.county, address.postcode, address.country].filter(Boolean).join(", ");
}

/** The address a person lives at: the home one, else the first. */
export function homeAddress(addresses: readonly Address[] | undefined): Address | undefined {
  return addresses?.find((address) => address.use === "home") ?? addresses?.[0];
}

/** `31-Jul-1950`, `Jul-1950` or `1950`, as precise as it is known; with the time where there is one. */
export function dateText(iso: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(\d{2}:\d{2}))?/.exec(iso);
  if (!match) return iso;
  const [, year, month, day, time] = match;
  const date = [day, month === undefined ? undefined : MONTHS[Number(month) - 1], year].filter(Boolean).join("-");
  return time === undefined ? date : `${date} ${time}`;
}

export function nhsNumberText({ value, trust }: { value: string; trust: string }): string {
  return `${formatNhsNumber(value)} (${trust})`;
}

const telecomText = (telecom: Telecom) => `${telecom.value} (${[telecom.use, telecom.kind].join(" ")})`;
const partyText = (party: Party) => [party.display, party.code].filter(Boolean).join(", ");
const sentence = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const TEXTS: { [F in DemographicField]: (value: DemographicValues[F]) => string } = {
  names: (names) =>
    names.map((name) => (name.use === "usual" ? nameText(name) : `${nameText(name)}, ${name.use}`)).join("; "),
  birthDate: dateText,
  sex: sentence,
  addresses: (addresses) =>
    addresses
      .map((address) => (address.use === "home" ? addressText(address) : `${addressText(address)} (${address.use})`))
      .join("; "),
  telecoms: (telecoms) => telecoms.map(telecomText).join("; "),
  generalPractitioner: partyText,
  generalPractice: partyText,
  deceased: (deceased) => (deceased ? "Yes" : "No"),
  deathDate: dateText,
  ethnicity: String,
  maritalStatus: String,
  religion: String,
  language: String,
  confidentiality: (level) => sentence(level.replace("-", " ")),
};

export function fieldText<F extends DemographicField>(field: F, value: DemographicValues[F]): string {
  return TEXTS[field](value);
}

export const FIELD_LABELS: Readonly<Record<DemographicField | "nhsNumber", string>> = {
  names: "Name",
  nhsNumber: "NHS number",
  birthDate: "Date of birth",
  sex: "Sex",
  addresses: "Address",
  telecoms: "Contact",
  generalPractitioner: "GP",
  generalPractice: "GP practice",
  deceased: "Deceased",
  deathDate: "Date of death",
  ethnicity: "Ethnicity",
  maritalStatus: "Marital status",
  religion: "Religion",
  language: "Language",
  confidentiality: "Confidentiality",
};
