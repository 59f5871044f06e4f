/**
 * The shape of R4 resources, written by hand from the specification and not from our types: which elements there are,
 * how often, and what a primitive may look like. For tests.
 */

export type Shape = RegExp | "boolean" | "number" | readonly [Shape] | { readonly [element: string]: Shape };

const STRING = /\S/;
const CODE = /^\S+( \S+)*$/;
const URI = /^\S+$/;
const ID = /^[A-Za-z0-9.-]{1,64}$/;
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const DATE_TIME = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const META = { versionId: ID, lastUpdated: INSTANT, profile: [URI] } as const;
const CODING = { system: URI, code: CODE, display: STRING } as const;
const CONCEPT = { coding: [CODING], text: STRING } as const;
const EXTENSION = { url: URI, valueCodeableConcept: CONCEPT } as const;
const LOGICAL_IDENTIFIER = { system: URI, value: STRING } as const;
const REFERENCE = {
  reference: /^Patient\/[0-9a-f-]{36}$/,
  type: URI,
  identifier: LOGICAL_IDENTIFIER,
  display: STRING,
} as const;
const IDENTIFIER = {
  extension: [EXTENSION],
  use: /^(usual|official|temp|secondary|old)$/,
  type: CONCEPT,
  system: URI,
  value: STRING,
  assigner: REFERENCE,
} as const;

export const PATIENT_SHAPE: Shape = {
  resourceType: /^Patient$/,
  id: ID,
  meta: META,
  extension: [EXTENSION],
  identifier: [IDENTIFIER],
  active: "boolean",
  name: [
    {
      use: /^(usual|official|temp|nickname|anonymous|old|maiden)$/,
      text: STRING,
      family: STRING,
      given: [STRING],
      prefix: [STRING],
      suffix: [STRING],
    },
  ],
  telecom: [{ system: /^(phone|fax|email|pager|url|sms|other)$/, value: STRING, use: /^(home|work|temp|old|mobile)$/ }],
  gender: /^(male|female|other|unknown)$/,
  birthDate: DATE,
  deceasedBoolean: "boolean",
  deceasedDateTime: DATE_TIME,
  address: [
    {
      use: /^(home|work|temp|old|billing)$/,
      type: /^(postal|physical|both)$/,
      line: [STRING],
      city: STRING,
      district: STRING,
      postalCode: STRING,
      country: STRING,
    },
  ],
  maritalStatus: CONCEPT,
  communication: [{ language: CONCEPT }],
  generalPractitioner: [REFERENCE],
  link: [{ other: REFERENCE, type: /^(replaced-by|replaces|refer|seealso)$/ }],
};

export const ENCOUNTER_SHAPE: Shape = {
  resourceType: /^Encounter$/,
  id: ID,
  meta: META,
  identifier: [IDENTIFIER],
  status: /^(planned|arrived|triaged|in-progress|onleave|finished|cancelled|entered-in-error|unknown)$/,
  class: CODING,
  serviceType: CONCEPT,
  subject: REFERENCE,
  participant: [{ type: [CONCEPT], individual: REFERENCE }],
  period: { start: DATE_TIME, end: DATE_TIME },
  hospitalization: { extension: [EXTENSION], dischargeDisposition: CONCEPT },
  location: [{ location: REFERENCE, status: /^(planned|active|reserved|completed)$/ }],
};

/** What of the value is not as the shape says, each with its path; nothing empty is ever as it should be. */
export function misfits(value: unknown, shape: Shape, path = "$"): string[] {
  if (shape instanceof RegExp)
    return typeof value === "string" && shape.test(value) ? [] : [`${path}: ${JSON.stringify(value)}`];
  if (typeof shape === "string") return typeof value === shape ? [] : [`${path} is no ${shape}`];
  if (isList(shape)) {
    if (!Array.isArray(value) || value.length === 0) return [`${path} is no list or an empty one`];
    return value.flatMap((item, index) => misfits(item, shape[0], `${path}[${index}]`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${path} is empty`];
  return entries.flatMap(([element, part]) => {
    const expected = shape[element];
    return expected ? misfits(part, expected, `${path}.${element}`) : [`${path}.${element} is no element of R4`];
  });
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);
