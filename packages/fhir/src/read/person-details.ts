import { type Address, normalPostcode, type PersonName, type Telecom } from "@chesil/model";
import { isEnded } from "./datatypes.ts";
import type { Element } from "./element.ts";
import { stated } from "./stated.ts";

/** Names, addresses and contact points of a Patient or a RelatedPerson. */

const NAME_USE: Readonly<Record<string, PersonName["use"]>> = {
  ...{ usual: "usual", official: "usual", nickname: "nickname", maiden: "maiden", old: "previous" },
  ...{ temp: "other", anonymous: "other" },
};

export const namesOf = (person: Element): PersonName[] =>
  person.list("name").flatMap((element, index) => nameOf(element, index === 0) ?? []);

/** A name that is only one text is not taken apart: where its parts end is a guess. */
function nameOf(element: Element, isFirst: boolean): PersonName | undefined {
  const family = element.text("family");
  const given = element.texts("given");
  if (family === undefined && given.length === 0) {
    if (element.has("text")) element.flag("", "ignored", "A name without its parts is not stated.");
    return undefined;
  }
  const meant = useOf(element, NAME_USE) ?? (isFirst && !element.has("use") ? "usual" : "other");
  return {
    ...stated<Omit<PersonName, "given">>({
      use: isEnded(element) ? "previous" : meant,
      family,
      prefix: element.texts("prefix").join(" ") || undefined,
      suffix: element.texts("suffix").join(" ") || undefined,
      cleared: undefined,
    }),
    given,
  };
}

const ADDRESS_USE: Readonly<Record<string, Address["use"]>> = {
  ...{ home: "home", work: "work", temp: "temporary", old: "previous", billing: "other" },
};

export const addressesOf = (person: Element): Address[] =>
  person.list("address").flatMap((element) => addressOf(element) ?? []);

function addressOf(element: Element): Address | undefined {
  const place = {
    city: element.text("city"),
    county: element.text("district"),
    postcode: postcodeOf(element),
    country: element.text("country"),
  };
  const lines = element.texts("line");
  const isKnown = lines.length > 0 || Object.values(place).some((part) => part !== undefined);
  const text = isKnown ? undefined : element.text("text");
  if (!isKnown && text === undefined) return undefined;
  const use = useOf(element, ADDRESS_USE) ?? (element.text("type") === "postal" ? "mailing" : undefined);
  return {
    ...stated<Omit<Address, "lines">>({
      use: isEnded(element) ? "previous" : (use ?? (element.has("use") ? "other" : "home")),
      ...place,
      cleared: undefined,
    }),
    lines: text === undefined ? lines : text.split(/\s*\n\s*/),
  };
}

function postcodeOf(element: Element): string | undefined {
  const sent = element.text("postalCode");
  return sent && (normalPostcode(sent) ?? sent);
}

const TELECOM_KIND: Readonly<Record<string, Telecom["kind"]>> = {
  ...{ phone: "phone", sms: "mobile", email: "email", fax: "fax", pager: "other", url: "other", other: "other" },
};
const TELECOM_USE: Readonly<Record<string, Telecom["use"]>> = {
  ...{ home: "home", work: "work", temp: "temporary", mobile: "other", old: "other" },
};

/** What nobody answers any more is left out. */
export const telecomsOf = (person: Element): Telecom[] =>
  person.list("telecom").flatMap((element) => {
    const value = element.text("value");
    const use = element.text("use");
    if (value === undefined || use === "old" || isEnded(element)) return [];
    const kind = TELECOM_KIND[element.text("system") ?? "phone"];
    if (kind === undefined) element.flag("system", "bad-code", "The system is no code of FHIR.");
    const isMobile = use === "mobile" && kind === "phone";
    return [{ kind: isMobile ? "mobile" : (kind ?? "other"), use: useOf(element, TELECOM_USE) ?? "other", value }];
  });

function useOf<Use>(element: Element, uses: Readonly<Record<string, Use>>): Use | undefined {
  const sent = element.text("use");
  if (sent === undefined) return undefined;
  if (!Object.hasOwn(uses, sent)) element.flag("use", "bad-code", "The use is no code of FHIR.");
  return uses[sent];
}
