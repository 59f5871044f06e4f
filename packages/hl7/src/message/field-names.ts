/** Names of the fields a data manager looks at, for the parsed view. By number from 1; an empty name is one not named. */
const NAMES: Record<string, string> = {
  MSH:
    "Field separator|Encoding characters|Sending application|Sending facility|Receiving application|" +
    "Receiving facility|Message date and time|Security|Message type|Control id|Processing id|Version|" +
    "Sequence number|Continuation pointer|Accept acknowledgement|Application acknowledgement|Country|" +
    "Character set|Language|Character set handling|Profile",
  EVN: "Event|Recorded|Planned|Reason|Operator|Occurred|Facility",
  PID:
    "Set id|Patient id (external)|Patient identifiers|Alternate patient id|Name|Mother's maiden name|" +
    "Date of birth|Sex|Alias|Race|Address|County|Home phone|Work phone|Language|Marital status|Religion|" +
    "Account number|SSN or NHS number|Driving licence|Mother's identifier|Ethnic group|Birth place|" +
    "Multiple birth|Birth order|Citizenship|Veteran status|Nationality|Date of death|Deceased|" +
    "Identity unknown|Identity reliability|Last update|Last update facility|Species|Breed|Strain|" +
    "Production class|Tribal citizenship|Telecommunication",
  PD1:
    "Living dependency|Living arrangement|GP practice|General practitioner|Student|Handicap|Living will|" +
    "Organ donor|Separate bill|Duplicate patient|Publicity|Protection|Protection effective|Place of worship|" +
    "Advance directive|Immunisation registry status|Immunisation registry date|Publicity date|Military branch|" +
    "Military rank|Military status",
  PV1:
    "Set id|Patient class|Location|Admission type|Preadmit number|Prior location|Attending doctor|" +
    "Referring doctor|Consulting doctor|Specialty|Temporary location|Preadmit test|Readmission|" +
    "Admission source|Ambulatory status|VIP|Admitting doctor|Patient type|Visit number|Financial class|" +
    "Charge price|Courtesy|Credit rating|Contract code|Contract date|Contract amount|Contract period|" +
    "Interest code|Bad debt code|Bad debt date|Bad debt agency|Bad debt transferred|Bad debt recovered|" +
    "Account deleted|Account deleted date|Discharge disposition|Discharged to|Diet|Servicing facility|" +
    "Bed status|Account status|Pending location|Prior temporary location|Admitted|Discharged|" +
    "Current balance|Total charges|Total adjustments|Total payments|Alternate visit id|Visit indicator|" +
    "Other provider",
  MRG:
    "Prior patient identifiers|Prior alternate id|Prior account|Prior patient id|Prior visit number|" +
    "Prior alternate visit id|Prior name",
  NK1:
    "Set id|Name|Relationship|Address|Phone|Work phone|Contact role|Start|End|Job title|Job code|" +
    "Employee number|Organisation|Marital status|Sex|Date of birth",
};

const BY_SEGMENT = new Map(Object.entries(NAMES).map(([id, names]) => [id, names.split("|")]));

const SEGMENT_NAMES = new Map([
  ["MSH", "Message header"],
  ["EVN", "Event"],
  ["PID", "Patient"],
  ["PD1", "Patient, additional"],
  ["PV1", "Visit"],
  ["PV2", "Visit, additional"],
  ["MRG", "Prior identifiers"],
  ["NK1", "Next of kin"],
  ["AL1", "Allergy"],
  ["DG1", "Diagnosis"],
  ["PR1", "Procedure"],
  ["OBR", "Request"],
  ["OBX", "Observation"],
  ["ORC", "Order"],
  ["NTE", "Note"],
  ["TXA", "Document"],
]);

/** The name of a field, or "" for one that has none here. */
export function fieldName(segmentId: string, field: number): string {
  return BY_SEGMENT.get(segmentId)?.[field - 1] ?? "";
}

/** The name of a segment, or "" for one that has none here. */
export function segmentName(segmentId: string): string {
  return SEGMENT_NAMES.get(segmentId) ?? "";
}
