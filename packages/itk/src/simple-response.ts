import { isNamed, textOf, type XmlElement, type XmlMarkup, xmlElement, xmlText } from "@chesil/xml";
import { ITK } from "./names.ts";

/** `OK:` and the tracking id: the message has arrived, on the connection it came on. */
export function simpleResponseBody(trackingId: string): XmlMarkup {
  return xmlElement("itk:SimpleMessageResponse", { "xmlns:itk": ITK }, [xmlText(`OK:${trackingId}`)]);
}

/** The tracking id that is answered, "" where the answer names none; undefined where it is no such answer. */
export function readSimpleResponse(element: XmlElement): string | undefined {
  if (!isNamed(element, ITK, "SimpleMessageResponse")) return undefined;
  const [said, trackingId = ""] = /^OK(?::(.*))?$/s.exec(textOf(element).trim()) ?? [];
  return said === undefined ? undefined : trackingId.trim();
}
