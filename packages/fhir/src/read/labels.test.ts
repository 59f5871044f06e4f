import { describe, expect, it } from "vitest";
import { bundleEvents } from "./bundle-events.ts";
import { bundleOfEntries } from "./bundle-of-entries.ts";
import { about, bundleOf, CONTEXT, PATIENT } from "./example-bundle.ts";

const SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const label = (code: string, system = SYSTEM) => ({ system, code });
const meta = (...codes: string[]) => ({ meta: { security: codes.map((code) => label(code)) } });
const flag = { resourceType: "Flag", id: "f", ...about(), status: "active", code: { text: "A flag" } };
const visit = { resourceType: "Encounter", id: "e", ...about(), status: "finished", class: { code: "IMP" } };
const letter = {
  ...{ resourceType: "DocumentReference", id: "d", ...about(), status: "current", type: { text: "Letter" } },
};

const read = (bundle: unknown) => {
  const result = bundleEvents(bundle, CONTEXT);
  if (!result.ok) throw new Error(result.text);
  return result;
};
const keptAs = (bundle: unknown) =>
  read(bundle).events.flatMap(({ subjects }) =>
    subjects.flatMap(({ facts }) => facts.map(({ content }) => content.confidentiality)),
  );

describe("how closely something is kept", () => {
  it("goes by the strictest of all labels, wherever they stand", () => {
    const several = { securityLabel: [{ coding: [label("N"), label("R")] }, { coding: [label("U")] }] };
    const found = [
      { ...letter, ...several },
      { ...letter, ...several, ...meta("V") },
      { ...letter, securityLabel: [{ text: "Only for the team" }] },
      { ...letter, ...meta("N") },
      letter,
      { ...flag, ...meta("R", "N") },
      { ...flag, meta: { security: [label("HIV", "http://terminology.hl7.org/CodeSystem/v3-ActCode")] } },
    ].map((resource) => keptAs(bundleOf(PATIENT, resource)));
    expect(found).toEqual([["R"], ["V"], ["Only for the team"], ["N"], [undefined], ["R"], ["HIV"]]);
  });

  it("is of all that a Bundle holds where the Bundle says so, or its Composition", () => {
    const composition = { resourceType: "Composition", id: "c", confidentiality: "R", status: "final" };
    expect(keptAs({ ...bundleOf(PATIENT, flag), ...meta("R") })).toEqual(["R"]);
    const whole = bundleOf(composition, PATIENT, letter);
    expect(keptAs(whole)).toEqual(["R"]);
    const [entries = []] = read(whole).entriesOfEvents;
    expect(keptAs(bundleOfEntries(whole, entries))).toEqual(["R"]);
  });

  it("is not said by what is no level", () => {
    expect(keptAs(bundleOf(PATIENT, { ...flag, ...meta("HTEST", "SUBSETTED") }))).toEqual([undefined]);
  });

  it("makes a restricted record of a patient so labelled", () => {
    const said = (...codes: string[]) =>
      read(bundleOf({ ...PATIENT, ...meta(...codes) })).events[0]?.subjects[0]?.patient.demographics.confidentiality;
    expect(
      [said("N"), said("R"), said("V"), said("PSY"), said()].map((each) => each && "value" in each && each.value),
    ).toEqual(["unrestricted", "restricted", "very-restricted", "restricted", undefined]);
  });

  it("leaves out a visit that is confidential, which none can be here, and says so", () => {
    const { events, findings } = read(bundleOf(PATIENT, { ...visit, ...meta("R") }));
    expect(events[0]?.subjects[0]?.encounter).toBeUndefined();
    expect(findings.filter(({ outcome }) => outcome === "refused")).toMatchObject([
      { entry: 1, outcome: "refused", location: "Bundle.entry[1].resource.meta.security" },
    ]);
    expect(read(bundleOf(PATIENT, { ...visit, ...meta("N") })).events[0]?.subjects[0]?.encounter).toBeDefined();
  });
});
