import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalEvent, normalPostcode, saidValue } from "@chesil/model";
import { elementsOf, isNamed, readXml, type XmlElement } from "@chesil/xml";
import { describe, expect, it } from "vitest";
import { HL7_V3 } from "../names.ts";
import { cdaEvent } from "./cda-event.ts";

/** Real documents that nobody here wrote, when the folder that CHESIL_CORPUS names is there. */
const ROOT = join(process.env.CHESIL_CORPUS ?? "", "itk");
const isThere = process.env.CHESIL_CORPUS !== undefined && existsSync(ROOT);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with itk in it)";

/** Later than any document of the corpora is meant to be. */
const RECEIVED_AT = new Date("2026-11-01T00:00:00Z");

const documentsIn = (element: XmlElement): XmlElement[] =>
  isNamed(element, HL7_V3, "ClinicalDocument") ? [element] : elementsOf(element).flatMap(documentsIn);

function eventsOf(path: string) {
  const read = readXml(new Uint8Array(readFileSync(join(ROOT, path))));
  if (!read.ok) throw new Error(read.fault.text);
  return documentsIn(read.document.root).map((document, index) => {
    const content = { location: `payload[${index + 1}]`, bytes: document.end - document.start };
    const result = cdaEvent(document, { authority: "FEED" }, { receivedAt: RECEIVED_AT, controlId: path, content });
    if (!result.ok) throw new Error(result.text);
    return result;
  });
}

const paths = isThere
  ? readdirSync(ROOT, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith(".xml") && eventsOf(path).length > 0)
      .sort()
  : [];

type Mapped = ReturnType<typeof eventsOf>[number];

/** What was found of one document, without who it is about. */
function row({ event, key, document }: Mapped): string {
  const [subject] = event.subjects;
  const { identifiers, demographics } = subject?.patient ?? { identifiers: [], demographics: {} };
  const trusts = identifiers.map(({ authority, trust }) => trust ?? authority).join("+") || "-";
  const names = saidValue(demographics.names)?.length ?? 0;
  const postcodes = new Set(saidValue(demographics.addresses)?.map(({ postcode }) => postcode)).size;
  const visit = subject?.encounter ? (subject.encounter.class ?? "visit") : "-";
  const record = key.localId === `document-set:${document.set}` ? "own record" : key.authority;
  const content = subject?.facts[0]?.content;
  const confidentiality = content?.kind === "document" && content.confidentiality;
  return [
    ...[document.messageType, trusts, `${names} name`, `${postcodes} postcode`, record, `version ${document.version}`],
    ...[
      visit,
      confidentiality,
      `${document.sections.length} sections`,
      event.warnings.map(({ code }) => code).join("+"),
    ],
  ].join(", ");
}

describe.skipIf(!isThere)(`the CDA documents of the corpora${skipped}`, () => {
  it("are mapped, all of them", () => {
    const table = paths.flatMap((path) =>
      eventsOf(path).map((mapped) => {
        expect(canonicalEvent.parse(mapped.event)).toEqual(mapped.event);
        return `${path.replace(/^.*\//, "")}: ${row(mapped)}`;
      }),
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "adastra-itk-ooh-referral-dx06-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 1 postcode, own record, version 1, other, N, 8 sections, ignored",
        "adastra-itk-ooh-referral-dx86-itk-request.xml: POCD_MT200001GB02, invalid, 1 name, 2 postcode, own record, version 1, other, N, 8 sections, bad-nhs-number+ignored+placeholder+placeholder",
        "cleric-itk-ooh-referral-dx09-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, N, 3 sections, ignored",
        "cleric-itk-ooh-referral-dx10-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, N, 3 sections, ignored",
        "conformance-example-adastra-ooh-itk-request.xml: POCD_MT200001GB02, -, 1 name, 2 postcode, own record, version 1, other, N, 8 sections, ignored+placeholder+placeholder",
        "conformance-example-adastra-original-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, R, 7 sections, ignored",
        "conformance-example-ic24-original-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, R, 7 sections, ignored",
        "example-adastra-ooh-itk-request.xml: POCD_MT200001GB02, -, 1 name, 2 postcode, own record, version 1, other, N, 8 sections, ignored+placeholder+placeholder",
        "ic24-itk-ooh-referral-dx06-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, R, 7 sections, ignored",
        "ic24-itk-ooh-referral-dx07-itk-request.xml: POCD_MT200001GB02, -, 1 name, 1 postcode, own record, version 1, other, R, 7 sections, ignored",
        "primary-emergency-itk-request.xml: POCD_MT200001GB02, invalid, 1 name, 1 postcode, own record, version 2, other, V, 14 sections, ignored+bad-nhs-number",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, unverified, 1 name, 1 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, unverified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-exampleV1-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 8 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, unverified, 1 name, 1 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, unverified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 7 sections, ignored",
        "repeat-caller-itk-request.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, N, 8 sections, ignored",
        "tpp-ooh-T6-skillset.xml: POCD_MT200001GB02, verified, 1 name, 2 postcode, own record, version 1, other, V, 6 sections, ",
        "INFNACKTriggerMessage.xml: POCD_MT000026GB01, invalid, 1 name, 1 postcode, own record, version 1, emergency, V, 17 sections, bad-nhs-number",
        "ITK_DE.xml: POCD_MT030001UK01, invalid, 1 name, 1 postcode, own record, version 1, other, V, 8 sections, bad-nhs-number",
        "ITK_SOAP.xml: POCD_MT030001UK01, invalid, 1 name, 1 postcode, own record, version 1, other, V, 8 sections, bad-nhs-number",
      ]
    `);
  });

  const patientsOf = (name: string) =>
    paths
      .filter((path) => path.endsWith(name))
      .flatMap(eventsOf)
      .map(({ event }) => event.subjects[0]?.patient);

  it("have numbers of calls, which name no patient", () => {
    for (const path of paths.filter((each) => each.startsWith("nhs111"))) {
      for (const { event, key } of eventsOf(path)) {
        expect(key).toEqual({ authority: "FEED", localId: expect.stringMatching(/^document-set:/) });
        for (const { authority } of event.subjects[0]?.patient.identifiers ?? []) expect(authority).toBe("NHS");
      }
    }
  });

  it("have a number of zeros, one of nine digits, and verified ones that fail the check: all invalid", () => {
    for (const [name, shape] of [
      ["dx86-itk-request.xml", /^0{10}$/],
      ["primary-emergency-itk-request.xml", /^\d{9}$/],
      ["ITK_DE.xml", /^\d{10}$/],
    ] as const)
      expect(patientsOf(name)[0]?.identifiers).toMatchObject([
        { authority: "NHS", value: expect.stringMatching(shape), trust: "invalid" },
      ]);
  });

  it("have names swapped and a postcode that is none, which are kept as sent", () => {
    const path = "nhs111/primary-emergency-itk-request.xml";
    const text = readFileSync(join(ROOT, path), "utf8");
    const sent = (name: string) => new RegExp(`<patient .*?<${name}>(.*?)</${name}>`, "s").exec(text)?.[1];
    const [patient] = patientsOf(path);
    expect(saidValue(patient?.demographics.names)).toMatchObject([{ family: sent("family"), given: [sent("given")] }]);
    const [address] = saidValue(patient?.demographics.addresses) ?? [];
    expect(text).toContain(`<postalCode>${address?.postcode}</postalCode>`);
    expect(normalPostcode(address?.postcode ?? "")).toBeUndefined();
  });

  it("have a patient of two postcodes: at home, and where they are", () => {
    const [patient] = patientsOf("dx86-itk-request.xml");
    const [home, now] = saidValue(patient?.demographics.addresses) ?? [];
    expect([home?.use, now?.use]).toEqual(["home", "temporary"]);
    expect(home?.postcode).not.toBe(now?.postcode);
  });

  it("have six of one person in a message, each a record of its own, with one name, date of birth and number", () => {
    const patients = patientsOf("nhs111/repeat-caller-itk-request.xml");
    expect(new Set(patients.map((patient) => patient?.key.localId)).size).toBe(6);
    const people = patients.map((patient) =>
      JSON.stringify([
        patient?.identifiers.map(({ value }) => value),
        patient?.demographics.names,
        patient?.demographics.birthDate,
      ]),
    );
    expect(new Set(people).size).toBe(1);
    expect(patients.map((patient) => patient?.identifiers[0]?.trust).sort()).toEqual([
      ...["unverified", "unverified", "verified", "verified", "verified", "verified"],
    ]);
  });
});
