import type { CanonicalEvent } from "@chesil/model";
import { expect, it } from "vitest";
import { bundleEvents } from "./bundle-events.ts";
import { about, bundleOf, CONTEXT, PATIENT } from "./example-bundle.ts";
import {
  FACTS_MAX,
  ITEMS_MAX,
  MEMBERS_DEPTH_MAX,
  NOTE_LENGTH_MAX,
  OBSERVATIONS_MAX,
  TEXT_LENGTH_MAX,
  WARNINGS_MAX,
} from "./limits.ts";

type Json = { readonly [element: string]: unknown };

/** The facts that the patient's resources state, and what was found. */
function read(...resources: readonly Json[]) {
  const result = bundleEvents(bundleOf({ ...PATIENT, generalPractitioner: [] }, ...resources), CONTEXT);
  if (!result.ok) throw new Error(result.text);
  const [event] = result.events as readonly [CanonicalEvent];
  return { event, facts: event.subjects.flatMap(({ facts }) => facts), findings: result.findings };
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const condition = (id: number, more: Json = {}): Json => ({
  ...{ resourceType: "Condition", id: `c${id}`, code: { text: "x" } },
  ...about(),
  ...more,
});
const observation = (id: number, more: Json = {}): Json => ({
  ...{ resourceType: "Observation", id: `o${id}`, status: "final", code: { text: "x" }, valueString: "1" },
  ...about(),
  ...more,
});

it(`${FACTS_MAX} facts of a patient, and the next is refused by its number`, () => {
  const all = times(FACTS_MAX + 1, (at) => condition(at));
  expect(read(...all.slice(1)).findings).toEqual([]);
  const { facts, findings } = read(...all);
  expect(facts).toHaveLength(FACTS_MAX);
  expect(findings.map(({ entry, outcome }) => [entry, outcome])).toEqual([[FACTS_MAX + 1, "refused"]]);
});

it(`${OBSERVATIONS_MAX} observations of a report`, () => {
  const reportOf = (count: number) =>
    read(...times(count, (at) => observation(at)), {
      ...{ resourceType: "DiagnosticReport", id: "r", status: "final", code: { text: "x" } },
      ...about(),
      result: times(count, (at) => ({ reference: `Observation/o${at}` })),
    });
  const sizeOf = ({ facts }: ReturnType<typeof read>) => {
    const content = facts.find((fact) => fact.content.kind === "result")?.content;
    return content?.kind === "result" ? content.observations.length : 0;
  };
  expect([sizeOf(reportOf(OBSERVATIONS_MAX)), reportOf(OBSERVATIONS_MAX).findings]).toEqual([OBSERVATIONS_MAX, []]);
  const beyond = reportOf(OBSERVATIONS_MAX + 1);
  expect([sizeOf(beyond), beyond.findings.length]).toEqual([OBSERVATIONS_MAX, 1]);
});

it(`panels ${MEMBERS_DEPTH_MAX} deep, however they refer to each other`, () => {
  const chainOf = (length: number, last: number) =>
    read(
      ...times(length, (at) => {
        const next = at + 1 < length ? at + 1 : last;
        return observation(at, next < 0 ? {} : { hasMember: [{ reference: `Observation/o${next}` }] });
      }),
      {
        ...{ resourceType: "DiagnosticReport", id: "r", status: "final", code: { text: "x" } },
        ...about(),
        result: [{ reference: "Observation/o0" }],
      },
    );
  expect(chainOf(MEMBERS_DEPTH_MAX, -1).findings).toEqual([]);
  expect(chainOf(MEMBERS_DEPTH_MAX + 1, -1).findings).toHaveLength(1);
  const circle = chainOf(2, 0);
  expect([circle.findings, circle.facts.length]).toEqual([[], 1]);
});

it(`${ITEMS_MAX} of any list, ${TEXT_LENGTH_MAX} characters of a code, ${NOTE_LENGTH_MAX} of a note`, () => {
  const notes = (count: number, length = 1) =>
    condition(0, { note: times(count, () => ({ text: "n".repeat(length) })) });
  const coded = (length: number) => condition(0, { code: { text: "x", coding: [{ code: "c".repeat(length) }] } });
  for (const fits of [notes(ITEMS_MAX), notes(1, NOTE_LENGTH_MAX), coded(TEXT_LENGTH_MAX)])
    expect(read(fits).findings).toEqual([]);
  for (const beyond of [notes(ITEMS_MAX + 1), notes(1, NOTE_LENGTH_MAX + 1), coded(TEXT_LENGTH_MAX + 1)])
    expect(read(beyond).findings.map(({ code, outcome }) => [code, outcome])).toEqual([["ignored", "flagged"]]);
});

it(`${WARNINGS_MAX} warnings of an event, what was refused first; the findings have all`, () => {
  const { event, findings } = read(
    ...times(WARNINGS_MAX, (at) => condition(at, { onsetDateTime: "?" })),
    condition(-1, { code: {} }),
  );
  expect(findings).toHaveLength(WARNINGS_MAX + 1);
  expect(event.warnings).toHaveLength(WARNINGS_MAX);
  expect(event.warnings[0]?.text).toMatch(/nothing says what it is/);
});

it("an id of 200 characters", () => {
  const withId = (length: number) => {
    const patient = { ...PATIENT, identifier: [{ system: CONTEXT.authority, value: "i".repeat(length) }] };
    const result = bundleEvents(bundleOf({ ...patient, generalPractitioner: [] }), CONTEXT);
    return result.ok && result.events.length;
  };
  expect([withId(200), withId(201)]).toEqual([1, 0]);
});

it("what leads in circles ends", () => {
  const all = times(300, (at) => ({ reference: `Observation/o${at}` }));
  const panels = times(300, (at) => observation(at, { hasMember: all }));
  const report = { resourceType: "DiagnosticReport", id: "r", status: "final", code: { text: "x" }, result: all };
  expect(read(...panels, { ...report, ...about() }).facts.at(-1)?.content).toMatchObject({ kind: "result" });
  const role = { resourceType: "PractitionerRole", id: "role", practitioner: { reference: "PractitionerRole/role" } };
  expect(read(role, condition(0, { asserter: { reference: "PractitionerRole/role" } })).facts).toHaveLength(1);
});
