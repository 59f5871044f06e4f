import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { cdaOf, documentsWithoutEnd } from "./itk-messages.ts";
import type { ServedItk } from "./served.ts";

/** Posts on one connection that is kept. */
export function poster({ port, ca, key, cert }: ServedItk): (body: Buffer) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, key, cert });
  const to = { host: "127.0.0.1", port, path: "/itk", method: "POST", agent };
  return (body) =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "text/xml; charset=utf-8", "content-length": body.length };
      const sent = request({ ...to, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.once("end", () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}: ${text}`)),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
}

/** Between a document and the next. */
const PAUSE_MS = 500;

/**
 * As a process of its own, so that making them holds nobody else up: posts documents one after another until its input
 * ends, and prints how long each took. Arguments: where, as JSON; how many bytes each has; and of what.
 */
if (import.meta.main) {
  const [where = "", bytes = "", kind = ""] = process.argv.slice(2);
  const next = documentsWithoutEnd(cdaOf(Number(bytes), kind === "attachment" ? "attachment" : "words"));
  const post = poster(JSON.parse(where) as ServedItk);
  const tookMs: number[] = [];
  let isOver = false;
  process.stdin.resume().once("end", () => {
    isOver = true;
  });
  process.stdout.write("ready\n");
  while (!isOver) {
    const body = next();
    const at = performance.now();
    await post(body);
    tookMs.push(performance.now() - at);
    await sleep(PAUSE_MS);
  }
  process.stdout.write(`${JSON.stringify({ tookMs })}\n`);
  process.exit(0);
}
