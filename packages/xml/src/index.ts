/** XML from outside, read once and strictly, and the XML that we write. Pure: no I/O, nothing is ever fetched. */
export {
  elementAt,
  elementsNamed,
  elementsOf,
  isNamed,
  textOf,
  type XmlDocument,
  type XmlElement,
} from "./element.ts";
export type { XmlFault } from "./fault.ts";
export { XML_LIMITS, XML_SLICE_BYTES, type XmlLimits } from "./limits.ts";
export { readXml, readXmlInTurns, readXmlText, XmlReader, type XmlReading } from "./reader.ts";
export { standalone } from "./standalone.ts";
export { type XmlMarkup, xmlElement, xmlText } from "./write.ts";
