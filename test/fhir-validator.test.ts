import { readFileSync } from "node:fs";
import { patientOf, resourcesOfFact } from "@chesil/fhir";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { factSources } from "../packages/fhir/src/fact-fixture.ts";
import { patientSource } from "../packages/fhir/src/golden-fixture.ts";
import { GP_RECORD } from "../packages/fhir/src/read/example-bundle.ts";
import { fhirValidator, type Issue } from "../scripts/validate-fhir.ts";
import { personIdOf } from "../services/api/src/fhir/region-fixture.ts";
import { JANE, serveRegion } from "../services/api/src/fhir/served-region-fixture.ts";
import { corpus, fhirOfBundles, fhirOfMessages, regionMessages, WITHOUT_PROVENANCE } from "./fhir-output.ts";

const found = fhirValidator();
const reason = "missing" in found ? ` (skipped: ${found.missing})` : "";
const hasCorpus = process.env.CHESIL_CORPUS !== undefined;

const SEED = Number(process.env.CHESIL_SEED);

type Judged = { readonly resource: string; readonly issues: readonly Issue[] };

/** A judge who finds nothing here finds nothing anywhere. */
const WRONG = '{"resourceType":"Patient","gender":"mle","birthDate":"1950-02-30","colour":"red"}';

/** What Chesil says in FHIR, before a judge whom nobody here wrote. */
describe.skipIf("missing" in found)(`FHIR, before HL7's validator${reason}`, () => {
  let judged: Judged[] = [];
  let ofAnything: Judged[] = [];
  let wrong: readonly Issue[] = [];
  beforeAll(async () => {
    if ("missing" in found) return;
    const resources = [
      ...(await fhirOfMessages(corpus("simulated-hospital/messages.hl7"), WITHOUT_PROVENANCE)),
      ...(await fhirOfMessages(corpus("fhir-converter/*.hl7"))),
      ...(await fhirOfMessages(corpus("edge-cases/**/*hl7"))),
      ...(await fhirOfMessages(regionMessages())),
      ...(await everyKind()),
      ...(await fhirOfBundles(GP_RECORD)),
    ];
    const all = [WRONG, ...resources, ...anything()];
    const answers = await found.validate(all);
    const [first, ...others] = all.map((resource, index) => ({ resource, issues: answers[index] ?? [] }));
    wrong = first?.issues ?? [];
    judged = others.slice(0, resources.length);
    ofAnything = others.slice(resources.length);
  }, 600_000);

  it("judges", () => {
    const errors = wrong.filter(({ severity }) => severity === "error");
    expect([...new Set(errors.map(({ location }) => location))].sort()).toEqual([
      "Patient",
      "Patient.birthDate",
      "Patient.gender",
    ]);
  });

  it("finds every type, and no error in any resource", () => {
    const types = new Set(judged.map(({ resource }) => JSON.parse(resource).resourceType));
    for (const part of [
      ...WITHOUT_PROVENANCE,
      "Provenance",
      "AuditEvent",
      "Bundle",
      "CapabilityStatement",
      "OperationOutcome",
    ])
      expect(types).toContain(part);
    if (hasCorpus) expect(judged.length).toBeGreaterThan(5_000);
    expect(errorsIn(judged)).toEqual([]);
  });

  it(`finds no error whatever senders write into any field (seed ${SEED})`, () => {
    expect(ofAnything.length).toBeGreaterThan(500);
    expect(errorsIn(ofAnything)).toEqual([]);
  });

  it("warns of nothing that README.md does not explain, and of all that it does", () => {
    const warned = new Set(judged.flatMap(({ issues }) => issues.flatMap(warningOf)));
    const explained = warningsInReadme();
    expect([...warned].filter((each) => !explained.has(each)).sort()).toEqual([]);
    if (hasCorpus) expect([...explained].filter((each) => !warned.has(each)).sort()).toEqual([]);
  });
});

const errorsIn = (all: readonly Judged[]) =>
  all.flatMap(({ resource, issues }) =>
    issues
      .filter(({ severity, text }) => (severity === "error" || severity === "fatal") && !isRareLanguage(text))
      .map((issue) => ({ resource, ...issue })),
  );

/**
 * R4 prefers its list of common languages and allows all of BCP 47 (the binding's maximum). The validator does not know the
 * maximum, and takes a language that is not common for an error.
 */
function isRareLanguage(text: string): boolean {
  const [, code] =
    /^Code "([a-z]{2})" is not in valueset: http:\/\/hl7.org\/fhir\/ValueSet\/languages$/.exec(text) ?? [];
  return code !== undefined && LANGUAGES.of(code) !== undefined;
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** The validator's name for it, else its words; and where, without places in lists. */
function warningOf({ severity, id, location, text }: Issue): string[] {
  if (severity !== "warning") return [];
  const name = id.split("#").at(-1) || (text.split(".")[0] ?? "");
  const path = location.replace(/\[\d+\]/g, "");
  // What stands in a Bundle is judged by itself too.
  if (path.startsWith("Bundle.entry.resource")) return [];
  // All types are alike in this.
  const place = path.replace(/^\w+\.meta\.profile$/, "*.meta.profile");
  return [`${name} | ${place}`];
}

/** Rows of the table: the name, the places, and why. */
function warningsInReadme(): Set<string> {
  const readme = readFileSync(new URL("../infra/fhir-validator/README.md", import.meta.url), "utf8");
  const rows = [...readme.matchAll(/^\| `([^`]+)` *\| ([^|]+)\| [^|]+\|$/gm)];
  return new Set(
    rows.flatMap(([, name, places = ""]) =>
      [...places.matchAll(/`([^`]+)`/g)].map(([, place]) => `${name} | ${place}`),
    ),
  );
}

/** A person with a fact of each kind, the answer that gives them, and what else the interface says. */
async function everyKind(): Promise<string[]> {
  const region = await serveRegion();
  try {
    const everything = await region.ask(`/fhir/Patient/${personIdOf(JANE)}/$everything`);
    const looks = await region.ask(`/fhir/AuditEvent?patient=${personIdOf(JANE)}`, { viewer: "privacy-officer" });
    const others = [everything, looks, await region.ask("/fhir/metadata"), await region.ask("/fhir/Patient/none")];
    const inside = [everything, looks].flatMap(({ body }) => body.entry ?? []);
    return [...inside.map(({ resource }) => JSON.stringify(resource)), ...others.map(({ text }) => text)];
  } finally {
    await region.close();
  }
}

/** Facts and persons of any text in any field, for the errors only: what is warned of them is what was sent. */
function anything(): string[] {
  const facts = [...factSources.values()].flatMap((each) => fc.sample(each, { numRuns: 30, seed: SEED }));
  const patients = fc.sample(patientSource, { numRuns: 60, seed: SEED }).map(patientOf);
  return [...facts.flatMap(resourcesOfFact), ...patients].map((resource) => JSON.stringify(resource));
}
