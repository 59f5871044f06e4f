import { createServer, type Socket } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { acknowledge, acknowledgementCode, peek } from "@chesil/hl7";
import { type ItkFeed, startIngest } from "@chesil/ingest";
import { startMllpServer } from "@chesil/mllp";
import { migrate, openDatabase } from "@chesil/store";
import { makeAuthority } from "../../packages/mllp/src/test-certificates.ts";
import type { ServedItk } from "./served.ts";

/**
 * One server to be loaded, in a process of its own: prints `{"port":…}` and serves until its input ends.
 * `chesil URL` answers after the commit; every other one answers from memory and keeps nothing.
 */

const ITK_FEED: ItkFeed = {
  ...{ name: "itk", organisation: "RXX", usernames: [], isSecurityRequired: true, certificates: [] },
  ...{ sends: ["messages", "documents"], dialect: { defaultAuthority: "RXX" }, reuseWindowHours: 24 },
};

const ANSWER = "MSH|^~\\&|B|B|A|A|20260101||ACK|1|P|2.4\rMSA|AA|1\r";
const FRAMED = Buffer.from(`\u000b${ANSWER}\u001c\r`);

const SERVERS: Record<string, (url: string) => Promise<number | { port: number; itk: ServedItk }>> = {
  async chesil(url) {
    const database = await openDatabase(url);
    await migrate(database);
    const silent = () => {};
    const authority = makeAuthority("Bench CA");
    const ours = authority.issue({ name: "chesil", hosts: ["127.0.0.1"] });
    const ingest = await startIngest({
      database,
      feeds: [
        {
          name: "bench",
          host: "127.0.0.1",
          port: 0,
          dialect: { defaultAuthority: "BENCH" },
          reuseWindowHours: 24,
          limits: { connectionsMax: 6_000, frameBytesMax: 32 * 1024 * 1024 },
        },
      ],
      telemetry: {
        received: silent,
        queried: () => {},
        acknowledged: silent,
        connections: silent,
        wire: silent,
        batchFault: silent,
        undelivered: silent,
        storageFailed: (_, code) => process.stderr.write(`storage failed: ${code}\n`),
      },
      now: () => new Date(),
      itk: () => ({ organisation: "QVV", clockSkewMs: 300_000, feeds: [ITK_FEED] }),
      itkListening: [
        { host: "127.0.0.1", port: 0, tls: { ...ours, ca: authority.cert, requireClientCertificate: true } },
      ],
    });
    const itkPort = Number(ingest.itkAddresses()[0]?.split(":").at(-1));
    return {
      port: ingest.feeds()[0]?.port ?? 0,
      itk: { port: itkPort, ca: authority.cert, ...authority.issue({ name: "sender" }) },
    };
  },
  /** Frame, peek, answer: what the wire costs without the journal. */
  async "chesil, in memory"() {
    const server = await startMllpServer({
      host: "127.0.0.1",
      port: 0,
      async onFrame(frame) {
        const { header } = peek(frame, { defaultAuthority: "BENCH" });
        const code = acknowledgementCode(header, "accept");
        return { reply: acknowledge({ header, code, controlId: "1", at: new Date() }) };
      },
    });
    return server.port;
  },
  async "bare socket"() {
    const server = createServer((socket: Socket) => {
      let ended = false;
      socket.on("data", (chunk) => {
        for (const byte of chunk) {
          if (ended && byte === 0x0d) socket.write(FRAMED);
          ended = byte === 0x1c;
        }
      });
      socket.on("error", () => {});
    });
    return listen(server);
  },
  async "@medplum/hl7"() {
    const { Hl7Server } = await import("@medplum/hl7");
    const server = new Hl7Server((connection) => {
      connection.addEventListener("message", ({ message }) => connection.send(message.buildAck()));
    });
    await server.start(0);
    return portOf((server as unknown as { server: ReturnType<typeof createServer> }).server);
  },
  async "node-hl7-server"() {
    const { Server } = await import("node-hl7-server");
    const port = 30_000 + Math.floor(Math.random() * 20_000);
    const server = new Server({ bindAddress: "127.0.0.1" });
    const inbound = server.createInbound(
      { port },
      async (_request: unknown, response: { sendResponse(code: string): Promise<void> }) => {
        await response.sendResponse("AA");
      },
    );
    await new Promise((resolve) => inbound.once("listen", resolve));
    return port;
  },
};

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(portOf(server))));
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

const opened = await SERVERS[process.argv[2] ?? ""]?.(process.argv[3] ?? "");
process.stdout.write(`${JSON.stringify(typeof opened === "object" ? opened : { port: opened })}\n`);
/** Each line asks for the processor time used so far, and how long the event loop stood still since the last line. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.stdin.on("data", () => {
  process.stdout.write(`${JSON.stringify({ longestMs: delay.max / 1e6, cpuSeconds: cpuSeconds() })}\n`);
  delay.reset();
});
process.stdin.on("end", () => process.exit(0));
