import {
  type CanonicalEvent,
  DEMOGRAPHIC_FIELDS,
  type DemographicField,
  type FactStatement,
  type IdentityOperation,
  type SourceKey,
  type SubjectStatement,
} from "@chesil/model";
import { joined, namedWords, spaced, valueWords } from "./value-words.ts";

/** A line of an event in words: what it is about, and what is said. */
export type WordsLine = { readonly label: string; readonly text: string };

/** What a message says, in words that whoever sets up a feed can hold against it. */
export function eventWords(event: CanonicalEvent): WordsLine[] {
  const times = joined(
    event.recordedAt && `recorded ${event.recordedAt}`,
    event.occurredAt && `happened ${event.occurredAt}`,
  );
  return [
    ...(times ? [{ label: "time", text: times }] : []),
    ...event.subjects.flatMap(subjectWords),
    ...event.operations.map((operation) => ({ label: "identity", text: operationWords(operation) })),
  ];
}

const LABELS: Readonly<Partial<Record<DemographicField, string>>> = {
  names: "name",
  birthDate: "born",
  addresses: "address",
  telecoms: "telecom",
  generalPractitioner: "GP",
  generalPractice: "practice",
  deathDate: "died",
  maritalStatus: "marital status",
};

function subjectWords({ patient, encounter, facts, snapshots }: SubjectStatement): WordsLine[] {
  const lines: WordsLine[] = [{ label: "patient", text: keyWords(patient.key) }];
  for (const { authority, value, type, trust } of patient.identifiers)
    lines.push({ label: "identifier", text: joined(`${authority} ${value}`, type, trust) });
  for (const field of DEMOGRAPHIC_FIELDS) {
    const said = patient.demographics[field];
    if (said === undefined || said.said === "empty") continue;
    const text = said.said === "cleared" ? "(deleted)" : valueWords(said.value);
    lines.push({ label: LABELS[field] ?? field, text });
  }
  if (encounter) {
    const { visitNumber, action, cancels, ...rest } = encounter;
    const what = action === "cancel" ? `cancel of ${cancels ?? "what it names"}` : spaced(action);
    lines.push({ label: "visit", text: joined(`${visitNumber}: ${what}`, namedWords(rest)) });
  }
  lines.push(...facts.flatMap(factWords));
  for (const { kind } of snapshots)
    lines.push({ label: "whole list", text: `${kind}: what is not said here is withdrawn` });
  return lines;
}

/** A fact on a line; its observations and documents on lines of their own. */
function factWords({ action, key, relatesTo, content }: FactStatement): WordsLine[] {
  const {
    kind,
    observations = [],
    documents = [],
    ...said
  } = { observations: undefined, documents: undefined, ...content };
  const how = action === "state" ? "" : `${action}${relatesTo ? ` of ${relatesTo}` : ""}`;
  const parts = [...(observations ?? []), ...(documents ?? [])];
  return [
    { label: kind, text: joined(how, namedWords(said)) || key },
    ...parts.map((part) => ({ label: "", text: `- ${valueWords(part)}` })),
  ];
}

const keyWords = ({ authority, localId }: SourceKey) => `${authority} ${localId}`;

function operationWords(operation: IdentityOperation): string {
  switch (operation.operation) {
    case "merge":
      return `${keyWords(operation.retired)} was a mistake: all of it belongs to ${keyWords(operation.survivor)}`;
    case "link":
      return `${keyWords(operation.one)} and ${keyWords(operation.other)} are one person`;
    case "unlink":
      return `${keyWords(operation.one)} and ${keyWords(operation.other)} are two people`;
    case "move-record":
      return joined(
        `${keyWords(operation.moved)} was filed under the wrong person`,
        operation.from && `leaves ${keyWords(operation.from)}`,
        operation.to && `goes to ${keyWords(operation.to)}`,
      );
    case "change-id":
      return `${keyWords(operation.wrong)} was mistyped: it is ${keyWords(operation.right)}`;
    case "delete-record":
      return `${keyWords(operation.deleted)} should not be`;
    case "merge-account":
    case "merge-visit":
      return `of ${keyWords(operation.patient)}, ${nounOf(operation)} ${operation.retired} is ${operation.survivor}`;
    case "change-account":
    case "change-visit":
      return `of ${keyWords(operation.patient)}, ${nounOf(operation)} ${operation.wrong} was mistyped: it is ${operation.right}`;
    case "move-account":
      return `account ${operation.account} of ${keyWords(operation.from)} belongs to ${keyWords(operation.to)}`;
    case "move-visit":
      return joined(
        `visit ${operation.visit} belongs to account ${operation.toAccount} of ${keyWords(operation.patient)}`,
        operation.fromAccount && `leaves account ${operation.fromAccount}`,
        operation.fromPatient && `of ${keyWords(operation.fromPatient)}`,
      );
  }
}

const nounOf = ({ operation }: IdentityOperation) => (operation.endsWith("account") ? "account" : "visit");
