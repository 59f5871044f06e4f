/**
 * The FHIR R4 datatypes that Chesil produces, with the elements it fills. Written by hand: a type package for the whole
 * of FHIR is larger than this repository. `undefined` stands for absent everywhere; `withoutEmpty` takes it out.
 */

export type Coding = { system?: string | undefined; code: string; display?: string | undefined };

export type CodeableConcept = { coding?: Coding[] | undefined; text?: string | undefined };

export type Extension = {
  url: string;
  extension?: Extension[] | undefined;
  valueCode?: string | undefined;
  valueString?: string | undefined;
  valueDateTime?: string | undefined;
  valueCodeableConcept?: CodeableConcept | undefined;
  valueReference?: Reference | undefined;
};

/** What stands beside a primitive, under its name with `_` before it: here why it has no value. */
export type PrimitiveExtension = { extension: Extension[] };

export type Meta = {
  versionId?: string | undefined;
  lastUpdated?: string | undefined;
  profile?: string[] | undefined;
  /** How closely it is kept, and whether something is left out. */
  security?: Coding[] | undefined;
  tag?: Coding[] | undefined;
};

/** `div` is XHTML, escaped. */
export type Narrative = { status: "generated" | "additional"; div: string };

export type Annotation = { text: string };

export type Period = { start?: string | undefined; end?: string | undefined };

export type Quantity = {
  value?: number | undefined;
  comparator?: "<" | "<=" | ">=" | ">" | undefined;
  unit?: string | undefined;
  system?: string | undefined;
  code?: string | undefined;
};

export type Range = { low?: Quantity | undefined; high?: Quantity | undefined };

export type Ratio = { numerator: Quantity; denominator: Quantity };

export type Attachment = {
  extension?: Extension[] | undefined;
  contentType?: string | undefined;
  url?: string | undefined;
  size?: number | undefined;
  title?: string | undefined;
  creation?: string | undefined;
};

export type Dosage = {
  text?: string | undefined;
  patientInstruction?: string | undefined;
  timing?: { code: CodeableConcept } | undefined;
  route?: CodeableConcept | undefined;
  doseAndRate?: { doseQuantity: Quantity }[] | undefined;
};

export type Identifier = {
  extension?: Extension[] | undefined;
  use?: "usual" | "official" | "temp" | "secondary" | "old" | undefined;
  type?: CodeableConcept | undefined;
  system?: string | undefined;
  value: string;
  period?: Period | undefined;
  assigner?: Reference | undefined;
};

export type Reference = {
  reference?: string | undefined;
  type?: string | undefined;
  identifier?: Identifier | undefined;
  display?: string | undefined;
};

export type HumanName = {
  use?: "usual" | "official" | "temp" | "nickname" | "anonymous" | "old" | "maiden" | undefined;
  text?: string | undefined;
  family?: string | undefined;
  given?: string[] | undefined;
  prefix?: string[] | undefined;
  suffix?: string[] | undefined;
  period?: Period | undefined;
};

export type ContactPoint = {
  system: "phone" | "fax" | "email" | "pager" | "url" | "sms" | "other";
  value: string;
  use?: "home" | "work" | "temp" | "old" | "mobile" | undefined;
};

export type Address = {
  use?: "home" | "work" | "temp" | "old" | "billing" | undefined;
  type?: "postal" | "physical" | "both" | undefined;
  line?: string[] | undefined;
  city?: string | undefined;
  district?: string | undefined;
  postalCode?: string | undefined;
  country?: string | undefined;
  period?: Period | undefined;
};
