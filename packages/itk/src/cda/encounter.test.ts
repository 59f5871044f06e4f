import type { EncounterStatement } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { CALL, DISCHARGE, localId, mapped } from "./example-cda.ts";

const visit = (inner: string) => `<componentOf><encompassingEncounter>${inner}</encompassingEncounter></componentOf>`;
const encounterOf = (inner: string, messageType = CALL): EncounterStatement | undefined =>
  mapped({ messageType, encounter: visit(inner) }).event.subjects[0]?.encounter;
const ID = '<id root="2.16.840.1.113883.2.1.3.2.4.18.34" extension="C-59263"/>';
const person = (name: string) =>
  `<assignedEntity><assignedPerson><name>${name}</name></assignedPerson></assignedEntity>`;

describe("the visit that a document is about", () => {
  it("has its number, times, place, who answers for it, and how it ended; the document belongs to it", () => {
    const inner = `${ID}<id root="X" extension="2"/><code code="NHS111Encounter"/>
      <effectiveTime><low value="202603010900+00"/><high value="20260301091500+0000"/></effectiveTime>
      <dischargeDispositionCode code="Dx06" displayName="Within 6 hours"/>
      <responsibleParty>${person("Dr John Black")}</responsibleParty>
      <location><healthCareFacility><location><name>Example Centre</name></location></healthCareFacility></location>`;
    expect(encounterOf(inner)).toEqual({
      visitNumber: "C-59263",
      action: "discharge",
      class: "other",
      location: "Example Centre",
      consultant: { display: "Dr John Black" },
      admittedAt: "2026-03-01T09:00:00.000Z",
      dischargedAt: "2026-03-01T09:15:00.000Z",
      dischargeDestination: "Dx06",
    });
    const { event } = mapped({ ids: localId("1"), encounter: visit(inner) });
    expect(event.subjects[0]?.facts[0]?.visitNumber).toBe("C-59263");
  });

  it.each([
    ['<low value="20260301"/><high nullFlavor="NI"/>', CALL, "discharge", "2026-03-01", undefined],
    ['<low value="20260301"/><high nullFlavor="NI"/>', "POCD_MT010011GB02", "update", "2026-03-01", undefined],
    ['<low nullFlavor="UNK"/><high value="20260301"/>', "POCD_MT010011GB02", "discharge", undefined, "2026-03-01"],
    ['<center value="200605012036+01"/>', CALL, "discharge", "2006-05-01T19:36:00.000Z", undefined],
    ["", CALL, "discharge", undefined, undefined],
    ['<low value="20261301"/>', CALL, "discharge", undefined, undefined],
  ])("of times %s in %s", (times, type, action, admittedAt, dischargedAt) => {
    const encounter = encounterOf(`${ID}<effectiveTime>${times}</effectiveTime>`, type);
    expect([encounter?.action, encounter?.admittedAt, encounter?.dischargedAt]).toEqual([
      action,
      admittedAt,
      dischargedAt,
    ]);
  });

  it.each([
    ["4525004", "POCD_MT000026GB01", "emergency"],
    ["IMP", CALL, "inpatient"],
    ["1", "POCD_MT000026GB01", undefined],
    ["1", DISCHARGE, "inpatient"],
    ["1", "POCD_MT160001UK06", "emergency"],
    ["1", "POCD_MT170001UK06", "outpatient"],
  ])("of code %s in %s", (code, type, visitClass) => {
    expect(encounterOf(`${ID}<code code="${code}"/>`, type)?.class).toBe(visitClass);
  });

  it("is of who attended before who answers for it", () => {
    const inner = `${ID}<responsibleParty>${person("Dr A")}</responsibleParty>
      <encounterParticipant typeCode="CON">${person("Dr B")}</encounterParticipant>
      <encounterParticipant typeCode="ATND">${person("Dr C")}</encounterParticipant>`;
    expect(encounterOf(inner)?.consultant).toEqual({ display: "Dr C" });
  });

  it("is known by a root alone, and a number that looks like one of ours is not taken for it", () => {
    expect(encounterOf('<id nullFlavor="NA"/><id root="133C6C34"/>')?.visitNumber).toBe("133C6C34");
    expect(encounterOf('<id root="1.2" extension="admitted:2026"/>')?.visitNumber).toBe("encounter:admitted:2026");
  });

  it("is not stated where nothing identifies it, which is warned of", () => {
    const { event } = mapped({ encounter: visit("<code code='IMP'/>") });
    expect(event.subjects[0]?.encounter).toBeUndefined();
    expect(event.warnings).toMatchObject([{ location: "componentOf/encompassingEncounter", code: "ignored" }]);
  });

  it.each([
    ['<code displayName="Ambulance-based care"/><location><name nullFlavor="NA"/></location>', "Ambulance-based care"],
    ["<serviceProviderOrganization><name>Example Trust</name></serviceProviderOrganization>", "Example Trust"],
    ["", undefined],
  ])("is in the place %s", (facility, location) => {
    const inner = `${ID}<location><healthCareFacility>${facility}</healthCareFacility></location>`;
    expect(encounterOf(inner)?.location).toBe(location);
  });
});
