import type { CanonicalEvent } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { FEED, msh, RECEIVED_AT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { ADT_EVENTS } from "./events.ts";
import { toEvent } from "./to-event.ts";

/** One message for every ADT event, as a UK system writes it, and what it means. */

const EVN = "EVN||20260304092900||||20260304092500";
const PID_ONE = "PID|1||8001^^^RDZ^MR~9990004951^^^NHS^NH||Marsh^Ellen||19800229|F||||||||||A8^^^RDZ^AN";
const PID_TWO = "PID|2||8002^^^RDZ^MR||Pebble^Tom||19790101|M";
const pv1 = (visit: string, alternate = "") =>
  `PV1|1|I|WARD7^BAY2^BED3^RDZ01||||||||||||||||${visit}^^^RDZ^VN${"|".repeat(31)}${alternate}`;

const key = (localId: string) => ({ authority: "RDZ", localId });
const [one, two, old] = [key("8001"), key("8002"), key("9001")];

function eventOf(trigger: string, ...segments: string[]): CanonicalEvent {
  const read = readMessage(wire(msh(trigger), EVN, ...segments));
  if (!read.ok) throw new Error(read.reason);
  const result = toEvent(read.message, FEED, RECEIVED_AT);
  if (!result.ok) throw new Error(result.reason);
  return result.event;
}

const subjectsOf = (event: CanonicalEvent) =>
  event.subjects.map(({ patient, encounter }) => {
    const { visitNumber, action, cancels } = encounter ?? {};
    return [
      patient.key.localId,
      ...(encounter === undefined ? [] : [visitNumber, action]),
      ...(cancels ? [cancels] : []),
    ];
  });

const VISIT_EVENTS: readonly (readonly [trigger: string, action: string, cancels?: string])[] = [
  ["A01", "admit"],
  ["A02", "transfer"],
  ["A03", "discharge"],
  ["A04", "admit"],
  ["A05", "plan"],
  ["A06", "change-class"],
  ["A07", "change-class"],
  ["A08", "update"],
  ["A09", "depart"],
  ["A10", "arrive"],
  ["A11", "cancel", "admit"],
  ["A12", "cancel", "transfer"],
  ["A13", "cancel", "discharge"],
  ["A14", "plan"],
  ["A15", "plan-transfer"],
  ["A16", "plan-discharge"],
  ["A21", "leave"],
  ["A22", "return"],
  ["A23", "delete"],
  ["A25", "cancel", "plan-discharge"],
  ["A26", "cancel", "plan-transfer"],
  ["A27", "cancel", "plan"],
  ["A32", "cancel", "arrive"],
  ["A33", "cancel", "depart"],
  ["A38", "cancel", "plan"],
  ["A52", "cancel", "leave"],
  ["A53", "cancel", "return"],
  ["A54", "change-attending"],
  ["A55", "cancel", "change-attending"],
  ["A61", "change-consulting"],
  ["A62", "cancel", "change-consulting"],
];

/** Events of the person, the record or an identifier: PV1, where there is one, is brought up to date at most. */
const OTHER_EVENTS: readonly (readonly [
  trigger: string,
  segments: readonly string[],
  subjects: readonly (readonly string[])[],
  operations: readonly object[],
])[] = [
  [
    "A17",
    [PID_ONE, pv1("V1"), PID_TWO, pv1("V2")],
    [
      ["8001", "V1", "transfer"],
      ["8002", "V2", "transfer"],
    ],
    [],
  ],
  ["A28", [PID_ONE, "PV1|1|N"], [["8001"]], []],
  ["A31", [PID_ONE, "PV1|1|N"], [["8001"]], []],
  ["A60", [PID_ONE, "IAM|1|DA|Z88.0|||A"], [["8001"]], []],
  ["A29", [PID_ONE, pv1("V1")], [["8001"]], [{ operation: "delete-record", deleted: one }]],
  ["A24", [PID_ONE, PID_TWO], [["8001"], ["8002"]], [{ operation: "link", one, other: two }]],
  ["A37", [PID_ONE, PID_TWO], [["8001"], ["8002"]], [{ operation: "unlink", one, other: two }]],
  ...["A18", "A30", "A34", "A39", "A40"].map(
    (trigger) =>
      [trigger, [PID_ONE, "MRG|9001"], [["8001"]], [{ operation: "merge", survivor: one, retired: old }]] as const,
  ),
  ...["A35", "A41"].map(
    (trigger) =>
      [
        trigger,
        [PID_ONE, "MRG|8001||A7", pv1("V1")],
        [["8001", "V1", "update"]],
        [{ operation: "merge-account", patient: one, survivor: "A8", retired: "A7" }],
      ] as const,
  ),
  [
    "A36",
    [PID_ONE, "MRG|9001||A7"],
    [["8001"]],
    [
      { operation: "merge", survivor: one, retired: old },
      { operation: "merge-account", patient: one, survivor: "A8", retired: "A7" },
    ],
  ],
  [
    "A42",
    [PID_ONE, "MRG|8001||||V7", pv1("V1")],
    [["8001", "V1", "update"]],
    [{ operation: "merge-visit", patient: one, survivor: "V1", retired: "V7" }],
  ],
  [
    "A43",
    ["PID|1|8002^^^RDZ|8001^^^RDZ", "MRG|8001^^^RDZ|||9001^^^RDZ"],
    [["8001"]],
    [{ operation: "move-record", moved: one, to: two, from: old }],
  ],
  ["A44", [PID_ONE, "MRG|9001||A8"], [["8001"]], [{ operation: "move-account", account: "A8", from: old, to: one }]],
  [
    "A45",
    [PID_ONE, "MRG|8001||A7||V1", pv1("V1")],
    [["8001", "V1", "update"]],
    [{ operation: "move-visit", visit: "V1", patient: one, toAccount: "A8", fromAccount: "A7" }],
  ],
  ...["A46", "A47", "A48"].map(
    (trigger) =>
      [trigger, [PID_ONE, "MRG|9001"], [["8001"]], [{ operation: "change-id", wrong: old, right: one }]] as const,
  ),
  [
    "A49",
    [PID_ONE, "MRG|8001||A7"],
    [["8001"]],
    [{ operation: "change-account", patient: one, wrong: "A7", right: "A8" }],
  ],
  [
    "A50",
    [PID_ONE, "MRG|8001||||V7", pv1("V1")],
    [["8001", "V1", "update"]],
    [{ operation: "change-visit", patient: one, wrong: "V7", right: "V1" }],
  ],
  [
    "A51",
    [PID_ONE, "MRG|8001|||||T7", pv1("V1", "T1")],
    [["8001", "V1", "update"]],
    [{ operation: "change-visit", patient: one, wrong: "alternate:T7", right: "alternate:T1" }],
  ],
];

describe("an event of a visit", () => {
  for (const [trigger, ...what] of VISIT_EVENTS) {
    it(`${trigger}: ${what.join(" ")}`, () => {
      const event = eventOf(trigger, PID_ONE, pv1("V1"));
      expect(subjectsOf(event)).toEqual([["8001", "V1", ...what]]);
      expect([event.operations, event.warnings]).toEqual([[], []]);
      expect(event.occurredAt).toBe("2026-03-04T09:25:00.000Z");
    });
  }
});

describe("an event of a person, a record or an identifier", () => {
  it.each(OTHER_EVENTS)("%s", (trigger, segments, subjects, operations) => {
    const event = eventOf(trigger, ...segments);
    expect(subjectsOf(event)).toEqual(subjects);
    expect([event.operations, event.warnings]).toEqual([operations, []]);
  });
});

describe("the table of events", () => {
  it("has every event of the standard that is about a patient, and each is tried here", () => {
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
    const standard = [...numbers(1, 18), ...numbers(21, 55), ...numbers(60, 62)];
    const triggers = standard.map((number) => `A${String(number).padStart(2, "0")}`);
    expect([...ADT_EVENTS.keys()].sort()).toEqual(triggers);
    expect([...VISIT_EVENTS, ...OTHER_EVENTS].map(([trigger]) => trigger).sort()).toEqual(triggers);
  });
});

describe("several patients", () => {
  it("are each stated, with what their own segments say", () => {
    const groups = [
      PID_ONE,
      "MRG|9001",
      "PID|2||8002^^^RDZ||Pebble^Tom",
      "PD1|||OTHER^^J81000",
      "MRG|9002",
      "AL1|1|DA|Z88.0",
    ];
    const event = eventOf("A40", ...groups);
    const [first, second] = event.subjects;
    expect(second?.patient).toMatchObject({
      key: two,
      demographics: {
        names: { value: [{ family: "Pebble" }] },
        generalPractice: { value: { code: "J81000" } },
      },
    });
    expect(first?.patient.demographics).not.toHaveProperty("generalPractice");
    expect([first?.facts.length, second?.facts.length]).toEqual([0, 1]);
    expect([event.operations.length, event.warnings, event.notMapped]).toEqual([2, [], []]);
  });

  it("have their faults named by their own segments", () => {
    const event = eventOf("A24", PID_ONE, "PID|2||8002||Pebble^Tom||19801341|Q");
    expect(event.warnings.map(({ location, code }) => [location, code])).toEqual([
      ["PID[2]-7", "bad-date"],
      ["PID[2]-8", "bad-code"],
    ]);
  });

  it("in an event about one are the first, and it is said", () => {
    const event = eventOf("A08", PID_ONE, PID_TWO);
    expect(subjectsOf(event)).toEqual([["8001"]]);
    expect(event.warnings).toMatchObject([{ location: "PID[2]", code: "structure" }]);
    expect(eventOf("A17", PID_ONE, pv1("V1")).warnings).toMatchObject([{ location: "PID[2]", code: "structure" }]);
  });
});

describe("what an event states beside", () => {
  it("no visit where PV1 is a formality", () => {
    for (const trigger of ["A28", "A31", "A40", "A41", "A60"]) {
      expect(subjectsOf(eventOf(trigger, PID_ONE, "MRG|9001||A7", "PV1|1|N"))).toEqual([["8001"]]);
    }
  });

  it("no facts with a visit that was recorded in error", () => {
    expect(eventOf("A23", PID_ONE, pv1("V1"), "DG1|1||J18.9").subjects[0]).toMatchObject({ facts: [], snapshots: [] });
    expect(eventOf("A08", PID_ONE, pv1("V1"), "DG1|1||J18.9").subjects[0]?.facts).toMatchObject([
      { visitNumber: "V1" },
    ]);
  });

  it("under the id that stays, where PID-3 lists the old one too", () => {
    const event = eventOf("A40", "PID|1||9001^^^RDZ~8001^^^RDZ||Marsh^Ellen", "MRG|9001^^^RDZ");
    expect(subjectsOf(event)).toEqual([["8001"]]);
    expect(event.operations).toEqual([{ operation: "merge", survivor: one, retired: old }]);
  });

  it("that a repair of an account or a visit names another patient in MRG-1, which is not used", () => {
    for (const trigger of ["A41", "A42", "A49", "A50"]) {
      const event = eventOf(trigger, PID_ONE, "MRG|9001||A7||V7", pv1("V1"));
      expect(event.warnings).toMatchObject([{ location: "MRG-1", code: "identity" }]);
      expect(event.operations).toMatchObject([{ patient: one }]);
    }
    expect(eventOf("A49", PID_ONE, "MRG|9001~8001||A7").warnings).toEqual([]);
  });
});
