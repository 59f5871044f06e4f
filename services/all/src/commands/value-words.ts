/** A value of an event as a person reads it: codes with their text, names and addresses as they are written. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(valueWords).join("; ");
  if (typeof value !== "object") return String(value);
  const said = value as Readonly<Record<string, unknown>>;
  if ("codings" in said) return conceptWords(said as Coded);
  if ("family" in said || "given" in said) return nameWords(said as Name);
  if ("lines" in said) return addressWords(said as Postal);
  if ("kind" in said && "use" in said) return telecomWords(said as Telecom);
  if ("display" in said) return joined(String(said.display), said.code === undefined ? "" : String(said.code));
  return namedWords(said);
}

/** Parts after their names; of those that say what a thing is, the name is left out. */
export function namedWords(said: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(said).map(([name, part]) => {
    if (part === true) return spaced(name);
    return SELF_EVIDENT.has(name) ? valueWords(part) : `${spaced(name)} ${valueWords(part)}`;
  });
  return joined(...parts);
}

const SELF_EVIDENT: ReadonlySet<string> = new Set(["code", "value", "name", "observation"]);

type Telecom = { readonly kind: string; readonly use: string; readonly value: string; readonly cleared?: true };

const telecomWords = ({ kind, use, value, cleared }: Telecom) =>
  cleared ? `deletes the ${use} numbers` : `${value} (${use} ${kind})`;

type Coded = {
  readonly codings: readonly { system: string; code: string; display?: string }[];
  readonly text?: string;
};

function conceptWords({ codings, text }: Coded): string {
  const codes = codings.map(({ system, code, display }) => {
    const shown = display && display !== text ? ` ${display}` : "";
    return `${system ? `${system} ` : ""}${code}${shown}`;
  });
  if (text === undefined) return codes.join(" = ");
  return codes.length === 0 ? text : `${text} (${codes.join(" = ")})`;
}

type Name = {
  readonly use?: string;
  readonly family?: string;
  readonly given?: readonly string[];
  readonly prefix?: string;
  readonly cleared?: readonly string[];
};

function nameWords({ use, family, given = [], prefix, cleared }: Name): string {
  const name = [family?.toUpperCase(), given.join(" ")].filter(Boolean).join(", ");
  return joined(`${name}${prefix ? ` (${prefix})` : ""}`, use === "usual" ? "" : use, deleted(cleared));
}

type Postal = {
  readonly use?: string;
  readonly lines: readonly string[];
  readonly cleared?: readonly string[];
} & Readonly<Partial<Record<"city" | "county" | "postcode" | "country", string>>>;

function addressWords({ use, lines, city, county, postcode, country, cleared }: Postal): string {
  return joined(...lines, city, county, postcode, country, use === "home" ? "" : use && `(${use})`, deleted(cleared));
}

const deleted = (parts: readonly string[] | undefined) => (parts?.length ? `deletes its ${parts.join(", ")}` : "");

/** What there is, with commas. */
export function joined(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter(Boolean).join(", ");
}

/** `admissionMethod` and `change-class` as words. */
export function spaced(name: string): string {
  return name.replaceAll("-", " ").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
