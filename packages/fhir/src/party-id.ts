/**
 * Ids of organisations, practitioners and places. Chesil holds no register of them, so an id says all that is known of
 * whom: a national code alone, or a local one after the authority whose it is. The id leads back to both.
 */

export type PartyKey = {
  readonly code: string;
  /** Whose code it is; absent with a national code. */
  readonly authority?: string | undefined;
};

/** R4: an id has at most so many characters. */
const ID_LENGTH_MAX = 64;
/** Between authority and code. Escaping never makes two points in a row. */
const SEPARATOR = "..";

/** Undefined where the id would be longer than FHIR allows: whoever it is can then be named only, not pointed at. */
export function partyId({ code, authority }: PartyKey): string | undefined {
  const id = authority === undefined ? escaped(code) : escaped(authority) + SEPARATOR + escaped(code);
  return code !== "" && authority !== "" && id.length <= ID_LENGTH_MAX ? id : undefined;
}

/** Whom an id means, undefined for one that `partyId` never made. */
export function partyKeyOf(id: string): PartyKey | undefined {
  const [first = "", second, ...more] = id.split(SEPARATOR);
  const [code, authority] = second === undefined ? [first, undefined] : [second, first];
  const key = { code: unescaped(code), ...(authority === undefined ? {} : { authority: unescaped(authority) }) };
  return more.length === 0 && partyId(key) === id ? key : undefined;
}

/** Nearly all codes. */
const PLAIN = /^[A-Za-z0-9]*$/;

/** A space, the commonest of signs in the names of places, becomes a hyphen; a hyphen is written as others are. */
function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (character === " ") return "-";
    return /[A-Za-z0-9]/.test(character) ? character : `.${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

function unescaped(text: string): string {
  const bytes = text
    .replaceAll("-", " ")
    .replace(/\.([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    Uint8Array.from(bytes, (character) => character.charCodeAt(0)),
  );
}
