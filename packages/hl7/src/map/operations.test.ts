import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEED, msh, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import type { FeedDialect } from "./dialect.ts";
import { ADT_EVENTS } from "./events.ts";
import { readOperations } from "./operations.ts";
import { patientGroups } from "./patient-groups.ts";

/** What identity events assert, and why some assert nothing. */

function reading(trigger: string, segments: readonly string[], feed: FeedDialect = FEED) {
  const read = readMessage(wire(msh(trigger), ...segments));
  if (!read.ok) throw new Error(read.reason);
  return readOperations(patientGroups(read.message.segments()), trigger, read.message, feed);
}

function operations(trigger: string, ...segments: string[]) {
  const result = reading(trigger, segments);
  return result.ok ? result.operations : result;
}

function faultOf(trigger: string, ...segments: string[]) {
  const result = reading(trigger, segments);
  return result.ok ? "none" : `${result.reason} ${result.location}`;
}

const key = (localId: string, authority = "RDZ") => ({ authority, localId });
const PID = "PID|1||8001^^^RDZ^MR|||||||||||||||A8";
const PV1 = "PV1|1|I|||||||||||||||||V1";
const PATIENT_MERGES = ["A18", "A30", "A34", "A36", "A39", "A40"];
const PATIENT_REPAIRS = [...PATIENT_MERGES, "A43", "A44", "A46", "A47", "A48"];

describe("a merge", () => {
  const pairs = (...segments: string[]) => {
    const found = operations("A40", ...segments);
    if (!Array.isArray(found)) return found;
    return found.map((each) => (each.operation === "merge" ? [each.retired, each.survivor] : each));
  };

  it("retires MRG-1 into PID-3, group by group", () => {
    expect(pairs(PID, "MRG|9001^^^RDZ", "PID|2||8002", "MRG|9002")).toEqual([
      [key("9001"), key("8001")],
      [key("9002"), key("8002")],
    ]);
  });

  it("retires every id that MRG-1 lists, and all of several MRG", () => {
    expect(pairs(PID, "MRG|9001~9002", "MRG|9003")).toEqual(
      ["9001", "9002", "9003"].map((retired) => [key(retired), key("8001")]),
    );
  });

  it("pairs ids of one authority; only where none are, the first of both", () => {
    const pid = "PID|1||7^^^R0D~8001^^^RBD";
    expect(pairs(pid, "MRG|5^^^RBD~6^^^R0D")).toEqual([
      [key("5", "RBD"), key("8001", "RBD")],
      [key("6", "R0D"), key("7", "R0D")],
    ]);
    expect(pairs(pid, "MRG|6^^^R0D~3^^^RXX")).toEqual([[key("6", "R0D"), key("7", "R0D")]]);
    expect(pairs(pid, "MRG|3^^^RXX~4^^^RXX")).toEqual([[key("3", "RXX"), key("7", "R0D")]]);
  });

  it("takes a bare id for one of the feed's own, and no NHS number for a record", () => {
    expect(pairs(PID, "MRG|9001")).toEqual([[key("9001"), key("8001")]]);
    expect(pairs(PID, "MRG|9990004951^^^NHS^NH~9001")).toEqual([[key("9001"), key("8001")]]);
    expect(faultOf("A40", PID, "MRG|9990004951^^^NHS^NH")).toBe("no-prior-id MRG^1^1");
  });

  it("knows the old id from the right one where both sides list both", () => {
    expect(pairs("PID|1||9001~8001", "MRG|9001")).toEqual([[key("9001"), key("8001")]]);
    expect(pairs(PID, "MRG|8001~9001")).toEqual([[key("9001"), key("8001")]]);
    expect(faultOf("A40", "PID|1||9001~8001", "MRG|8001~9001")).toBe("merge-with-itself MRG^1^1");
  });

  it("above the patient (A30, A39) is of MRG-4 and PID-2 where the lists name one patient", () => {
    const segments = ["PID|1|E2^^^HUB|8001", "MRG|8001|||E1^^^HUB"];
    const merge = { operation: "merge", survivor: key("E2", "HUB"), retired: key("E1", "HUB") };
    expect(operations("A39", ...segments)).toEqual([merge]);
    expect(operations("A30", "PID|1|E2^^^HUB|8001", "MRG||||E1^^^HUB")).toEqual([merge]);
    expect(faultOf("A40", ...segments)).toBe("merge-with-itself MRG^1^1");
  });

  it("of patients with accounts of one number merges the patients", () => {
    expect(operations("A36", PID, "MRG|9001||A8")).toMatchObject([{ operation: "merge" }]);
    expect(faultOf("A41", PID, "MRG|8001||A8")).toBe("merge-with-itself MRG^1^3");
  });
});

describe("a change of an id", () => {
  it("is MRG-1 to PID-3; of older ones (A46, A48) the fields of their level, where the lists do not differ", () => {
    const change = (wrong: string, right: string) => [
      { operation: "change-id", wrong: key(wrong, "HUB"), right: key(right, "HUB") },
    ];
    expect(operations("A46", "PID|1|E2^^^HUB|8001", "MRG|8001|||E1^^^HUB")).toEqual(change("E1", "E2"));
    expect(operations("A48", "PID|1||8001|T2^^^HUB", "MRG|8001|T1^^^HUB")).toEqual(change("T1", "T2"));
    expect(faultOf("A47", "PID|1|E2^^^HUB|8001", "MRG|8001|||E1^^^HUB")).toBe("merge-with-itself MRG^1^1");
  });
});

describe("a move of a record", () => {
  const moved = (...segments: string[]) => operations("A43", ...segments);

  it("is of the id on both sides, from MRG-4 to PID-2", () => {
    expect(moved("PID|1|P2|M1", "MRG|M1|||P1")).toEqual([
      { operation: "move-record", moved: key("M1"), to: key("P2"), from: key("P1") },
    ]);
  });

  it("goes to what else PID-3 names, or to a patient of its own", () => {
    expect(moved("PID|1||M1~T1^^^HUB", "MRG|M1")).toEqual([
      { operation: "move-record", moved: key("M1"), to: key("T1", "HUB") },
    ]);
    expect(moved("PID|1||M1", "MRG|M1")).toEqual([{ operation: "move-record", moved: key("M1") }]);
    expect(moved("PID|1|M1|M1", "MRG|M1|||M1")).toEqual([{ operation: "move-record", moved: key("M1") }]);
  });

  it("is of MRG-1 to PID-3 where they differ", () => {
    expect(moved(PID, "MRG|9001")).toEqual([{ operation: "move-record", moved: key("9001"), to: key("8001") }]);
  });

  it("goes somewhere else", () => {
    expect(faultOf("A43", "PID|1|P1|M1", "MRG|M1|||P1")).toBe("merge-with-itself MRG^1^4");
  });
});

describe("a move of an account or a visit", () => {
  it("names both patients, or only the one", () => {
    expect(operations("A44", PID, "MRG|9001||A7")).toEqual([
      { operation: "move-account", account: "A7", from: key("9001"), to: key("8001") },
    ]);
    expect(operations("A45", PID, "MRG|9001||A7||V7")).toEqual([
      {
        operation: "move-visit",
        visit: "V7",
        patient: key("8001"),
        toAccount: "A8",
        fromAccount: "A7",
        fromPatient: key("9001"),
      },
    ]);
    expect(operations("A45", PID, "MRG|||||V7", PV1, "MRG||||||T9", PV1)).toMatchObject([
      { visit: "V7", toAccount: "A8" },
      { visit: "alternate:T9", toAccount: "A8" },
    ]);
  });

  it("reads the visit that stands with its MRG", () => {
    const second = "PV1|2|I|||||||||||||||||V2";
    expect(operations("A42", PID, "MRG|||||V7", PV1, "MRG|||||V8", second)).toMatchObject([
      { survivor: "V1", retired: "V7" },
      { survivor: "V2", retired: "V8" },
    ]);
    expect(operations("A50", PID, PV1, "MRG|||||V7")).toMatchObject([{ right: "V1", wrong: "V7" }]);
  });
});

describe("a message that asserts nothing", () => {
  it.each([...PATIENT_REPAIRS, "A35", "A41", "A42", "A45", "A49", "A50", "A51"])(
    "%s without MRG, or a blank one",
    (trigger) => {
      expect(faultOf(trigger, PID, PV1)).toBe("no-prior-id MRG^1^1");
      for (const mrg of ["MRG", "MRG||", 'MRG|""', "MRG| ^^^RDZ", "MRG|?"]) {
        expect(faultOf(trigger, PID, mrg, PV1)).toMatch(/^no-prior-id MRG\^1\^[1356]$/);
      }
    },
  );

  it.each([
    ["A35", "MRG|9001", "no-prior-id MRG^1^3"],
    ["A36", "MRG|9001", "no-prior-id MRG^1^3"],
    ["A41", "MRG|9001", "no-prior-id MRG^1^3"],
    ["A49", "MRG|9001", "no-prior-id MRG^1^3"],
    ["A44", "MRG|9001", "no-prior-id MRG^1^3"],
    ["A44", "MRG|||A7", "no-prior-id MRG^1^1"],
    ["A42", "MRG|9001", "no-prior-id MRG^1^5"],
    ["A45", "MRG|9001||A7", "no-prior-id MRG^1^5"],
    ["A50", "MRG|9001", "no-prior-id MRG^1^5"],
    ["A51", "MRG|9001||||V7", "no-prior-id MRG^1^6"],
  ])("%s of %s: %s", (trigger, mrg, fault) => expect(faultOf(trigger, PID, mrg, PV1)).toBe(fault));

  it("names no account or visit to go to", () => {
    const pid = "PID|1||8001";
    for (const trigger of ["A35", "A41", "A49"])
      expect(faultOf(trigger, pid, "MRG|||A7")).toBe("no-target-id PID^1^18");
    expect(faultOf("A45", pid, "MRG|||||V7")).toBe("no-target-id PID^1^18");
    for (const trigger of ["A42", "A50"]) expect(faultOf(trigger, pid, "MRG|||||V7")).toBe("no-target-id PV1^1^19");
    expect(faultOf("A51", pid, "MRG||||||T7", PV1)).toBe("no-target-id PV1^1^50");
  });

  it.each([
    [[...PATIENT_MERGES, "A46", "A47", "A48"], "MRG|8001||A7", "merge-with-itself MRG^1^1"],
    [["A44"], "MRG|8001||A7", "merge-with-itself MRG^1^1"],
    [["A35", "A41", "A49"], "MRG|8001||A8", "merge-with-itself MRG^1^3"],
    [["A45"], "MRG|8001||A8||V1", "merge-with-itself MRG^1^3"],
    [["A42", "A50"], "MRG|8001||||V1", "merge-with-itself MRG^1^5"],
  ])("%s has one thing on both sides", (triggers, mrg, fault) => {
    for (const trigger of triggers) expect(faultOf(trigger, PID, mrg, PV1)).toBe(fault);
  });

  it("names no patient by a local id", () => {
    for (const trigger of [...PATIENT_REPAIRS, "A41", "A42", "A45", "A50"]) {
      expect(faultOf(trigger, "PID|1||9990004951^^^NHS^NH", "MRG|9001||A7||V7", PV1)).toBe("no-patient-id PID^1^3");
      expect(faultOf(trigger)).toBe("no-patient-id PID^1^3");
    }
    expect(faultOf("A29", "PID|1")).toBe("no-patient-id PID^1^3");
  });

  it("links or unlinks less than two, or one with itself", () => {
    for (const trigger of ["A24", "A37"]) {
      expect(faultOf(trigger, PID)).toBe("no-patient-id PID^2");
      expect(faultOf(trigger, PID, "PID|2")).toBe("no-patient-id PID^2^3");
      expect(faultOf(trigger, PID, PID)).toBe("merge-with-itself PID^2^3");
    }
  });

  it("names a patient by ids that are not the sender's to speak of", () => {
    const feed = { ...FEED, foreignAuthorities: ["LAB"] };
    const faultIn = (...segments: string[]) => {
      const result = reading("A40", segments, feed);
      return result.ok ? "none" : result.reason;
    };
    expect(faultIn(PID, "MRG|9001^^^LAB")).toBe("no-prior-id");
    expect(faultIn("PID|1||8001^^^LAB", "MRG|9001")).toBe("no-patient-id");
    expect(faultIn("PID|1||7^^^LAB~8001", "MRG|6^^^LAB~9001")).toBe("none");
  });
});

describe("several groups", () => {
  const good = (n: number) => [`PID|${n}||80${n}`, `MRG|90${n}`];
  const bad = fc.constantFrom(
    (n: number) => [`PID|${n}||80${n}`],
    (n: number) => [`PID|${n}||80${n}`, "MRG"],
    (n: number) => [`PID|${n}||80${n}`, `MRG|80${n}`],
    (n: number) => [`PID|${n}`, `MRG|90${n}`],
  );

  it("assert all that they say, or nothing, wherever the bad one stands", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(5), bad, (count, at, badGroup) => {
        const groups = Array.from({ length: count }, (_, index) => good(index + 1));
        expect(operations("A40", ...groups.flat())).toHaveLength(count);
        const one = at % count;
        const withOneBad = groups.map((group, index) => (index === one ? badGroup(index + 1) : group));
        const result = reading("A40", withOneBad.flat());
        expect(result.ok).toBe(false);
        expect(!result.ok && result.location).toContain(`^${one + 1}^`);
      }),
    );
  });

  it("are no more than one message can mean", () => {
    const flood = Array.from({ length: 201 }, (_, index) => `MRG|9${index}||A${index}||V${index}|T${index}`);
    expect(faultOf("A40", PID, ...flood)).toBe("not-readable MRG^201^1");
    expect(faultOf("A24", ...Array.from({ length: 201 }, (_, index) => `PID|||8${index}`))).toBe(
      "not-readable PID^201",
    );
  });
});

describe("any event at all", () => {
  it("reads every message without throwing, and events that assert nothing find nothing wrong", () => {
    const segment = fc
      .tuple(
        fc.constantFrom("PID", "MRG", "PV1"),
        fc.array(fc.constantFrom("", "8001", "9^^^X", '""', "~", "A&B^^"), { maxLength: 22 }),
      )
      .map(([id, fields]) => [id, ...fields].join("|"));
    fc.assert(
      fc.property(fc.constantFrom(...ADT_EVENTS.keys()), fc.array(segment, { maxLength: 6 }), (trigger, segments) => {
        const result = reading(trigger, segments);
        if (ADT_EVENTS.get(trigger)?.operations.length === 0) expect(result).toEqual({ ok: true, operations: [] });
      }),
      { numRuns: 2000 },
    );
  });
});
