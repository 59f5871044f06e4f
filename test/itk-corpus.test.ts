import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { odsCodeOf, payloadKind, readAnswer, readEnvelope, readSoap } from "@chesil/itk";
import { readXml } from "@chesil/xml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { type Door, FEED, openDoor } from "./itk-rig.ts";
import { resolveAll } from "./region.ts";

/** Real messages that nobody here wrote, sent to the door. */
const ROOT = join(process.env.CHESIL_CORPUS ?? "", "itk");
const isThere = process.env.CHESIL_CORPUS !== undefined && existsSync(ROOT);
const skipped = isThere ? "" : " (skipped: CHESIL_CORPUS names no folder with itk in it)";
const files = isThere
  ? readdirSync(ROOT, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith(".xml"))
      .sort()
  : [];
const bytesOf = (path: string) => readFileSync(join(ROOT, path));

type Read = {
  readonly senders: readonly string[];
  /** When its security says that it was created: the real ones have long expired. */
  readonly createdAt: Date | undefined;
  readonly service: string;
  readonly payloads: string;
};

function readFile(path: string): Read {
  const reading = readXml(bytesOf(path));
  const soap = readSoap(reading);
  const body = soap.ok ? soap.message.body : reading.ok ? reading.document.root : undefined;
  const read = reading.ok ? readEnvelope(reading.document, body) : undefined;
  const head = read?.ok ? read.envelope : read?.head;
  const kinds = read?.ok ? read.envelope.payloads.map(payloadKind) : [];
  const counts = [...new Set(kinds)].map((kind) => `${kinds.filter((each) => each === kind).length} ${kind}`);
  return {
    senders: [head?.sender, ...(head?.auditIdentities ?? [])].flatMap((party) => (party && odsCodeOf(party)) ?? []),
    createdAt: soap.ok ? soap.message.security?.created : undefined,
    service: (head?.service ?? "").replace(/^.*:/, ""),
    payloads: counts.join(", ") || "none",
  };
}

/** What is said to who sends: a word, or a code with the words that say what to do. */
function saidBy(body: string): string {
  const answer = readAnswer(readXml(Buffer.from(body)));
  if (answer.kind === "fault") return `${answer.fault.errorCode} ${answer.fault.text}`;
  return answer.kind === "unreadable" && body.includes("SimpleMessageResponse") ? "simple, bare" : answer.kind;
}

describe.skipIf(!isThere)(`the ITK corpora${skipped}`, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let door: Door;
  let at = new Date();
  beforeAll(async () => {
    database = await freshDatabase();
    const organisations = [...new Set(files.flatMap((path) => readFile(path).senders))];
    const feeds = organisations.map((organisation) => ({
      ...{ ...FEED, name: `itk-${organisation.toLowerCase()}`, organisation, isSecurityRequired: false },
    }));
    door = await openDoor(database, { feeds, now: () => at });
  });
  afterAll(async () => {
    await door?.close();
    await database?.close();
  });

  it("are refused where they have expired, and nothing of them is kept", async () => {
    at = new Date();
    const refused: string[] = [];
    for (const path of files.filter((each) => readFile(each).createdAt)) {
      const { body } = await door.reply(bytesOf(path));
      if (saidBy(body).startsWith("3000 The message has expired")) refused.push(path.replace(/^.*\//, ""));
    }
    expect(refused).toMatchInlineSnapshot(`
      [
        "cleric-itk-ooh-referral-dx09-itk-request.xml",
        "cleric-itk-ooh-referral-dx10-itk-request.xml",
        "primary-emergency-itk-request.xml",
        "repeat-caller-itk-request.xml",
        "ITK_SOAP.xml",
      ]
    `);
  });

  it("are taken when they were sent, and each comes to its payloads and its persons", async () => {
    const lastId = async () =>
      (await database.pool.query("select max(journal_id) as id from journal")).rows[0]?.id ?? 0;
    const numbers = new Map<string, number>();
    const numberOf = (personId: string) => numbers.get(personId) ?? numbers.set(personId, numbers.size + 1).size;
    const table: string[] = [];
    for (const path of files) {
      const { createdAt, service, payloads } = readFile(path);
      at = createdAt ?? new Date();
      const before = await lastId();
      const { body } = await door.reply(bytesOf(path));
      await resolveAll(database);
      const { rows } = await database.pool.query<{ outcome: string; person_id: string | null }>(
        `select o.outcome, o.person_id from journal j join outcome o using (journal_id)
         where j.journal_id > $1 order by j.journal_id`,
        [before],
      );
      const kept = rows.map(({ outcome, person_id }) =>
        person_id ? `${outcome} to person ${numberOf(person_id)}` : outcome,
      );
      const outcomes = [...new Set(kept)].map((each) => `${kept.filter((other) => other === each).length} ${each}`);
      table.push(
        `${path.replace(/^.*\/|-itk-request|\.xml$/g, "")} | ${service} | ${payloads} | ${saidBy(body)} | ${outcomes.join(", ") || "nothing new"}`,
      );
    }
    expect(table).toMatchInlineSnapshot(`
      [
        "adastra-itk-ooh-referral-dx06 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 1",
        "adastra-itk-ooh-referral-dx86 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 2",
        "cleric-itk-ooh-referral-dx09 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 3",
        "cleric-itk-ooh-referral-dx10 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 4",
        "conformance-example-adastra-ooh | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 5",
        "conformance-example-adastra-original | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 6",
        "conformance-example-ic24-original | SendNHS111Report-v2-0 | 1 cda | simple | nothing new",
        "example-adastra-ooh | SendNHS111Report-v2-0 | 1 cda | simple | nothing new",
        "ic24-itk-ooh-referral-dx06 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 6",
        "ic24-itk-ooh-referral-dx07 | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 6",
        "primary-emergency | SendNHS111Report-v2-0_DMS | 1 cda | simple | 1 applied to person 7",
        "repeat-caller-exampleV1 | SendNHS111Report-v2-0 | 6 cda | simple | 6 applied to person 8",
        "repeat-caller | SendNHS111Report-v2-0 | 6 cda | simple | 1 applied to person 8",
        "tpp-ooh-T6-skillset | SendNHS111Report-v2-0 | 1 cda | simple | 1 applied to person 9",
        "INFNACKTriggerMessage |  | none | 1000 WS-Security Created is no date and time with a time zone. | nothing new",
        "ITKEvents_ACK_2010_05 | __ACTION__Response | 1 hl7v2-acknowledgement | 3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil. | nothing new",
        "ITKEvents_RSP_K21-2010-05 | __ACTION__Response | 1 hl7v2-response | 3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil. | nothing new",
        "ITKEvents_RSP_K22-2010-05 | __ACTION__Response | 1 hl7v2-response | 3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil. | nothing new",
        "ITKEvents_RSP_ZV2-2010-05 | __ACTION__Response | 1 hl7v2-response | 3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil. | nothing new",
        "ITK_DE | SendCDADocument-v2-0 | 1 cda | simple, bare | 1 applied to person 10",
        "ITK_SOAP | SendCDADocument-v2-0 | 1 cda | 1000 Payload 1: its tracking id was accepted before with other content. Send it under a new one. | 1 conflict",
      ]
    `);
  });
});
