import { buildMessage, type ComponentContent, type SegmentContent } from "../message/build.ts";
import { formatTime } from "../message/london-clock.ts";
import type { AnsweredIdentifier } from "../query/answer.ts";

/** What is told of one person: every identifier that is theirs now, and none but those. */
export interface PersonNotice {
  /** MSH-3 and 4, MSH-5 and 6. */
  readonly sender: readonly [application: string, facility: string];
  readonly receiver: readonly [application: string, facility: string];
  /** MSH-10: at most 20 characters. The same message has the same one, however often it is sent. */
  readonly controlId: string;
  /** MSH-7 and EVN-2: when the identifiers became these. */
  readonly at: Date;
  readonly identifiers: readonly [AnsweredIdentifier, ...AnsweredIdentifier[]];
  /** The id that leads to this person from now on: MRG-1. */
  readonly merged?: AnsweredIdentifier | undefined;
}

/**
 * PIX update notification (IHE ITI TF-2 3.10): ADT^A31 in HL7 2.5, or ADT^A40 where an id was merged into the person's.
 *
 * PID-3 holds the whole list, so that a receiver that missed one is right again after the next. PID-5 is a single space,
 * as ITI-10 has it: names differ between domains, and whoever may know one asks for it. PV1-2 is N: there is no visit.
 * MSH-8 and EVN-1 stay empty. In UTF-8; MSH-18 says so where that is not ASCII.
 */
export function notifyPerson(notice: PersonNotice): Uint8Array {
  const { identifiers, merged } = notice;
  const patient: SegmentContent = {
    id: "PID",
    fields: { 3: { repetitions: identifiers.map(identifierContent) }, 5: " " },
  };
  const told: readonly SegmentContent[] =
    merged === undefined
      ? [patient, { id: "PV1", fields: { 2: "N" } }]
      : [patient, { id: "MRG", fields: { 1: { repetitions: [identifierContent(merged)] } } }];
  return buildMessage([...head(notice), ...told]);
}

function head({ sender, receiver, controlId, at, identifiers, merged }: PersonNotice): SegmentContent[] {
  const [event, structure] = merged === undefined ? ["A31", "ADT_A05"] : ["A40", "ADT_A39"];
  const written = [...identifiers, ...(merged ? [merged] : [])].flatMap((each) => Object.values<string>({ ...each }));
  const isAscii = [...written, ...sender, ...receiver].every((text) => /^\p{ASCII}*$/u.test(text));
  const time = formatTime(at);
  return [
    {
      id: "MSH",
      fields: {
        ...{ 3: sender[0], 4: sender[1], 5: receiver[0], 6: receiver[1] },
        ...{ 7: time, 9: ["ADT", event, structure], 10: controlId, 11: "P", 12: "2.5" },
        ...(isAscii ? {} : { 18: "UNICODE UTF-8" }),
      },
    },
    { id: "EVN", fields: { 2: time } },
  ];
}

const OID = /^[0-2](\.(0|[1-9]\d*))+$/;

/** CX. An authority that is an OID stands in its universal id (CX.4.2), any other in its name (CX.4.1). */
function identifierContent({ authority, value, type }: AnsweredIdentifier): ComponentContent[] {
  const assigner = OID.test(authority) ? { subcomponents: ["", authority, "ISO"] } : authority;
  return [value, "", "", assigner, ...(type === "" ? [] : [type])];
}
