import { createHash } from "node:crypto";
import { connect } from "node:net";
import { connectMllp } from "@chesil/mllp";
import Client, { Message } from "node-hl7-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type ChesilProcess, dataFolder, drained, startChesil } from "./chesil-process.ts";
import { adt } from "./region.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const PATIENT = {
  id: "5001",
  nhsNumber: "9990500002",
  family: "MARLOWE",
  given: "RUTH",
  birthDate: "19480629",
  sex: "F",
  postcode: "BH1 1AA",
  street: "12 Cliff Road",
  phone: "01632960011",
};

describe("from socket to screen", () => {
  let chesil: ChesilProcess;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  beforeAll(async () => {
    folder = await dataFolder();
    chesil = await startChesil(folder.dataDir);
  });
  afterAll(async () => {
    await chesil.stop();
    await folder.remove();
  });

  const send = async (message: Uint8Array) => {
    const client = await connectMllp({ host: "127.0.0.1", port: chesil.mllpPort });
    try {
      return await client.send(message);
    } finally {
      await client.close();
    }
  };
  type Row = { id: number; outcome: string | null; reason: string | null; personId: string | null };
  const find = async (controlId: string) =>
    (await ask<{ messages: Row[] }>(chesil, "/api/v1/messages/search", { text: controlId })).messages;
  const settled = (controlId: string) =>
    expect.poll(async () => (await find(controlId))[0]?.outcome, { timeout: 10_000 });

  it("acknowledges, resolves, and shows one admission with its person, evidence and visit", async () => {
    const message = adt("A01", PATIENT, { visit: "V100", ward: "WARD 7", controlId: "FLOW1" });
    const answer = text(await send(message));
    expect(answer).toMatch(/^MSH\|\^~\\&\|CHESIL\|DORSET\|PAS\|RBD\|/);
    expect(answer).toContain("\rMSA|AA|FLOW1");
    await settled("FLOW1").toBe("applied");
    const [row] = await find("FLOW1");
    const view = await ask<{ raw: string; person: { personId: string }; decision: { kind: string } }>(
      chesil,
      `/api/v1/messages/${row?.id}`,
    );
    expect(createHash("sha256").update(view.raw).digest("hex")).toBe(
      createHash("sha256").update(text(message)).digest("hex"),
    );
    const person = await ask<{
      golden: Record<string, { text: string }>;
      encounters: { visitNumber: string; location: string }[];
    }>(chesil, `/api/v1/persons/${view.person.personId}`);
    expect(person.golden.nhsNumber?.text).toContain("999 050 0002");
    expect(person.encounters).toMatchObject([{ visitNumber: "V100" }]);
    const patient = await ask<{ resourceType: string; birthDate: string }>(
      chesil,
      `/fhir/Patient/${view.person.personId}`,
    );
    expect(patient).toMatchObject({ resourceType: "Patient", birthDate: "1948-06-29" });
  });

  it("answers a resend with the very same bytes", async () => {
    const message = adt("A31", PATIENT, { controlId: "FLOW2", recordedAt: "20260502080000" });
    const first = await send(message);
    expect(text(await send(message))).toBe(text(first));
  });

  it("tells the sender what can never be accepted, keeps it, and says why", async () => {
    const answer = text(await send(adt("A31", { ...PATIENT, id: "", nhsNumber: "" }, { controlId: "FLOW3" })));
    expect(answer).toContain("MSA|AE|FLOW3");
    expect(answer).toMatch(/\rERR\|/);
    await settled("FLOW3").toBe("rejected");
    expect((await find("FLOW3"))[0]?.reason).toBe("no-patient-id");
  });

  it("answers AE to other content under a used control id, and keeps both", async () => {
    await send(adt("A31", PATIENT, { controlId: "FLOW4", recordedAt: "20260503080000" }));
    expect(
      text(
        await send(
          adt("A31", { ...PATIENT, phone: "01632960012" }, { controlId: "FLOW4", recordedAt: "20260503080000" }),
        ),
      ),
    ).toContain("MSA|AE|FLOW4");
    expect(await find("FLOW4")).toHaveLength(2);
  });

  it("is understood by an independent HL7 client", async () => {
    const client = new Client({ host: "127.0.0.1", version: "2.4" });
    const answer = Promise.withResolvers<string>();
    const connection = client.createConnection({ port: chesil.mllpPort, version: "2.4" }, (response) =>
      answer.resolve(response.getMessage().toString()),
    );
    await connection.sendMessage(
      new Message({ text: text(adt("A31", PATIENT, { controlId: "FLOW6", recordedAt: "20260505080000" })) }),
    );
    expect(await answer.promise).toContain("MSA|AA|FLOW6");
    await connection.close();
  });

  it("closes on HTTP, on garbage and on half a frame, and stays up for everybody else", async () => {
    const speak = (bytes: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(chesil.mllpPort, "127.0.0.1", () => socket.end(bytes));
        let heard = "";
        socket.on("data", (chunk) => {
          heard += chunk;
        });
        socket.on("close", () => resolve(heard));
        socket.on("error", () => resolve(heard));
      });
    await speak(`GET / HTTP/1.1\r\nHost: localhost\r\n${"x".repeat(100)}\r\n\r\n`);
    await speak("\u0000\u0001".repeat(100));
    await speak("\u000bMSH|^~\\&|half a frame");
    expect(text(await send(adt("A31", PATIENT, { controlId: "FLOW5", recordedAt: "20260504080000" })))).toContain(
      "MSA|AA|FLOW5",
    );
    const { feeds } = await ask<{ feeds: { faults: Record<string, number> }[] }>(chesil, "/api/v1/feeds");
    expect(Object.keys(feeds[0]?.faults ?? {}).sort()).toEqual(["frame-incomplete", "not-mllp"]);
  });

  it("counts every message once: received is the sum of the outcomes", async () => {
    const { received, outcomes } = await drained(chesil, 8);
    expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(received);
  });

  it("serves the metrics that are promised, and answers whether it lives and is ready", async () => {
    expect((await fetch(`${chesil.httpUrl}/livez`)).status).toBe(200);
    expect((await fetch(`${chesil.httpUrl}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${chesil.httpUrl}/metrics`)).text();
    for (const name of [
      "chesil_messages_received_total",
      "chesil_messages_outcome_total",
      "chesil_ack_seconds_bucket",
      "chesil_apply_seconds_bucket",
      "chesil_backlog_messages",
      "chesil_backlog_oldest_seconds",
      "chesil_match_seconds_bucket",
      "chesil_match_candidates_bucket",
      "chesil_match_decisions_total",
      "chesil_review_oldest_seconds",
      "chesil_feed_connected",
      "chesil_feed_last_message_timestamp_seconds",
    ]) {
      expect(metrics, name).toContain(name);
    }
    expect(metrics).not.toContain("MARLOWE");
    expect(metrics).not.toContain("9990500002");
  });

  it("refuses a second start on the same data with a clear message", async () => {
    await expect(startChesil(folder.dataDir)).rejects.toThrow(/process \d+|pid \d+/);
  });

  it("says nothing of a patient in its log", () => {
    for (const secret of ["MARLOWE", "9990500002", "Cliff Road", "960011"]) expect(chesil.said()).not.toContain(secret);
  });
});

describe("stopping", () => {
  it("drains, exits with 0, and starts again on what it has in seconds", async () => {
    const folder = await dataFolder();
    const first = await startChesil(folder.dataDir);
    const client = await connectMllp({ host: "127.0.0.1", port: first.mllpPort });
    const answers = Array.from({ length: 50 }, (_, index) =>
      client.send(adt("A31", { ...PATIENT, id: String(index), nhsNumber: "" })),
    );
    await Promise.all(answers);
    await client.close();
    expect(await first.stop()).toBe(0);
    const second = await startChesil(folder.dataDir);
    const { received } = await drained(second, 50);
    expect(received).toBe(50);
    expect(second.signInUrl).toBeDefined();
    expect(await second.stop()).toBe(0);
    await folder.remove();
  });
});
