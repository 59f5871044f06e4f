import {
  type Demographics,
  type Party,
  type PatientStatement,
  type Said,
  type Sensitivity,
  type Sex,
  value,
} from "@chesil/model";
import type { BundleContext } from "./bundle-result.ts";
import { codeAt, conceptOf, conceptText, dateAt, isFuture, whenAt } from "./datatypes.ts";
import type { Element } from "./element.ts";
import { identifiersOf, localIdOf, withOwn } from "./identifiers.ts";
import { isUsual, labelsOf, strictest } from "./labels.ts";
import { addressesOf, namesOf, telecomsOf } from "./person-details.ts";
import { partyOf, resolved } from "./references.ts";
import { stated } from "./stated.ts";

/** What a Patient resource says. An element that is not there is one that the source does not speak of. */
export function patientSaid(patient: Element, context: BundleContext): PatientStatement {
  const identifiers = identifiersOf(patient, context);
  const localId = localIdOf(patient, identifiers, context);
  if (patient.list("link").some((each) => each.text("type") === "replaced-by"))
    patient.flag("link", "identity", "The Patient was replaced by another one: their records are not merged by this.");
  return {
    key: { authority: context.authority, localId },
    identifiers: withOwn(identifiers, context.authority, localId),
    demographics: demographicsSaid(patient),
  };
}

const SEXES: Readonly<Record<string, Sex>> = {
  ...{ male: "male", female: "female", other: "indeterminate", unknown: "unknown" },
};

function demographicsSaid(patient: Element): Demographics {
  const { generalPractice, generalPractitioner } = practiceOf(patient);
  return stated<Demographics>({
    names: listSaid(namesOf(patient)),
    sex: said(sexOf(patient)),
    addresses: listSaid(addressesOf(patient)),
    telecoms: listSaid(telecomsOf(patient)),
    ethnicity: said(codeOrText(patient.extension(/EthnicCategory/)?.at("valueCodeableConcept"))),
    maritalStatus: said(maritalStatusOf(patient)),
    religion: said(codeOrText(patient.extension(/patient-religion|ReligiousAffiliation/)?.at("valueCodeableConcept"))),
    language: said(languageOf(patient)),
    generalPractice: said(generalPractice),
    generalPractitioner: said(generalPractitioner),
    confidentiality: said(sensitivityOf(patient)),
    ...datesSaid(patient),
  });
}

/** Labels of the Patient are of whoever it is; those of the Bundle are of what is in it. */
function sensitivityOf(patient: Element): Sensitivity | undefined {
  const label = strictest(labelsOf(patient));
  if (label === undefined) return undefined;
  if (isUsual(label)) return "unrestricted";
  return label.toUpperCase() === "V" ? "very-restricted" : "restricted";
}

const said = <T>(sent: T | undefined): Said<T> | undefined => (sent === undefined ? undefined : value(sent));
const listSaid = <T>(sent: T[]): Said<T[]> | undefined => (sent.length === 0 ? undefined : value(sent));

function sexOf(patient: Element): Sex | undefined {
  const sent = patient.text("gender");
  const sex = sent === undefined ? undefined : SEXES[sent];
  if (sent !== undefined && sex === undefined) patient.flag("gender", "bad-code", "The gender is no code of FHIR.");
  return sex;
}

/** A date that can not be is left out: it would make the patient look like somebody else. */
function datesSaid(patient: Element): Pick<Demographics, "birthDate" | "deceased" | "deathDate"> {
  const { receivedAt } = patient.reading;
  const believed = (date: string | undefined, name: string) => {
    if (date === undefined || !isFuture(date, receivedAt)) return date;
    patient.flag(name, "bad-date", "It is later than the receipt: left out.");
    return undefined;
  };
  const birth = believed(dateAt(patient, "birthDate"), "birthDate");
  const died = believed(whenAt(patient, "deceasedDateTime"), "deceasedDateTime");
  const shared = Math.min(birth?.length ?? 0, died?.length ?? 0);
  const isImpossible = died !== undefined && died.slice(0, shared) < (birth ?? "").slice(0, shared);
  if (isImpossible)
    patient.flag("deceasedDateTime", "bad-date", "The date of death is before the date of birth: left out.");
  const deceased = patient.has("deceasedDateTime") || undefined;
  return stated({
    birthDate: said(birth),
    deceased: said(deceased ?? patient.boolean("deceasedBoolean")),
    deathDate: said(isImpossible ? undefined : died),
  });
}

/** The code, else the words that stand for it. */
function codeOrText(element: Element | undefined): string | undefined {
  const concept = conceptOf(element);
  return concept && (concept.codings[0]?.code ?? (conceptText(concept) || undefined));
}

/** `UNK` is FHIR's way to write HL7 v2's U. */
function maritalStatusOf(patient: Element): string | undefined {
  const code = codeOrText(patient.at("maritalStatus"));
  return code === "UNK" ? "U" : code;
}

function languageOf(patient: Element): string | undefined {
  const spoken = patient.list("communication");
  const first = spoken.find((each) => each.boolean("preferred") === true) ?? spoken[0];
  return codeAt(first, "language") ?? codeOrText(first?.at("language"));
}

/** Of the practice's and the doctor's references, which are one list, the first each. */
function practiceOf(patient: Element): { generalPractice?: Party; generalPractitioner?: Party } {
  let [generalPractice, generalPractitioner]: (Party | undefined)[] = [];
  for (const reference of patient.list("generalPractitioner")) {
    const resource = resolved(reference);
    const type = resource?.type ?? reference.text("type") ?? typeInAddress(reference);
    if (type === "Organization") generalPractice ??= partyOf(reference);
    else generalPractitioner ??= partyOf(reference);
    if (type === "PractitionerRole") generalPractice ??= partyOf(resource?.at("organization"));
  }
  return stated({ generalPractice, generalPractitioner });
}

const typeInAddress = (reference: Element) =>
  /(?:^|\/)(Organization|Practitioner|PractitionerRole)\/[^/]+$/.exec(reference.text("reference") ?? "")?.[1];
