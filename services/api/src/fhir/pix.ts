import { permittedRecord, type Viewer } from "@chesil/access";
import { authoritiesOf, IDENTIFIER_SYSTEM, type Parameters, type Patient, patientOf } from "@chesil/fhir";
import { NHS_AUTHORITY, nhsNumberDigits } from "@chesil/model";
import { readKnownAuthorities, readRecordsOfPersons, readVersionedPersons } from "@chesil/store";
import { z } from "zod";
import { personOfIdentifier } from "../identity-queries/person-of-identifier.ts";
import { type Answer, found, refused, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { tokenOf } from "./parameters.ts";

/** `Patient/$ihe-pix`: which other identifiers has the patient of this one? IHE PIXm ITI-83, and its answers to errors. */

export type PixQuestion = {
  readonly source: { readonly system: string; readonly value: string };
  /** None: every system. */
  readonly targetSystems: readonly string[];
};

/** Systems in one question. */
const TARGET_SYSTEMS_MAX = 50;

/** The question in the parameters of a URL. */
export function pixQuestionOfUrl(pairs: readonly (readonly [string, string])[]): PixQuestion | Answer {
  const valuesOf = (name: string) => pairs.filter(([key]) => key === name).map(([, value]) => value);
  const [source = "", ...others] = valuesOf("sourceIdentifier");
  const { system = "", code } = tokenOf(source);
  const targetSystems = valuesOf("targetSystem").flatMap((value) => value.split(",").filter((each) => each !== ""));
  return others.length > 0 ? NOT_ONE : checked({ source: { system, value: code }, targetSystems });
}

const parameters = z.object({
  resourceType: z.literal("Parameters"),
  parameter: z
    .array(
      z.object({
        name: z.enum(["sourceIdentifier", "targetSystem"]),
        valueString: z.string().max(500).optional(),
        valueUri: z.string().max(500).optional(),
        valueIdentifier: z.object({ system: z.string().max(500), value: z.string().max(500) }).optional(),
      }),
    )
    .max(TARGET_SYSTEMS_MAX + 1),
});

/** The question in a Parameters resource: PIXm 3.1 has an Identifier and URIs there, versions before it strings. */
export function pixQuestionOfBody(body: unknown): PixQuestion | Answer {
  const read = parameters.safeParse(body);
  if (!read.success) {
    const diagnostics = "The body is Parameters with sourceIdentifier and targetSystem.";
    return refused(400, { code: "invalid", diagnostics });
  }
  const valuesOf = (name: string) => read.data.parameter.filter((each) => each.name === name);
  const [source, ...others] = valuesOf("sourceIdentifier");
  if (others.length > 0) return NOT_ONE;
  const { system = "", code } = tokenOf(source?.valueString ?? "");
  const targetSystems = valuesOf("targetSystem").flatMap(({ valueUri, valueString }) => valueUri ?? valueString ?? []);
  return checked({ source: source?.valueIdentifier ?? { system, value: code }, targetSystems });
}

const NOT_ONE = refused(400, { code: "required", diagnostics: "One sourceIdentifier is needed, as system|value." });

function checked(question: PixQuestion): PixQuestion | Answer {
  const { source, targetSystems } = question;
  if (source.system === "" || source.value === "") return NOT_ONE;
  if (targetSystems.length <= TARGET_SYSTEMS_MAX) return question;
  return refused(400, { code: "too-costly", diagnostics: `At most ${TARGET_SYSTEMS_MAX} systems can be asked for.` });
}

export async function crossReference(deps: FhirDeps, question: PixQuestion, viewer: Viewer): Promise<Answer> {
  const { source, targetSystems } = question;
  const known = await knownSystems(deps, [source.system, ...targetSystems]);
  if (!known.has(source.system)) return unknownSystem(400, "sourceIdentifier Assigning Authority not found");
  if (targetSystems.some((system) => !known.has(system))) return unknownSystem(403, "targetSystem not found");
  const digits = source.system === IDENTIFIER_SYSTEM.nhsNumber ? nhsNumberDigits(source.value) : undefined;
  const value = digits ?? source.value;
  const keys = authoritiesOf(source.system).map((authority) => ({ authority, localId: value }));
  const condition = { kind: "identifier" as const, nhsNumbers: digits ? [digits] : [], keys, localIds: [] };
  const detail = { resource: "Patient", targetSystems: targetSystems.length };
  const named = await personOfIdentifier(deps, condition, { viewer, action: "fhir-pix", detail });
  if (named === "role") return roleRefused();
  const ids = named === undefined ? [] : [named.personId];
  const [person] = await readVersionedPersons(deps.database.pool, ids);
  if (person?.status !== "active") {
    return refused(404, { code: "not-found", diagnostics: "sourceIdentifier Patient Identifier not found" });
  }
  const all = await readRecordsOfPersons(deps.database.pool, ids);
  const records = all.map((record) => (named ? permittedRecord(named.view, record) : record));
  const version = { journalId: person.updatedBy, at: undefined };
  const { identifier = [] } = patientOf({ personId: person.personId, golden: person.golden, records, version });
  const authorities = new Set(targetSystems.flatMap(authoritiesOf));
  const isAsked = (system: string) =>
    targetSystems.length === 0 || authoritiesOf(system).some((authority) => authorities.has(authority));
  const isSource = (system: string, text: string) =>
    text === value && authoritiesOf(system).some((authority) => keys.some((key) => key.authority === authority));
  const targets = identifier.filter(
    ({ use, system = "", value: text }) => use !== "old" && isAsked(system) && !isSource(system, text),
  );
  return found(answerOf(person.personId, targets, targetSystems.length > 0));
}

function answerOf(personId: string, targets: NonNullable<Patient["identifier"]>, isFiltered: boolean): Parameters {
  // Of a patient without an identifier in the systems asked for nothing is told.
  if (isFiltered && targets.length === 0) return { resourceType: "Parameters" };
  return {
    resourceType: "Parameters",
    parameter: [
      ...targets.map((valueIdentifier) => ({ name: "targetIdentifier", valueIdentifier })),
      { name: "targetId", valueReference: { reference: `Patient/${personId}` } },
    ],
  };
}

/** A system is known when there are records under it; that of NHS numbers is always. */
async function knownSystems({ database }: FhirDeps, systems: readonly string[]): Promise<Set<string>> {
  const known = await readKnownAuthorities(database.pool, systems.flatMap(authoritiesOf));
  known.add(NHS_AUTHORITY);
  return new Set(systems.filter((system) => authoritiesOf(system).some((authority) => known.has(authority))));
}

const unknownSystem = (status: number, diagnostics: string): Answer =>
  refused(status, { code: "code-invalid", diagnostics });
