import { compare, type Evidence, guardedLevels, type MatchingModel, type Prepared } from "@chesil/matching";

/**
 * Whether a record's new words are somebody else's: an overlay, the commonest way in which one patient's record comes to
 * show another's (law 6). People marry, move, are named after birth and have a birth date put right, but hardly ever two of
 * the things at once that tell one person from another:
 *
 * - another birth date with another given or family name;
 * - another valid NHS number with another given name or birth date;
 * - other given and family names, and nothing else that agrees.
 *
 * What is missing on a side, or a placeholder, is no other.
 */
export function isOverlay(before: Prepared, after: Prepared, model: MatchingModel): boolean {
  const evidence = compare(before, after, model);
  const { nhsNumber, familyName, givenName, birthDate } = guardedLevels(evidence.levels);
  const [given, family, date] = [givenName === "else", familyName === "else", birthDate === "else"];
  const number = nhsNumber === "different" || nhsNumber === "different-verified";
  if (date && (given || family)) return true;
  if (number && (given || date)) return true;
  return given && family && !agrees(evidence);
}

/** Whether anything beside the names says that it is one person. */
const agrees = ({ levels }: Evidence): boolean =>
  levels.some(
    ({ comparison, weight }) =>
      weight > 0 && comparison !== "givenName" && comparison !== "familyName" && comparison !== "sex",
  );
