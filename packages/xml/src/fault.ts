/** Why a document is not read. The text names places, and quotes nothing of the document. */
export type XmlFault = { readonly code: XmlFaultCode; readonly text: string };

export type XmlFaultCode =
  | "charset"
  | "document-type"
  | "too-large"
  | "too-deep"
  | "too-many-elements"
  | "too-many-attributes"
  | "text-too-long"
  | "not-well-formed";

/** A fault on its way out of the parser. */
export class XmlFaultError extends Error {
  readonly code: XmlFaultCode;

  constructor(code: XmlFaultCode, text: string) {
    super(text);
    this.code = code;
  }

  get fault(): XmlFault {
    return { code: this.code, text: this.message };
  }
}
