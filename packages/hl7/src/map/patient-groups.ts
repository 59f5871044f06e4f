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
