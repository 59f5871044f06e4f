import {
  elementsOf,
  isNamed,
  type XmlDocument,
  type XmlElement,
  type XmlMarkup,
  type XmlReading,
  xmlElement,
} from "@chesil/xml";
import { type Addressing, readAddressing, UNDERSTOOD_ADDRESSING, writeAddressing } from "./addressing.ts";
import { ITK, SOAP, WSA, WSSE, XML_ENCRYPTION } from "./names.ts";
import { invalidMessage, type Refusal, RefusalError, refuse } from "./refusal.ts";
import { readSecurity, type Security, type SecurityToSend, writeSecurity } from "./security.ts";
import { isCarrier } from "./services.ts";

/** SOAP 1.1 with its headers, and the one element in its body. */
export type SoapMessage = {
  readonly document: XmlDocument;
  readonly addressing: Addressing;
  readonly security: Security | undefined;
  readonly body: XmlElement;
};

export type SoapReading =
  | { readonly ok: true; readonly message: SoapMessage }
  /** With the addressing as far as it could be read, so that the fault can say what it answers. */
  | { readonly ok: false; readonly refusal: Refusal; readonly addressing: Addressing };

/** Never throws: whatever is no SOAP 1.1 message that is understood here gets the refusal that it deserves. */
export function readSoap(reading: XmlReading): SoapReading {
  if (!reading.ok) return { ok: false, refusal: invalidMessage(reading.fault.text), addressing: {} };
  let addressing: Addressing = {};
  try {
    const { document } = reading;
    const { header, body } = partsOf(document.root);
    addressing = readAddressing(header);
    requireUnderstood(header);
    const security = readSecurity(header);
    return { ok: true, message: { document, addressing, security, body: contentOf(body) } };
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal, addressing };
    throw error;
  }
}

function partsOf(root: XmlElement): { header: XmlElement | undefined; body: XmlElement } {
  if (root.name !== "Envelope") refuse("The message is no SOAP envelope.");
  if (root.namespace !== SOAP) {
    throw new RefusalError({
      faultCode: "VersionMismatch",
      errorCode: 1000,
      text: "The message is not of SOAP 1.1, which is what ITK uses.",
    });
  }
  const parts = elementsOf(root);
  const header = parts[0] && isNamed(parts[0], SOAP, "Header") ? parts[0] : undefined;
  const [body, further] = header === undefined ? parts : parts.slice(1);
  if (body === undefined || !isNamed(body, SOAP, "Body")) refuse("The SOAP envelope has no body behind its header.");
  if (further !== undefined) refuse("The SOAP envelope has elements behind its body.");
  return { header, body };
}

/** A header for somebody else on the way is not ours to understand (SOAP 1.1, 4.2.2). */
const NEXT_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next";

function requireUnderstood(header: XmlElement | undefined): void {
  for (const { namespace, name, attributes } of header === undefined ? [] : elementsOf(header)) {
    const must = attributes.get(`{${SOAP}}mustUnderstand`)?.trim() ?? "0";
    const actor = attributes.get(`{${SOAP}}actor`)?.trim() ?? "";
    if (!["0", "1", "false", "true"].includes(must)) refuse("A SOAP header's mustUnderstand is neither 0 nor 1.");
    const isOurs = actor === "" || actor === NEXT_ACTOR;
    const isUnderstood =
      (namespace === WSA && UNDERSTOOD_ADDRESSING.has(name)) || (namespace === WSSE && name === "Security");
    if (!isOurs || isUnderstood || must === "0" || must === "false") continue;
    throw new RefusalError({
      faultCode: "MustUnderstand",
      errorCode: 1000,
      text: "A SOAP header must be understood and is not: only WS-Addressing 2005/08 and WS-Security are.",
    });
  }
}

function contentOf(body: XmlElement): XmlElement {
  const [content, second] = elementsOf(body);
  const hasText = body.children.some((child) => typeof child === "string" && child.trim() !== "");
  if (content === undefined || second !== undefined || hasText)
    refuse("The SOAP body does not hold exactly one element.");
  if (content.namespace === XML_ENCRYPTION) {
    throw new RefusalError({
      faultCode: "Client",
      errorCode: 2200,
      text: "The SOAP body is encrypted, which is not read here: rely on TLS.",
    });
  }
  return content;
}

export type ActionRules = {
  /** The HTTP header, as it came. */
  readonly soapAction?: string | undefined;
  readonly action: string | undefined;
  /** Of the Distribution Envelope. */
  readonly service: string;
};

/** All who name the service must name the same one; an envelope that is only carried may name its own. */
export function judgeAction({ soapAction, action, service }: ActionRules): Refusal | undefined {
  if (action === undefined) return invalidMessage("The message has no WS-Addressing Action.");
  const httpAction = soapAction?.trim().replace(/^"(.*)"$/, "$1") ?? "";
  if (httpAction !== "" && httpAction !== action) {
    return invalidMessage("SOAPAction of HTTP is not the Action of WS-Addressing.");
  }
  if (action === service || isCarrier(action)) return undefined;
  return invalidMessage("The WS-Addressing Action is not the service that the Distribution Envelope names.");
}

export type SoapToSend = {
  readonly addressing: Addressing;
  readonly security?: SecurityToSend;
  readonly body: XmlMarkup;
};

/** The whole message, with its XML declaration. */
export function writeSoap({ addressing, security, body }: SoapToSend): string {
  const headers = [...writeAddressing(addressing), ...(security === undefined ? [] : [writeSecurity(security)])];
  const envelope = xmlElement("soap:Envelope", { "xmlns:soap": SOAP, "xmlns:wsa": WSA, "xmlns:itk": ITK }, [
    xmlElement("soap:Header", {}, headers),
    xmlElement("soap:Body", {}, [body]),
  ]);
  return XML_DECLARATION + envelope;
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
