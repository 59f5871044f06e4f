import { FieldView } from "../message/place.ts";
import type { MappingContext } from "./context.ts";
import type { PlacedField } from "./dialect.ts";
import { firstIn, type PatientGroup } from "./patient-groups.ts";

/** Where a demographic field stands: in the standard's place, unless the feed's configuration gives another. */

const STANDARD: Readonly<Record<PlacedField, string>> = {
  language: "PID-15",
  maritalStatus: "PID-16",
  religion: "PID-17",
  ethnicity: "PID-22",
  deathDate: "PID-29",
  deceased: "PID-30",
  generalPractice: "PD1-3",
  generalPractitioner: "PD1-4",
  // The protection indicator: access to what is said of the patient is to be restricted.
  confidentiality: "PD1-12",
};

/** `ZPI-4` or `PID-22.2`. */
const PLACE = /^([A-Z][A-Z0-9]{2})-([1-9]\d{0,2})(?:\.([1-9]\d?))?$/;

export interface Placed {
  readonly place: FieldView;
  /** For warnings. */
  readonly location: string;
  /** The place is one component: what stands there is not divided as the standard's field would be. */
  readonly isComponent: boolean;
}

/** The place of a field in a patient's part of the message; absent where its segment is. */
export function placed(field: PlacedField, group: PatientGroup, { feed, message }: MappingContext): Placed {
  const location = feed.places?.[field] ?? STANDARD[field];
  const [, id = "", n = "", component] = PLACE.exec(location) ?? PLACE.exec(STANDARD[field]) ?? [];
  const segment = firstIn(group, id);
  const place = segment === undefined ? new FieldView(undefined, message) : segment.field(Number(n));
  return {
    place: component === undefined ? place : place.component(Number(component)),
    location,
    isComponent: component !== undefined,
  };
}
