/** The names of the standards, exactly as they are written there. */

export const ITK = "urn:nhs-itk:ns:201005";
export const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
export const WSA = "http://www.w3.org/2005/08/addressing";
export const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
export const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
export const XML_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
export const XML_ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";
export const HL7_V3 = "urn:hl7-org:v3";
export const HL7_V2_XML = "urn:hl7-org:v2xml";

export const ADDRESSING_PREFIX = "urn:nhs-uk:addressing:";
export const IDENTITY_PREFIX = "urn:nhs-uk:identity:";

/** Types of an address and of an identity where they name none, and where their URIs have the shapes above. */
export const ADDRESS_TYPE = "2.16.840.1.113883.2.1.3.2.4.18.22";
export const IDENTITY_TYPE = "2.16.840.1.113883.2.1.3.2.4.18.27";

/** Code systems: of ToolkitErrorInfo, of the DE codes, of what a business acknowledgement says. */
export const TOOLKIT_ERRORS = "2.16.840.1.113883.2.1.3.2.4.17.268";
export const ENVELOPE_ERRORS = "2.16.840.1.113883.2.1.3.2.4.17.516";
export const BUSINESS_ERRORS = "2.16.840.1.113883.2.1.3.2.4.17.433";

export const INFRASTRUCTURE_INTERACTION = "urn:nhs-itk:interaction:ITKInfrastructureAcknowledgement-v1-0";
export const BUSINESS_INTERACTION = "urn:nhs-itk:interaction:ITKBusinessAcknowledgement-v1-0";
export const BUSINESS_PROFILE = "urn:nhs-en:profile:ITKBusinessAcknowledgement-v1-0";
