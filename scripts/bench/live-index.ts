import type { IndexRun } from "./live-index-reader.ts";
import { type BenchOptions, compareTo, type Figure, inOwnProcess } from "./measure.ts";

const SIZES = [100_000, 1_000_000] as const;
/** The peer's heap is gigabytes at a million, and its one `Map` is full a little beyond. */
const PEER_RECORDS_MAX = 1_000_000;
/** Eight keys a record looked up at a million persons by plain SQL, as measured before this was built. Not of this run. */
const SQL_PER_SECOND = 2_000;
/** Of processor time. */
const UNIT = "records/s, a core";
const PEER = "a Map<bigint, number[]>, keys only";

/**
 * The candidate index of the stream in memory, beside a plain `Map` of keys to ids, each in a process of its own:
 * `--records 2600000` goes on to a region of so many. Puts read the facts, as when the index is built at the start.
 */
export async function benchLiveIndex({ records }: BenchOptions): Promise<Figure[]> {
  const sizes = records === undefined ? SIZES : [...SIZES.filter((size) => size < records), records];
  const figures: Figure[] = [];
  for (const size of sizes) {
    const own = await inOwnProcess<IndexRun>("live-index-reader.ts", ["chesil", String(size)]);
    const peer =
      size > PEER_RECORDS_MAX ? undefined : await inOwnProcess<IndexRun>("live-index-reader.ts", ["map", String(size)]);
    figures.push(...figuresOf(size, own, peer));
  }
  return figures;
}

function figuresOf(size: number, own: IndexRun, peer: IndexRun | undefined): Figure[] {
  const figure = (what: string, rate: "putPerSecond" | "preparedPutPerSecond" | "deletesPerSecond", note?: string) =>
    compareTo(`${what}, ${grouped(size)} on file`, own[rate], UNIT, peer ? { [PEER]: peer[rate] } : {}, note);
  const lookups = compareTo(
    `look 8 keys up, ${grouped(size)} on file`,
    own.lookupsPerSecond,
    UNIT,
    {
      ...(peer && { [PEER]: peer.lookupsPerSecond }),
      "SQL at a million persons (2,000/s, not of this run)": SQL_PER_SECOND,
    },
    `${own.foundPerLookup.toFixed(1)} records found`,
  );
  const pause = `the longest took ${own.longestPutMs.toFixed(0)} ms`;
  return [
    figure("put facts, read and filed", "putPerSecond", `${memoryOf(size, own, peer)}; ${pause}`),
    figure("put facts that are prepared", "preparedPutPerSecond"),
    compareTo(`load with stored keys, ${grouped(size)} on file`, own.loadsPerSecond ?? 0, UNIT, {}),
    figure("delete", "deletesPerSecond"),
    lookups,
  ];
}

function memoryOf(size: number, own: IndexRun, peer: IndexRun | undefined): string {
  const each = (bytes: number) => Math.round(bytes / size);
  const parts = Object.entries(own.memory ?? {}).map(([part, bytes]) => `${part.replace("Bytes", "")} ${each(bytes)}`);
  const held = (run: IndexRun) => each(run.heapBytes + run.arrayBytes);
  const beside = peer ? `, the Map ${held(peer)}` : "";
  return `${held(own)} bytes a record (${parts.join(", ")}; on the heap ${each(own.heapBytes)})${beside}`;
}

const grouped = (count: number): string => count.toLocaleString("en-GB");
