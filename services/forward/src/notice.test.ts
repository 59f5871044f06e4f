import type { DueNotification, StoredRecord } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forgotten, type IdentitySubscription, type Notice, noticeOf, type PersonNow } from "./notice.ts";

const ALL: IdentitySubscription = {
  authorities: [],
  personIds: false,
  merges: true,
  sender: ["CHESIL", ""],
  receiver: ["", ""],
  attemptsMax: 3,
};
const AT = new Date("2026-07-21T09:15:00Z");

const record = (localId: string, authority: string): StoredRecord => ({
  sourceRecordId: 1,
  authority,
  localId,
  feed: "f",
  status: "active",
  retiredInto: null,
  personId: "",
  identifiers: { recordedAt: AT.toISOString(), journalId: 1 },
  demographics: {},
  blockingKeys: [],
  createdBy: 1,
  updatedBy: 1,
});
const due = (changes: Partial<DueNotification> = {}): DueNotification => ({
  ...{ personId: "P", position: 1, at: AT, turn: 1, isAudited: false, refusals: 0, told: null },
  ...changes,
});
const person = (personId: string, records: readonly StoredRecord[]): PersonNow => ({
  person: { personId, status: "active", replacedBy: null, golden: {} },
  records,
  survivor: undefined,
});
const merged = (personId: string, into: PersonNow): PersonNow => ({
  person: { personId, status: "merged", replacedBy: into.person.personId, golden: {} },
  records: [],
  survivor: into,
});
const to = (subscription: Partial<IdentitySubscription> = {}) => ({
  destination: "epr",
  subscription: { ...ALL, ...subscription },
});
const idsIn = (notice: Extract<Notice, { kind: "tell" }>) =>
  (/\rPID\|\|\|([^|]*)/.exec(Buffer.from(notice.message).toString("utf8"))?.[1] ?? "")
    .split("~")
    .map((each) => each.split("^")[0] ?? "");

describe("what a destination is told of a person", () => {
  it("leads whoever believes it to who has which identifier, however much was told together", () => {
    const ids = ["A", "B", "C", "D"];
    const move = fc.record({ id: fc.nat(3), person: fc.nat(2), isTold: fc.boolean() });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
        const owners = new Map(ids.map((id) => [id, "P0"]));
        const queue = new Map([["P0", due({ personId: "P0" })]]);
        const known = new Map<string, Buffer | null>();
        let believed: string[][] = [];
        let turn = 1;
        const tell = () => {
          for (const [personId, each] of queue) {
            const records = ids.filter((id) => owners.get(id) === personId).map((id) => record(id, "RBD"));
            const asked = { ...each, told: known.get(personId) ?? null };
            const notice = noticeOf(to(), asked, person(personId, records));
            known.set(personId, notice.knows);
            if (notice.kind === "silent") continue;
            const list = idsIn(notice);
            believed = [...believed.map((group) => group.filter((id) => !list.includes(id))), list];
          }
          queue.clear();
        };
        for (const { id, person: number, isTold } of moves) {
          const from = owners.get(ids[id] ?? "") ?? "";
          const into = `P${number}`;
          owners.set(ids[id] ?? "", into);
          turn++;
          if (from !== into) for (const personId of [from, into]) queue.set(personId, due({ personId, turn }));
          if (isTold) tell();
        }
        tell();
        const truth = [...Map.groupBy(ids, (id) => owners.get(id)).values()].map((group) => [...group].sort());
        const groups = believed.filter((group) => group.length > 0).map((group) => [...group].sort());
        expect(groups.sort()).toEqual(truth.sort());
      }),
      { numRuns: 500 },
    );
  });

  it("is nothing where none of its domains has them, unless it was told before", () => {
    const subscription = { authorities: ["RDZ"] };
    const now = person("P", [record("A", "RBD")]);
    expect(noticeOf(to(subscription), due(), now)).toEqual({ kind: "silent", knows: null });
    const golden = { nhsNumber: { value: { value: "9990004951", trust: "verified" as const }, sourceRecordId: 1 } };
    const numbered = { ...now, person: { ...now.person, golden } };
    expect(noticeOf(to(subscription), due(), numbered)).toEqual({ kind: "silent", knows: null });
    const told = noticeOf(to(subscription), due({ told: Buffer.from("before") }), numbered);
    expect(told.kind === "tell" && idsIn(told)).toEqual(["9990004951"]);
  });

  it("is not said twice, and is the same message while it was not taken", () => {
    const now = person("P", [record("A", "RBD")]);
    const [first, again] = [noticeOf(to(), due(), now), noticeOf(to(), due(), now)];
    expect(first).toEqual(again);
    expect(noticeOf(to(), due({ told: first.knows, turn: 2 }), now)).toEqual({ kind: "silent", knows: first.knows });
    const controlId = (notice: Notice) =>
      notice.kind === "tell" && Buffer.from(notice.message).toString("utf8").split("|")[9];
    expect(controlId(noticeOf(to(), due({ turn: 2 }), now))).not.toBe(controlId(first));
  });

  it("is where the person's id leads, to who knows persons by it and wants merges", () => {
    const survivor = person("Q", [record("A", "RBD")]);
    const now = merged("P", survivor);
    const told = noticeOf(to({ personIds: true }), due(), now);
    expect(told).toMatchObject({ kind: "tell", event: "A40", about: ["P", "Q"], identifiers: 2 });
    expect(told.kind === "tell" && Buffer.from(told.message).toString("utf8")).toContain("\rMRG|P^^^CHESIL^PI\r");
    for (const subscription of [{}, { personIds: true, merges: false }])
      expect(noticeOf(to(subscription), due(), now)).toEqual({ kind: "silent", knows: null });
  });

  it("is told anew when a merge is undone, whatever was said before it", () => {
    const now = person("P", [record("A", "RBD")]);
    const { knows } = noticeOf(to(), due(), now);
    const hidden = noticeOf(to(), due({ told: knows, turn: 2 }), merged("P", person("Q", now.records)));
    expect(hidden).toEqual({ kind: "silent", knows: forgotten(knows) });
    expect(noticeOf(to(), due({ told: hidden.knows, turn: 3 }), now).kind).toBe("tell");
  });
});
