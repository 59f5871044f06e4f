import type * as model from "@chesil/model";
import type { CodeableConcept, Coding } from "./datatypes.ts";
import { codeSystemUrn } from "./identifier-system.ts";
import { readable } from "./without-empty.ts";

/**
 * Codes as sent, with the system as a URI: the terminology's own where the sender's word for it is known, else one made
 * of whose word it is. Nothing is ever translated from one system to another.
 */

const SNOMED = "http://snomed.info/sct";
const READ_2 = "http://read.info/readv2";
const CTV3 = "http://read.info/ctv3";
const LOINC = "http://loinc.org";
const ICD_10 = "http://hl7.org/fhir/sid/icd-10";
/** WHO's 5th edition with the UK's own fourth characters. */
const ICD_10_UK = "http://hl7.org/fhir/sid/icd-10-uk";
const OPCS_4 = "https://fhir.hl7.org.uk/CodeSystem/OPCS-4";
const DMD = "https://dmd.nhs.uk";

/** Senders' words (HL7 table 0396 and what the UK writes), without case, spaces and signs. */
const SYSTEMS: ReadonlyMap<string, string> = new Map(
  [
    [SNOMED, "SNM3 SCT SCT2 SNOMED SNOMEDCT SNOMEDCTUK SNOMEDUK"],
    [READ_2, "READ READ2 READV2 READCODE READCODES RC2 RCV2"],
    [CTV3, "CTV3 READ3 READV3 READCTV3 RC3 RCV3"],
    [LOINC, "LN LOINC"],
    [ICD_10, "I10 ICD10 ICD10WHO"],
    [ICD_10_UK, "ICD10UK I10UK ICD105 ICD105TH ICD105THEDITION ICD10UK5THEDITION"],
    [OPCS_4, "OPCS OPCS4 OPC4 OPCS47 OPCS48 OPCS49 OPCS410"],
    [DMD, "DMD DMANDD"],
  ].flatMap(([uri = "", words = ""]) => words.split(" ").map((word) => [word, uri] as const)),
);

const OIDS: ReadonlyMap<string, string> = new Map([
  ["2.16.840.1.113883.6.96", SNOMED],
  ["2.16.840.1.113883.2.1.3.2.4.15", SNOMED],
  ["2.16.840.1.113883.2.1.6.2", READ_2],
  ["2.16.840.1.113883.2.1.3.2.4.14", CTV3],
  ["2.16.840.1.113883.6.1", LOINC],
  ["2.16.840.1.113883.6.3", ICD_10],
]);

const URI = /^(https?:\/\/|urn:)\S+$/i;
const OID = /^(?:urn:oid:)?([0-2](?:\.(?:0|[1-9]\d*)){2,})$/i;
/** A SNOMED CT identifier: older SNOMED codes go by the same word and are of another system. */
const SCTID = /^\d{6,18}$/;
/** R4, datatype code: no space at its ends, one at a time within. */
const CODE = /^\S+( \S+)*$/;

/** The system of a code, undefined where the sender named none. `authority` is whose words a local system's name are. */
export function codeSystemOf(sent: model.Coding, authority: string): string | undefined {
  const name = readable(sent.system);
  if (name === undefined) return undefined;
  const system = uriOf(name);
  const isOther = system === SNOMED && !SCTID.test(sent.code.trim());
  return system === undefined || isOther ? codeSystemUrn(authority, name) : system;
}

function uriOf(name: string): string | undefined {
  const oid = OID.exec(name)?.[1];
  if (oid !== undefined) return OIDS.get(oid) ?? `urn:oid:${oid}`;
  return URI.test(name) ? name : SYSTEMS.get(name.toUpperCase().replace(/[^A-Z0-9]/g, ""));
}

/** A coded field with its codes and words as sent; undefined when it says nothing. */
export function conceptOf(sent: model.Concept | undefined, authority: string): CodeableConcept | undefined {
  if (sent === undefined) return undefined;
  const coding = sent.codings.flatMap((each) => codingOf(each, authority));
  const text = readable(sent.text) ?? (coding.length === 0 ? wordsOf(sent) : undefined);
  return coding.length === 0 && text === undefined ? undefined : { coding, text };
}

function codingOf(sent: model.Coding, authority: string): Coding[] {
  const code = readable(sent.code);
  if (code === undefined || !CODE.test(code)) return [];
  return [{ system: codeSystemOf(sent, authority), code, display: readable(sent.display) }];
}

/** What a person reads in place of the codes: the sender's words, else a display, else a code. */
export function wordsOf(sent: model.Concept | undefined): string | undefined {
  const codings = sent?.codings ?? [];
  const display = codings.map((each) => readable(each.display)).find((each) => each !== undefined);
  const code = codings.map((each) => readable(each.code)).find((each) => each !== undefined);
  return readable(sent?.text) ?? display ?? code;
}
