import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/**
 * One MLLP listener in a process of its own. It prints its port, then a line for each message that reached its handler:
 * what a row of the scoreboard is judged by. A handler waits a moment that gets shorter with each message, so that a
 * listener that lets answers overtake each other is seen to; `STALL` never ends and `THROW` fails.
 */

const require = createRequire(import.meta.url);
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

let handled = 0;
async function handle(text: string): Promise<void> {
  const controlId = /^MSH.(?:[^|\r]*\|){8}([^|\r]*)/.exec(text)?.[1] ?? "";
  print({ handled: controlId, length: text.length, head: text.slice(0, 8), isWhole: !text.includes("MSH|", 3) });
  if (controlId.startsWith("STALL")) await new Promise(() => {});
  if (controlId.startsWith("THROW")) throw new Error("The handler fails.");
  if (controlId.startsWith("SLOW")) await new Promise((done) => setTimeout(done, Math.max(1, 60 - 12 * handled++)));
}

const LISTENERS: Record<string, () => Promise<number>> = {
  async chesil() {
    const { startMllpServer } = await import("@chesil/mllp");
    const { acknowledge, acknowledgementCode, openFrameContent, peek } = await import("@chesil/hl7");
    const server = await startMllpServer({
      host: "127.0.0.1",
      port: 0,
      limits: { frameBytesMax: 32 * 1024 * 1024, connectionsMax: 1_000 },
      async onFrame(frame) {
        const replies: Uint8Array[] = [];
        for (const bytes of openFrameContent(frame).messages) {
          const peeked = peek(bytes, { defaultAuthority: "BENCH" });
          if (!peeked.ok && !peeked.acknowledge) continue;
          if (peeked.ok) await handle(Buffer.from(bytes).toString("latin1"));
          const code = acknowledgementCode(peeked.header, peeked.ok ? "accept" : peeked.severity);
          replies.push(acknowledge({ header: peeked.header, code, controlId: "1", at: new Date() }));
        }
        return { reply: replies };
      },
    });
    return server.port;
  },
  async "@medplum/hl7"() {
    const { Hl7Server } = await import("@medplum/hl7");
    const server = new Hl7Server((connection) => {
      connection.addEventListener("message", async ({ message }) => {
        await handle(message.toString());
        connection.send(message.buildAck());
      });
    });
    await server.start(0);
    return ((server as unknown as { server: ReturnType<typeof createServer> }).server.address() as AddressInfo).port;
  },
  async "node-hl7-server"() {
    const { Server } = await import("node-hl7-server");
    const port = await freePort();
    const inbound = new Server({ bindAddress: "127.0.0.1" }).createInbound(
      { port },
      async (
        request: { getMessage(): { toString(): string } },
        response: { sendResponse(code: string): Promise<void> },
      ) => {
        await handle(request.getMessage().toString());
        await response.sendResponse("AA");
      },
    );
    await new Promise((resolve) => inbound.once("listen", resolve));
    return port;
  },
  async "simple-hl7"() {
    const hl7 = require("simple-hl7");
    const port = await freePort();
    const app = hl7.tcp();
    app.use(async (request: { msg: { toString(): string } }, response: { end(): void }) => {
      await handle(request.msg.toString());
      response.end();
    });
    app.start(port);
    return port;
  },
  async "mllp-node"() {
    const { MLLPServer } = require("mllp-node");
    const port = await freePort();
    const server = new MLLPServer("127.0.0.1", port, () => {});
    server.on("hl7", (text: string) => void handle(text));
    return port;
  },
};

/** For listeners that do not tell which port they got. */
function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const port = await LISTENERS[process.argv[2] ?? ""]?.();
setTimeout(() => print({ port }), 200);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
