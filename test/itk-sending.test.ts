import { ItkSender, wrapFile } from "@chesil/forward";
import { businessEnvelope, infrastructureEnvelope, simpleResponseBody, writeEnvelope, writeSoap } from "@chesil/itk";
import { afterEach, describe, expect, it } from "vitest";
import { makeAuthority } from "../packages/mllp/src/test-certificates.ts";
import { faults, ItkReceiver, type Posted, says } from "./itk-receiver.ts";
import { adt } from "./region.ts";

const CDA = '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Discharge</title></ClinicalDocument>';
const OPTIONS = { sender: "RBD", receiver: "RDZ", asksInfrastructure: true, asksBusiness: false };
const wrappedAs = (file: Uint8Array | string, changes: Partial<Parameters<typeof wrapFile>[1]> = {}) =>
  [...wrapFile(Buffer.from(file), { ...OPTIONS, ...changes })].map((each) => {
    if (!each.ok) throw new Error(each.why);
    return each.message;
  });
const onlyOne = (...given: Parameters<typeof wrappedAs>) => {
  const [message] = wrappedAs(...given);
  if (!message) throw new Error("No message.");
  return message;
};

const receivers: ItkReceiver[] = [];
const senders: ItkSender[] = [];
afterEach(async () => {
  for (const sender of senders.splice(0)) sender.close();
  for (const receiver of receivers.splice(0)) await receiver.close();
});

const received = () => {
  const receiver = new ItkReceiver();
  receivers.push(receiver);
  return receiver;
};
const senderTo = (url: string, more: Partial<ConstructorParameters<typeof ItkSender>[0]> = {}) => {
  const options = { url, username: "RBD", backOffMs: 1, attemptsMax: 3, answerMs: 1_000, now: () => new Date() };
  const sender = new ItkSender({ ...options, ...more });
  senders.push(sender);
  return sender;
};

describe("what is sent over ITK", () => {
  it.each([
    ["A01", "admitPatientPH-v1-0"],
    ["A31", "updatePatientPH-v1-0"],
    ["A13", "cancelDischargePatientPH-v1-0"],
    ["A40", "sendDistEnvelope"],
  ])("goes by the service of what it is: %s", (event, service) => {
    const bytes = adt(event, { id: "1" }, { prior: "2" });
    expect(onlyOne(bytes).service).toBe(`urn:nhs-itk:services:201005:${service}`);
  });

  it("is the same message whenever it is the same content of the same sender, and else another", () => {
    const [first, again] = [onlyOne(CDA), onlyOne(CDA)];
    expect(first).toEqual(again);
    expect(first.service).toBe("urn:nhs-itk:services:201005:SendCDADocument-v2-0");
    expect(onlyOne(CDA, { sender: "RDZ" }).trackingId).not.toBe(first.trackingId);
    expect(onlyOne(CDA.replace("Discharge", "Letter")).trackingId).not.toBe(first.trackingId);
  });

  it("is what is in the file, to the byte, and an envelope is sent as it is", async () => {
    const receiver = received();
    const sender = senderTo(`http://127.0.0.1:${await receiver.open()}/itk`);
    const bytes = adt("A01", { id: "1", family: "O'Neil & Söhne" });
    const envelope = writeEnvelope({
      ...{ service: "urn:nhs-itk:services:201005:sendDistEnvelope", trackingId: "OUR-OWN", addresses: [] },
      ...{ auditIdentities: [], sender: undefined, handling: new Map() },
      payloads: [{ id: "uuid_1", mimeType: "text/plain", content: { bytes } }],
    });
    for (const file of [bytes, envelope])
      for (const message of wrappedAs(file)) expect(await sender.send(message)).toMatchObject({ kind: "accepted" });
    expect(receiver.got.map((each) => Buffer.from(each.envelope.payloads[0]?.bytes ?? []))).toEqual([
      Buffer.from(bytes),
      Buffer.from(bytes),
    ]);
    expect(receiver.got[1]?.envelope.trackingId).toBe("OUR-OWN");
    expect(receiver.got[0]).toMatchObject({
      ...{ action: '"urn:nhs-itk:services:201005:admitPatientPH-v1-0"', path: "/itk", username: "RBD" },
      envelope: { sender: { uri: "urn:nhs-uk:addressing:ods:RBD" } },
    });
    expect(receiver.connections).toBe(1);
  });

  it("is nothing that can not be read or is no payload of ITK", () => {
    expect([...wrapFile(Buffer.from("<a/>"), OPTIONS)]).toEqual([{ ok: false, why: "not-itk" }]);
    expect([...wrapFile(Buffer.from("<a>"), OPTIONS)]).toEqual([{ ok: false, why: "not-readable" }]);
  });
});

describe("the ITK sender", () => {
  const open = async (...answers: ItkReceiver["answers"]) => {
    const receiver = received();
    receiver.answers.push(...answers);
    const sender = senderTo(`http://127.0.0.1:${await receiver.open()}/itk`);
    return { receiver, said: () => sender.send(onlyOne(CDA)) };
  };

  it("sends the same message again where it may, and takes the answer that stands", async () => {
    const { receiver, said } = await open(faults(2100), says(503));
    expect(await said()).toMatchObject({ kind: "accepted", code: "OK", attempts: 3 });
    expect(new Set(receiver.got.map(({ envelope }) => envelope.trackingId)).size).toBe(1);
  });

  it("gives up after as many attempts as it has, and says so", async () => {
    const { receiver, said } = await open("hang-up", says(503), faults(2100), "take");
    expect(await said()).toMatchObject({ kind: "again", attempts: 3 });
    expect(receiver.got).toHaveLength(3);
  });

  it.each([1000, 2200, 3000] as const)("does not send again what is refused with %d", async (code) => {
    const { receiver, said } = await open(faults(code));
    expect(await said()).toMatchObject({ kind: "refused", code: String(code), text: "The reason.", attempts: 1 });
    expect(receiver.got).toHaveLength(1);
  });

  it("is busy's to wait for, whatever fault the body holds", async () => {
    const { said } = await open(faults(2200, 503));
    expect(await said()).toMatchObject({ kind: "accepted", attempts: 2 });
  });

  it("does not believe an answer about another message", async () => {
    const other = writeSoap({ addressing: {}, body: simpleResponseBody("SOMETHING-ELSE") });
    const { receiver, said } = await open(says(200, other));
    expect(await said()).toMatchObject({ kind: "accepted", code: "OK", attempts: 2 });
    expect(receiver.got).toHaveLength(2);
  });

  it("takes no failure of HTTP for an acceptance, and no page for an answer", async () => {
    const ours = writeSoap({ addressing: {}, body: simpleResponseBody("") });
    const { said } = await open(says(500, ours), says(200, "<html>Sign in</html>"));
    expect(await said()).toMatchObject({ kind: "accepted", attempts: 3 });
  });

  it("follows no redirect", async () => {
    const elsewhere = received();
    const port = await elsewhere.open();
    const redirect: ItkReceiver["answers"][number] = (response) =>
      void response.writeHead(307, { location: `http://127.0.0.1:${port}/itk` }).end();
    const { said } = await open(redirect, redirect, redirect);
    expect(await said()).toMatchObject({ kind: "again", code: "http-307" });
    expect(elsewhere.got).toEqual([]);
  });

  const acknowledging = {
    ...{ trackingId: "A", payloadId: "B", at: new Date(0) },
    ...{ identity: { uri: "urn:nhs-uk:identity:ods:RDZ" }, sender: { uri: "urn:nhs-uk:addressing:ods:RDZ" } },
  };
  const who = { organisation: { odsCode: "RDZ", name: "R" }, software: { id: "S", model: "S", name: "s" } };
  const inSoap = (envelope: Parameters<typeof writeEnvelope>[0]) =>
    writeSoap({ addressing: {}, body: writeEnvelope(envelope) });

  it("takes an acknowledgement in the answer at its word", async () => {
    const error = { id: "E", code: "DE0011", text: "The payloads." } as const;
    const infrastructure =
      (...errors: (typeof error)[]) =>
      (response: Parameters<typeof answered>[0], { envelope }: Posted) =>
        answered(response, inSoap(infrastructureEnvelope(envelope, errors, acknowledging)));
    const business =
      (code: "AA" | "AE") =>
      (response: Parameters<typeof answered>[0], { envelope }: Posted) =>
        answered(response, inSoap(businessEnvelope(envelope, { code, details: [], items: [] }, acknowledging, who)));
    const { said } = await open(infrastructure(), infrastructure(error), business("AA"), business("AE"));
    expect([await said(), await said(), await said(), await said()].map((each) => `${each.kind} ${each.code}`)).toEqual(
      ["accepted OK", "refused DE0011", "accepted AA", "refused AE"],
    );
  });

  const answered = (response: { end(text: string): unknown }, text: string) => void response.end(text);

  it("waits no longer than it was told", async () => {
    const receiver = received();
    receiver.answers.push(() => {});
    const sender = senderTo(`http://127.0.0.1:${await receiver.open()}/itk`, { answerMs: 50, attemptsMax: 1 });
    expect(await sender.send(onlyOne(CDA))).toMatchObject({ kind: "again", code: "answer-timeout" });
  });

  it("opens a connection again that was closed while it was idle", async () => {
    const { receiver, said } = await open();
    expect(await said()).toMatchObject({ kind: "accepted", attempts: 1 });
    const port = await restarted(receiver);
    expect(port).toBeGreaterThan(0);
    expect((await said()).kind).toBe("accepted");
  });

  const restarted = async (receiver: ItkReceiver) => {
    const port = Number(new URL(receiver.address).port);
    await receiver.close();
    return receiver.open(undefined, port);
  };

  it("shows its certificate where it has one, and speaks only with whom its authority vouches for", async () => {
    const authority = makeAuthority("Hospital CA");
    const theirs = authority.issue({ name: "epr", hosts: ["127.0.0.1"] });
    const ours = authority.issue({ name: "chesil" });
    const receiver = received();
    const mutual = { ...theirs, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const url = `https://127.0.0.1:${await receiver.open(mutual)}/itk`;
    const kindOf = async (tls: object) => (await senderTo(url, { tls, attemptsMax: 1 }).send(onlyOne(CDA))).kind;
    expect(await kindOf({ ca: authority.cert, ...ours })).toBe("accepted");
    expect(await kindOf({ ca: authority.cert })).toBe("again");
    expect(await kindOf(ours)).toBe("again");
    expect(await kindOf({ ca: makeAuthority("Another CA").cert, ...ours })).toBe("again");
    expect(receiver.got).toHaveLength(1);
  });
});
