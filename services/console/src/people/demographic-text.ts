import type { Address, Identifier, Party, PersonName, Sex, SourceRecord, Telecom } from "../api/types.ts";
import { formatInstant, formatPartialDate } from "../text/dates.ts";
import { formatNhsNumber } from "../text/nhs-number.ts";
import { SEX_WORDS } from "../text/words.ts";
import { bannerName } from "./banner.ts";

/** A source record's stored values as text, several values a line each. */

/** The fields of a source record in the order of the screen. The first two stand outside its demographics. */
const FIELDS = [
  "names",
  "birthDate",
  "sex",
  "addresses",
  "telecoms",
  "generalPractitioner",
  "generalPractice",
  "deceased",
  "deathDate",
  "ethnicity",
  "maritalStatus",
  "religion",
  "language",
] as const;
type Field = (typeof FIELDS)[number];

const FORMATS: Record<Field, (value: never) => string> = {
  names: (names: PersonName[]) => names.map(nameText).join("\n"),
  birthDate: (date: string) => formatPartialDate(date),
  sex: (sex: Sex) => SEX_WORDS[sex] ?? sex,
  addresses: (addresses: Address[]) => addresses.map(addressText).join("\n"),
  telecoms: (telecoms: Telecom[]) => telecoms.map((telecom) => telecom.value).join("\n"),
  generalPractitioner: partyText,
  generalPractice: partyText,
  deceased: (dead: boolean) => (dead ? "Yes" : "No"),
  deathDate: (date: string) => formatInstant(date),
  ethnicity: String,
  maritalStatus: String,
  religion: String,
  language: String,
};

export function nameText(name: PersonName): string {
  return bannerName(name) + (name.use === "usual" ? "" : ` – ${name.use}`);
}

export function addressText(address: Address): string {
  const parts = [...address.lines, address.city, address.county, address.postcode, address.country];
  return parts.filter(Boolean).join(", ") + (address.use === "home" ? "" : ` – ${address.use}`);
}

export function partyText(party: Party): string {
  return [party.display, party.code && (party.display ? `(${party.code})` : party.code)].filter(Boolean).join(" ");
}

export type MatrixRow = {
  field: string;
  /** One text a source record: undefined when it never said, "" when its sender deleted the value. */
  texts: (string | undefined)[];
  /** True when at least two records say something and not all say the same. */
  differs: boolean;
};

/** The source records side by side: a row a field that any of them knows. */
export function sourceMatrix(records: readonly SourceRecord[]): MatrixRow[] {
  const row = (field: string, textOf: (record: SourceRecord) => string | undefined) => {
    const texts = records.map(textOf);
    return { field, texts, differs: field !== "otherIdentifiers" && disagree(field, texts) };
  };
  return [
    row("nhsNumber", (record) => identifierText(record.identifiers, true)),
    ...FIELDS.map((field) => row(field, (record) => knownText(field, record))),
    row("otherIdentifiers", (record) => identifierText(record.identifiers, false)),
  ].filter(({ texts }) => texts.some((text) => text !== undefined));
}

/**
 * Whether any two say different things. Capitals, spaces, titles and trust are no difference, and neither is a date that is
 * only less precise: of names, addresses and the like the first is compared.
 */
function disagree(field: string, texts: readonly (string | undefined)[]): boolean {
  const said = texts
    .filter((text) => text !== undefined && text !== "")
    .map((text) =>
      (text?.split("\n")[0] ?? "").toLowerCase().replace(/ \(.*\)$| – .*$|, (unverified|invalid)$|\s+/g, ""),
    );
  if (field === "birthDate") return said.some((a) => said.some((b) => !a.endsWith(b) && !b.endsWith(a)));
  return new Set(said).size > 1;
}

function knownText(field: Field, record: SourceRecord): string | undefined {
  const known = record.demographics[field];
  if (known === undefined) return undefined;
  const { value } = known;
  return value === undefined || value === null ? "" : FORMATS[field](value as never);
}

function identifierText(identifiers: readonly Identifier[], nhs: boolean): string | undefined {
  const texts = identifiers
    .filter((identifier) => (identifier.authority === "NHS") === nhs)
    .map((identifier) => (nhs ? nhsNumberText(identifier) : `${identifier.authority} ${identifier.value}`));
  return texts.length === 0 ? undefined : texts.join("\n");
}

function nhsNumberText(identifier: Identifier): string {
  const trust = identifier.trust === "verified" || identifier.trust === undefined ? "" : `, ${identifier.trust}`;
  return formatNhsNumber(identifier.value) + trust;
}
