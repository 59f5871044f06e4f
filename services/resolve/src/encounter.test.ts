import type { EncounterStatement } from "@chesil/model";
import { describe, expect, it } from "vitest";
import { encounterAfter } from "./encounter.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute));
const stay = (events: readonly (EncounterStatement & { minute: number })[]) =>
  events.reduce<ReturnType<typeof encounterAfter> | undefined>(
    (known, { minute, ...statement }, index) =>
      encounterAfter(known, statement, {
        sourceRecordId: 1,
        encounterId: 7,
        recordedAt: at(minute),
        journalId: index + 1,
      }),
    undefined,
  );
const visit = { visitNumber: "V1" } as const;

describe("an encounter", () => {
  it("goes from plan to stay to end, and keeps what later events do not say", () => {
    const ended = stay([
      { ...visit, minute: 0, action: "plan", specialty: "300" },
      { ...visit, minute: 1, action: "admit", location: "WARD 1", admittedAt: "2026-05-01T08:01" },
      { ...visit, minute: 2, action: "transfer", location: "WARD 2" },
      { ...visit, minute: 3, action: "discharge", dischargedAt: "2026-05-01T08:03" },
    ]);
    expect(ended).toMatchObject({
      status: "finished",
      specialty: "300",
      location: "WARD 2",
      admittedAt: "2026-05-01T08:01",
      dischargedAt: "2026-05-01T08:03",
    });
  });

  it("reopens when its end is cancelled", () => {
    const open = stay([
      { ...visit, minute: 0, action: "admit" },
      { ...visit, minute: 1, action: "discharge", dischargedAt: "2026-05-01T08:01", dischargeDestination: "19" },
      { ...visit, minute: 2, action: "cancel-discharge" },
    ]);
    expect(open).toMatchObject({ status: "in-progress", dischargedAt: null, dischargeDestination: null });
  });

  it("is cancelled with its admission", () => {
    expect(
      stay([
        { ...visit, minute: 0, action: "admit" },
        { ...visit, minute: 1, action: "cancel-admit" },
      ])?.status,
    ).toBe("cancelled");
  });

  it("takes facts from a late event and nothing else", () => {
    const after = stay([
      { ...visit, minute: 5, action: "transfer", location: "WARD 2" },
      { ...visit, minute: 1, action: "admit", location: "WARD 1", admittedAt: "2026-05-01T08:01" },
    ]);
    expect(after).toMatchObject({ status: "in-progress", location: "WARD 2", admittedAt: "2026-05-01T08:01" });
    expect(after?.recordedAt).toEqual(at(5));
  });

  it("ends by a discharge that comes late", () => {
    const after = stay([
      { ...visit, minute: 0, action: "admit" },
      { ...visit, minute: 5, action: "update", specialty: "301" },
      { ...visit, minute: 3, action: "discharge", dischargedAt: "2026-05-01T08:03" },
    ]);
    expect(after).toMatchObject({ status: "finished", dischargedAt: "2026-05-01T08:03", specialty: "301" });
  });
});
