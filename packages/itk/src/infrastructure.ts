import {
  elementAt,
  elementsNamed,
  isNamed,
  textOf,
  type XmlElement,
  type XmlMarkup,
  xmlElement,
  xmlText,
} from "@chesil/xml";
import type { Party } from "./envelope.ts";
import { ENVELOPE_ERRORS, ITK } from "./names.ts";
import { readTimestamp, writeTimestamp } from "./timestamp.ts";

/** The infrastructure acknowledgement: a message has arrived and can be read, or can not. Of what became of it, nothing. */
export type InfrastructureAcknowledgement = {
  readonly isOk: boolean;
  /** Of the message that it is about. */
  readonly trackingId: string;
  readonly service: string;
  readonly at: Date | undefined;
  /** Who says so. */
  readonly reportedBy: readonly Party[];
  readonly errors: readonly InfrastructureError[];
};

export type InfrastructureError = {
  readonly id: string;
  readonly code: string;
  readonly codeSystem: string;
  readonly text: string;
  readonly diagnostic?: string;
};

export function writeInfrastructure(acknowledgement: InfrastructureAcknowledgement): XmlMarkup {
  const { isOk, trackingId, service, at, reportedBy, errors } = acknowledgement;
  const attributes = {
    "xmlns:itk": ITK,
    timestamp: at && writeTimestamp(at),
    serviceRef: service,
    trackingIdRef: trackingId,
    result: isOk ? "OK" : "Failure",
  };
  const ids = reportedBy.map(({ uri, type }) => xmlElement("itk:id", { uri, type }));
  return xmlElement("itk:InfrastructureResponse", attributes, [
    xmlElement("itk:reportingIdentity", {}, ids),
    xmlElement("itk:errors", {}, errors.map(writeError)),
  ]);
}

function writeError({ id, code, codeSystem, text, diagnostic }: InfrastructureError): XmlMarkup {
  return xmlElement("itk:errorInfo", {}, [
    xmlElement("itk:ErrorID", {}, [xmlText(id)]),
    xmlElement("itk:ErrorCode", { codeSystem }, [xmlText(code)]),
    xmlElement("itk:ErrorText", {}, [xmlText(text)]),
    ...(diagnostic === undefined ? [] : [xmlElement("itk:ErrorDiagnosticText", {}, [xmlText(diagnostic)])]),
  ]);
}

/** Undefined where it is none, or does not say what it is about. Any result but OK is a failure. */
export function readInfrastructure(element: XmlElement): InfrastructureAcknowledgement | undefined {
  const { attributes } = element;
  const trackingId = attributes.get("trackingIdRef")?.trim() ?? "";
  if (!isNamed(element, ITK, "InfrastructureResponse") || trackingId === "") return undefined;
  return {
    isOk: attributes.get("result")?.trim() === "OK",
    trackingId,
    service: attributes.get("serviceRef")?.trim() ?? "",
    at: readTimestamp(attributes.get("timestamp") ?? ""),
    reportedBy: elementsNamed(elementAt(element, ITK, "reportingIdentity"), ITK, "id").map(partyOf),
    errors: elementsNamed(elementAt(element, ITK, "errors"), ITK, "errorInfo").map(readError),
  };
}

function partyOf({ attributes }: XmlElement): Party {
  const type = attributes.get("type")?.trim() || undefined;
  const uri = attributes.get("uri")?.trim() ?? "";
  return type === undefined ? { uri } : { uri, type };
}

function readError(error: XmlElement): InfrastructureError {
  const word = (name: string) => textOf(elementAt(error, ITK, name)).trim();
  const diagnostic = word("ErrorDiagnosticText");
  return {
    id: word("ErrorID"),
    code: word("ErrorCode"),
    codeSystem: elementAt(error, ITK, "ErrorCode")?.attributes.get("codeSystem")?.trim() || ENVELOPE_ERRORS,
    text: word("ErrorText"),
    ...(diagnostic === "" ? {} : { diagnostic }),
  };
}
