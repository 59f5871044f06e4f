import type { Party } from "@chesil/model";
import { ODS_ROOTS, SDS_USER } from "./oids.ts";
import { spokenName } from "./person-details.ts";
import { type Place, stated } from "./place.ts";

/** Who wrote, keeps, gets or answers for something: by code and name. */

/** An organisation by its ODS code, else by the id that it has. */
export function organisationAt(place: Place | undefined): Party | undefined {
  if (place === undefined) return undefined;
  const code = odsCodeAt(place) ?? place.all("id").flatMap((id) => id.attribute("extension") ?? [])[0];
  return partyOf(code, place.at("name")?.word());
}

export const odsCodeAt = (organisation: Place | undefined): string | undefined =>
  organisation
    ?.all("id")
    .filter((id) => ODS_ROOTS.has(id.attribute("root") ?? ""))
    .flatMap((id) => id.attribute("extension") ?? [])[0];

/** `assignedAuthor`, `assignedEntity`, `intendedRecipient`, …: the person, else the device, else who they act for. */
export function partyAt(entity: Place | undefined): Party | undefined {
  if (entity === undefined) return undefined;
  const person = PEOPLE.map((name) => entity.at(name)).find((each) => each !== undefined);
  const device = entity.at("assignedAuthoringDevice") ?? entity.at("assignedDevice");
  const display =
    spokenName(person?.at("name")) ?? (device?.at("softwareName") ?? device?.at("manufacturerModelName"))?.word();
  if (display === undefined) {
    const organisation = organisationAt(organisationOf(entity));
    if (organisation !== undefined) return organisation;
  }
  const ids = entity.all("id");
  const user = ids.find((id) => id.attribute("root") === SDS_USER)?.attribute("extension");
  return partyOf(user ?? ids.flatMap((id) => id.attribute("extension") ?? [])[0], display);
}

const PEOPLE = ["assignedPerson", "informationRecipient", "associatedPerson"];

export const organisationOf = (entity: Place | undefined): Place | undefined =>
  entity?.at("representedOrganization") ?? entity?.at("receivedOrganization") ?? entity?.at("scopingOrganization");

function partyOf(code: string | undefined, display: string | undefined): Party | undefined {
  return code === undefined && display === undefined ? undefined : stated<Party>({ code, display });
}
