import type { FactContent, FactKind } from "@chesil/model";
import { readAl1, readIam } from "./allergy.ts";
import { readAcc, readIn1 } from "./cover.ts";
import { readDg1, readPr1 } from "./diagnosis.ts";
import { readGt1, readNk1 } from "./relationship.ts";
import type { SegmentReader } from "./segment-reader.ts";

/** A fact before it is known what the message does with it. */
export interface ReadFact {
  readonly key: string;
  readonly content: FactContent;
}

/** A segment that states one fact of the patient each time it occurs. */
export interface PatientSegment {
  readonly kind: FactKind;
  /** Undefined when the segment says nothing that could be stated. */
  readonly read: (reader: SegmentReader) => ReadFact | undefined;
  /** Whose fact it is: a diagnosis belongs to the visit, an allergy does not. */
  readonly of: "patient" | "visit";
  /** The field with an action code (table 0206: A, D, U, X), where the segment has one. */
  readonly actionField?: number;
  /**
   * `whole`: without action codes HL7 sends such segments in snapshot mode, and those in the message are all there are.
   * `deletable`: `IN1|""` says that there is none; otherwise each speaks for itself. `none`: not even that. A list of
   * guarantors would have to name the patient's relations too, which are of one kind with them.
   */
  readonly list: "whole" | "deletable" | "none";
}

/** What stands in ADT messages beside who and where, and under the patient in the others. */
export const PATIENT_SEGMENTS: ReadonlyMap<string, PatientSegment> = new Map(
  Object.entries({
    AL1: { kind: "allergy", read: readAl1, of: "patient", list: "whole" },
    IAM: { kind: "allergy", read: readIam, of: "patient", actionField: 6, list: "whole" },
    NK1: { kind: "relationship", read: readNk1, of: "patient", list: "whole" },
    GT1: { kind: "relationship", read: readGt1, of: "patient", list: "none" },
    DG1: { kind: "condition", read: readDg1, of: "visit", actionField: 21, list: "whole" },
    PR1: { kind: "procedure", read: readPr1, of: "visit", actionField: 20, list: "whole" },
    ACC: { kind: "accident", read: readAcc, of: "visit", list: "deletable" },
    IN1: { kind: "insurance", read: readIn1, of: "patient", list: "deletable" },
  } satisfies Record<string, PatientSegment>),
);
