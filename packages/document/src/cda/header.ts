import { elementAt, elementsAt, elementsIn, textOf, type XmlElement } from "./xml-tree.ts";

/** What a reader must know of a CDA document before its text: for whom it speaks, who wrote it, when. */

type Row = readonly [label: string, value: string];

const NHS_NUMBERS: ReadonlySet<string> = new Set([
  "2.16.840.1.113883.2.1.4.1",
  // Not verified.
  "2.16.840.1.113883.2.1.3.2.4.18.23",
]);
const PEOPLE_MAX = 10;

export function headerRows(document: XmlElement): Row[] {
  const role = elementAt(document, "recordTarget", "patientRole");
  const rows: Row[] = [
    ["Patient", nameOf(elementAt(role, "patient", "name"))],
    ["Date of birth", timeText(elementAt(role, "patient", "birthTime")?.attributes.get("value"))],
    ["NHS number", nhsNumberOf(role)],
    ["Type", typeOf(document)],
    ["Date", timeText(elementAt(document, "effectiveTime")?.attributes.get("value"))],
    ["Author", people(elementsAt(document, "author", "assignedAuthor"), "assignedPerson", "representedOrganization")],
    [
      "Organisation",
      nameOf(elementAt(document, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")),
    ],
    [
      "For",
      people(
        elementsAt(document, "informationRecipient", "intendedRecipient"),
        "informationRecipient",
        "receivedOrganization",
      ),
    ],
    ["Version", elementAt(document, "versionNumber")?.attributes.get("value") ?? ""],
  ];
  return rows.filter(([, value]) => value !== "");
}

/** A post-coordinated expression of SNOMED CT is for machines. */
function typeOf(document: XmlElement): string {
  const name = elementAt(document, "code")?.attributes.get("displayName") ?? "";
  return name.includes("|") ? "" : name;
}

function nhsNumberOf(role: XmlElement | undefined): string {
  const id = elementsIn(role, "id").find(({ attributes }) => NHS_NUMBERS.has(attributes.get("root") ?? ""));
  return id?.attributes.get("extension") ?? "";
}

/** `who` and `where` name the elements of the person and of the organisation. */
function people(roles: readonly XmlElement[], who: string, where: string): string {
  const texts = roles.slice(0, PEOPLE_MAX).map((role) => {
    const person = elementAt(role, who) ?? elementAt(role, who.replace("assignedP", "p"));
    const words = [nameOf(elementAt(person, "name")), nameOf(elementAt(role, where, "name"))];
    return words.filter(Boolean).join(", ");
  });
  return [...new Set(texts)].filter(Boolean).join("; ");
}

/** A name in its parts, whatever their order, or as it stands. */
function nameOf(name: XmlElement | undefined): string {
  const parts = ["prefix", "given", "family", "suffix"].flatMap((part) => elementsIn(name, part).map(textOf));
  return parts.filter(Boolean).join(" ") || textOf(name);
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const TIME = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})(?:\d{2}(?:\.\d+)?)?)?)?)?([+-]\d{2,4})?$/;

/** An HL7 time as it was written, as precise as it was, in the sender's own time zone; "" for none. */
function timeText(value: string | undefined): string {
  const [, year, month, day, hour, minute, zone] = TIME.exec(value?.trim() ?? "") ?? [];
  if (year === undefined) return value?.trim() ?? "";
  const monthName = MONTHS[Number(month) - 1];
  if (month !== undefined && monthName === undefined) return value?.trim() ?? "";
  const date = [day === undefined ? undefined : String(Number(day)), monthName, year].filter(Boolean).join(" ");
  if (hour === undefined) return date;
  return `${date}, ${hour}:${minute}${zone === undefined ? "" : ` (${zone})`}`;
}
