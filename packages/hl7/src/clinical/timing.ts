import type { SegmentReader } from "./segment-reader.ts";

/** When and how often: TQ1 since 2.5, before it the TQ type in ORC-7 and RXE-1. */
export interface Timing {
  readonly frequency: string | undefined;
  readonly startsAt: string | undefined;
  readonly endsAt: string | undefined;
  readonly instructions: string | undefined;
}

/** All TQ1 of an order together: their patterns one after the other, from the first start to the last end. */
export function timingOf(tq1s: readonly SegmentReader[]): Timing | undefined {
  if (tq1s.length === 0) return undefined;
  return together(
    tq1s.map((tq1) => ({
      // TQ1-3 repeats, and its code is a component of several parts.
      frequency: joined(tq1.repetitions(3).map((place) => tq1.partOf(place, 1, 1, 3))),
      startsAt: tq1.when(7),
      endsAt: tq1.when(8),
      instructions: tq1.text(11),
    })),
  );
}

/** TQ: quantity ^ interval ^ duration ^ start ^ end ^ priority ^ condition ^ text, which repeats. */
export function legacyTimingOf(reader: SegmentReader, field: number): Timing | undefined {
  const repetitions = reader.repetitions(field).filter((place) => place.state === "value");
  if (repetitions.length === 0) return undefined;
  return together(
    repetitions.map((place) => ({
      frequency: reader.partOf(place, 2, 1, field),
      startsAt: reader.timeOf(reader.partOf(place, 4, 1, field) ?? "", field),
      endsAt: reader.timeOf(reader.partOf(place, 5, 1, field) ?? "", field),
      instructions: reader.partOf(place, 8, 1, field),
    })),
  );
}

function together(timings: readonly Timing[]): Timing {
  const starts = timings.map(({ startsAt }) => startsAt).filter((each) => each !== undefined);
  const ends = timings.map(({ endsAt }) => endsAt).filter((each) => each !== undefined);
  return {
    frequency: joined(timings.map(({ frequency }) => frequency)),
    startsAt: starts.sort()[0],
    // Where one of them is open, so is the whole.
    endsAt: ends.length === timings.length ? ends.sort().at(-1) : undefined,
    instructions: joined(timings.map(({ instructions }) => instructions)),
  };
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  return texts.filter((each) => each !== undefined).join("; ") || undefined;
}
