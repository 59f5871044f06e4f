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
import { ADDRESS_TYPE, BUSINESS_ERRORS, HL7_V3 } from "./names.ts";
import { writeHl7Time } from "./timestamp.ts";

/** The business acknowledgement (BusinessResponseMessage of HL7 v3): what the record did with a message. */
export type BusinessAcknowledgement = {
  /** Its own, a UUID. */
  readonly id: string;
  readonly code: BusinessCode;
  /** Of the message that it is about. */
  readonly trackingId: string;
  /** The interaction that the message named. */
  readonly interaction: string | undefined;
  /** Why it is no AA. */
  readonly details: readonly BusinessDetail[];
  /** What became of each payload; their ids without `uuid_`. */
  readonly items: readonly BusinessItem[];
};

/** AA: done. AE: not done, and its content is why. AR: refused. */
export type BusinessCode = "AA" | "AE" | "AR";

export type BusinessDetail = {
  /** An error, a warning, or for information. */
  readonly type: "ER" | "WG" | "IF";
  readonly code: string;
  readonly codeSystem: string;
  readonly text: string;
};

export type BusinessItem = { readonly payloadId: string; readonly code: BusinessCode; readonly text?: string };

/** Who speaks, and to whom. */
export type BusinessHead = {
  readonly at: Date;
  readonly sender: Party;
  readonly receiver: Party;
  /** The ODS code and the name of the organisation that answers. */
  readonly organisation: { readonly odsCode: string; readonly name: string };
  /** The software, as the toolkit's own acknowledgements name theirs. */
  readonly software: { readonly id: string; readonly model: string; readonly name: string };
};

const INTERACTIONS = "2.16.840.1.113883.2.1.3.2.4.12";
const TEMPLATES = "2.16.840.1.113883.2.1.3.2.4.18.2";
const LOCAL_IDS = "2.16.840.1.113883.2.1.3.2.4.18.24";
const ODS_ORGANISATIONS = "2.16.840.1.113883.2.1.3.2.4.19.1";

const hl7 = (name: string, attributes?: Readonly<Record<string, string | undefined>>, ...content: XmlMarkup[]) =>
  xmlElement(`hl7:${name}`, attributes, content);

/** Part for part as the toolkit writes it. */
export function writeBusiness(acknowledgement: BusinessAcknowledgement, head: BusinessHead): XmlMarkup {
  const { id, code, trackingId, interaction, details, items } = acknowledgement;
  return hl7(
    "BusinessResponseMessage",
    { "xmlns:hl7": HL7_V3 },
    hl7("id", { root: id }),
    hl7("creationTime", { value: writeHl7Time(head.at) }),
    hl7(
      "interactionId",
      interaction === undefined ? { nullFlavor: "NA" } : { root: INTERACTIONS, extension: interaction },
    ),
    hl7("acknowledgedBy3", { typeCode: code }, conveyed(trackingId), ...details.map(writeDetail)),
    communication("communicationFunction1", "SND", head.sender),
    communication("communicationFunction", "RCV", head.receiver),
    hl7(
      "controlActEvent1",
      { classCode: "CACT", moodCode: "EVN" },
      hl7("author", { typeCode: "AUT", contextControlCode: "OP" }, authorDevice(head)),
    ),
    ...items.map(writeItem),
  );
}

const conveyed = (root: string, ...content: XmlMarkup[]) =>
  hl7("conveyingTransmission", {}, hl7("id", { root }), ...content);

const template = (name: string) => hl7("templateId", { root: TEMPLATES, extension: `COCD_TP145207GB01#${name}` });

function writeDetail({ type, code, codeSystem, text }: BusinessDetail): XmlMarkup {
  return hl7("acknowledgementDetail", { typeCode: type }, hl7("code", { code, codeSystem, displayName: text }));
}

function communication(name: string, typeCode: string, { uri, type = ADDRESS_TYPE }: Party): XmlMarkup {
  const entity = { classCode: "ENT", determinerCode: "INSTANCE" };
  return hl7(name, { typeCode }, hl7("entity", entity, hl7("id", { root: type, extension: uri })));
}

function authorDevice({ organisation, software }: BusinessHead): XmlMarkup {
  return hl7(
    "COCD_TP145207GB01.AssignedAuthorDevice",
    { classCode: "ASSIGNED" },
    hl7("id", { root: LOCAL_IDS, extension: software.id }),
    template("AssignedAuthorDevice"),
    hl7(
      "assignedAuthoringDevice",
      { classCode: "DEV", determinerCode: "INSTANCE" },
      hl7("manufacturerModelName", {}, xmlText(software.model)),
      hl7("softwareName", {}, xmlText(software.name)),
      template("assignedAuthoringDevice"),
    ),
    hl7(
      "representedOrganization",
      { classCode: "ORG", determinerCode: "INSTANCE" },
      hl7("id", { root: ODS_ORGANISATIONS, extension: organisation.odsCode }),
      hl7("name", {}, xmlText(organisation.name)),
      template("representedOrganization"),
    ),
  );
}

function writeItem({ payloadId, code, text }: BusinessItem): XmlMarkup {
  if (text === undefined) return hl7("acknowledgedBy2", { typeCode: code }, conveyed(payloadUuid(payloadId)));
  const issue = hl7("detectedIssueEvent", { classCode: "ALRT", moodCode: "EVN" }, hl7("text", {}, xmlText(text)));
  const reason = hl7("reason", { typeCode: "RSON" }, issue);
  const event = hl7("controlActEvent", { classCode: "CACT", moodCode: "EVN" }, reason);
  return hl7("acknowledgedBy2", { typeCode: code }, conveyed(payloadUuid(payloadId), event));
}

/** The id of a payload without what makes it an XML name. */
const payloadUuid = (id: string): string => id.replace(/^uuid_/, "");

/** Undefined where it is none, or does not say what it is about. */
export function readBusiness(element: XmlElement): BusinessAcknowledgement | undefined {
  const outcome = elementAt(element, HL7_V3, "acknowledgedBy3");
  const code = codeOf(outcome);
  const trackingId = conveyedId(outcome);
  if (!isNamed(element, HL7_V3, "BusinessResponseMessage") || code === undefined || trackingId === "") return undefined;
  return {
    id: attributeAt(elementAt(element, HL7_V3, "id"), "root"),
    code,
    trackingId,
    interaction: attributeAt(elementAt(element, HL7_V3, "interactionId"), "extension") || undefined,
    details: elementsNamed(outcome, HL7_V3, "acknowledgementDetail").map(readDetail),
    items: elementsNamed(element, HL7_V3, "acknowledgedBy2").flatMap((item) => readItem(item) ?? []),
  };
}

const attributeAt = (element: XmlElement | undefined, name: string) => element?.attributes.get(name)?.trim() ?? "";

function codeOf(element: XmlElement | undefined): BusinessCode | undefined {
  const code = attributeAt(element, "typeCode");
  return code === "AA" || code === "AE" || code === "AR" ? code : undefined;
}

const conveyedId = (element: XmlElement | undefined) =>
  attributeAt(elementAt(element, HL7_V3, "conveyingTransmission", "id"), "root");

/** What is not said to be a warning or information is an error. */
function readDetail(detail: XmlElement): BusinessDetail {
  const type = attributeAt(detail, "typeCode");
  const code = elementAt(detail, HL7_V3, "code");
  return {
    type: type === "WG" || type === "IF" ? type : "ER",
    code: attributeAt(code, "code"),
    codeSystem: attributeAt(code, "codeSystem") || BUSINESS_ERRORS,
    text: attributeAt(code, "displayName"),
  };
}

function readItem(item: XmlElement): BusinessItem | undefined {
  const code = codeOf(item);
  const payloadId = payloadUuid(conveyedId(item));
  if (code === undefined || payloadId === "") return undefined;
  const issue = ["conveyingTransmission", "controlActEvent", "reason", "detectedIssueEvent", "text"];
  const text = textOf(elementAt(item, HL7_V3, ...issue)).trim();
  return text === "" ? { payloadId, code } : { payloadId, code, text };
}
