/**
 * XML that we write. Ours and not fast-xml-parser's builder: that one leaves line breaks in attributes and carriage
 * returns in text as they are, so that they are read back changed, lets characters through that XML can not hold, and
 * can not take in another document's markup as it stands. It reads in tests what is written here.
 */

declare const MARKUP: unique symbol;
/** Text that is XML already: a plain string can not slip in unescaped. */
export type XmlMarkup = string & { readonly [MARKUP]: true };

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

const entity = (character: string): string => ENTITIES[character] ?? character;

/** Text as XML holds it: a reader gets the same back. Characters that XML can not hold at all become U+FFFD. */
export const xmlText = (text: string): XmlMarkup => representable(text).replace(/[&<>\r]/g, entity) as XmlMarkup;

export const escapeAttribute = (value: string): string => representable(value).replace(/[&<>"\t\n\r]/g, entity);

function representable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 can not hold.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

/** An element by its prefixed name. Attributes without a value are left out; the names are the program's own. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: readonly XmlMarkup[] = [],
): XmlMarkup {
  let start = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) start += ` ${key}="${escapeAttribute(value)}"`;
  }
  const inner = content.join("");
  return (inner === "" ? `${start}/>` : `${start}>${inner}</${name}>`) as XmlMarkup;
}
