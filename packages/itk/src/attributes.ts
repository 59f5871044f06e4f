import type { XmlElement } from "@chesil/xml";
import { ITK_LIMITS } from "./limits.ts";

/** The value of an attribute within its limit; undefined where it has none. */
export function freeText(element: XmlElement, name: string): string | undefined {
  const value = element.attributes.get(name)?.trim() ?? "";
  return value === "" || value.length > ITK_LIMITS.valueLengthMax ? undefined : value;
}

/** The same of a URI, an id, a key: nothing that has blanks in it. */
export function word(element: XmlElement, name: string): string | undefined {
  const value = freeText(element, name);
  return value === undefined || /[\s\p{Cc}]/u.test(value) ? undefined : value;
}
