import { connectMllp } from "@chesil/mllp";
import { readStateHash } from "@chesil/store";
import { afterEach, describe, expect, it } from "vitest";
import { ER7 } from "../packages/itk/src/example-messages.ts";
import { freshDatabase } from "./database.ts";
import { feed } from "./ingest-rig.ts";
import { envelopeWith, er7Payload, FEED, openDoor, SERVICES_USED, soapWith } from "./itk-rig.ts";
import { rebuildAside } from "./rebuild-aside.ts";
import { adt, resolveAll } from "./region.ts";

const { carried } = SERVICES_USED;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** A life of two patients, and one of them twice. */
const ELLEN = { id: "6001", authority: "RXX", family: "MARSH", given: "ELLEN", birthDate: "19450214", sex: "F" };
const LIFE = [
  ER7,
  text(adt("A01", ELLEN, { visit: "V1", controlId: "L1", recordedAt: "20260301080000" })),
  text(
    adt("A08", { ...ELLEN, given: "ELLA", postcode: "BH15 1AA" }, { controlId: "L2", recordedAt: "20260301090000" }),
  ),
  text(adt("A28", { ...ELLEN, id: "6002", given: "ELLA" }, { controlId: "L3", recordedAt: "20260301100000" })),
  text(adt("A03", { ...ELLEN, given: "ELLA" }, { visit: "V1", controlId: "L4", recordedAt: "20260301110000" })),
];

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

type Way = (messages: readonly string[], database: Awaited<ReturnType<typeof freshDatabase>>) => Promise<void>;

const overMllp: Way = async (messages, database) => {
  const door = await openDoor(database, { feeds: [], mllp: [feed({ name: FEED.name, dialect: FEED.dialect })] });
  open.push(door);
  const sender = await connectMllp({ host: "127.0.0.1", port: door.mllpPort() });
  for (const message of messages) expect(text(await sender.send(Buffer.from(message)))).toContain("MSA|AA|");
  await sender.close();
};

/** Each message in an envelope of its own. */
const inEnvelopes =
  (payloadOf: (message: string) => ReturnType<typeof er7Payload>): Way =>
  async (messages, database) => {
    const door = await openDoor(database);
    open.push(door);
    for (const [index, message] of messages.entries()) {
      const trackingId = `00000000-0000-4000-8000-00000000000${index}`;
      const envelope = envelopeWith(carried, [payloadOf(message)], { trackingId });
      expect(await door.answer(soapWith(envelope, carried))).toEqual({ kind: "simple", trackingId });
    }
  };

const WAYS: Readonly<Record<string, Way>> = {
  "ER7 over MLLP": overMllp,
  "ER7 in base64 in an envelope": inEnvelopes((message) => er7Payload(message)),
  "ER7, compressed, in an envelope": inEnvelopes((message) => er7Payload(message, { isCompressed: true })),
  "v2.xml in an envelope": inEnvelopes((message) => ({
    ...{ id: "uuid_A", mimeType: "text/xml", content: { xml: v2Xml(message) as never } },
  })),
};

describe("one canonical model", () => {
  it("the same messages come to the same state, whichever way they come, and are decided the same anew", async () => {
    const hashes = new Map<string, string>();
    for (const [name, send] of Object.entries(WAYS)) {
      const database = await freshDatabase();
      open.push(database);
      await send(LIFE, database);
      await resolveAll(database);
      const { rows } = await database.pool.query("select outcome, count(*)::int from outcome group by 1");
      expect([name, rows]).toEqual([name, [{ outcome: "applied", count: LIFE.length }]]);
      hashes.set(name, (await readStateHash(database.pool)).hash);
      expect([name, (await rebuildAside(database)).isSame]).toEqual([name, true]);
    }
    const [first] = hashes.values();
    expect(Object.fromEntries(hashes)).toEqual(Object.fromEntries(Object.keys(WAYS).map((name) => [name, first])));
  });
});

/** The same message as v2.xml; its fields have no escapes and no subcomponents. */
function v2Xml(er7: string): string {
  const element = (name: string, content: string) => (content === "" ? "" : `<${name}>${content}</${name}>`);
  const text = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const field = (id: string, number: number, value: string) => {
    const components = value.split("^");
    const isPlain = components.length === 1 || (id === "MSH" && number < 3);
    const parts = components.map((each, index) => element(`C.${index + 1}`, text(each))).join("");
    return element(`${id}.${number}`, isPlain ? text(value) : parts);
  };
  const segments = er7.split("\r").filter(Boolean);
  const elements = segments.map((line) => {
    const [id = "", ...fields] = line.startsWith("MSH|") ? ["MSH", "|", ...line.slice(4).split("|")] : line.split("|");
    return element(id, fields.map((value, index) => field(id, index + 1, value)).join(""));
  });
  return `<ADT_A01 xmlns="urn:hl7-org:v2xml">${elements.join("")}</ADT_A01>`;
}
