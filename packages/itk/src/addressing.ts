import {
  elementAt,
  elementsNamed,
  elementsOf,
  textOf,
  type XmlElement,
  type XmlMarkup,
  xmlElement,
  xmlText,
} from "@chesil/xml";
import { WSA } from "./names.ts";
import { refuse } from "./refusal.ts";

/** WS-Addressing (2005/08) as ITK uses it. Ids and addresses are the sender's own, never to be called unasked. */
export type Addressing = {
  readonly messageId?: string;
  readonly action?: string;
  readonly to?: string;
  readonly from?: string;
  readonly replyTo?: string;
  readonly faultTo?: string;
  /** The message that this one answers. */
  readonly relatesTo?: string;
};

/** Where an answer goes that belongs on the same connection. */
export const ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous";
export const FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault";

const TEXTS = [
  ["messageId", "MessageID"],
  ["action", "Action"],
  ["to", "To"],
  ["relatesTo", "RelatesTo"],
] as const;
const ENDPOINTS = [
  ["from", "From"],
  ["replyTo", "ReplyTo"],
  ["faultTo", "FaultTo"],
] as const;

/** What we act on; the rest of WS-Addressing means nothing here and must not be asked for. */
export const UNDERSTOOD_ADDRESSING: ReadonlySet<string> = new Set([...TEXTS, ...ENDPOINTS].map(([, name]) => name));

/** Throws a RefusalError for a header that stands twice, and for an endpoint that ITK does not have. */
export function readAddressing(header: XmlElement | undefined): Addressing {
  const addressing: { -readonly [Key in keyof Addressing]: Addressing[Key] } = {};
  for (const [key, name] of TEXTS) addWord(addressing, key, onlyOne(header, name));
  for (const [key, name] of ENDPOINTS) {
    const endpoint = onlyOne(header, name);
    if (endpoint === undefined) continue;
    if (elementsOf(endpoint).some((each) => /^Reference(?:Parameters|Properties)$/.test(each.name))) {
      refuse(`WS-Addressing ${name} has reference parameters, which ITK does not use: leave them out.`);
    }
    addWord(addressing, key, elementAt(endpoint, WSA, "Address"));
  }
  return addressing;
}

function addWord(
  addressing: { -readonly [Key in keyof Addressing]: Addressing[Key] },
  key: keyof Addressing,
  element: XmlElement | undefined,
): void {
  const word = textOf(element).trim();
  if (word !== "") addressing[key] = word;
}

function onlyOne(header: XmlElement | undefined, name: string): XmlElement | undefined {
  const [found, second] = elementsNamed(header, WSA, name);
  if (second !== undefined) refuse(`WS-Addressing ${name} stands twice in the SOAP header: send it once.`);
  return found;
}

/** The headers, in the order in which ITK shows them. */
export function writeAddressing(addressing: Addressing): XmlMarkup[] {
  const texts = TEXTS.flatMap(([key, name]) => {
    const word = addressing[key];
    return word === undefined ? [] : [xmlElement(`wsa:${name}`, {}, [xmlText(word)])];
  });
  const endpoints = ENDPOINTS.flatMap(([key, name]) => {
    const address = addressing[key];
    if (address === undefined) return [];
    return [xmlElement(`wsa:${name}`, {}, [xmlElement("wsa:Address", {}, [xmlText(address)])])];
  });
  return [...texts, ...endpoints];
}
