import type { Mutant } from "./mutants.ts";

/** What the record makes of ITK payloads. */
export const ITK_MEANING_MUTANTS: readonly Mutant[] = [
  {
    name: "takes the number of a call for a patient's",
    law: "6. Identity is reversible: a record is of one patient",
    file: "packages/itk/src/cda/identifiers.ts",
    find: '?? type.localIds) === "patient")',
    replace: '?? "patient") === "patient")',
    test: "packages/itk/src/cda/patient.test.ts",
    only: "of a call are none",
  },
  {
    name: "lets the version that arrives last stand",
    law: "5. Late is not new",
    file: "packages/itk/src/cda/recorded-at.ts",
    find: 'if (time?.precision === "fraction") return iso;',
    replace: "return iso;",
    test: "packages/itk/src/cda/cda-event.test.ts",
    only: "the higher one is the later one",
  },
  {
    name: "leaves a document with the patient whom an earlier version named",
    law: "9. Order does not matter to the truth",
    file: "services/resolve/src/document-set.ts",
    find: "if (last && isLater(last, fact.said)) retract(application, fact, last);",
    replace: "if (last && isLater(fact.said, last)) retract(application, fact, last);",
    test: "test/itk-meaning.test.ts",
    only: "under another patient's key",
  },
  {
    name: "does not take a document back where it is held",
    law: "2. One outcome each",
    file: "services/resolve/src/document-set.ts",
    find: "for (const fact of held) retract(application, fact, moment);",
    replace: "void moment;",
    test: "test/itk-meaning.test.ts",
    only: "takes the document back where it is held",
  },
  {
    name: "lets a nullification overtake the patient's messages",
    law: "4. In order per identity",
    file: "services/resolve/src/apply-batch.ts",
    find: "for (const record of holdersOf(set, item.event))",
    replace: "for (const record of holdersOf(set, item.event).slice(0, 0))",
    test: "test/itk-meaning.test.ts",
    only: "waits for the patient's messages",
  },
];
