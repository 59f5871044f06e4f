import type { Location } from "./clinical-resources.ts";
import type { Reference } from "./datatypes.ts";
import { placeSystem } from "./identifier-system.ts";
import { partyId } from "./party-id.ts";
import { PROFILE } from "./uk-core.ts";
import { readable, withoutEmpty } from "./without-empty.ts";

/**
 * Wards and beds. Senders name a place by its parts, from ward to site (`RenalWard, Bay 1, Bed 3, RCB55`); the name is
 * all there is, and it is an authority's own. So the id of a place is a `partyId` of that name.
 */

/** A place by its name, pointed at where the name fits into an id. */
export function placeReference(name: string | null | undefined, authority: string): Reference | undefined {
  const display = readable(name);
  if (display === undefined) return undefined;
  const id = placeId(display, authority);
  return { reference: id && `Location/${id}`, type: "Location", display };
}

/** Undefined where the name is too long to make an id of, or is none. */
export function locationOf(name: string, authority: string): Location | undefined {
  const display = readable(name);
  const id = display && placeId(display, authority);
  if (display === undefined || id === undefined) return undefined;
  const [ward = ""] = display.split(", ");
  return withoutEmpty<Location>({
    resourceType: "Location",
    id,
    meta: { profile: [PROFILE.location] },
    identifier: [{ system: placeSystem(authority), value: display }],
    name: display,
    mode: "instance",
    // Whatever the parts are, the place is within the first: a bed in its ward.
    partOf: ward === display ? undefined : placeReference(ward, authority),
  });
}

const placeId = (name: string, authority: string) =>
  readable(authority) === undefined ? undefined : partyId({ code: name, authority });
