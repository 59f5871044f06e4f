import type { FactStatement, PatientStatement } from "@chesil/model";
import { Element, type Reading } from "./element.ts";
import { type Entry, entryPath } from "./entries.ts";
import type { ReadFact } from "./fact/read-fact.ts";
import { factKey, numberOf } from "./fact-key.ts";
import { EntryRefusedError } from "./findings.ts";
import { isUsual, labelsOf, strictest } from "./labels.ts";
import { FACTS_MAX } from "./limits.ts";
import { resolved } from "./references.ts";
import { FACT_READERS, type Surroundings } from "./resource-types.ts";
import { stated } from "./stated.ts";
import { visitNumberOf, visitSaid } from "./visit.ts";

/** One patient of a Bundle, and the entries that are about them. */
export interface PatientPart {
  readonly patient: PatientStatement;
  readonly reading: Reading;
  readonly entries: Entry[];
  readonly notMapped: Set<string>;
}

export const resourceOf = (entry: Entry, reading: Reading): Element =>
  new Element(entry.resource, `${entryPath(entry.number)}.resource`, entry, reading);

/** What the entries of one patient state: each by itself, so that a bad one holds up no other. */
export class PatientReader {
  readonly #part: PatientPart;
  readonly #numbers: ReadonlyMap<Entry, string>;
  readonly #surroundings: Surroundings;
  /** The observations that stand in a report. */
  readonly #reported = new Set<Entry>();

  constructor(part: PatientPart) {
    this.#part = part;
    this.#numbers = numbersOf(part);
    const own = new Set(part.entries);
    this.#surroundings = {
      isPatients: ({ entry }) => own.has(entry),
      keyOf: (reference) => {
        const target = resolved(reference);
        const number = target && this.#numbers.get(target.entry);
        return target && number === undefined ? undefined : target && factKey(target.type, number ?? "");
      },
    };
  }

  /** Encounters in the order of their entries. */
  visits(): ReturnType<typeof visitSaid>[] {
    return this.#part.entries
      .filter(({ type }) => type === "Encounter")
      .flatMap((entry) =>
        this.#attempt(entry, (resource) => [visitSaid(this.#unlabelled(resource), this.#visitNumber(resource))]),
      );
  }

  facts(): FactStatement[] {
    const { entries, reading } = this.#part;
    // A report takes its observations with it; what is left of them stands alone.
    const reports = new Map(entries.filter(isReport).map((entry) => [entry, this.#factsOf(entry)]));
    const facts = entries.flatMap((entry) => {
      const isStated = FACT_READERS[entry.type] !== undefined && !this.#reported.has(entry);
      return isStated ? (reports.get(entry) ?? this.#factsOf(entry)).map((fact) => ({ entry, fact })) : [];
    });
    for (const { number } of facts.slice(FACTS_MAX).map(({ entry }) => entry))
      reading.findings.refuse(number, entryPath(number), "ignored", `Only ${FACTS_MAX} facts of a patient are stated.`);
    return facts.slice(0, FACTS_MAX).map(({ fact }) => fact);
  }

  #factsOf(entry: Entry): FactStatement[] {
    return this.#attempt(entry, (resource) => {
      const number = this.#numberOf(resource);
      const members = new Set<Entry>();
      const isPatients = (other: Element) => {
        members.add(other.entry);
        return other.entry === entry || this.#surroundings.isPatients(other);
      };
      const read = FACT_READERS[entry.type]?.(resource, { ...this.#surroundings, isPatients }) ?? [];
      const visitNumber = this.#visitOf(resource);
      for (const member of isReport(entry) ? members : []) this.#reported.add(member);
      this.#reported.delete(entry);
      const confidentiality = this.#keptAs(resource);
      return read
        .map((fact) => (confidentiality ? { ...fact, content: { ...fact.content, confidentiality } } : fact))
        .map((fact) => statementOf(fact, factKey(entry.type, number), visitNumber));
    });
  }

  /** How closely what a resource says is kept: the strictest of what it, the whole Bundle and its parts say. */
  #keptAs(resource: Element): string | undefined {
    return strictest([...labelsOf(resource), ...this.#part.reading.labels]);
  }

  /** @throws EntryRefusedError for a visit that is kept closely: nothing here keeps a visit so, and it would be shown. */
  #unlabelled(resource: Element): Element {
    const label = this.#keptAs(resource);
    if (label === undefined || isUsual(label)) return resource;
    throw resource.refusal("meta.security", "ignored", "It is confidential, which no visit can be here: left out.");
  }

  #attempt<T>(entry: Entry, read: (resource: Element) => T[]): T[] {
    const { reading } = this.#part;
    try {
      return read(unmodified(resourceOf(entry, reading)));
    } catch (error) {
      if (!(error instanceof EntryRefusedError)) throw error;
      reading.findings.refuse(entry.number, error.location, error.code, error.message);
      return [];
    }
  }

  #numberOf(resource: Element): string {
    const number = this.#numbers.get(resource.entry);
    if (number !== undefined) return number;
    throw resource.refusal("id", "structure", "It has neither an identifier nor an id to find it again by.");
  }

  #visitNumber = (resource: Element): string => visitNumberOf(this.#numberOf(resource));

  /** The visit that a fact belongs to. One of another patient is none of this one's. */
  #visitOf(resource: Element): string | undefined {
    const context = resource.at("context");
    const reference = resource.at("encounter") ?? context?.first("encounter") ?? context;
    const encounter = reference?.has("reference") ? resolved(reference) : undefined;
    if (reference === undefined || encounter === undefined) return undefined;
    if (encounter.type === "EpisodeOfCare") return undefined;
    if (encounter.type !== "Encounter") {
      reference.flag("", "structure", "What it refers to is no Encounter.");
      return undefined;
    }
    if (this.#surroundings.isPatients(encounter)) {
      const number = this.#numbers.get(encounter.entry);
      return number === undefined ? undefined : visitNumberOf(number);
    }
    reference.flag("", "identity", "The Encounter is about another patient: left out.");
    return undefined;
  }
}

/**
 * The same, where nothing turns its meaning round: an order not to do something, or an extension that a reader must not pass
 * over (FHIR R4, 2.4.1), and none is known here.
 */
export function unmodified(resource: Element): Element {
  if (resource.boolean("doNotPerform") === true)
    throw resource.refusal("doNotPerform", "ignored", "It says what is not to be done, and there is no such fact.");
  for (const name of ["modifierExtension", "implicitRules"])
    if (resource.has(name))
      throw resource.refusal(name, "ignored", "It changes what the resource means in a way that is not known here.");
  return resource;
}

const isReport = ({ type }: Entry) => type === "DiagnosticReport";

function statementOf(fact: ReadFact, key: string, visitNumber: string | undefined): FactStatement {
  const { content, part, isRetracted, relation } = fact;
  return stated<FactStatement>({
    key: part === undefined ? key : `${key}#${part}`,
    action: isRetracted ? "retract" : (relation?.action ?? "state"),
    relatesTo: isRetracted ? undefined : relation?.relatesTo,
    visitNumber,
    content,
  });
}

/**
 * By what each resource is found again. Where two of a type have one identifier, it tells neither: they are known by it
 * together with their ids.
 */
function numbersOf({ entries, reading }: PatientPart): Map<Entry, string> {
  const numbers = new Map<Entry, string>();
  const byNumber = Map.groupBy(
    entries.flatMap((entry) => {
      const number = numberOf(resourceOf(entry, reading));
      return number === undefined ? [] : [{ entry, number }];
    }),
    ({ entry, number }) => `${entry.type}/${number}`,
  );
  for (const same of byNumber.values())
    for (const { entry, number } of same) {
      if (same.length > 1 && entry.id !== number) {
        const text = "Another resource of the type has the same identifier.";
        reading.findings.flag(entry.number, `${entryPath(entry.number)}.resource.identifier`, "structure", text);
      }
      numbers.set(entry, same.length > 1 ? `${number}|${entry.id || entry.fullUrl}` : number);
    }
  return numbers;
}
