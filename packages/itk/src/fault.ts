import { elementAt, textOf, type XmlElement, type XmlMarkup, xmlElement, xmlText } from "@chesil/xml";
import { ITK, SOAP, TOOLKIT_ERRORS } from "./names.ts";
import type { FaultCode, Refusal, ToolkitErrorCode } from "./refusal.ts";

/** The body of an answer that says that a message was not taken: a soap:Fault with ITK's ToolkitErrorInfo. */

const ERROR_TEXTS: Readonly<Record<ToolkitErrorCode, string>> = {
  1000: "Invalid message",
  2100: "Processing error - retry allowed",
  2200: "Processing error - do not retry",
  3000: "Access denied",
};

/** `errorId`: a UUID of this fault, which both sides find in their logs. Its prefixes are those that writeSoap declares. */
export function faultBody({ faultCode, errorCode, text }: Refusal, errorId: string): XmlMarkup {
  const side = faultCode === "Server" ? "server" : "client";
  const info = xmlElement("itk:ToolkitErrorInfo", {}, [
    xmlElement("itk:ErrorID", {}, [xmlText(errorId)]),
    xmlElement("itk:ErrorCode", { codeSystem: TOOLKIT_ERRORS }, [xmlText(String(errorCode))]),
    xmlElement("itk:ErrorText", {}, [xmlText(ERROR_TEXTS[errorCode])]),
    xmlElement("itk:ErrorDiagnosticText", {}, [xmlText(text)]),
  ]);
  return xmlElement("soap:Fault", {}, [
    xmlElement("faultcode", {}, [xmlText(`soap:${faultCode}`)]),
    xmlElement("faultstring", {}, [
      xmlText(`A ${side} related error has occurred, see detail element for further information`),
    ]),
    xmlElement("detail", {}, [info]),
  ]);
}

/** A fault as another system sent it: its texts are that system's own. */
export type ReceivedFault = {
  readonly faultCode: FaultCode | undefined;
  /** 1000, 2100, 2200 or 3000, where it is ITK's. */
  readonly errorCode: string | undefined;
  readonly errorId: string | undefined;
  readonly text: string;
  /** Whether the same message may be sent again: only where the other side says so. */
  readonly mayRetry: boolean;
};

/** With a prefix, and with what SOAP lets stand behind a dot. */
const FAULT_CODE = /^(?:[^:]*:)?(VersionMismatch|MustUnderstand|Client|Server)(?:\.|$)/;

export function readFault(fault: XmlElement): ReceivedFault {
  const info = elementAt(elementAt(fault, "", "detail"), ITK, "ToolkitErrorInfo");
  const word = (name: string) => textOf(elementAt(info, ITK, name)).trim() || undefined;
  const [, faultCode] = FAULT_CODE.exec(textOf(elementAt(fault, "", "faultcode")).trim()) ?? [];
  const errorCode = word("ErrorCode");
  return {
    faultCode: faultCode as FaultCode | undefined,
    errorCode,
    errorId: word("ErrorID"),
    text: word("ErrorDiagnosticText") ?? word("ErrorText") ?? textOf(elementAt(fault, "", "faultstring")).trim(),
    mayRetry: errorCode === "2100",
  };
}

export const isFault = ({ namespace, name }: XmlElement): boolean => namespace === SOAP && name === "Fault";
