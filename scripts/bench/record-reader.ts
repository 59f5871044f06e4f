import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

/**
 * A reader in a process of its own, that asks one question after another and keeps nothing of the answers: in the bench's
 * own process, whose heap holds a region, a collection of garbage took as long as an answer.
 * `record-reader.ts URL COOKIE FILE WARM_UP`, where FILE has a Question in JSON a line. Prints a Read.
 */

export type Question = { readonly path: string; readonly form?: string };

export type Read = {
  /** How long each answer took, to its last byte, in the order asked; those of the warm-up are left out. */
  readonly latenciesMs: readonly number[];
  /** Of the last answer. */
  readonly bytes: number;
};

const [url = "", cookie = "", file = "", warmUp = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** @returns the bytes of the answer. */
function ask({ path, form }: Question): Promise<number> {
  const headers = {
    cookie,
    "x-chesil-request": "1",
    ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
  };
  return new Promise((resolve, reject) => {
    const asking = request(url + path, { agent, headers, method: form === undefined ? "GET" : "POST" }, (answer) => {
      let bytes = 0;
      let beginning = "";
      answer.on("data", (chunk: Buffer) => {
        if (bytes === 0) beginning = chunk.toString("utf8", 0, 500);
        bytes += chunk.length;
      });
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(bytes);
        else reject(new Error(`${path} answered ${answer.statusCode}: ${beginning}`));
      });
    });
    asking.on("error", reject);
    asking.end(form);
  });
}

const latenciesMs: number[] = [];
let bytes = 0;
for (const line of readFileSync(file, "utf8").trim().split("\n")) {
  const question = JSON.parse(line) as Question;
  const began = performance.now();
  bytes = await ask(question);
  latenciesMs.push(performance.now() - began);
}
agent.destroy();
process.stdout.write(`${JSON.stringify({ latenciesMs: latenciesMs.slice(Number(warmUp)), bytes } satisfies Read)}\n`);
