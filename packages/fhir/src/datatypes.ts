/**
 * The FHIR R4 datatypes that Chesil produces, with the elements it fills. Written by hand: a type package for the whole
 * of FHIR is larger than this repository. `undefined` stands for absent everywhere; `withoutEmpty` takes it out.
 */

export type Coding = { system?: string | undefined; code: string; display?: string | undefined };

export type CodeableConcept = { coding?: Coding[] | undefined; text?: string | undefined };

export type Extension = {
  url: string;
  valueCode?: string | undefined;
  valueCodeableConcept?: CodeableConcept | undefined;
};

export type Meta = { versionId?: string | undefined; lastUpdated?: string | undefined; profile?: string[] | undefined };

export type Period = { start?: string | undefined; end?: string | undefined };

export type Identifier = {
  extension?: Extension[] | undefined;
  use?: "usual" | "official" | "temp" | "secondary" | "old" | undefined;
  type?: CodeableConcept | undefined;
  system?: string | undefined;
  value: string;
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
};
