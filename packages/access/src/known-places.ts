/**
 * The places that are known of a person, looked for in what may be told of them: a clinical word is a place to say an address
 * in, too. Only their own are looked for; of what looks like a postcode (`B12 1MG`) much is a dose.
 */

/** Shorter ones are in too many words. */
const PLACE_LENGTH_MIN = 5;

/** Whether a text says one of the places, however it is spaced. */
export function saysPlaceOf(places: readonly string[]): (text: string) => boolean {
  const numbers = new Set<string>();
  const names = new Set<string>();
  for (const place of places) {
    const compact = compactOf(place);
    if (/\d/.test(compact)) {
      if (compact.length >= PLACE_LENGTH_MIN) numbers.add(compact);
      // A street without the number of the house.
      const street = wordsOf(place).filter((word) => !/\d/.test(word));
      if (street.length > 1) names.add(` ${street.join(" ")} `);
    } else if (compact.length >= PLACE_LENGTH_MIN) names.add(` ${wordsOf(place).join(" ")} `);
  }
  return (text) => {
    const compact = compactOf(text);
    const words = ` ${wordsOf(text).join(" ")} `;
    return (
      numbers.values().some((each) => compact.includes(each)) || names.values().some((each) => words.includes(each))
    );
  };
}

const compactOf = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

const wordsOf = (text: string): string[] =>
  text
    .toUpperCase()
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
