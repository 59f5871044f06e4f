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
import { WSSE, WSU, XML_SIGNATURE } from "./names.ts";
import { accessDenied, type Refusal, refuse } from "./refusal.ts";
import { readTimestamp, writeTimestamp } from "./timestamp.ts";

/** WS-Security as ITK uses it: a validity, and a name that says who sends. Who truly sends is the certificate's matter. */
export type Security = {
  readonly created?: Date;
  readonly expires?: Date;
  readonly username?: string;
  /** There is a signature. It is not verified and gives no trust. */
  readonly isSigned: boolean;
};

/** Undefined where the message has none. Throws a RefusalError for times that are none, and for two of anything. */
export function readSecurity(header: XmlElement | undefined): Security | undefined {
  const [security, second] = elementsNamed(header, WSSE, "Security");
  if (second !== undefined) refuse("The SOAP header has WS-Security twice: send it once.");
  if (security === undefined) return undefined;
  const timestamp = onlyOne(security, WSU, "Timestamp");
  const created = timeIn(timestamp, "Created");
  const expires = timeIn(timestamp, "Expires");
  const username = textOf(elementAt(onlyOne(security, WSSE, "UsernameToken"), WSSE, "Username")).trim();
  return {
    ...(created === undefined ? {} : { created }),
    ...(expires === undefined ? {} : { expires }),
    ...(username === "" ? {} : { username }),
    isSigned: elementsOf(security).some(({ namespace }) => namespace === XML_SIGNATURE),
  };
}

function onlyOne(parent: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [found, second] = elementsNamed(parent, namespace, name);
  if (second !== undefined) refuse(`WS-Security has ${name} twice: send it once.`);
  return found;
}

function timeIn(timestamp: XmlElement | undefined, name: "Created" | "Expires"): Date | undefined {
  const element = timestamp && onlyOne(timestamp, WSU, name);
  if (element === undefined) return undefined;
  return readTimestamp(textOf(element)) ?? refuse(`WS-Security ${name} is no date and time with a time zone.`);
}

export type SecurityRules = {
  readonly at: Date;
  /** By how much the sender's clock may differ from ours. */
  readonly clockSkewMs: number;
  /** Whether a message without a timestamp and a username is refused: ITK requires both, not all senders have them. */
  readonly isRequired: boolean;
};

/** Undefined where nothing speaks against the message. */
export function judgeSecurity(security: Security | undefined, rules: SecurityRules): Refusal | undefined {
  const { created, expires, username } = security ?? {};
  const at = rules.at.getTime();
  if (rules.isRequired && (created === undefined || expires === undefined)) {
    return accessDenied("The message has no WS-Security timestamp with Created and Expires.");
  }
  if (rules.isRequired && username === undefined) return accessDenied("The message has no WS-Security username.");
  if (created !== undefined && expires !== undefined && expires.getTime() <= created.getTime()) {
    return accessDenied("The message expires before it was created.");
  }
  if (created !== undefined && created.getTime() > at + rules.clockSkewMs) {
    return accessDenied("The message was created in the future: compare the clocks.");
  }
  if (expires !== undefined && expires.getTime() + rules.clockSkewMs <= at) {
    return accessDenied("The message has expired: send it anew, with a new timestamp.");
  }
  return undefined;
}

export type SecurityToSend = {
  readonly created: Date;
  readonly expires: Date;
  readonly username: string;
  /** Of the timestamp; an XML name. */
  readonly id: string;
};

export function writeSecurity({ created, expires, username, id }: SecurityToSend): XmlMarkup {
  const timestamp = xmlElement("wsu:Timestamp", { "xmlns:wsu": WSU, "wsu:Id": id }, [
    xmlElement("wsu:Created", {}, [xmlText(writeTimestamp(created))]),
    xmlElement("wsu:Expires", {}, [xmlText(writeTimestamp(expires))]),
  ]);
  const token = xmlElement("wsse:UsernameToken", {}, [xmlElement("wsse:Username", {}, [xmlText(username)])]);
  return xmlElement("wsse:Security", { "xmlns:wsse": WSSE }, [timestamp, token]);
}
