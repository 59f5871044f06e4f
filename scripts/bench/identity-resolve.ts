import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Database } from "@chesil/store";
import { receive } from "../../test/region.ts";
import { messageOf } from "./identity-messages.ts";
import type { Opened, Resolved } from "./identity-resolver-server.ts";
import type { Region } from "./identity-store.ts";

/** What the stream comes to: the index built, records that are all new, and a day's mix, through the decider alone. */

export type Stream = { readonly opened: Opened; readonly fresh: Resolved; readonly mixed: Resolved };

/** Of a day's traffic, the messages of patients on file whose demographics are as they were. */
const KNOWN_SHARE = 0.8;

/** Takes messages into the journal at once, and has them resolved. @param sizes messages that are all new, and mixed. */
export async function measureStream(
  database: Database,
  url: string,
  region: Region,
  sizes: { fresh: number; mixed: number },
): Promise<Stream> {
  const script = fileURLToPath(new URL("identity-resolver-server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, url], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const nextLine = async <Said>() => {
    const said = await Promise.race([once(lines, "line"), ended]);
    if (typeof said[0] !== "string") throw new Error(`The resolver ended with ${said[0]}.`);
    return JSON.parse(said[0]) as Said;
  };
  const resolved = async (messages: readonly Uint8Array[]) => {
    for (let at = 0; at < messages.length; at += 2_000) await receive(database, messages.slice(at, at + 2_000));
    child.stdin.write("\n");
    return nextLine<Resolved>();
  };
  try {
    const opened = await nextLine<Opened>();
    const newcomers = region.fresh.splice(0, sizes.fresh).map((row) => messageOf(row, "A28"));
    const fresh = await resolved(newcomers);
    const mixed = await resolved([...trafficOf(region).take(sizes.mixed)]);
    return { opened, fresh, mixed };
  } finally {
    child.stdin.end();
    await ended;
  }
}

/** A day's messages without end: mostly of anybody on file, the others new while there are any. */
export function* trafficOf({ known, fresh }: Region): Generator<Uint8Array, void, undefined> {
  for (let at = 0; ; at++) {
    const next = at % 10 < KNOWN_SHARE * 10 ? undefined : fresh.shift();
    if (next) {
      yield messageOf(next, "A28");
      continue;
    }
    const onFile = known.shift();
    if (!onFile) return;
    // Whoever came is the last to come again.
    known.push(onFile);
    yield messageOf(onFile, "A31");
  }
}
