import { type Demographics, type Party, type Said, type Sex, value } from "@chesil/model";
import { codeAt } from "./concept.ts";
import { GP_PRACTICE } from "./oids.ts";
import { organisationAt } from "./party.ts";
import { addressesOf, namesOf, telecomsOf } from "./person-details.ts";
import { type Place, stated } from "./place.ts";
import { timeAt } from "./time.ts";

/** What `patientRole` says of the patient. What is not there, or null, is what the sender does not speak of. */
export function demographicsOf(role: Place): Demographics {
  const patient = role.at("patient");
  return stated<Demographics>({
    names: listSaid(patient && namesOf(patient)),
    birthDate: said(birthDateOf(patient?.at("birthTime"))),
    sex: said(sexOf(patient?.at("administrativeGenderCode"))),
    addresses: listSaid(addressesOf(role)),
    telecoms: listSaid(telecomsOf(role)),
    ethnicity: said(codeAt(patient?.at("ethnicGroupCode"))),
    maritalStatus: said(codeAt(patient?.at("maritalStatusCode"))),
    religion: said(codeAt(patient?.at("religiousAffiliationCode"))),
    language: said(languageOf(patient)),
    deceased: undefined,
    deathDate: undefined,
    generalPractitioner: undefined,
    generalPractice: said(practiceOf(role.at("providerOrganization"))),
    // How confidential a document is says nothing of how closely the patient's record is kept.
    confidentiality: undefined,
  });
}

const said = <T>(sent: T | undefined): Said<T> | undefined => (sent === undefined ? undefined : value(sent));
const listSaid = <T>(sent: T[] | undefined): Said<T[]> | undefined => (sent?.length ? value(sent) : undefined);

/** A day's grace: dates are of the sender's calendar, the receipt of UTC's. */
const CALENDAR_AHEAD_MS = 24 * 3_600_000;

/** As precise as it was sent. One that can not be is left out: it would make the patient look like somebody else. */
function birthDateOf(place: Place | undefined): string | undefined {
  const date = timeAt(place)?.date;
  if (place === undefined || date === undefined) return undefined;
  const today = new Date(place.reading.receivedAt.getTime() + CALENDAR_AHEAD_MS).toISOString();
  if (date <= today.slice(0, date.length)) return date;
  place.warn("bad-date", "It is later than the receipt: left out.");
  return undefined;
}

/** The NHS's person gender, and HL7 v3's. */
const SEXES: Readonly<Record<string, Sex>> = {
  ...{ 0: "unknown", 1: "male", 2: "female", 9: "indeterminate", X: "unknown" },
  ...{ M: "male", F: "female", UN: "indeterminate", U: "unknown", UNK: "unknown" },
};

function sexOf(place: Place | undefined): Sex | undefined {
  const code = place?.attribute("code")?.toUpperCase();
  if (code === undefined) return undefined;
  const sex = Object.hasOwn(SEXES, code) ? SEXES[code] : undefined;
  if (sex === undefined) place?.warn("bad-code", "The gender is none that is known.");
  return sex;
}

/** The one preferred, else the first. */
function languageOf(patient: Place | undefined): string | undefined {
  const spoken = patient?.all("languageCommunication") ?? [];
  const preferred = spoken.find((each) => each.at("preferenceInd")?.attribute("value") === "true");
  return codeAt((preferred ?? spoken[0])?.at("languageCode"));
}

function practiceOf(organisation: Place | undefined): Party | undefined {
  const kind = organisation?.at("standardIndustryClassCode")?.attribute("code") ?? GP_PRACTICE;
  if (kind === GP_PRACTICE) return organisationAt(organisation);
  organisation?.warn("ignored", "The organisation is no GP practice.");
  return undefined;
}
