import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a server says of itself: the longest its event loop stood still since it was asked last, and its processor time. */
export type Vitals = { readonly longestMs: number; readonly cpuSeconds: number };
/** Where ITK is taken, and what to show there. PEM. */
export type ServedItk = { readonly port: number; readonly ca: string; readonly key: string; readonly cert: string };
export type Served = { readonly port: number; readonly itk?: ServedItk | undefined; vitals(): Promise<Vitals> };

/** Runs `work` against one server of `ack-server.ts` in a process of its own. */
export async function withServer<T>(name: string, url: string, work: (server: Served) => Promise<T>): Promise<T> {
  const script = fileURLToPath(new URL("ack-server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, name, url], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const nextLine = async <Said>() => JSON.parse(((await once(lines, "line")) as [string])[0]) as Said;
  try {
    const { port, itk } = await nextLine<{ port: number; itk?: ServedItk }>();
    return await work({
      port,
      itk,
      vitals() {
        child.stdin.write("\n");
        return nextLine<Vitals>();
      },
    });
  } finally {
    child.stdin.end();
    await ended;
  }
}
