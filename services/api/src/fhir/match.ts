import type { Viewer } from "@chesil/access";
import { authoritiesOf, IDENTIFIER_SYSTEM, type Match, type MatchGrade, matchset } from "@chesil/fhir";
import {
  blockingKeys,
  type Candidate,
  compare,
  type Decision,
  decide,
  type MatchingModel,
  type Prepared,
  prepare,
} from "@chesil/matching";
import { readPersonsSharing, readVersionedPersons, type StoredRecord } from "@chesil/store";
import { z } from "zod";
import { matchRecordOfStored } from "../review/match-words.ts";
import { type Answer, found, refused, roleRefused } from "./answer.ts";
import type { FhirDeps } from "./deps.ts";
import { resourceOf } from "./patient.ts";
import { fieldsOfInput, matchRecordOfInput, type PatientInput, patientInput } from "./patient-input.ts";
import { type OnFile, whomToLink } from "./whom-to-link.ts";

/**
 * `POST /fhir/Patient/$match`: who may this be? Judged as an arriving record is judged, and nothing is created or kept.
 * FHIR R4 Patient-match, and IHE PDQm ITI-119.
 */

const MATCHES_DEFAULT = 20;
export const MATCHES_MAX = 100;

/** From this match weight, even odds, somebody is worth naming. */
const POSSIBLE_WEIGHT_MIN = 0;

export type MatchQuestion = {
  readonly patient: PatientInput;
  readonly onlyCertainMatches: boolean;
  readonly count: number;
};

const parameters = z.object({
  resourceType: z.literal("Parameters"),
  parameter: z
    .array(
      z.discriminatedUnion("name", [
        z.object({ name: z.literal("resource"), resource: patientInput }),
        z.object({ name: z.literal("onlyCertainMatches"), valueBoolean: z.boolean() }),
        z.object({ name: z.literal("count"), valueInteger: z.int().min(1) }),
      ]),
    )
    .max(3),
});

/** The question in a body, or the refusal that says which part of it can not be read; nothing of it is repeated. */
export function readMatchQuestion(body: unknown): MatchQuestion | Answer {
  const type = (body as { resourceType?: unknown } | null)?.resourceType;
  if (type === "Patient") {
    const patient = patientInput.safeParse(body);
    return patient.success ? { ...NOTHING_ELSE, patient: patient.data } : notReadable("Patient", patient.error);
  }
  const read = parameters.safeParse(body);
  if (!read.success) return notReadable("Parameters", read.error);
  let question: Partial<MatchQuestion> = NOTHING_ELSE;
  const seen = new Set<string>();
  for (const parameter of read.data.parameter) {
    if (seen.has(parameter.name)) return required(400, `The parameter ${parameter.name} is there twice.`);
    seen.add(parameter.name);
    if (parameter.name === "resource") question = { ...question, patient: parameter.resource };
    else if (parameter.name === "count")
      question = { ...question, count: Math.min(parameter.valueInteger, MATCHES_MAX) };
    else question = { ...question, onlyCertainMatches: parameter.valueBoolean };
  }
  const { patient, onlyCertainMatches = false, count = MATCHES_DEFAULT } = question;
  if (!patient) return required(400, "The parameter resource is missing: the Patient to match.");
  return { patient, onlyCertainMatches, count };
}

const NOTHING_ELSE = { onlyCertainMatches: false, count: MATCHES_DEFAULT };

const required = (status: number, diagnostics: string): Answer => refused(status, { code: "required", diagnostics });

function notReadable(resource: string, { issues }: z.ZodError): Answer {
  // A path of a schema that passes over what it does not know holds names of FHIR and numbers only.
  const places = [...new Set(issues.slice(0, 5).map(({ path }) => [resource, ...path].join(".")))].join(", ");
  return refused(400, { code: "invalid", diagnostics: `Not as $match takes it: ${places}.` });
}

const TOO_LITTLE =
  "There is too little to match by. Give an NHS number, a telephone number or an e-mail address; or a date of birth " +
  "with a name or a postcode; or a name with a postcode.";

export async function matchPatient(
  deps: FhirDeps,
  { patient, onlyCertainMatches, count }: MatchQuestion,
  { viewer, baseUrl }: { viewer: Viewer; baseUrl: string },
): Promise<Answer> {
  const { database, gate } = deps;
  const asked = prepare(matchRecordOfInput(patient));
  const keys = blockingKeys(asked).map(String);
  if (keys.length === 0) return required(422, TOO_LITTLE);
  const [model, records] = await Promise.all([
    deps.model(),
    // All of theirs: one of a person's records may forbid what another suggests.
    readPersonsSharing(database.pool, keys, localKeysOf(patient)),
  ]);
  // Whoever may not be found is taken away before anything is decided, so that the answer is as if they were not there.
  const visible = await gate.findable(
    viewer,
    records.map(({ personId }) => personId),
    { deceased: true, by: fieldsOfInput(patient) },
  );
  const onFile = onFileOf(records.filter(({ personId }) => visible.has(personId)));
  const graded = gradesOf(asked, onFile, model).filter(({ grade }) => !onlyCertainMatches || grade === "certain");
  const shown = graded.slice(0, count);
  const ids = shown.map(({ personId }) => personId);
  const detail = { resource: "Patient", candidates: visible.size, found: ids.length };
  const [permitted, read] = await Promise.all([
    gate.persons(viewer, ids, "fhir-match", detail),
    readVersionedPersons(database.pool, ids),
  ]);
  if (!permitted.allowed) return roleRefused();
  const persons = new Map(
    read.flatMap((person) => (permitted.personIds.has(person.personId) ? [[person.personId, person]] : [])),
  );
  const byPerson = Map.groupBy(records, ({ personId }) => personId);
  const matches = shown.flatMap(({ personId, score, grade }): Match[] => {
    const person = persons.get(personId);
    if (person?.status !== "active") return [];
    return [{ patient: resourceOf(person, byPerson.get(personId) ?? [], permitted.viewOf(personId)), score, grade }];
  });
  return found(matchset(baseUrl, matches, graded.length - (shown.length - matches.length)));
}

const localKeysOf = ({ identifier = [] }: PatientInput) =>
  identifier.flatMap(({ system, value }) =>
    system === undefined || value === undefined || system === IDENTIFIER_SYSTEM.nhsNumber
      ? []
      : authoritiesOf(system).map((authority) => ({ authority, localId: value })),
  );

/** Those that can be linked: one that is retired, or set aside until somebody has looked, speaks for nobody. */
const onFileOf = (records: readonly StoredRecord[]): OnFile[] =>
  records
    .filter(({ status, overlaidBy }) => status === "active" && (overlaidBy ?? null) === null)
    .map((record) => ({ personId: record.personId, prepared: preparedOf(record) }));

const preparedOf = (record: StoredRecord): Prepared => prepare(matchRecordOfStored(record));

type Graded = {
  readonly personId: string;
  readonly score: number;
  readonly weight: number;
  readonly grade: MatchGrade;
};

/**
 * The persons, best first. Certain is the one that an arriving record would be linked to without a doubt; probable is
 * who a data manager would be asked about; possible is anybody at even odds or better. The rest are not named.
 */
function gradesOf(asked: Prepared, onFile: readonly OnFile[], model: MatchingModel): Graded[] {
  const candidates = onFile.map(
    ({ personId, prepared }): Candidate => ({ personId, evidence: compare(asked, prepared, model) }),
  );
  // Nobody asks a data manager here: certain is only whom both the stream and the pairs by themselves leave no doubt of.
  const overall = decide(candidates, model);
  const clear = overall.kind === "link" ? overall.personId : undefined;
  const linked = whomToLink(asked, onFile, model) === clear ? clear : undefined;
  const graded = [...Map.groupBy(candidates, ({ personId }) => personId)].flatMap(([personId, ofPerson]): Graded[] => {
    const alone = decide(ofPerson, model);
    const best = bestOf(alone);
    if (best === undefined) return [];
    const { weight, probability: score } = best.evidence;
    if (alone.kind === "new" && weight < POSSIBLE_WEIGHT_MIN) return [];
    const grade = personId === linked ? "certain" : alone.kind === "new" ? "possible" : "probable";
    return [{ personId, score, weight, grade }];
  });
  return graded.sort((a, b) => b.weight - a.weight || (a.personId < b.personId ? -1 : 1));
}

const bestOf = (decision: Decision): Candidate | undefined =>
  decision.kind === "link" ? decision : decision.kind === "review" ? decision.candidates[0] : decision.best;
