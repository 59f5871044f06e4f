/** The ITK services, by their exact names: their spelling follows no rule, so none is ever derived. */

export type ServiceContent =
  /** An HL7 v2 message: with bars ("PH", pipe and hat, mostly base64), or as urn:hl7-org:v2xml. */
  | "er7"
  | "v2-xml"
  /** A query in HL7 v2, whose answer is waited for. */
  | "er7-query"
  | "v2-xml-query"
  | "cda"
  /** A document of any type. */
  | "document"
  | "infrastructure-acknowledgement"
  | "business-acknowledgement"
  /** Any other: an envelope is handed on, or an HL7 v3 query. */
  | "envelope"
  | "v3-query";

export type Service = {
  /** As `header/@service` and the SOAP Action have it. */
  readonly uri: string;
  readonly carries: ServiceContent;
  /** The service that an envelope in answer names; undefined where the answer is a SimpleMessageResponse. */
  readonly responseUri: string | undefined;
};

const PREFIX = "urn:nhs-itk:services:201005:";

const ADT = [
  "admitPatient",
  "registerOutpatient",
  "transferPatient",
  "dischargePatient",
  "cancelDischargePatient",
  "cancelTransferPatient",
  "updatePatient",
];
const QUERIES = ["queryPatientDemographics", "queryPatientDemographicsAndVisit", "findCandidatesQuery", "cancelQuery"];

const ANSWERED: readonly (readonly [name: string, carries: ServiceContent])[] = [
  ...ADT.flatMap((name) => [[`${name}-v1-0`, "v2-xml"] as const, [`${name}PH-v1-0`, "er7"] as const]),
  ...QUERIES.flatMap((name) => [[`${name}-v1-0`, "v2-xml-query"] as const, [`${name}PH-v1-0`, "er7-query"] as const]),
  ["NHS111RepeatCallerSyncQueryResp-v1-0", "v3-query"],
  ["verifyNHSNumber-v1-0", "v3-query"],
  ["getNHSNumber-v1-0", "v3-query"],
  ["getPatientDetails-v1-0", "v3-query"],
  ["getPatientDetailsByNHSNumber-v1-0", "v3-query"],
  ["getPatientDetailsBySearch-v1-0", "v3-query"],
  ["sendRecvDistEnvelope", "envelope"],
];
const TAKEN: readonly (readonly [name: string, carries: ServiceContent])[] = [
  ["SendCDADocument-v1-0", "cda"],
  ["SendCDADocument-v2-0", "cda"],
  ["SendCDADocument-v3-0", "cda"],
  ["SendNHS111Report-v2-0", "cda"],
  ["SendNHS111Report-v2-0_DMS", "cda"],
  ["RequestAmbulanceDispatch-v2-0", "cda"],
  ["SendDocument-v1-0", "document"],
  ["BroadcastDocument-v1-0", "document"],
  ["SendInfrastructureAck-v1-0", "infrastructure-acknowledgement"],
  ["SendBusinessAck-v1-0", "business-acknowledgement"],
  ["sendDistEnvelope", "envelope"],
];

export const SERVICES: ReadonlyMap<string, Service> = new Map(
  [
    ...ANSWERED.map(([name, carries]) => ({ uri: PREFIX + name, carries, responseUri: `${PREFIX}${name}Response` })),
    ...TAKEN.map(([name, carries]) => ({ uri: PREFIX + name, carries, responseUri: undefined })),
  ].map((service) => [service.uri, service]),
);

const RESPONSES: ReadonlySet<string> = new Set([...SERVICES.values()].map(({ responseUri }) => responseUri ?? ""));

export const INFRASTRUCTURE_ACKNOWLEDGEMENT = `${PREFIX}SendInfrastructureAck-v1-0`;
export const BUSINESS_ACKNOWLEDGEMENT = `${PREFIX}SendBusinessAck-v1-0`;

/** Whether a service is one of those that only carry an envelope, whatever it holds. */
export const isCarrier = (uri: string): boolean => SERVICES.get(uri)?.carries === "envelope";

/** Whether an envelope of the service is itself an answer: an acknowledgement, or what a query brought. */
export function isAnswer(uri: string): boolean {
  const carries = SERVICES.get(uri)?.carries ?? "";
  return RESPONSES.has(uri) || carries.endsWith("-acknowledgement");
}

/** Whether the infrastructure acknowledgement is itself the answer on the same connection. */
export const isAnsweredInEnvelope = (uri: string): boolean =>
  isCarrier(uri) && SERVICES.get(uri)?.responseUri !== undefined;
