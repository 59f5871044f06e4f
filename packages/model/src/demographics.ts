import { z } from "zod";

/** The words of a person's description, as one source states them. Values are trimmed, never otherwise changed. */

/** How far an NHS number may be trusted. `verified`: traced (status 01, NSTS01, or a feed configured as traced). */
export const NHS_NUMBER_TRUST = ["verified", "unverified", "invalid"] as const;

/** An identifier as sent: `authority` says who issued it. An NHS number has authority `NHS` and a trust. */
export const identifier = z.object({
  authority: z.string(),
  value: z.string(),
  /** HL7 table 0203 as sent (`MR`, `NH`, `AN`, …), empty when not sent. */
  type: z.string().default(""),
  trust: z.enum(NHS_NUMBER_TRUST).optional(),
});
export type Identifier = z.infer<typeof identifier>;

export const NHS_AUTHORITY = "NHS";

export const personName = z.object({
  /** `usual`, `maiden`, `alias`, `nickname`, `previous`, `birth`, `other`. */
  use: z.enum(["usual", "maiden", "alias", "nickname", "previous", "birth", "other"]),
  family: z.string().optional(),
  given: z.array(z.string()).default([]),
  prefix: z.string().optional(),
  suffix: z.string().optional(),
  /** In a statement only: the parts that the sender deleted (`""`). A part that is merely missing was not spoken of. */
  cleared: z.array(z.enum(["family", "given", "prefix", "suffix"])).optional(),
});
export type PersonName = z.infer<typeof personName>;

export const address = z.object({
  use: z.enum(["home", "temporary", "work", "mailing", "previous", "birth", "other"]),
  lines: z.array(z.string()),
  city: z.string().optional(),
  county: z.string().optional(),
  /** As sent, upper case with one space before the inward part where it is a UK postcode. */
  postcode: z.string().optional(),
  country: z.string().optional(),
  /** In a statement only: the parts that the sender deleted (`""`). */
  cleared: z.array(z.enum(["lines", "city", "county", "postcode", "country"])).optional(),
});
export type Address = z.infer<typeof address>;

export const telecom = z.object({
  kind: z.enum(["phone", "mobile", "email", "fax", "other"]),
  use: z.enum(["home", "work", "temporary", "other"]),
  value: z.string(),
  /** In a statement only, with an empty value: the sender deleted the numbers of this use (`""`). */
  cleared: z.literal(true).optional(),
});
export type Telecom = z.infer<typeof telecom>;

/** NHS person stated gender, after HL7 table 0001: M, F, O (indeterminate, 9), U (not known, 0). */
export const sex = z.enum(["male", "female", "indeterminate", "unknown"]);
export type Sex = z.infer<typeof sex>;

/** A date as precise as it was sent: `1950`, `1950-07` or `1950-07-31`. 1950 is a year, not 1 January. */
export const partialDate = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/);

/** A doctor or organisation as sent: code (GMP, GMC, ODS …) and display. */
export const party = z.object({ code: z.string().optional(), display: z.string().optional() });
export type Party = z.infer<typeof party>;

/**
 * How closely a record is kept, after PDS: of whoever is restricted nobody is told where they may be found (address, phone,
 * GP, next of kin); of the very restricted not the name either.
 */
export const sensitivity = z.enum(["unrestricted", "restricted", "very-restricted"]);
export type Sensitivity = z.infer<typeof sensitivity>;
