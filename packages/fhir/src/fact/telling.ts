import type { Concept, FactKind, FactOf, Party } from "@chesil/model";
import { conceptOf, wordsOf } from "../code-system.ts";
import { absentConcept } from "../data-absent.ts";
import type { Annotation, CodeableConcept, Identifier, Meta, Narrative, Period, Reference } from "../datatypes.ts";
import { comparable, fhirDateTime, inOrder } from "../date-time.ts";
import type { FactSource } from "../fact-source.ts";
import { orderSystem } from "../identifier-system.ts";
import { type Line, narrativeOf } from "../narrative.ts";
import { eitherReference, type PartyType, partyReference } from "../party-reference.ts";
import { metaOf, patientReference } from "../patient.ts";
import { CODE_SYSTEM } from "../uk-core.ts";
import { readable } from "../without-empty.ts";

/** A fact of one kind, with all that is known about it. */
export type SourceOf<K extends FactKind> = Omit<FactSource, "content"> & { readonly content: FactOf<K> };

/**
 * One fact on its way to FHIR. What is read through it is said twice, as an element and as a line of the narrative, so
 * that the two never differ; and what FHIR has no element or no form for (an end before the start, 30 February) is not
 * lost: it stands in the narrative and among the notes.
 */
export class Telling {
  readonly source: Omit<FactSource, "content">;
  readonly #lines: Line[] = [];
  readonly #notes: string[] = [];

  constructor(source: Omit<FactSource, "content">) {
    this.source = source;
  }

  /** Id, version, profile, and what became of the fact where it does not stand as it is. */
  head(profile: string, id = String(this.source.factId)): { id: string; meta: Meta } {
    const { state, version } = this.source;
    const meta = metaOf(version, profile);
    const tag =
      state === "current" ? undefined : [{ system: CODE_SYSTEM.factState, code: state, display: STATES[state] }];
    return { id, meta: { ...meta, tag } };
  }

  get patient(): Reference {
    return patientReference(this.source.personId);
  }

  get encounter(): Reference | undefined {
    const { encounterId } = this.source;
    return encounterId === null ? undefined : { reference: `Encounter/${encounterId}`, type: "Encounter" };
  }

  /** Text that has an element of its own. */
  text(label: string, text: string | undefined): string | undefined {
    const said = readable(text);
    if (said !== undefined) this.#lines.push([label, said]);
    return said;
  }

  /** Text that FHIR has no element for: it is read, and noted where the resource has notes. */
  note(label: string, text: string | undefined): void {
    const said = readable(text);
    if (said === undefined) return;
    this.#lines.push([label, said]);
    this.#notes.push(label === "" ? said : `${label}: ${said}`);
  }

  notesOf(texts: readonly string[] | undefined): void {
    for (const text of texts ?? []) this.note("", text);
  }

  concept(label: string, sent: Concept | undefined): CodeableConcept | undefined {
    this.text(label, wordsOf(sent));
    return conceptOf(sent, this.source.authority);
  }

  /** Where FHIR requires a code and none was sent, it says so. */
  requiredConcept(label: string, sent: Concept): CodeableConcept {
    return this.concept(label, sent) ?? absentConcept("unknown");
  }

  /** A word of the sender's own. */
  word(label: string, sent: string | undefined): CodeableConcept | undefined {
    const text = this.text(label, sent);
    return text === undefined ? undefined : { text };
  }

  when(label: string, sent: string | undefined): string | undefined {
    const value = fhirDateTime(sent);
    if (value === undefined) this.note(`${label} as sent`, sent);
    else this.text(label, value);
    return value;
  }

  /** FHIR takes neither an end before its start nor ends that it can not compare: then what was sent is noted. */
  period(
    [from, until]: readonly [from: string, until: string],
    startsAt: string | undefined,
    endsAt: string | undefined,
  ): Period | undefined {
    const [start, end] = [fhirDateTime(startsAt), fhirDateTime(endsAt)];
    if (start === undefined || end === undefined) {
      const period = { start: this.when(from, startsAt), end: this.when(until, endsAt) };
      return period.start === undefined && period.end === undefined ? undefined : period;
    }
    if (!inOrder(start, end)) {
      this.when(from, start);
      this.note(`${until} as sent, before the start`, end);
      return { start };
    }
    const [first, last] = comparable(start, end);
    for (const [label, sent, said] of [[from, start, first] as const, [until, end, last] as const]) {
      if (sent === said) this.text(label, sent);
      else this.note(label, sent);
    }
    return { start: first, end: last };
  }

  party(label: string, sent: Party | undefined, type: PartyType): Reference | undefined {
    this.text(label, sent?.display ?? sent?.code);
    return partyReference(sent, type, this.source.authority);
  }

  /** A party that may be a person or an organisation. */
  either(label: string, sent: Party | undefined): Reference | undefined {
    this.text(label, sent?.display ?? sent?.code);
    return eitherReference(sent, this.source.authority);
  }

  /** The numbers that those who ordered and those who did it know it by. */
  orderNumbers(placerId: string | undefined, fillerId: string | undefined): Identifier[] {
    const { authority } = this.source;
    const number = (value: string | undefined, role: "placer" | "filler"): Identifier[] => {
      const text = readable(value);
      const type = role === "placer" ? PLACER : FILLER;
      return text === undefined
        ? []
        : [{ type: { coding: [type] }, system: orderSystem(authority, role), value: text }];
    };
    return [...number(placerId, "placer"), ...number(fillerId, "filler")];
  }

  /** All that has no element of its own. To be asked for when everything was read. */
  get annotations(): Annotation[] {
    return this.#notes.map((text) => ({ text }));
  }

  /** To be asked for when everything was read. `hasNotes`: the resource gives the `annotations` too. */
  narrative(heading: string, hasNotes: boolean): Narrative {
    const { state } = this.source;
    const lines: Line[] = state === "current" ? this.#lines : [["", STATES[state]], ...this.#lines];
    return narrativeOf(heading, lines, hasNotes || this.#notes.length === 0);
  }
}

const PLACER = { system: CODE_SYSTEM.identifierType, code: "PLAC", display: "Placer Identifier" };
const FILLER = { system: CODE_SYSTEM.identifierType, code: "FILL", display: "Filler Identifier" };

/** What became of a fact, in words that stand over it. */
const STATES = {
  superseded: "Superseded: another statement stands in its place",
  retracted: "Entered in error: its sender took it back",
  withdrawn: "Withdrawn: its source does not state it any more",
} as const;

/** The state's own word where the fact does not stand; else what its content says. */
export function statusOf<T>(
  state: FactSource["state"],
  words: { readonly retracted: T; readonly superseded: T; readonly withdrawn: T },
  current: T,
): T {
  return state === "current" ? current : words[state];
}
