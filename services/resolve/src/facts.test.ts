import type { FactContent, FactSnapshot, FactStatement } from "@chesil/model";
import type { FactVersionWrite, StoredContent, StoredFact, StoredFactSnapshot } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contact, found, histories, momentOf, note, report, type Spoken } from "./fact-fixture.ts";
import { moveFactsOfVisit } from "./fact-move.ts";
import { type FactNeeds, FactSet, MissingFactsError } from "./fact-set.ts";
import { applyFacts, factNeeds } from "./facts.ts";
import { Mint } from "./mint.ts";

const RECORD = 1;
const MERGED_AWAY = 2;

/** The tables and their queries, so that every message sees only what the ones before it wrote. */
class Tables {
  readonly facts = new Map<number, StoredFact>();
  readonly snapshots = new Map<string, StoredFactSnapshot>();
  readonly versions = new Map<string, FactVersionWrite>();
  written = 0;

  hear(message: Spoken, records: readonly number[] = [RECORD]): this {
    return this.hearTogether([message], records);
  }

  /** As one batch. */
  hearTogether(messages: readonly Spoken[], records: readonly number[] = [RECORD]): this {
    return this.run(
      messages.map((message) => factNeeds(records, message)),
      (set) => {
        for (const message of messages)
          applyFacts(set, records, message, momentOf(message), new Mint(message.journalId));
      },
    );
  }

  run(needs: FactNeeds[], change: (set: FactSet) => void): this {
    const set = new FactSet();
    for (const each of needs) this.#load(set, each);
    try {
      change(set);
    } catch (error) {
      if (!(error instanceof MissingFactsError)) throw error;
      return this.run([...needs, error.needs], change);
    }
    const { facts, versions, snapshots, joined } = set.changes();
    for (const { factId, into } of joined) {
      this.facts.delete(factId);
      for (const version of [...this.versions.values()])
        if (version.factId === factId) this.#keep({ ...version, factId: into });
    }
    for (const fact of facts) this.facts.set(fact.factId, structuredClone(fact));
    for (const version of versions) this.#keep(version);
    for (const each of snapshots)
      this.snapshots.set(`${each.sourceRecordId}|${each.kind}|${each.visitNumber}`, structuredClone(each));
    this.written += facts.length;
    return this;
  }

  #keep(version: FactVersionWrite): void {
    this.versions.set(`${version.factId}|${version.said.journalId}`, structuredClone(version));
  }

  #load(set: FactSet, needs: FactNeeds): void {
    const places = new Set(needs.places.map(({ sourceRecordId, kind, key }) => `${sourceRecordId}|${kind}|${key}`));
    const lists = new Set(needs.lists.map(({ sourceRecordId, kind }) => `${sourceRecordId}|${kind}`));
    const visits = new Set(needs.visits.map((visit) => `${visit.sourceRecordId}|${visit.visitNumber}`));
    const isAsked = (fact: StoredFact) => {
      const list = `${fact.sourceRecordId}|${fact.kind}`;
      return (
        places.has(`${list}|${fact.key}`) ||
        places.has(`${list}|${fact.relation?.to}`) ||
        (lists.has(list) && fact.state !== "withdrawn") ||
        visits.has(`${fact.sourceRecordId}|${fact.visitNumber}`)
      );
    };
    set.load(needs, [...this.facts.values()].filter(isAsked), [...this.snapshots.values()]);
  }

  /** As anybody sees it: what a snapshot repeated was said then. */
  seen() {
    const set = new FactSet();
    const kinds = [...new Set([...this.facts.values()].map(({ kind }) => kind))];
    set.load({ places: [], lists: [], visits: [] }, [...this.facts.values()], [...this.snapshots.values()]);
    return [RECORD, MERGED_AWAY]
      .flatMap((sourceRecordId) => kinds.flatMap((kind) => set.factsOf({ sourceRecordId, kind })))
      .map(({ factId, createdBy, updatedBy, ...fact }) => fact)
      .sort((a, b) => (`${a.kind}|${a.key}` < `${b.kind}|${b.key}` ? -1 : 1));
  }

  states(): Record<string, string> {
    return Object.fromEntries(this.seen().map(({ key, state }) => [key, state]));
  }
}

const state = (key: string, content: FactContent, visitNumber?: string): FactStatement => ({
  key,
  action: "state",
  content,
  ...(visitNumber !== undefined && { visitNumber }),
});

let journalIds = 0;
const at = (minute: number, facts: FactStatement[], snapshots: FactSnapshot[] = []): Spoken => ({
  journalId: ++journalIds,
  minute,
  facts,
  snapshots,
});
const having = (...messages: Spoken[]) => messages.reduce((tables, message) => tables.hear(message), new Tables());

describe("facts", () => {
  it("come to the same whatever order the statements arrive in", () => {
    fc.assert(
      fc.property(histories, ([sent, arrived]) => {
        expect(having(...arrived).seen()).toEqual(having(...sent).seen());
      }),
      { numRuns: 3000 },
    );
  });

  it("come to the same whether they are decided together or apart", () => {
    fc.assert(
      fc.property(histories, fc.nat(7), ([sent, arrived], first) => {
        const group = [RECORD, MERGED_AWAY];
        const one = sent.reduce((tables, message) => tables.hear(message, group), new Tables());
        const together = new Tables()
          .hearTogether(arrived.slice(0, first), group)
          .hearTogether(arrived.slice(first), group);
        expect(together.seen()).toEqual(one.seen());
      }),
      { numRuns: 1000 },
    );
  });

  it("come to the same when everything is sent again, and keep no more", () => {
    fc.assert(
      fc.property(histories, ([sent, again]) => {
        const facts = having(...sent).seen();
        const twice = having(...sent, ...again);
        expect(twice.seen()).toEqual(facts);
        expect(having(...sent, ...again, ...sent).versions.size).toBe(twice.versions.size);
      }),
      { numRuns: 1000 },
    );
  });

  it("lose nothing that was said to be so: no word, no part of a document", () => {
    fc.assert(
      fc.property(histories, ([, arrived]) => {
        const tables = having(...arrived);
        const kept = [...tables.facts.values(), ...tables.versions.values()].flatMap(({ factId, content }) =>
          wordsOf(tables.facts.get(factId)?.key ?? "", content),
        );
        for (const { facts } of arrived)
          for (const { action, key, content } of facts)
            if (action !== "retract") for (const word of wordsOf(key, content)) expect(kept).toContain(word);
      }),
      { numRuns: 1000 },
    );
  });
});

const wordsOf = (key: string, stored: FactContent): string[] => {
  const { otherSpecialties: _, ...content } = stored as StoredContent;
  if (content.kind === "result")
    return [
      ...(content.notes ?? []).map((each) => `${key} note ${each}`),
      ...content.observations.flatMap(({ code, value }) => (value ? [`${key} ${code.codings[0]?.code} ${value}`] : [])),
      ...(content.documents ?? []).map(({ text }) => `${key} text ${text}`),
    ];
  if (content.kind !== "document") return [`${key} ${JSON.stringify(content)}`];
  return [`${key} title ${content.title}`, ...(content.parts ?? []).map(({ text }) => `${key} text ${text}`)];
};

describe("a fact", () => {
  it("is what was recorded last, and keeps what was said before, also when that comes late", () => {
    const tables = having(at(1, [state("A", note("first"))]), at(9, [state("A", note("third"))]));
    tables.hear(at(5, [state("A", note("second"))]));
    expect(tables.seen()).toMatchObject([{ state: "current", content: { title: "third" } }]);
    expect([...tables.versions.values()].map(({ content }) => (content as { title: string }).title)).toEqual([
      "first",
      "second",
    ]);
  });

  it("of a document keeps its parts when a message speaks of it without them, and says who sent them", () => {
    const [whole, status] = [at(1, [state("A", note("letter", "Dear"))]), at(2, [state("A", note("signed letter"))])];
    for (const tables of [having(whole, status), having(status, whole)])
      expect(tables.seen()).toMatchObject([
        {
          content: { title: "signed letter", parts: [{ text: "Dear" }] },
          said: { journalId: status.journalId },
          parts: { journalId: whole.journalId },
        },
      ]);
  });

  it("of a document is kept as closely as was last said, also when its sender edits it and says nothing", () => {
    const closely = (text: string, kept: string) => ({ ...note(text), confidentiality: kept });
    const messages = [
      at(1, [state("A", closely("letter", "R"))]),
      at(2, [state("A", note("letter, edited"))]),
      at(3, [{ ...state("B", note("more")), action: "addend" as const, relatesTo: "A" }]),
      at(4, [{ ...state("C", note("instead")), action: "replace" as const, relatesTo: "B" }]),
    ];
    for (const order of [messages, messages.toReversed()]) {
      const tables = having(...order);
      const kept = () =>
        [...tables.facts.values()].map(({ key, content }) => `${key} ${content.confidentiality}`).sort();
      expect(kept()).toEqual(["A R", "B R", "C R"]);
      tables.hear(at(5, [state("C", closely("instead", "U"))]));
      expect(kept()).toEqual(["A R", "B R", "C U"]);
      tables.hear(at(6, [state("A", closely("letter, edited", "U"))]));
      expect(kept()).toEqual(["A U", "B U", "C U"]);
    }
  });

  it("takes the later arrival of two that were recorded at one time", () => {
    const [one, other] = [at(1, [state("A", note("one"))]), at(1, [state("A", note("other"))])];
    expect(having(one, other).seen()).toMatchObject([{ content: { title: "other" } }]);
    expect(having(other, one).seen()).toMatchObject([{ content: { title: "other" } }]);
  });

  it("is superseded by its replacement, whichever comes first, until the replacement is retracted", () => {
    const original = at(1, [state("A", note("draft"))]);
    const replacement = at(2, [{ ...state("B", note("final")), action: "replace", relatesTo: "A" }]);
    expect(having(original, replacement).states()).toEqual({ A: "superseded", B: "current" });
    const late = having(replacement, original);
    expect(late.states()).toEqual({ A: "superseded", B: "current" });
    late.hear(at(3, [state("A", note("a status change of what was replaced"))]));
    expect(late.states()).toEqual({ A: "superseded", B: "current" });
    late.hear(at(4, [{ ...state("B", note("final")), action: "retract" }]));
    expect(late.states()).toEqual({ A: "current", B: "retracted" });
  });

  it("stands beside its addendum, and a document that names itself as its parent replaces nothing", () => {
    const tables = having(
      at(1, [state("A", note("letter"))]),
      at(2, [{ ...state("B", note("more")), action: "addend", relatesTo: "A" }]),
      at(3, [{ ...state("A", note("letter, again")), action: "replace", relatesTo: "A" }]),
    );
    expect(tables.states()).toEqual({ A: "current", B: "current" });
  });

  it("is retracted before it comes, and only a later statement brings it back", () => {
    const tables = having(at(5, [{ ...state("A", note("cancelled")), action: "retract" }]));
    expect(tables.states()).toEqual({ A: "retracted" });
    tables.hear(at(1, [state("A", note("original"))]));
    expect(tables.seen()).toMatchObject([{ state: "retracted", content: { title: "original" } }]);
    tables.hear(at(6, [state("A", note("reissued"))]));
    expect(tables.seen()).toMatchObject([{ state: "current", content: { title: "reissued" } }]);
  });

  it("of a result is taken back observation by observation, and is retracted when nothing of it stands", () => {
    const wrong = (code: string) => found(code, undefined, { status: "entered-in-error" });
    const whole = at(1, [state("A", report([found("HB", "98"), found("WBC", "7")]))]);
    const one = at(2, [{ ...state("A", report([wrong("HB")])), action: "retract" }]);
    const other = at(3, [{ ...state("A", report([wrong("WBC")])), action: "retract" }]);
    for (const tables of [having(whole, one), having(one, whole)])
      expect(tables.seen()).toMatchObject([
        { state: "current", content: { observations: [{ status: "entered-in-error" }, { value: "7" }] } },
      ]);
    for (const tables of [having(whole, one, other), having(other, one, whole)]) {
      expect(tables.states()).toEqual({ A: "retracted" });
      expect(JSON.stringify(tables.seen())).not.toContain("98");
      expect(JSON.stringify([...tables.versions.values()])).toContain("98");
      tables.hear(at(4, [state("A", report([found("HB", "101")]))]));
      expect(tables.seen()).toMatchObject([
        { state: "current", content: { observations: [{ value: "101" }, { status: "entered-in-error" }] } },
      ]);
    }
  });

  it("is found by a key of any length", () => {
    const long = "k".repeat(5000);
    const tables = having(
      at(1, [state(long, note("one"))]),
      at(2, [{ ...state("B", note("two")), action: "replace", relatesTo: long }]),
    );
    expect(tables.facts.size).toBe(2);
    for (const fact of tables.facts.values()) expect(fact.key.length).toBeLessThanOrEqual(200);
    expect(Object.values(tables.states()).sort()).toEqual(["current", "superseded"]);
  });

  it("is updated where it is known when its id was merged away", () => {
    const tables = new Tables().hear(at(1, [state("A", note("draft"))]), [MERGED_AWAY]);
    tables.hear(at(2, [state("A", note("final"))]), [RECORD, MERGED_AWAY]);
    expect(tables.seen()).toMatchObject([{ sourceRecordId: MERGED_AWAY, content: { title: "final" } }]);
    tables.hear(at(3, [state("B", note("new"))], [{ kind: "document" }]), [RECORD, MERGED_AWAY]);
    expect(tables.states()).toEqual({ A: "withdrawn", B: "current" });
  });
});

describe("what a row of an extract no longer states", () => {
  it("is taken back of the id that it names alone, and of all where that one never stated it", () => {
    const tables = new Tables().hear(at(1, [state("A", contact("one"))]), [MERGED_AWAY]);
    tables.hear(at(1, [state("A", contact("other")), state("B", contact("after"))]), [RECORD]);
    const gone = {
      ...at(
        3,
        ["A", "B"].map((key) => ({ ...state(key, contact("")), action: "retract" as const })),
      ),
    };
    tables.run([factNeeds([RECORD, MERGED_AWAY], gone)], (set) =>
      applyFacts(set, [RECORD, MERGED_AWAY], { ...gone, of: MERGED_AWAY }, momentOf(gone), new Mint(gone.journalId)),
    );
    const states = [...tables.facts.values()].map(
      ({ sourceRecordId, key, state }) => `${sourceRecordId} ${key} ${state}`,
    );
    expect(states.sort()).toEqual(["1 A current", "1 B retracted", "2 A retracted"]);
  });
});

describe("a snapshot", () => {
  const whole: FactSnapshot[] = [{ kind: "relationship" }];

  it("withdraws what it does not list, also what comes late, until it is said again", () => {
    const tables = having(
      at(1, [state("A", contact("Ann")), state("B", contact("Ben"))], whole),
      at(5, [state("A", contact("Ann"))], whole),
    );
    expect(tables.states()).toEqual({ A: "current", B: "withdrawn" });
    tables.hear(at(3, [state("C", contact("Cy"))]));
    expect(tables.states()).toEqual({ A: "current", B: "withdrawn", C: "withdrawn" });
    tables.hear(at(6, [state("B", contact("Ben"))]));
    expect(tables.states()).toEqual({ A: "current", B: "current", C: "withdrawn" });
  });

  it("takes nothing that was recorded after it", () => {
    const tables = having(at(5, [state("B", contact("Ben"))]), at(1, [state("A", contact("Ann"))], whole));
    expect(tables.states()).toEqual({ A: "current", B: "current" });
  });

  it("of a visit leaves the facts of others alone", () => {
    const tables = having(
      at(1, [state("A", contact("Ann"), "V1"), state("B", contact("Ben"), "V2"), state("C", contact("Cy"))]),
      at(2, [], [{ kind: "relationship", visitNumber: "V1" }]),
    );
    expect(tables.states()).toEqual({ A: "withdrawn", B: "current", C: "current" });
  });

  it("that lists what is known writes no fact again", () => {
    const tables = having(at(1, [state("A", contact("Ann")), state("B", contact("Ben"))], whole));
    expect(tables.written).toBe(2);
    tables.hear(at(2, [state("A", contact("Ann")), state("B", contact("Ben"))], whole));
    tables.hear(at(3, [state("A", contact("Ann")), state("B", contact("Ben"))], whole));
    expect(tables.written).toBe(2);
    expect(tables.hear(at(2, [state("A", contact("Old Ann"))])).seen()).toMatchObject([
      { content: { name: "Ann" } },
      { content: { name: "Ben" } },
    ]);
  });
});

describe("the facts of a visit", () => {
  const move = (tables: Tables, from: [number, string], to: [number, string]) =>
    tables.run([], (set) =>
      moveFactsOfVisit(
        set,
        { sourceRecordId: from[0], visitNumber: from[1] },
        { sourceRecordId: to[0], visitNumber: to[1] },
        ++journalIds,
      ),
    );

  it("take its new number", () => {
    const tables = having(at(1, [state("A", note("one"), "V1"), state("B", note("two"), "V2")]));
    move(tables, [RECORD, "V1"], [RECORD, "V9"]);
    expect(tables.seen().map((fact) => fact.visitNumber)).toEqual(["V9", "V2"]);
  });

  it("go to another record, and become one with what is known there", () => {
    const tables = having(at(1, [state("A", note("old"), "V1"), state("B", note("other"), "V1")]));
    tables.hear(at(2, [state("A", note("new"), "V7")]), [MERGED_AWAY]);
    move(tables, [RECORD, "V1"], [MERGED_AWAY, "V1"]);
    expect(tables.seen()).toMatchObject([
      { sourceRecordId: MERGED_AWAY, key: "A", visitNumber: "V7", content: { title: "new" } },
      { sourceRecordId: MERGED_AWAY, key: "B", visitNumber: "V1", content: { title: "other" } },
    ]);
    expect([...tables.versions.values()]).toMatchObject([{ content: { title: "old" } }]);
    expect(tables.facts.size).toBe(2);
  });

  it("become one observation by observation", () => {
    const tables = having(at(1, [state("A", report([found("HB", "98"), found("WBC", "7")]), "V1")]));
    tables.hear(at(2, [state("A", report([found("HB", "97")]), "V7")]), [MERGED_AWAY]);
    move(tables, [RECORD, "V1"], [MERGED_AWAY, "V1"]);
    expect(tables.seen()).toMatchObject([
      { sourceRecordId: MERGED_AWAY, content: { observations: [{ value: "97" }, { value: "7" }] } },
    ]);
    expect([...tables.versions.values()].map(({ content }) => JSON.stringify(content)).join()).toContain('"98"');
  });
});
