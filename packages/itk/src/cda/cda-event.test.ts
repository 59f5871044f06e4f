import { canonicalEvent, type FactStatement } from "@chesil/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cdaEvent } from "./cda-event.ts";
import {
  CALL,
  CONTEXT,
  cdaText,
  DISCHARGE,
  elementOf,
  localId,
  mapped,
  NULLIFICATION,
  NUMBER,
  OTHER_SET,
  READING,
  SET,
  VERIFIED,
} from "./example-cda.ts";

const IN_REGISTER = { authority: "RXX", localId: "0012345" };
const IN_SET = { authority: "RXX", localId: `document-set:${SET}` };
const NHS = { authority: "NHS", value: NUMBER, type: "NH", trust: "verified" };

const related = (typeCode: string, parent: string) =>
  `<relatedDocument typeCode="${typeCode}"><parentDocument>${parent}</parentDocument></relatedDocument>`;
const factsOf = (result: ReturnType<typeof mapped>): (readonly [string, FactStatement["action"], string])[] =>
  result.event.subjects.flatMap(({ patient, facts }) =>
    facts.map(({ action, key }) => [patient.key.localId, action, key] as const),
  );

describe("a CDA document as an event", () => {
  it("says who wrote what of whom, and is kept whole", () => {
    const { event, key, document } = mapped();
    expect(canonicalEvent.parse(event)).toEqual(event);
    expect(key).toEqual(IN_REGISTER);
    expect(event).toEqual({
      schemaVersion: 2,
      source: {
        application: "",
        facility: "RXX",
        controlId: "TRACKING-1",
        messageType: "CDA",
        triggerEvent: DISCHARGE,
        version: "R2",
      },
      recordedAt: "2026-03-01T10:30:05.001Z",
      subjects: [
        {
          patient: {
            key: IN_REGISTER,
            identifiers: [NHS, { authority: "RXX", value: "0012345", type: "" }],
            demographics: {
              names: {
                said: "value",
                value: [{ use: "usual", family: "Marsh", prefix: "Mrs", given: ["Ellen", "Rose"] }],
              },
              birthDate: { said: "value", value: "1945-02-14" },
              sex: { said: "value", value: "female" },
              addresses: {
                said: "value",
                value: [{ use: "home", city: "Weymouth", postcode: "DT4 8TU", lines: ["14 Fish Street"] }],
              },
              telecoms: { said: "value", value: [{ kind: "phone", use: "home", value: "01305 990004" }] },
              generalPractice: { said: "value", value: { code: "J99001", display: "Quay Surgery" } },
            },
          },
          facts: [
            {
              key: `document:${SET}`,
              action: "state",
              content: {
                kind: "document",
                type: {
                  codings: [
                    { system: "2.16.840.1.113883.2.1.3.2.4.15", code: "373942005", display: "Discharge summary" },
                  ],
                },
                title: "Discharge summary",
                status: "final",
                confidentiality: "N",
                authoredAt: "2026-03-01T10:30:05.000Z",
                author: { code: "200012345678", display: "Dr Ada Cobb" },
                set: { authority: "RXX", id: SET, instance: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04", version: 1 },
                custodian: { code: "RXX", display: "Example Hospital" },
                sections: [
                  {
                    depth: 1,
                    title: "Diagnoses",
                    code: { system: "2.16.840.1.113883.2.1.3.2.4.15", code: "887161000000102" },
                  },
                ],
                parts: [
                  { location: "payload[1]", contentType: "application/hl7-cda+xml", encoding: "text", bytes: 4_000 },
                ],
              },
            },
          ],
          snapshots: [],
        },
      ],
      operations: [],
      warnings: [],
      notMapped: ["component/structuredBody"],
    });
    expect(document).toEqual({
      id: "6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04",
      set: SET,
      version: 1,
      messageType: DISCHARGE,
      isNullification: false,
      custodian: { code: "RXX", display: "Example Hospital" },
      recipients: [],
      sections: [
        {
          depth: 1,
          title: "Diagnoses",
          code: { system: "2.16.840.1.113883.2.1.3.2.4.15", code: "887161000000102" },
        },
      ],
    });
  });

  it("says to whom it was sent, who signed it, and how confidential it is, as sent", () => {
    const recipient = (type: string, name: string) =>
      `<informationRecipient typeCode="${type}"><intendedRecipient><receivedOrganization><name>${name}</name>
        </receivedOrganization></intendedRecipient></informationRecipient>`;
    const signed =
      "<legalAuthenticator><assignedEntity><assignedPerson><name>Dr B</name></assignedPerson></assignedEntity></legalAuthenticator>";
    const { event, document } = mapped({
      confidentiality: "V",
      header: signed + recipient("PRCP", "Quay Surgery") + recipient("TRC", "Hospice"),
    });
    expect(document.recipients).toEqual([
      { display: "Quay Surgery", isPrimary: true },
      { display: "Hospice", isPrimary: false },
    ]);
    expect(event.subjects[0]?.facts[0]?.content).toMatchObject({
      confidentiality: "V",
      status: "authenticated",
      authenticator: { display: "Dr B" },
    });
    expect(event.subjects[0]?.patient.demographics.confidentiality).toBeUndefined();
  });

  it.each([
    ["what is no CDA", "<ClinicalDocument/>", "not-readable"],
    ["two patients", cdaText({ header: "<recordTarget><patientRole/></recordTarget>" }), "not-readable"],
    ["two in one place", cdaText({ practice: "</patientRole><patientRole>" }), "not-readable"],
    ["a header of thousands", cdaText({ header: "<x/>".repeat(5_000) }), "not-readable"],
    ["no patient", '<ClinicalDocument xmlns="urn:hl7-org:v3"/>', "no-patient-id"],
    [
      "a patient that is null",
      '<d:ClinicalDocument xmlns:d="urn:hl7-org:v3"><d:recordTarget nullFlavor="NI"><d:patientRole/></d:recordTarget></d:ClinicalDocument>',
      "no-patient-id",
    ],
  ])("is refused with %s", (_, text, reason) => {
    expect(cdaEvent(elementOf(text), READING, CONTEXT)).toMatchObject({ ok: false, reason });
  });

  it("has a guardian as a relationship, and its language", () => {
    const patient = `<ethnicGroupCode code="A"/><languageCommunication><languageCode code="fr"/></languageCommunication>
      <languageCommunication><languageCode code="en"/><preferenceInd value="true"/></languageCommunication>
      <guardian><code code="16" displayName="Relative"/><telecom use="MC" value="tel:07700900004"/>
      <guardianPerson><name>Joy Marsh</name></guardianPerson></guardian><guardian/>`;
    const [subject] = mapped({ patient }).event.subjects;
    expect(subject?.patient.demographics).toMatchObject({ ethnicity: { value: "A" }, language: { value: "en" } });
    expect(subject?.facts.slice(1)).toEqual([
      {
        key: expect.stringMatching(/^guardian:[0-9a-f]{16}$/),
        action: "state",
        content: {
          kind: "relationship",
          role: "contact",
          name: "Joy Marsh",
          relationship: { codings: [{ system: "", code: "16", display: "Relative" }] },
          contactRole: { codings: [{ system: "2.16.840.1.113883.5.110", code: "GUARD", display: "Guardian" }] },
          telecoms: [{ kind: "mobile", use: "other", value: "07700900004" }],
        },
      },
    ]);
  });
});

describe("whose record it is", () => {
  const CALL_ID = localId("C2YMQR-308", "NTN08:Example 111");

  it("is a record of its own where all local ids are of calls, and no call's id is an identifier", () => {
    const { key, event } = mapped({ messageType: CALL, ids: VERIFIED + CALL_ID });
    expect(key).toEqual(IN_SET);
    expect(event.subjects[0]?.patient).toMatchObject({ key: IN_SET, identifiers: [NHS] });
    expect(event.warnings.map(({ location, code }) => [location, code])).toEqual([
      ["recordTarget/patientRole/id[2]", "ignored"],
    ]);
  });

  it.each(["POCD_MT020001UK01", "POCD_MT030001UK01", "POCD_MT010011GB02", "POCD_MT999999XX01", "", "toString"])(
    "is so in documents of type %s",
    (messageType) => expect(mapped({ messageType, ids: CALL_ID }).key).toEqual(IN_SET),
  );

  it.each(["POCD_MT150001UK05", "POCD_MT160001UK06", "POCD_MT170001UK06", "POCD_MT000026GB01"])(
    "is the patient's of the sender's register in documents of type %s",
    (messageType) => expect(mapped({ messageType }).key).toEqual(IN_REGISTER),
  );

  it("never is a record of an NHS number", () => {
    expect(mapped({ ids: VERIFIED }).key).toEqual(IN_SET);
    expect(mapped({ ids: "" }).key).toEqual(IN_SET);
  });

  it("is as the configuration says of an authority, whatever the kind of document", () => {
    const calls = { ...READING, localIds: { RXX: "call" as const } };
    expect(mapped({}, calls).key).toEqual(IN_SET);
    const patients = { ...READING, localIds: { NTN08: "patient" as const } };
    const { key } = mapped({ messageType: CALL, ids: CALL_ID }, patients);
    expect(key).toEqual({ authority: "NTN08", localId: "C2YMQR-308" });
  });

  it("is of the sender's own register where the patient has an id in several", () => {
    const ids = localId("77", "RYY:Elsewhere") + localId("0012345");
    expect(mapped({ ids }).key).toEqual(IN_REGISTER);
    expect(mapped({ ids }, { authority: "FEED" }).key).toEqual({ authority: "RYY", localId: "77" });
  });

  it("is its own document's where it has no set, and the message's where it has no id either", () => {
    const ofMessage = mapped({ ids: VERIFIED, id: "", set: "" });
    expect(mapped({ ids: VERIFIED, set: "" }).key.localId).toBe("document-set:6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04");
    expect(ofMessage.key.localId).toBe("document-set:TRACKING-1");
    expect(ofMessage.event.warnings).toMatchObject([{ location: "ClinicalDocument", code: "structure" }]);
  });
});

describe("versions of a document", () => {
  it("are one fact, and the higher one is the later one even in the same second, whatever the letters of the set's id", () => {
    const stamp = fc.date({ min: new Date("2000-01-01"), max: new Date("2026-02-28"), noInvalidDate: true });
    fc.assert(
      fc.property(
        stamp,
        fc.nat({ max: 500 }),
        fc.integer({ min: 1, max: 400 }),
        fc.boolean(),
        (at, first, more, isMinute) => {
          const text = at
            .toISOString()
            .replace(/[-:T]/g, "")
            .slice(0, isMinute ? 12 : 14);
          const time = `<effectiveTime value="${text}+00"/>`;
          const [one, two, none] = [
            mapped({ time, version: String(first) }),
            mapped({ time, version: String(first + more), set: `<setId root="${SET.toLowerCase()}"/>` }),
            mapped({ time, version: String(first), messageType: NULLIFICATION }),
          ];
          expect(factsOf(two)).toEqual(factsOf(one));
          expect(`${one.event.recordedAt}` < `${two.event.recordedAt}`).toBe(true);
          expect(`${two.event.recordedAt}` < `${none.event.recordedAt}`).toBe(true);
          expect(`${two.event.recordedAt}`.slice(0, 19)).toBe(`${one.event.recordedAt}`.slice(0, 19));
        },
      ),
    );
  });

  it.each([
    ["20260301103005+00", "2026-03-01T10:30:05.001Z", []],
    ["202507011030+01", "2025-07-01T09:30:00.001Z", []],
    ["20250701103005+0100", "2025-07-01T09:30:05.001Z", []],
    // Without a zone it is London's wall clock.
    ["20250701103005", "2025-07-01T09:30:05.001Z", []],
    ["20250701103005.250+01", "2025-07-01T09:30:05.250Z", []],
    ["20250701", "2025-07-01T00:00:00.001Z", []],
    ["202507", undefined, []],
    ["20251301", undefined, ["bad-date"]],
    ["20990101000000+00", "2026-03-01T12:30:00.000Z", ["future-time"]],
  ])("are of the time %s", (value, recordedAt, codes) => {
    const { event } = mapped({ time: `<effectiveTime value="${value}"/>` });
    expect([event.recordedAt, event.warnings.map(({ code }) => code)]).toEqual([recordedAt, codes]);
  });

  it("are of the author's time where they have none of their own", () => {
    expect(mapped({ time: `<effectiveTime nullFlavor="UNK"/>` }).event.recordedAt).toBe("2026-03-01T10:30:00.001Z");
  });

  it.each([
    ["an earlier version of itself", related("RPLC", `<id root="X"/><setId root="${SET}"/>`), "state", undefined],
    ["an earlier version by its id alone", related("RPLC", `<id root="X"/>`), "state", undefined],
    ["another document", related("RPLC", `<setId root="${OTHER_SET}"/>`), "replace", OTHER_SET],
    ["one that it adds to", related("APND", `<setId root="${OTHER_SET}"/>`), "addend", OTHER_SET],
    ["one it was made from", related("XFRM", `<setId root="${OTHER_SET}"/>`), "state", undefined],
  ])("may name %s", (_, header, action, relatesTo) => {
    const [fact] = mapped({ header }).event.subjects[0]?.facts ?? [];
    expect([fact?.action, fact?.relatesTo]).toEqual([action, relatesTo && `document:${relatesTo}`]);
  });

  it("take back what they replace where that is in a record of its own", () => {
    const replacing = mapped({ ids: VERIFIED, header: related("RPLC", `<setId root="${OTHER_SET}"/>`) });
    expect(factsOf(replacing)).toEqual([
      [`document-set:${SET}`, "replace", `document:${SET}`],
      [`document-set:${OTHER_SET}`, "retract", `document:${OTHER_SET}`],
    ]);
    expect(canonicalEvent.parse(replacing.event)).toEqual(replacing.event);
    const inRegister = mapped({ header: related("RPLC", `<setId root="${OTHER_SET}"/>`) });
    expect(factsOf(inRegister)).toEqual([["0012345", "replace", `document:${SET}`]]);
  });
});

describe("a nullification", () => {
  const nullify = { messageType: NULLIFICATION, ids: VERIFIED };

  it("takes back the document of its set, and says of the patient no more than the number", () => {
    const { event, key, document } = mapped(nullify);
    expect(key).toEqual(IN_SET);
    expect(event.subjects).toEqual([
      {
        patient: { key: IN_SET, identifiers: [NHS], demographics: {} },
        facts: [
          {
            key: `document:${SET}`,
            action: "retract",
            content: {
              kind: "document",
              type: { codings: [] },
              status: "unknown",
              set: { authority: READING.authority, id: SET },
            },
          },
        ],
        snapshots: [],
      },
    ]);
    expect(document).toMatchObject({ isNullification: true, set: SET });
    expect(canonicalEvent.parse(event)).toEqual(event);
  });

  it("takes back the one it names, where its own set is another", () => {
    const { key, document } = mapped({ ...nullify, header: related("RPLC", `<setId root="${OTHER_SET}"/>`) });
    expect([key.localId, document.set]).toEqual([`document-set:${OTHER_SET}`, OTHER_SET]);
  });

  it("needs no patient", () => {
    const text = cdaText(nullify).replace(/<recordTarget>.*<\/recordTarget>/s, "");
    expect(cdaEvent(elementOf(text), READING, CONTEXT)).toMatchObject({ ok: true, key: IN_SET });
  });
});
