import type { Message } from "../message/message.ts";
import type { Segment } from "../message/segment.ts";

/** A PID and what belongs to it: a merge message repeats {PID [PD1] MRG [PV1]}, and A17, A24 and A37 hold two. */
export interface PatientGroup {
  readonly pid: Segment;
  /** Everything from this PID to the next. */
  readonly segments: readonly Segment[];
}

export function patientGroups(segments: readonly Segment[]): PatientGroup[] {
  const groups: { pid: Segment; segments: Segment[] }[] = [];
  for (const segment of segments) {
    if (segment.id === "PID") groups.push({ pid: segment, segments: [segment] });
    else groups.at(-1)?.segments.push(segment);
  }
  return groups;
}

export function firstIn(group: PatientGroup, id: string): Segment | undefined {
  return group.segments.find((segment) => segment.id === id);
}

/** Which of its kind in the whole message the group's first segment of each id is, where it is not the first: `PID` 2. */
export function segmentNumbers(group: PatientGroup, message: Message): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const segment of message.segments()) {
    if (segment === group.pid) break;
    numbers.set(segment.id, (numbers.get(segment.id) ?? 1) + 1);
  }
  return numbers;
}
