import type { Address, Party, PersonName, Telecom } from "./demographics.ts";
import type { GoldenField } from "./survivorship.ts";

/** How much a value of a field says, for comparing it with others of the same field; 0 where one says as much as another. */
export function completenessOf(field: GoldenField, value: unknown): number {
  switch (field) {
    case "birthDate":
    case "deathDate":
      return (value as string).length;
    case "names":
      return most((value as PersonName[]).map(ofName));
    case "addresses":
      return most((value as Address[]).map(ofAddress));
    case "telecoms":
      return (value as Telecom[]).length;
    case "generalPractice":
    case "generalPractitioner":
      return ofParty(value as Party);
    default:
      return 0;
  }
}

const most = (scores: readonly number[]) => Math.max(0, ...scores);
const present = (part: unknown) => (part === undefined ? 0 : 1);

/** A family and a given name first, then the rest. */
const ofName = ({ family, given, prefix, suffix }: PersonName) =>
  10 * (present(family) + (given.length > 0 ? 1 : 0)) + given.length + present(prefix) + present(suffix);

/** A postcode with a street, then either alone. */
const ofAddress = ({ lines, city, county, postcode }: Address) =>
  10 * (present(postcode) + (lines.length > 0 ? 1 : 0)) + lines.length + present(city) + present(county);

const ofParty = ({ code, display }: Party) => 2 * present(code) + present(display);
