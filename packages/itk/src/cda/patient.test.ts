import type { Identifier } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { BAD_NUMBER, CALL, localId, mapped, NUMBER, VERIFIED } from "./example-cda.ts";

type Changed = Parameters<typeof mapped>[0];

const patientOf = (changed: Changed) => mapped(changed).event.subjects[0]?.patient;
const codes = (changed: Changed) => mapped(changed).event.warnings.map(({ location, code }) => `${location} ${code}`);
const ROLE = "recordTarget/patientRole";

describe("identifiers of a patient", () => {
  const id = (root: string, extension: string, more = "") => `<id root="${root}" extension="${extension}" ${more}/>`;
  const UNVERIFIED = "2.16.840.1.113883.2.1.3.2.4.18.23";
  const NHS = "2.16.840.1.113883.2.1.4.1";
  const number = (value: string, trust: Identifier["trust"]) => [{ authority: "NHS", value, type: "NH", trust }];

  it.each([
    ["under the verified root", VERIFIED, number(NUMBER, "verified"), false],
    ["as typed", id(NHS, "999 000 4951"), number(NUMBER, "verified"), false],
    ["under the unverified root", id(UNVERIFIED, NUMBER), number(NUMBER, "unverified"), false],
    ["under both", id(UNVERIFIED, NUMBER) + VERIFIED, number(NUMBER, "verified"), false],
    [
      "whose status says more than its root",
      id(NHS, NUMBER, 'patientIdStatus="02"'),
      number(NUMBER, "unverified"),
      false,
    ],
    [
      "whose status is 01",
      id(NHS, NUMBER, 'x:patientIdStatus="01" xmlns:x="urn:x"'),
      number(NUMBER, "verified"),
      false,
    ],
    [
      "of an unverified root and status 01",
      id(UNVERIFIED, NUMBER, 'patientIdStatus="01"'),
      number(NUMBER, "unverified"),
      false,
    ],
    ["that fails its check under the verified root", id(NHS, BAD_NUMBER), number(BAD_NUMBER, "invalid"), true],
    ["of zeros, which passes the check", id(UNVERIFIED, "0000000000"), number("0000000000", "invalid"), true],
    ["of nine digits", id(UNVERIFIED, "999000495"), number("999000495", "invalid"), true],
    ["that is null", `<id root="${NHS}" nullFlavor="UNK"/><id root="${NHS}"/>`, [], false],
  ])("an NHS number %s", (_, ids, identifiers, isWarned) => {
    expect(patientOf({ ids })?.identifiers).toEqual(identifiers);
    expect(codes({ ids })).toEqual(isWarned ? [`${ROLE}/id bad-nhs-number`] : []);
  });

  it.each([
    ["RXX:Example Hospital", "RXX"],
    ["rxx:Example", "RXX"],
    ["Example Hospital", "Example Hospital"],
    ["Ward 3: left", "Ward 3: left"],
  ])("of %s are of %s", (authority, known) => {
    expect(patientOf({ ids: localId("007", authority) })?.identifiers).toEqual([
      { authority: known, value: "007", type: "" },
    ]);
  });

  it("are of whom the configuration says, by name, code or root; without one, of the feed or of their root", () => {
    const authorities = { "Example Hospital": "EH", RYY: "Y", "1.2.3.9": "Z" };
    const ids = [
      localId("1", "Example Hospital"),
      localId("2", "RYY:Else"),
      id("1.2.3.9", "3"),
      id("1.2.3.8", "4"),
      id("2.16.840.1.113883.2.1.3.2.4.18.24", "5"),
    ].join("");
    const { event } = mapped({ ids }, { authority: "RXX", authorities });
    expect(event.subjects[0]?.patient.identifiers.map(({ authority }) => authority)).toEqual([
      "EH",
      "Y",
      "Z",
      "1.2.3.8",
      "RXX",
    ]);
  });

  it("longer than any index takes name no record", () => {
    const long = localId("7".repeat(201));
    expect(mapped({ ids: long }).key.localId).toMatch(/^document-set:/);
  });

  it("of a call are none, whatever their root", () => {
    expect(patientOf({ messageType: CALL, ids: id("1.2.3.8", "4") + localId("7") })?.identifiers).toEqual([]);
  });
});

describe("a patient's names", () => {
  it.each([
    [
      "in whatever order",
      "<name><given>Ellen</given><family>Marsh</family></name>",
      [{ use: "usual", given: ["Ellen"], family: "Marsh" }],
    ],
    [
      "swapped, as they were sent",
      "<name><family>Ellen</family><given>Marsh</given></name>",
      [{ use: "usual", given: ["Marsh"], family: "Ellen" }],
    ],
    [
      "with the schema's default attributes",
      '<name><given partType="GIV" representation="TXT">Ellen</given><family partType="FAM">Marsh</family></name>',
      [{ use: "usual", given: ["Ellen"], family: "Marsh" }],
    ],
    [
      "all of them",
      '<name use="L"><family>Marsh</family></name><name use="PREVIOUS-MAIDEN"><family>Cobb</family></name><name use="PREFERRED"><given>Nell</given></name><name><family>Reed</family></name>',
      [
        { use: "usual", given: [], family: "Marsh" },
        { use: "maiden", given: [], family: "Cobb" },
        { use: "nickname", given: ["Nell"] },
        { use: "other", given: [], family: "Reed" },
      ],
    ],
    [
      "preferred and the only one",
      '<name use="PREFERRED"><family>Marsh</family></name>',
      [{ use: "usual", given: [], family: "Marsh" }],
    ],
    [
      "no longer in use",
      '<name use="L"><family>Marsh</family></name><name use="L"><validTime><high value="2001"/></validTime><family>Cobb</family></name>',
      [
        { use: "usual", given: [], family: "Marsh" },
        { use: "previous", given: [], family: "Cobb" },
      ],
    ],
    [
      "indented",
      "<name>\n  <family>\n    De\n    Marsh </family>\n</name>",
      [{ use: "usual", given: [], family: "De Marsh" }],
    ],
  ])("%s", (_, names, said) => {
    expect(patientOf({ names })?.demographics.names).toEqual({ said: "value", value: said });
    expect(codes({ names })).toEqual([]);
  });

  it.each([
    ["a text", "<name>Ellen Marsh</name>", `${ROLE}/patient/name ignored`],
    ["a placeholder", "<name><family>?</family></name>", `${ROLE}/patient/name/family placeholder`],
    ["longer than any", `<name><family>${"x".repeat(1_001)}</family></name>`, `${ROLE}/patient/name/family ignored`],
  ])("are not stated where all there is is %s", (_, names, warning) => {
    expect(patientOf({ names })?.demographics.names).toBeUndefined();
    expect(codes({ names })).toContain(warning);
  });
});

describe("where a patient is found", () => {
  const addressesIn = (contacts: string) => {
    const said = patientOf({ contacts })?.demographics.addresses;
    return said?.said === "value" ? said.value : [];
  };

  it("is at home and where they are now, each with its postcode", () => {
    const contacts = `<addr use="H"><streetAddressLine>1 Quay</streetAddressLine><streetAddressLine/><postalCode>DT4 8TU</postalCode></addr>
      <addr use="PHYS"><streetAddressLine>Pier</streetAddressLine><postalCode>DT4 8FS</postalCode><additionalLocator>X1Y2</additionalLocator></addr>`;
    expect(addressesIn(contacts)).toEqual([
      { use: "home", lines: ["1 Quay"], postcode: "DT4 8TU" },
      { use: "temporary", lines: ["Pier"], postcode: "DT4 8FS" },
    ]);
  });

  it("keeps a postcode that is none as it was sent, and an address that is one text", () => {
    expect(
      addressesIn("<addr><postalCode>ME5 FS1</postalCode></addr><addr use='TMP'>The old lighthouse</addr>"),
    ).toEqual([
      { use: "home", lines: [], postcode: "ME5 FS1" },
      { use: "temporary", lines: ["The old lighthouse"] },
    ]);
    expect(addressesIn("<addr><country>GB</country></addr><addr/><addr nullFlavor='NI'>x</addr>")).toEqual([]);
  });

  it("takes the first use that is known", () => {
    expect(addressesIn("<addr use='X WP'>Mill</addr><addr use='HP'>Mill</addr>").map(({ use }) => use)).toEqual([
      "work",
      "home",
    ]);
    expect(codes({ contacts: "<addr use='X'>Mill</addr>" })).toEqual([`${ROLE}/addr bad-code`]);
  });

  it.each([
    ['use="H" value="tel:01305 990004"', { kind: "phone", use: "home", value: "01305 990004" }],
    ['use="MC" value="tel:01305 990004"', { kind: "mobile", use: "other", value: "01305 990004" }],
    ['use="EC" value="TEL:07700 900004"', { kind: "mobile", use: "other", value: "07700 900004" }],
    ['use="WP" value="mailto:e@example.org"', { kind: "email", use: "work", value: "e@example.org" }],
    ['value="e@example.org"', { kind: "email", use: "other", value: "e@example.org" }],
    ['use="HV" value="01305 990004"', { kind: "phone", use: "temporary", value: "01305 990004" }],
    ['value="fax:01305990004"', { kind: "fax", use: "other", value: "01305990004" }],
    ['value="http://example.org"', { kind: "other", use: "other", value: "http://example.org" }],
  ])("has the number %s", (attributes, telecom) => {
    const contacts = `<telecom ${attributes}/><telecom ${attributes}/>`;
    expect(patientOf({ contacts })?.demographics.telecoms).toEqual({ said: "value", value: [telecom] });
  });

  it("has no number that is made of zeros", () => {
    const contacts = '<telecom value="tel:000000000000"/><telecom value="tel:"/>';
    expect(patientOf({ contacts })?.demographics.telecoms).toBeUndefined();
    expect(codes({ contacts })).toEqual([`${ROLE}/telecom placeholder`]);
  });
});

describe("a date of birth", () => {
  it.each([
    ["1945", "1945"],
    ["194502", "1945-02"],
    ["19450214", "1945-02-14"],
    ["194502140630", "1945-02-14"],
    ["19450214063000+01", "1945-02-14"],
    // It may be that day already where the sender is.
    ["20260302", "2026-03-02"],
  ])("%s is as precise as it was sent", (value, date) => {
    expect(patientOf({ birth: `<birthTime value="${value}"/>` })?.demographics.birthDate).toEqual({
      said: "value",
      value: date,
    });
  });

  it.each(["19451301", "19450230", "1945021", "14/02/1945", "20260303", "2027"])("%s is none", (value) => {
    const birth = `<birthTime value="${value}"/>`;
    expect(patientOf({ birth })?.demographics.birthDate).toBeUndefined();
    expect(codes({ birth })).toEqual([`${ROLE}/patient/birthTime bad-date`]);
  });
});

describe("what else is said of a patient", () => {
  it.each([
    ["0", "unknown"],
    ["1", "male"],
    ["9", "indeterminate"],
    ["f", "female"],
  ])("gender %s", (code, sex) => {
    expect(patientOf({ gender: `<administrativeGenderCode code="${code}"/>` })?.demographics.sex).toEqual({
      said: "value",
      value: sex,
    });
  });

  it("is left out and warned of where it is no known code, and not spoken of where it is null", () => {
    const unknown = { gender: '<administrativeGenderCode code="constructor"/>' };
    expect([patientOf(unknown)?.demographics.sex, codes(unknown)]).toEqual([
      undefined,
      [`${ROLE}/patient/administrativeGenderCode bad-code`],
    ]);
    const none = { gender: '<administrativeGenderCode nullFlavor="UNK" code="1"/>' };
    expect([patientOf(none)?.demographics.sex, codes(none)]).toEqual([undefined, []]);
  });

  it("is no GP practice where the organisation is something else", () => {
    const practice = `<providerOrganization><name>Mill</name><standardIndustryClassCode code="012"/></providerOrganization>`;
    expect(patientOf({ practice })?.demographics.generalPractice).toBeUndefined();
    expect(codes({ practice })).toEqual([`${ROLE}/providerOrganization ignored`]);
  });
});
