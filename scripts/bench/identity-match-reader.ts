import { readFileSync } from "node:fs";
import { quantileOf } from "./identity-quantile.ts";

/**
 * A client of `$match` in a process of its own: one question after another, each when the one before is answered.
 * `identity-match-reader.ts URL COOKIE FILE COUNT WARM_UP`, where FILE has a JSON body a line; with a COUNT of 0 it asks until
 * Chesil can do all of its work. Prints an Asked.
 */

export type Asked = {
  readonly answers: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Answers that name somebody, and those that are certain who it is. */
  readonly found: number;
  readonly certain: number;
};

const [url = "", cookie = "", file = "", count = "", warmUp = ""] = process.argv.slice(2);
const headers = {
  cookie,
  "x-chesil-request": "1",
  "content-type": "application/fhir+json",
};
const bodies = readFileSync(file, "utf8").trim().split("\n");
const [counted, ignored] = [Number(count), Number(warmUp)];
const latencies: number[] = [];
let [found, certain] = [0, 0];
const isOver = async (asked: number) =>
  counted > 0 ? asked >= counted + ignored : (await fetch(`${url}/readyz`)).status === 200;
let started = performance.now();
for (let asked = 0; !(await isOver(asked)); asked++) {
  if (asked === ignored) {
    latencies.length = 0;
    [found, certain] = [0, 0];
    started = performance.now();
  }
  const began = performance.now();
  const response = await fetch(`${url}/fhir/Patient/$match`, {
    ...{ method: "POST", headers },
    body: bodies[asked % bodies.length] ?? "",
  });
  const text = await response.text();
  latencies.push(performance.now() - began);
  if (!response.ok) throw new Error(`$match answered ${response.status}: ${text.slice(0, 500)}`);
  if (!text.includes('"total":0')) found++;
  if (text.includes('"certain"')) certain++;
}
const asked: Asked = {
  answers: latencies.length,
  perSecond: (latencies.length * 1_000) / (performance.now() - started),
  p50Ms: quantileOf(latencies, 0.5),
  p99Ms: quantileOf(latencies, 0.99),
  longestMs: Math.max(0, ...latencies),
  found,
  certain,
};
process.stdout.write(`${JSON.stringify(asked)}\n`);
