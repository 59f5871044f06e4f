import type { XmlDocument, XmlElement } from "./element.ts";
import { escapeAttribute, type XmlMarkup } from "./write.ts";

/** More than anybody declares; with more of them all are given, needed or not. */
const SEARCHED_PREFIXES_MAX = 16;
const QUALIFIED_NAME = /[^\s/>]+/y;

/**
 * An element as its sender wrote it, character for character, and able to stand alone: where it uses prefixes that the
 * elements around it declare, or lives in their default namespace, it gets those declarations.
 */
export function standalone({ text }: XmlDocument, element: XmlElement): XmlMarkup {
  const source = text.slice(element.start, element.end);
  const declarations = missingDeclarations(source, element);
  if (declarations === "") return source as XmlMarkup;
  QUALIFIED_NAME.lastIndex = 1;
  QUALIFIED_NAME.exec(source);
  const nameEnd = QUALIFIED_NAME.lastIndex;
  return (source.slice(0, nameEnd) + declarations + source.slice(nameEnd)) as XmlMarkup;
}

/** A prefix counts as used wherever it stands before a colon: values too may hold names (`xsi:type="hl7:CE"`). */
function missingDeclarations(source: string, element: XmlElement): string {
  const inherited = inheritedPrefixes(element);
  const isSearched = inherited.size <= SEARCHED_PREFIXES_MAX;
  let declarations = "";
  for (const [prefix, namespace] of inherited) {
    if (prefix === "" && namespace !== "") declarations += ` xmlns="${escapeAttribute(namespace)}"`;
    if (prefix === "" || (isSearched && !source.includes(`${prefix}:`))) continue;
    declarations += ` xmlns:${prefix}="${escapeAttribute(namespace)}"`;
  }
  return declarations;
}

/** What the elements around it declare and it does not declare anew; the innermost declaration of a prefix holds. */
function inheritedPrefixes({ scope, start }: XmlElement): Map<string, string> {
  const own = scope?.start === start ? scope : undefined;
  const inherited = new Map<string, string>();
  for (let each = own === undefined ? scope : own.outer; each !== undefined; each = each.outer) {
    for (const prefix in each.declared) {
      const isKnown = inherited.has(prefix) || (own !== undefined && prefix in own.declared);
      if (!isKnown) inherited.set(prefix, each.declared[prefix] ?? "");
    }
  }
  return inherited;
}
