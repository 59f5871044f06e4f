import type { Party } from "@chesil/model";
import { IDENTIFIER_SYSTEM } from "../uk-core.ts";
import { Element } from "./element.ts";
import { entryPath } from "./entries.ts";
import { stated } from "./stated.ts";

/** What a Reference leads to, and who that is. */

/**
 * The resource that an element of type Reference means, in the same resource (`#x`) or in the Bundle; undefined where it
 * names none by an address. One that is not there is flagged, unless the Reference says itself who or what it is.
 */
export function resolved(reference: Element | undefined): Element | undefined {
  const address = reference?.text("reference");
  if (reference === undefined || address === undefined) return undefined;
  const found = address.startsWith("#") ? contained(reference, address.slice(1)) : inBundle(reference, address);
  const isNamed = reference.has("display") || reference.has("identifier");
  if (found === undefined && !isNamed) reference.flag("", "structure", "What it refers to is not in the Bundle.");
  return found;
}

function inBundle({ entry, reading }: Element, address: string): Element | undefined {
  const found = entry.bundle.find(address, entry);
  if (found === undefined) return undefined;
  reading.used.add(found.number);
  return new Element(found.resource, `${entryPath(found.number)}.resource`, found, reading);
}

function contained({ entry, reading }: Element, id: string): Element | undefined {
  const resource = new Element(entry.resource, `${entryPath(entry.number)}.resource`, entry, reading);
  return resource.list("contained").find((each) => each.text("id") === id);
}

const PRACTITIONER_SYSTEMS = [IDENTIFIER_SYSTEM.gmp, IDENTIFIER_SYSTEM.consultant, IDENTIFIER_SYSTEM.gmc];
const ORGANIZATION_SYSTEMS = [IDENTIFIER_SYSTEM.odsOrganization, "https://fhir.nhs.uk/Id/ods-site-code"];

/** Whom a Reference names: a practitioner, an organisation, a place. Undefined where it says nothing of them. */
export function partyAt(parent: Element | undefined, name: string): Party | undefined {
  return partyOf(parent?.at(name));
}

/** The first of a list of References that says anything. */
export function partyIn(parent: Element, name: string): Party | undefined {
  for (const reference of parent.list(name)) {
    const party = partyOf(reference);
    if (party) return party;
  }
  return undefined;
}

export function partyOf(reference: Element | undefined): Party | undefined {
  if (reference === undefined) return undefined;
  const party = partyOfResource(resolved(reference));
  const code = party?.code ?? reference.at("identifier")?.text("value");
  const display = party?.display ?? reference.text("display");
  return code === undefined && display === undefined ? undefined : stated<Party>({ code, display });
}

function partyOfResource(resource: Element | undefined): Party | undefined {
  switch (resource?.type) {
    case "Practitioner":
      return stated<Party>({ code: codeAmong(resource, PRACTITIONER_SYSTEMS), display: humanNameAt(resource) });
    case "Organization":
    case "HealthcareService":
    case "Location":
    case "Device":
      return stated<Party>({ code: codeAmong(resource, ORGANIZATION_SYSTEMS), display: resource.text("name") });
    case "PractitionerRole":
      return partyOfRole(resource);
    case "CareTeam":
      return stated<Party>({ code: undefined, display: resource.text("name") });
    case "RelatedPerson":
    case "Patient":
      return stated<Party>({ code: undefined, display: humanNameAt(resource) });
    case undefined:
      return undefined;
    default:
      resource?.flag("resourceType", "structure", "A resource of this type can not stand where it is referred to.");
      return undefined;
  }
}

/** Who has the role, else whose it is. A role of a role would lead in circles. */
function partyOfRole(role: Element): Party | undefined {
  const references = ["practitioner", "organization"].flatMap((name) => role.at(name) ?? []);
  for (const reference of references) {
    const party = resolved(reference)?.type === "PractitionerRole" ? undefined : partyOf(reference);
    if (party) return party;
  }
  return undefined;
}

/** The identifier of the first of these systems that is there, else the first identifier. */
function codeAmong(resource: Element, systems: readonly string[]): string | undefined {
  const identifiers = resource.list("identifier");
  for (const system of systems) {
    const found = identifiers.find((each) => each.text("system") === system)?.text("value");
    if (found !== undefined) return found;
  }
  return identifiers[0]?.text("value");
}

/** The name of a person as one text. */
export function humanNameAt(resource: Element): string | undefined {
  const name = resource.list("name").find((each) => each.text("use") !== "old") ?? resource.first("name");
  if (name === undefined) return undefined;
  const parts = [...name.texts("prefix"), ...name.texts("given"), name.text("family"), ...name.texts("suffix")];
  return name.text("text") ?? (parts.filter((part) => part !== undefined).join(" ") || undefined);
}
