/** Roots of ids, and namespaces, as the NHS's profiles of CDA have them. */

/** What the NHS adds to CDA. */
export const NPFIT = "NPFIT:HL7:Localisation";

export const NHS_NUMBER = "2.16.840.1.113883.2.1.4.1";
export const NHS_NUMBER_UNVERIFIED = "2.16.840.1.113883.2.1.3.2.4.18.23";
/** A local id: of a patient, of a call, of a member of staff. Which one is not said. */
export const LOCAL_ID = "2.16.840.1.113883.2.1.3.2.4.18.24";

/** ODS codes, of organisations and of their sites. */
export const ODS_ROOTS: ReadonlySet<string> = new Set([
  "2.16.840.1.113883.2.1.3.2.4.19.1",
  "2.16.840.1.113883.2.1.3.2.4.19.2",
]);
/** Somebody of the Spine's directory of users. */
export const SDS_USER = "1.2.826.0.1285.0.2.0.65";
/** HL7 v3 RoleClass. */
export const ROLE_CLASS = "2.16.840.1.113883.5.110";
/** `standardIndustryClassCode` of a GP practice. */
export const GP_PRACTICE = "001";
