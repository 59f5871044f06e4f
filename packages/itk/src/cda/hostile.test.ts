import { canonicalEvent } from "@chesil/model";
import { type XmlElement, type XmlMarkup, xmlElement, xmlText } from "@chesil/xml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cdaEvent } from "./cda-event.ts";
import { cdaContent } from "./content.ts";
import {
  CALL,
  CONTEXT,
  cdaText,
  DISCHARGE,
  elementOf,
  localId,
  NULLIFICATION,
  READING,
  SET,
  VERIFIED,
} from "./example-cda.ts";
import { CDA_LIMITS } from "./limits.ts";

const V3 = "urn:hl7-org:v3";
const SECRET = "Xylophone";

/** The names that the reader asks for, so that trees of them lead it deep, and some that it does not know. */
const NAMES = [
  ...[
    "recordTarget",
    "patientRole",
    "patient",
    "id",
    "addr",
    "telecom",
    "name",
    "family",
    "given",
    "birthTime",
    "code",
  ],
  ...["guardian", "guardianPerson", "languageCommunication", "languageCode", "providerOrganization", "postalCode"],
  ...["author", "assignedAuthor", "assignedPerson", "effectiveTime", "low", "high", "setId", "versionNumber", "title"],
  ...["relatedDocument", "parentDocument", "componentOf", "encompassingEncounter", "component", "structuredBody"],
  ...["section", "nonXMLBody", "text", "reference", "streetAddressLine", "translation", "confidentialityCode", "x"],
];
const CODES = [
  "1",
  "N",
  "H PHYS",
  "20260301",
  "20261301",
  "tel:1",
  "9990004951",
  "0000000000",
  "A".repeat(1_001),
  "\0",
  "RPLC",
];
const ROOTS = ["2.16.840.1.113883.2.1.4.1", "2.16.840.1.113883.2.1.3.2.4.18.24", "constructor", "__proto__"];

const element = (name: string, attributes: [string, string][], children: (XmlElement | string)[]): XmlElement => ({
  namespace: V3,
  name,
  attributes: new Map(attributes),
  children,
  scope: undefined,
  start: 0,
  end: 0,
});
const attributes = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom("extension", "value", "code", "use", "typeCode", "representation"),
      fc.constantFrom(...CODES),
    ),
    fc.tuple(fc.constantFrom("root", "codeSystem", "assigningAuthorityName"), fc.constantFrom(...ROOTS)),
    fc.tuple(fc.constantFrom("nullFlavor", "displayName"), fc.constant(SECRET)),
  ),
  { maxLength: 3 },
);
const { tree } = fc.letrec<{ tree: XmlElement; child: XmlElement | string }>((tie) => ({
  tree: fc
    .tuple(fc.constantFrom(...NAMES), attributes, fc.array(tie("child"), { maxLength: 6 }))
    .map(([name, its, children]) => element(name, its, children)),
  child: fc.oneof({ maxDepth: 6 }, fc.constantFrom(SECRET, "?", ...CODES), tie("tree")),
}));
/** A path that is read, with a tree at its end. */
const planted = fc
  .tuple(
    fc.constantFrom(
      ["recordTarget", "patientRole"],
      ["recordTarget", "patientRole", "patient"],
      ["componentOf", "encompassingEncounter"],
      ["component", "structuredBody", "component", "section"],
      ["author", "assignedAuthor"],
      ["component"],
    ),
    fc.array(tree, { maxLength: 5 }),
  )
  .map(([path, trees]) => path.reduceRight<XmlElement[]>((inner, name) => [element(name, [], inner)], trees));
const anyDocument = fc
  .tuple(fc.constantFrom(DISCHARGE, CALL, NULLIFICATION, "constructor"), fc.array(planted), fc.array(tree))
  .map(([type, paths, trees]) =>
    element(
      "ClinicalDocument",
      [],
      [
        { ...element("messageType", [["extension", type]], []), namespace: "NPFIT:HL7:Localisation" },
        ...[...paths.flat(), ...trees].filter(
          (each, index, all) =>
            each.name !== "recordTarget" || all.findIndex(({ name }) => name === "recordTarget") === index,
        ),
        element("recordTarget", [], []),
      ].slice(0, paths.some(([first]) => first?.name === "recordTarget") ? -1 : undefined),
    ),
  );

describe("any tree", () => {
  it("is an event that the model takes, or a refusal, and no warning quotes it", () => {
    let events = 0;
    fc.assert(
      fc.property(anyDocument, (document) => {
        const result = cdaEvent(document, READING, CONTEXT);
        cdaContent(document, "p/component/nonXMLBody/text");
        if (!result.ok) return;
        events++;
        expect(canonicalEvent.parse(result.event)).toEqual(result.event);
        expect(result.event.subjects[0]?.patient.key).toEqual(result.key);
        expect(JSON.stringify([result.event.warnings, result.event.notMapped])).not.toContain(SECRET);
        expect(result.event.warnings.length).toBeLessThanOrEqual(CDA_LIMITS.warningsMax);
        expect(JSON.stringify(result.event)).not.toContain("\\u0000");
      }),
      { numRuns: 500 },
    );
    expect(events).toBeGreaterThan(50);
  });
});

/** The same tree, written with another prefix, and its attributes in another order. */
function rewritten(node: XmlElement, prefix: string, isOuter: boolean, isReversed: boolean): XmlMarkup {
  const inner = node.children.map((child) =>
    typeof child === "string" ? xmlText(child) : rewritten(child, prefix, false, isReversed),
  );
  const local = node.namespace === V3 ? prefix : "other";
  const declared: [string, string][] = isOuter ? [[prefix === "" ? "xmlns" : `xmlns:${prefix}`, V3]] : [];
  if (local === "other") declared.push(["xmlns:other", node.namespace]);
  const all = [...declared, ...node.attributes];
  const name = local === "" ? node.name : `${local}:${node.name}`;
  return xmlElement(name, Object.fromEntries(isReversed ? all.reverse() : all), inner);
}

describe("how a document is written", () => {
  it("makes no difference: prefixes, and the order of attributes", () => {
    const visit =
      "<componentOf><encompassingEncounter><id root='1' extension='2'/></encompassingEncounter></componentOf>";
    fc.assert(
      fc.property(
        fc.constantFrom("", "hl7", "ns0", "é"),
        fc.boolean(),
        fc.constantFrom(DISCHARGE, CALL, NULLIFICATION),
        (prefix, isReversed, messageType) => {
          const root = elementOf(cdaText({ messageType, ids: VERIFIED + localId("7"), encounter: visit }));
          const again = elementOf(rewritten(root, prefix, true, isReversed));
          expect(cdaEvent(again, READING, CONTEXT)).toEqual(cdaEvent(root, READING, CONTEXT));
        },
      ),
    );
  });
});

describe("too much of everything", () => {
  const many = (text: string, count = CDA_LIMITS.itemsMax + 1) => text.repeat(count);

  it("is read within limits, and said to be", () => {
    const name = "<name><family>Marsh</family></name>";
    const patient = cdaEvent(elementOf(cdaText({ names: many(name) })), READING, CONTEXT);
    expect(patient).toMatchObject({
      ok: true,
      event: { warnings: [{ location: "recordTarget/patientRole/patient", code: "ignored" }] },
    });
    const said = patient.ok ? patient.event.subjects[0]?.patient.demographics.names : undefined;
    expect(said?.said === "value" && said.value.length).toBe(CDA_LIMITS.itemsMax);
  });

  it("is not looked for beyond some thousands of elements in one place", () => {
    const behind = (count: number) =>
      cdaEvent(elementOf(cdaText({ patient: `${"<x/>".repeat(count)}<ethnicGroupCode code="A"/>` })), READING, CONTEXT);
    const location = "recordTarget/patientRole/patient";
    const [near, far] = [behind(10), behind(CDA_LIMITS.childrenMax)];
    expect(near.ok && near.event.subjects[0]?.patient.demographics.ethnicity).toEqual({ said: "value", value: "A" });
    expect(near.ok && near.event.warnings).toEqual([]);
    expect(far.ok && far.event.subjects[0]?.patient.demographics.ethnicity).toBeUndefined();
    expect(far.ok && far.event.warnings).toMatchObject([{ location, code: "ignored" }]);
  });

  it("has sections within sections no deeper, and no more of them, than the limits say", () => {
    const nested = (inner: string) => `<component><section>${inner}</section></component>`;
    let deep = "";
    for (let depth = 0; depth < 30; depth++) deep = nested(deep);
    const wide = many(nested(many(nested(""), 90)), 90);
    for (const [body, count] of [
      [deep, CDA_LIMITS.sectionDepthMax],
      [wide, CDA_LIMITS.sectionsMax],
    ] as const) {
      const result = cdaEvent(
        elementOf(cdaText({ body: `<structuredBody>${body}</structuredBody>` })),
        READING,
        CONTEXT,
      );
      expect(result.ok && result.document.sections.length).toBe(count);
    }
  });

  it("names no set longer than an index takes", () => {
    const long = "9".repeat(201);
    const result = cdaEvent(elementOf(cdaText({ set: `<setId root="${long}"/>`, ids: "" })), READING, CONTEXT);
    expect(result.ok && result.key.localId).toBe("document-set:6C1D0E52-3A5B-4B4C-9D57-2E0F6A7B8C04");
    expect(JSON.stringify(result)).not.toContain(long);
    const fact = `document:${SET}`;
    expect(cdaEvent(elementOf(cdaText()), READING, CONTEXT)).toMatchObject({
      event: { subjects: [{ facts: [{ key: fact }] }] },
    });
  });
});
