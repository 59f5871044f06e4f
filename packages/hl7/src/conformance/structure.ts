import type { StructurePart } from "./dictionary.ts";

/** Where a segment stands by the structure of its message. */
export type Placement = "placed" | "out-of-place" | "repeats" | "unexpected";

export interface StructureWatch {
  /** Whether the message has another segment of that id further on. */
  isToCome(id: string): boolean;
  /** Told of each segment that a group should have had, when the group is over. */
  missing(id: string, group: string): void;
}

/** A group that is open: the message is somewhere in it. */
interface OpenGroup {
  readonly name: string;
  readonly parts: readonly StructurePart[];
  /** How many of each part there have been. */
  readonly counts: number[];
  /** The part that came last. */
  at: number;
}

/** The way into a part to a segment in it: what is left out before it. */
interface Entry {
  /** Segments that are required. */
  readonly leavesOut: readonly string[];
  /** How many parts that need not be there. */
  readonly skips: number;
}

/** A place ahead that a segment can have. */
interface Way extends Entry {
  readonly depth: number;
  readonly at: number;
}

/** Leaving out what does come, only later, is worse than leaving out what is missing anyway. */
const TO_COME_COST = 3;
/**
 * Of two groups that a segment can begin, it is rather that which it begins by itself: ORC is a new order rather than an
 * earlier result of a patient who is not named.
 */
const SKIP_COST = 0.01;

/**
 * Follows a message through its structure, segment by segment. A segment takes the place ahead of it that leaves out
 * the least, the nearest first: further on in its group, in a new repetition of that, or in a group around it. What
 * has none, or would leave out what is to come, is out of place. So one deviation makes one finding, not one for all
 * that follows.
 */
export class StructureWalk {
  readonly #open: OpenGroup[];
  readonly #watch: StructureWatch;
  /** Segments that were out of place, by id: they are not missing where they should have been. */
  readonly #astray = new Map<string, number>();

  constructor(parts: readonly StructurePart[], watch: StructureWatch) {
    this.#open = [openGroup("", parts)];
    this.#watch = watch;
  }

  place(id: string): Placement {
    const way = this.#bestWay(id);
    if (way !== undefined && way.leavesOut.length === 0) return this.#take(way, id);
    const earlier = this.#earlier(id);
    if (earlier !== undefined) return earlier;
    if (way !== undefined && !way.leavesOut.some((each) => this.#watch.isToCome(each))) return this.#take(way, id);
    if (!this.#open.some(({ parts }) => parts.some((part) => part.holds.has(id)))) return "unexpected";
    this.#astray.set(id, (this.#astray.get(id) ?? 0) + 1);
    return "out-of-place";
  }

  /** No more segments: tells what is still missing. */
  end(): void {
    this.#close(0);
  }

  #bestWay(id: string): Way | undefined {
    let best: Way | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    const closing: string[] = [];
    for (let depth = this.#open.length - 1; depth >= 0; depth--) {
      const group = this.#open[depth];
      if (group === undefined) break;
      const passed: string[] = [];
      for (const [at, part] of group.parts.entries()) {
        if (at < group.at) continue;
        if (part.holds.has(id) && (group.counts[at] ?? 0) < part.max) {
          const entry = entryTo(part, id);
          const leavesOut = [...closing, ...passed, ...entry.leavesOut];
          const cost = this.#cost(leavesOut) + entry.skips * SKIP_COST;
          if (cost < bestCost) [best, bestCost] = [{ depth, at, leavesOut, skips: entry.skips }, cost];
          if (cost === 0) return best;
        }
        if (isMissing(group, at)) passed.push(firstRequired(part));
      }
      closing.push(...passed);
    }
    return best;
  }

  #cost(leavesOut: readonly string[]): number {
    return leavesOut.reduce((sum, id) => sum + (this.#watch.isToCome(id) ? TO_COME_COST : 1), 0);
  }

  #take(way: Way, id: string): "placed" {
    this.#close(way.depth + 1);
    const group = this.#open[way.depth];
    if (group !== undefined) this.#enter(group, way.at, id);
    return "placed";
  }

  #enter(group: OpenGroup, at: number, id: string): void {
    group.at = at;
    group.counts[at] = (group.counts[at] ?? 0) + 1;
    const part = group.parts[at];
    if (part?.parts === undefined) return;
    const inner = openGroup(part.name, part.parts);
    this.#open.push(inner);
    this.#enter(inner, nearest(inner.parts, id).at, id);
  }

  /** A segment of a group that is open, whose place is past or taken. It counts, so that it is not missing as well. */
  #earlier(id: string): "out-of-place" | "repeats" | undefined {
    for (const group of this.#open.toReversed()) {
      const at = group.parts.findLastIndex((part, index) => {
        return index <= group.at && part.parts === undefined && part.holds.has(id);
      });
      if (at < 0) continue;
      const count = group.counts[at] ?? 0;
      group.counts[at] = count + 1;
      return count < (group.parts[at]?.max ?? 0) ? "out-of-place" : "repeats";
    }
    return undefined;
  }

  /** Leaves the groups from this depth on. */
  #close(depth: number): void {
    while (this.#open.length > depth) {
      const group = this.#open.pop();
      if (group === undefined) return;
      for (const [index, part] of group.parts.entries()) {
        if (isMissing(group, index)) this.#tellMissing(firstRequired(part), group.name);
      }
    }
  }

  #tellMissing(id: string, group: string): void {
    const astray = this.#astray.get(id) ?? 0;
    if (astray > 0) this.#astray.set(id, astray - 1);
    else this.#watch.missing(id, group);
  }
}

function openGroup(name: string, parts: readonly StructurePart[]): OpenGroup {
  return { name, parts, counts: [], at: 0 };
}

function isMissing(group: OpenGroup, at: number): boolean {
  return (group.parts[at]?.min ?? 0) > 0 && (group.counts[at] ?? 0) === 0;
}

function entryTo(part: StructurePart, id: string): Entry {
  return part.parts === undefined ? { leavesOut: [], skips: 0 } : nearest(part.parts, id);
}

/** Which of the parts of a group just begun is reached by leaving out the least. */
function nearest(parts: readonly StructurePart[], id: string): Entry & { readonly at: number } {
  let best = { at: -1, leavesOut: [] as readonly string[], skips: Number.POSITIVE_INFINITY };
  const passed: string[] = [];
  for (const [at, part] of parts.entries()) {
    if (part.holds.has(id)) {
      const inner = entryTo(part, id);
      const leavesOut = [...passed, ...inner.leavesOut];
      const skips = at - passed.length + inner.skips;
      const isLess = leavesOut.length < best.leavesOut.length;
      if (best.at < 0 || isLess || (leavesOut.length === best.leavesOut.length && skips < best.skips)) {
        best = { at, leavesOut, skips };
      }
    }
    if (part.min > 0) passed.push(firstRequired(part));
  }
  return best;
}

/** The segment to name where a part is missing; of a choice, the first. */
function firstRequired(part: StructurePart): string {
  if (part.parts === undefined) return [...part.holds][0] ?? part.name;
  const first = part.parts.find((each) => each.min > 0) ?? part.parts[0];
  return first === undefined ? part.name : firstRequired(first);
}
