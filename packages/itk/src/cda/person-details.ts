import { type Address, normalPostcode, type PersonName, type Telecom } from "@chesil/model";
import { type Place, stated } from "./place.ts";
import { isOver } from "./time.ts";

/** Names, addresses and numbers of a patient or of somebody near them, each in the order sent. */

/** HL7 v3's uses of names and the NHS's own. */
const NAME_USES: Readonly<Record<string, PersonName["use"]>> = {
  ...{ L: "usual", C: "usual", A: "alias", P: "alias", ASGN: "alias", PREFERRED: "nickname" },
  ...{ "PREVIOUS-BIRTH": "birth", "PREVIOUS-MAIDEN": "maiden", "PREVIOUS-BACHELOR": "previous", PREVIOUS: "previous" },
  ...{ "BAD-ADDRESS": "other", TMP: "other" },
};

export function namesOf(person: Place): PersonName[] {
  const places = person.all("name");
  const names = places.flatMap((place, index) => nameOf(place, index === 0) ?? []);
  // Whoever has one name only is called by it, preferred or not.
  const [only] = names;
  return names.length === 1 && only?.use === "nickname" ? [{ ...only, use: "usual" }] : names;
}

/** A name that is only one text is not taken apart: where its parts end is a guess. What is family and given is as sent. */
function nameOf(place: Place, isFirst: boolean): PersonName | undefined {
  const family = joined(place, "family");
  const given = words(place, "given");
  if (family === undefined && given.length === 0) {
    if (place.text() !== undefined) place.warn("ignored", "A name without its parts is not stated.");
    return undefined;
  }
  const use = useOf(place, NAME_USES) ?? (isFirst ? "usual" : "other");
  const name = stated<Omit<PersonName, "given">>({
    use: isOver(place.at("validTime")) ? "previous" : use,
    family,
    prefix: joined(place, "prefix"),
    suffix: joined(place, "suffix"),
    cleared: undefined,
  });
  return { ...name, given };
}

/** A name as it is spoken, whatever the order of its parts: `Mrs Ellen Rose Marsh`. */
export function spokenName(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  const parts = ["prefix", "given", "family", "suffix"].flatMap((part) => words(place, part));
  return parts.length === 0 ? place.word() : parts.join(" ");
}

/** `PHYS` is where the patient is at the moment. */
const ADDRESS_USES: Readonly<Record<string, Address["use"]>> = {
  ...{ H: "home", HP: "home", HV: "temporary", TMP: "temporary", PHYS: "temporary" },
  ...{ WP: "work", DIR: "work", PUB: "work", PST: "mailing", OLD: "previous", BIR: "birth", BAD: "other" },
};

/** `additionalLocator` is none: the senders seen put grid references there. */
const LINES = ["streetAddressLine", "houseNumber", "streetName", "unitID"];

export function addressesOf(person: Place): Address[] {
  return person.all("addr").flatMap((place) => addressOf(place) ?? []);
}

function addressOf(place: Place): Address | undefined {
  const postcode = joined(place, "postalCode");
  const where = {
    city: joined(place, "city"),
    county: joined(place, "county") ?? joined(place, "state"),
    postcode: postcode && (normalPostcode(postcode) ?? postcode),
  };
  const parts = LINES.flatMap((name) => words(place, name));
  const country = joined(place, "country");
  const isKnown = parts.length > 0 || Object.values(where).some((part) => part !== undefined);
  // A country alone, which some systems put on everybody, is no address.
  const text = isKnown || country !== undefined ? undefined : place.word();
  if (!isKnown && text === undefined) return undefined;
  const isOld = isOver(place.at("useablePeriod"));
  const use = isOld ? "previous" : (useOf(place, ADDRESS_USES) ?? "home");
  return {
    ...stated<Omit<Address, "lines">>({ use, ...where, country, cleared: undefined }),
    lines: text === undefined ? parts : [text],
  };
}

const TELECOM_USES: Readonly<Record<string, Telecom["use"]>> = {
  ...{ H: "home", HP: "home", HV: "temporary", WP: "work", DIR: "work", PUB: "work", TMP: "temporary" },
  ...{ MC: "other", EC: "other", PG: "other", AS: "other", BAD: "other" },
};
const SCHEMES: Readonly<Record<string, Telecom["kind"]>> = {
  ...{ tel: "phone", mailto: "email", fax: "fax", "x-text-fax": "fax", "x-text-tel": "phone" },
  ...{ http: "other", https: "other", ftp: "other", mllp: "other" },
};
const UK_MOBILE = /^(?:\+?44 ?(?:\(0\))?|0)7[1-57-9]/;

/** `tel:000000000000` is what some senders write for none. */
const NOBODYS = /^\D*0+\D*$/;

export function telecomsOf(person: Place): Telecom[] {
  const found = new Map<string, Telecom>();
  for (const place of person.all("telecom")) {
    const telecom = isOver(place.at("useablePeriod")) ? undefined : telecomOf(place);
    if (telecom) found.set(JSON.stringify(telecom), telecom);
  }
  return [...found.values()];
}

function telecomOf(place: Place): Telecom | undefined {
  const sent = place.attribute("value") ?? "";
  const [, scheme = "", rest = ""] = /^(?:([a-z-]{1,10}):)?(.*)$/is.exec(sent) ?? [];
  const kind = scheme === "" ? undefined : known(SCHEMES, scheme.toLowerCase());
  const value = kind === undefined || kind === "other" ? sent : rest.trim();
  if (value === "") return undefined;
  if (NOBODYS.test(value)) {
    place.warn("placeholder", "The number is made of zeros and was left out.");
    return undefined;
  }
  const use = useOf(place, TELECOM_USES) ?? "other";
  if (kind !== undefined && kind !== "phone") return { kind, use, value };
  if (value.includes("@")) return { kind: "email", use, value };
  const isMobile = usesOf(place).includes("MC") || UK_MOBILE.test(value);
  return { kind: isMobile ? "mobile" : "phone", use, value };
}

/** A set of codes may stand there; the first that is known counts. Undefined where none was sent. */
function useOf<Use extends string>(place: Place, uses: Readonly<Record<string, Use>>): Use | undefined {
  const sent = usesOf(place);
  const [use] = sent.flatMap((code) => known(uses, code) ?? []);
  if (use !== undefined || sent.length === 0) return use;
  place.warn("bad-code", "The use is none that is known.");
  return "other" as Use;
}

const usesOf = (place: Place): string[] => (place.attribute("use") ?? "").toUpperCase().split(" ").filter(Boolean);

const known = <T>(table: Readonly<Record<string, T>>, code: string): T | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined;

const words = (place: Place, name: string): string[] => place.all(name).flatMap((each) => each.word() ?? []);
const joined = (place: Place, name: string): string | undefined => words(place, name).join(" ") || undefined;
