import type { Stream } from "./identity-resolve.ts";
import { FEED_PER_SECOND, type Served } from "./identity-served.ts";
import type { Region } from "./identity-store.ts";
import { compareTo, type Figure } from "./measure.ts";

/** What one size came to, as figures beside their bars and as a row of the table that shows the growth. */

export type Measured = { readonly region: Region; readonly stream: Stream; readonly served: Served };

/** What is asked for. Of times less is better: their ratio is to stay below 1. */
const BARS = {
  indexSeconds: 60,
  matchP50Ms: 3,
  matchP99Ms: 20,
  freshPerSecond: 1_500,
  mixedPerSecond: 3_000,
} as const;

export function figuresOf({ region, stream, served }: Measured): Figure[] {
  const { opened, fresh, mixed } = stream;
  const size = `${grouped(region.persons)} persons`;
  const { whileLoading, inOne, standingBy, feed } = served;
  const paced = `a feed of ${FEED_PER_SECOND}/s: ${Math.round(feed.receivedPerSecond)}/s taken in, ${Math.round(feed.resolvedPerSecond)}/s resolved`;
  const times = (asked: { p50Ms: number; p99Ms: number }) => ({
    [`the time of the bar of ${BARS.matchP50Ms} ms at p50`]: asked.p50Ms / BARS.matchP50Ms,
    [`the time of the bar of ${BARS.matchP99Ms} ms at p99`]: asked.p99Ms / BARS.matchP99Ms,
  });
  const answered = (asked: Served["inOne"]) =>
    `p50 ${ms(asked.p50Ms)}, p99 ${ms(asked.p99Ms)}, longest ${ms(asked.longestMs)}; of ${asked.answers} answers ${asked.found} name somebody, ${asked.certain} for certain`;
  return [
    compareTo(
      `fill the store, ${size}`,
      region.records / region.fillSeconds,
      "records/s",
      {},
      `${grouped(region.records)} records in ${region.fillSeconds.toFixed(0)} s, ${region.indexSeconds.toFixed(0)} s of it the indexes`,
    ),
    {
      ...compareTo(`index of ${size}`, region.records / opened.seconds, "records/s", {}),
      ratios: { [`the time of the bar of ${BARS.indexSeconds} s`]: opened.seconds / BARS.indexSeconds },
      note: `${opened.seconds.toFixed(1)} s; ${memoryOf(opened)}, at most ${Math.round(mixed.peakMb)} MB`,
    },
    compareTo(
      `new records, ${size}`,
      fresh.perSecond,
      "messages/s",
      { [`the bar of ${grouped(BARS.freshPerSecond)}`]: BARS.freshPerSecond },
      `half of people not on file, half further records of people on file; ${streamed(fresh)}`,
    ),
    compareTo(
      `four of five known, ${size}`,
      mixed.perSecond,
      "messages/s",
      { [`the bar of ${grouped(BARS.mixedPerSecond)}`]: BARS.mixedPerSecond },
      streamed(mixed),
    ),
    {
      ...compareTo(`$match while the index loads, ${size}`, whileLoading.perSecond, "answers/s, one after another", {}),
      note: `${answered(whileLoading)}; all ready after ${served.readySeconds.toFixed(1)} s`,
    },
    {
      ...compareTo(`$match, all in one process, ${size}`, inOne.perSecond, "answers/s, one after another", {}),
      ratios: times(inOne),
      note: `${answered(inOne)}; ${paced}, acknowledged p99 ${ms(feed.ackP99Ms)}`,
    },
    {
      ...compareTo(`$match, of one that stands by, ${size}`, standingBy.perSecond, "answers/s, one after another", {}),
      ratios: times(standingBy),
      note: `${answered(standingBy)}; beside the same feed`,
    },
  ];
}

const streamed = (run: Stream["fresh"]): string =>
  `${run.ownMs.toFixed(2)} ms of processor time beside the database's; ${run.matched} matched, with ${run.candidates.toFixed(1)} compared each, p50 ${ms(run.matchP50Ms)}, p99 ${ms(run.matchP99Ms)}`;

const memoryOf = ({ heapMb, arraysMb, processMb }: Stream["opened"]): string =>
  `the process holds ${Math.round(processMb)} MB, ${Math.round(heapMb)} on the heap and ${Math.round(arraysMb)} in arrays`;

const COLUMNS: readonly (readonly [string, (measured: Measured) => string])[] = [
  ["persons", ({ region }) => grouped(region.persons)],
  ["records", ({ region }) => grouped(region.records)],
  ["filled/s", ({ region }) => grouped(region.records / region.fillSeconds)],
  ["index s", ({ stream }) => stream.opened.seconds.toFixed(1)],
  ["held MB", ({ stream }) => grouped(stream.opened.heapMb + stream.opened.arraysMb)],
  ["new/s", ({ stream }) => grouped(stream.fresh.perSecond)],
  ["own ms", ({ stream }) => stream.fresh.ownMs.toFixed(2)],
  ["mix/s", ({ stream }) => grouped(stream.mixed.perSecond)],
  ["own ms", ({ stream }) => stream.mixed.ownMs.toFixed(2)],
  ["match p50/p99 ms", ({ stream }) => pair(stream.fresh.matchP50Ms, stream.fresh.matchP99Ms)],
  ["$match p50/p99 ms", ({ served }) => pair(served.inOne.p50Ms, served.inOne.p99Ms)],
  ["standing by", ({ served }) => pair(served.standingBy.p50Ms, served.standingBy.p99Ms)],
  ["loading", ({ served }) => pair(served.whileLoading.p50Ms, served.whileLoading.p99Ms)],
  ["feed/s", ({ served }) => grouped(served.feed.resolvedPerSecond)],
];

/** One row a size. */
export function growthTable(sizes: readonly Measured[]): string {
  const cells = [COLUMNS.map(([name]) => name), ...sizes.map((size) => COLUMNS.map(([, read]) => read(size)))];
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) => `${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  ")}\n`).join("");
}

const pair = (p50: number, p99: number): string => `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const grouped = (count: number): string => Math.round(count).toLocaleString("en-GB");
