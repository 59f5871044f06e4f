import type { EncounterEvent } from "@chesil/store";
import { foldEncounter, withEvent } from "./encounter.ts";

/** A stay by the minute, for tests of what its events come to. */

export const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 8, minute)).toISOString();

/** `journalId`: of the message, where it must not go by the order of arrival. */
export type Said = Omit<EncounterEvent, "recordedAt" | "journalId"> & {
  readonly minute: number;
  readonly journalId?: number;
};

export const historyOf = (events: readonly Said[]) =>
  events.reduce<ReturnType<typeof withEvent>>(
    (known, { minute, ...said }, index) => withEvent(known, { journalId: index + 1, ...said, recordedAt: at(minute) }),
    { events: [], base: null },
  );

/** The encounter after the events, in the order in which they arrive. */
export function stay(...events: readonly Said[]) {
  const history = historyOf(events);
  return foldEncounter(history.events, history.base);
}

export const ADMITTED = {
  minute: 0,
  action: "admit",
  location: "WARD 1",
  admittedAt: at(0),
  class: "inpatient",
} as const;
export const MOVED = { minute: 2, action: "transfer", location: "WARD 2" } as const;
export const LEFT = { minute: 4, action: "discharge", dischargedAt: at(4), dischargeDestination: "19" } as const;

export const cancel = (cancels: NonNullable<Said["cancels"]>, minute = 9, more: Partial<Said> = {}): Said => ({
  minute,
  action: "cancel",
  cancels,
  ...more,
});

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
