import { CODE_SYSTEM, EXTENSION, IDENTIFIER_SYSTEM } from "@chesil/fhir";
import { type MatchDemographics, type MatchRecord, matchRecordOf } from "@chesil/matching";
import {
  type Address,
  type DemographicField,
  type Identifier,
  NHS_AUTHORITY,
  nhsNumberDigits,
  type PersonName,
  type Sex,
} from "@chesil/model";
import { z } from "zod";

/** A Patient as a client sends it, as far as matching reads one. Other elements are passed over, as FHIR asks. */

const text = z.string().trim().min(1).max(200);
const several = <T extends z.ZodType>(each: T) => z.array(each).max(10).optional();
const concept = z.object({ coding: several(z.object({ system: text.optional(), code: text.optional() })) });

const identifier = z.object({
  system: text.optional(),
  value: text.optional(),
  extension: several(z.object({ url: text, valueCodeableConcept: concept.optional() })),
});

export const patientInput = z.object({
  resourceType: z.literal("Patient"),
  identifier: several(identifier),
  name: several(z.object({ use: text.optional(), family: text.optional(), given: several(text) })),
  telecom: several(z.object({ system: text.optional(), use: text.optional(), value: text.optional() })),
  gender: z.enum(["male", "female", "other", "unknown"]).optional(),
  birthDate: z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
    .optional(),
  address: several(
    z.object({
      use: text.optional(),
      line: several(text),
      city: text.optional(),
      postalCode: text.optional(),
    }),
  ),
  generalPractitioner: several(z.object({ identifier: identifier.optional() })),
});
export type PatientInput = z.infer<typeof patientInput>;

/** The fields it is matched by where these may be withheld of somebody: the score would say whether they agree. */
export const fieldsOfInput = (patient: PatientInput): DemographicField[] => [
  ...(patient.name ? (["names"] as const) : []),
  ...(patient.address ? (["addresses"] as const) : []),
  ...(patient.telecom ? (["telecoms"] as const) : []),
  ...(patient.generalPractitioner ? (["generalPractice"] as const) : []),
];

/** What matching reads of it. */
export function matchRecordOfInput(patient: PatientInput): MatchRecord {
  const practice = patient.generalPractitioner?.find(
    (each) => each.identifier?.system === IDENTIFIER_SYSTEM.odsOrganization,
  );
  const demographics: MatchDemographics = {
    identifiers: (patient.identifier ?? []).flatMap(nhsNumberOf),
    names: (patient.name ?? []).map(nameOf),
    birthDate: patient.birthDate,
    sex: patient.gender && SEX[patient.gender],
    addresses: (patient.address ?? []).map(addressOf),
    telecoms: (patient.telecom ?? []).flatMap(({ system, use, value }) =>
      value === undefined || (system !== "phone" && system !== "email" && system !== "sms")
        ? []
        : [{ kind: system === "email" ? ("email" as const) : ("phone" as const), use: workOr(use, "home"), value }],
    ),
    generalPractice: practice?.identifier?.value === undefined ? undefined : { code: practice.identifier.value },
  };
  return matchRecordOf(demographics);
}

const SEX: Readonly<Record<NonNullable<PatientInput["gender"]>, Sex>> = {
  male: "male",
  female: "female",
  other: "indeterminate",
  unknown: "unknown",
};

type InputIdentifier = z.infer<typeof identifier>;

function nhsNumberOf({ system, value, extension }: InputIdentifier): Identifier[] {
  const digits = nhsNumberDigits(value ?? "");
  if (system !== IDENTIFIER_SYSTEM.nhsNumber || value === undefined) return [];
  const codings = (extension ?? [])
    .filter(({ url }) => url === EXTENSION.nhsNumberVerificationStatus)
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? []);
  const isTraced = codings.some(
    ({ system: from, code }) => from === CODE_SYSTEM.nhsNumberVerificationStatus && code === "01",
  );
  const trust = isTraced ? "verified" : "unverified";
  return [{ authority: NHS_AUTHORITY, value: digits ?? value, type: "NH", trust }];
}

const NAME_USE: Readonly<Record<string, PersonName["use"]>> = {
  maiden: "maiden",
  nickname: "nickname",
  old: "previous",
};

function nameOf({ use, family, given = [] }: NonNullable<PatientInput["name"]>[number]): PersonName {
  return { use: NAME_USE[use ?? ""] ?? "usual", given, ...(family === undefined ? {} : { family }) };
}

function addressOf({ use, line = [], city, postalCode }: NonNullable<PatientInput["address"]>[number]): Address {
  return {
    use: workOr(use, "home"),
    lines: line,
    ...(city === undefined ? {} : { city }),
    ...(postalCode === undefined ? {} : { postcode: postalCode }),
  };
}

/** A place of work is shared by colleagues, and matching does not read it. */
const workOr = <Use extends string>(use: string | undefined, other: Use): Use | "work" =>
  use === "work" ? "work" : other;
