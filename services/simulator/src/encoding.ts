import type { System } from "./systems.ts";

/** How a system stores text before it ever reaches a message: in capitals, or without the accents it has no bytes for. */

const COMBINING = /\p{Mn}/gu;
/** Letters that do not fall apart into a letter and an accent. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = { ł: "l", Ł: "L", ø: "o", Ø: "O", ß: "ss", ı: "i" };
const NOT_ASCII = /[^ -~]/;
const NOT_LATIN_1 = /[^ -\u00ff]/;

const withoutAccents = (text: string): string =>
  text
    .normalize("NFD")
    .replace(COMBINING, "")
    .replace(/[łŁøØßı]/g, (letter) => WHOLE_LETTERS[letter] ?? letter);

/** Text as this system stores and sends it. */
export function stored({ dialect }: Pick<System, "dialect">, text: string): string {
  const lacks = dialect.charset === "" ? NOT_ASCII : dialect.charset === "8859/1" ? NOT_LATIN_1 : undefined;
  const writable = lacks?.test(text) ? withoutAccents(text) : text;
  return dialect.upperCase ? writable.toUpperCase() : writable;
}

/** A telephone number (national digits) as this system writes it. */
export function dialled({ dialect }: Pick<System, "dialect">, number: string): string {
  if (dialect.phones === "international") return `+44${number.slice(1)}`;
  return dialect.phones === "spaced" ? `${number.slice(0, 5)} ${number.slice(5)}` : number;
}
