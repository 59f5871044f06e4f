import type { Address, PersonName, Telecom } from "@chesil/model";
import type * as fhir from "./datatypes.ts";
import { readable } from "./without-empty.ts";

/** Names, contact points and addresses. `undefined` where FHIR has no word for a use: absent is better than wrong. */

const NAME_USE = {
  usual: "usual",
  maiden: "maiden",
  nickname: "nickname",
  alias: "nickname",
  previous: "old",
  birth: "old",
  other: undefined,
} as const satisfies Record<PersonName["use"], fhir.HumanName["use"]>;

const TELECOM_SYSTEM = {
  phone: "phone",
  mobile: "phone",
  email: "email",
  fax: "fax",
  other: "other",
} as const satisfies Record<Telecom["kind"], fhir.ContactPoint["system"]>;

const TELECOM_USE = {
  home: "home",
  work: "work",
  temporary: "temp",
  other: undefined,
} as const satisfies Record<Telecom["use"], fhir.ContactPoint["use"]>;

const ADDRESS_USE = {
  home: { use: "home" },
  temporary: { use: "temp" },
  work: { use: "work" },
  mailing: { type: "postal" },
  previous: { use: "old" },
  birth: { use: "old" },
  other: {},
} as const satisfies Record<Address["use"], Pick<fhir.Address, "use" | "type">>;

/** The usual name first; the others in the order they were sent. Names with no part are left out. */
export function humanNames(names: readonly PersonName[]): fhir.HumanName[] {
  return [...names].sort((a, b) => Number(b.use === "usual") - Number(a.use === "usual")).flatMap(humanNameOf);
}

function humanNameOf(name: PersonName): fhir.HumanName[] {
  const given = name.given.flatMap((part) => readable(part) ?? []);
  const family = readable(name.family);
  const prefix = readable(name.prefix);
  const suffix = readable(name.suffix);
  if (given.length === 0 && !family) return [];
  return [
    {
      use: NAME_USE[name.use],
      text: [prefix, ...given, family, suffix].filter((part) => part !== undefined).join(" "),
      family,
      given,
      prefix: prefix ? [prefix] : undefined,
      suffix: suffix ? [suffix] : undefined,
    },
  ];
}

export function contactPointOf(telecom: Telecom): fhir.ContactPoint[] {
  const value = readable(telecom.value);
  if (value === undefined) return [];
  const use = telecom.kind === "mobile" ? "mobile" : TELECOM_USE[telecom.use];
  return [{ system: TELECOM_SYSTEM[telecom.kind], value, use }];
}

export function addressOf(address: Address): fhir.Address[] {
  const place = {
    line: address.lines.flatMap((line) => readable(line) ?? []),
    city: readable(address.city),
    district: readable(address.county),
    postalCode: readable(address.postcode),
    country: readable(address.country),
  };
  const known = place.line.length > 0 || place.city || place.district || place.postalCode || place.country;
  return known ? [{ ...ADDRESS_USE[address.use], ...place }] : [];
}
