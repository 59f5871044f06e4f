import type { Address, EncounterStatement, Party, PersonName, Sex, Telecom } from "@chesil/model";
import { ADMITTED_VISIT } from "@chesil/model";
import type { Delimiters } from "../message/delimiters.ts";
import { encodeText } from "../message/escape.ts";
import { formatTime } from "../message/london-clock.ts";
import type { AnsweredIdentifier, AnsweredPatient, AnsweredVisit } from "./answer.ts";

/** A patient as PID, PD1 and PV1, in the asker's delimiters. What has no place in HL7's tables is left out. */

/** Writes values with one message's delimiters. */
export class Writer {
  readonly #delimiters: Delimiters;
  /** What an authority is called by the one who asked. */
  readonly #authorityName: (authority: string) => string;

  constructor(delimiters: Delimiters, authorityName: (authority: string) => string) {
    this.#delimiters = delimiters;
    this.#authorityName = authorityName;
  }

  text(value: string | undefined): string {
    return value === undefined ? "" : encodeText(value, this.#delimiters);
  }

  /** Components, without empty ones at the end. */
  components(...values: readonly (string | undefined)[]): string {
    const texts = values.map((value) => this.text(value));
    while (texts.at(-1) === "") texts.pop();
    return texts.join(this.#delimiters.component);
  }

  repetitions(values: readonly string[]): string {
    return values.filter((value) => value !== "").join(this.#delimiters.repetition);
  }

  identifiers(identifiers: readonly AnsweredIdentifier[]): string {
    return this.repetitions(identifiers.map((each) => this.identifier(each)));
  }

  identifier({ authority, value, type }: AnsweredIdentifier): string {
    return this.components(value, "", "", this.#authorityName(authority), type);
  }
}

/** PID of a PIX answer: the identifiers in one segment, and in PID-5 that no name is told (IHE ITI-9). */
export function identifierSegment(identifiers: readonly AnsweredIdentifier[], writer: Writer, delimiters: Delimiters) {
  const noName = `${delimiters.repetition}${writer.components("", "", "", "", "", "", "S")}`;
  return fields("PID", { 3: writer.identifiers(identifiers), 5: noName });
}

/** PID, PD1 where there is something in it, and PV1 with a visit. `place` counts the patients of the answer from 1. */
export function patientSegments(patient: AnsweredPatient, place: number, writer: Writer): string[][] {
  const { visit } = patient;
  const segments = [patientSegment(patient, place, writer)];
  const practice = writer.components(patient.generalPractice?.display, "", patient.generalPractice?.code);
  const doctor = doctorText(patient.generalPractitioner, writer);
  if (practice !== "" || doctor !== "") segments.push(fields("PD1", { 3: practice, 4: doctor }));
  if (visit !== undefined) segments.push(visitSegment(visit, place, writer));
  return segments;
}

function patientSegment(patient: AnsweredPatient, place: number, writer: Writer): string[] {
  const { sex, visit, nhsNumberTrust } = patient;
  const telecoms = (isWork: boolean) =>
    writer.repetitions(
      patient.telecoms.filter((each) => (each.use === "work") === isWork).map((each) => telecomText(each, writer)),
    );
  const account = visit?.account && writer.identifier({ authority: visit.authority, value: visit.account, type: "AN" });
  return fields("PID", {
    1: String(place),
    3: writer.identifiers(patient.identifiers),
    5: writer.repetitions(patient.names.map((name) => nameText(name, writer))),
    7: dateText(patient.birthDate),
    8: sex === undefined ? "" : SEX[sex],
    11: writer.repetitions(patient.addresses.map((address) => addressText(address, writer))),
    13: telecoms(false),
    14: telecoms(true),
    18: account ?? "",
    29: dateText(patient.deathDate),
    30: patient.deceased === undefined ? "" : patient.deceased ? "Y" : "N",
    32: nhsNumberTrust === undefined ? "" : nhsNumberTrust === "verified" ? "NSTS01" : "NSTS02",
  });
}

function visitSegment(visit: AnsweredVisit, place: number, writer: Writer): string[] {
  const { visitNumber, authority } = visit;
  // A number that was made from PV1-44 is none that the sender knows.
  const isSent = !visitNumber.startsWith(ADMITTED_VISIT);
  return fields("PV1", {
    1: String(place),
    2: CLASS[visit.class ?? "other"],
    3: writer.components(...(visit.location?.split(", ", 4) ?? [])),
    4: writer.text(visit.admissionMethod),
    7: doctorText(visit.consultant, writer),
    10: writer.text(visit.specialty),
    19: isSent ? writer.identifier({ authority, value: visitNumber, type: "VN" }) : "",
    44: dateText(visit.admittedAt),
    45: dateText(visit.dischargedAt),
  });
}

/** A segment of these fields by number. */
function fields(id: string, values: Readonly<Record<number, string>>): string[] {
  const last = Math.max(
    0,
    ...Object.entries(values).flatMap(([number, value]) => (value === "" ? [] : Number(number))),
  );
  return [id, ...Array.from({ length: last }, (_, index) => values[index + 1] ?? "")];
}

const SEX: Readonly<Record<Sex, string>> = { male: "M", female: "F", indeterminate: "O", unknown: "U" };

const CLASS: Readonly<Record<NonNullable<EncounterStatement["class"]>, string>> = {
  inpatient: "I",
  outpatient: "O",
  emergency: "E",
  preadmission: "P",
  recurring: "R",
  obstetrics: "B",
  other: "U",
};

/** XPN.7, HL7 table 0200. It has no code for a name of former times. */
const NAME_USE: Readonly<Partial<Record<PersonName["use"], string>>> = {
  usual: "L",
  maiden: "M",
  alias: "A",
  nickname: "N",
  birth: "B",
};

function nameText(name: PersonName, writer: Writer): string {
  const use = NAME_USE[name.use];
  const [first, ...others] = name.given;
  if (use === undefined || (first === undefined && name.family === undefined)) return "";
  return writer.components(name.family, first, others.join(" "), name.suffix, name.prefix, "", use);
}

/** XAD.7, HL7 table 0190. It has no code for an address of former times. */
const ADDRESS_USE: Readonly<Partial<Record<Address["use"], string>>> = {
  home: "H",
  temporary: "C",
  work: "O",
  mailing: "M",
  birth: "N",
};

function addressText(address: Address, writer: Writer): string {
  const use = ADDRESS_USE[address.use];
  const [street, ...others] = address.lines;
  const parts = [street, others.join(", "), address.city, address.county, address.postcode, address.country];
  return use === undefined || parts.every((part) => !part) ? "" : writer.components(...parts, use);
}

/** XTN.3 by kind, XTN.2 by use. */
function telecomText({ kind, use, value }: Telecom, writer: Writer): string {
  if (value === "") return "";
  if (kind === "email") return writer.components("", "NET", "Internet", value);
  const equipment = { phone: "PH", mobile: "CP", fax: "FX", other: "" }[kind];
  return writer.components(value, use === "work" ? "WPN" : "PRN", equipment);
}

function doctorText(doctor: Party | undefined, writer: Writer): string {
  return doctor === undefined ? "" : writer.components(doctor.code, doctor.display);
}

/** `1950-07-31` as `19500731`; an instant as London's wall clock. */
function dateText(date: string | undefined): string {
  if (date === undefined) return "";
  if (/^\d{4}(-\d\d){0,2}$/.test(date)) return date.replaceAll("-", "");
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? "" : formatTime(at);
}
