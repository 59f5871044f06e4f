import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { odsCodeOf, readEnvelope, readSoap } from "@chesil/itk";
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

/** The organisations that send them. */
function sendersOf(path: string): string[] {
  const reading = readXml(bytesOf(path));
  if (!reading.ok) return [];
  const soap = readSoap(reading);
  const read = readEnvelope(reading.document, soap.ok ? soap.message.body : reading.document.root);
  const head = read.ok ? read.envelope : read.head;
  return [head?.sender, ...(head?.auditIdentities ?? [])].flatMap((party) => (party && odsCodeOf(party)) ?? []);
}

describe.skipIf(!isThere)(`the ITK corpora${skipped}`, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let door: Door;
  beforeAll(async () => {
    database = await freshDatabase();
    const organisations = [...new Set(files.flatMap(sendersOf))];
    const feeds = organisations.map((organisation) => ({
      ...{ ...FEED, name: `itk-${organisation.toLowerCase()}`, organisation, isSecurityRequired: false },
    }));
    door = await openDoor(database, { feeds, now: () => new Date() });
  });
  afterAll(async () => {
    await door?.close();
    await database?.close();
  });

  it("are answered each as it deserves, and what was taken comes to something", async () => {
    const said: Record<string, string> = {};
    for (const path of files) {
      const answer = await door.answer(bytesOf(path));
      said[path] = answer.kind === "fault" ? `${answer.fault.errorCode} ${answer.fault.text}` : answer.kind;
    }
    expect(said).toMatchInlineSnapshot(`
      {
        "nhs111/adastra-itk-ooh-referral-dx06-itk-request.xml": "simple",
        "nhs111/adastra-itk-ooh-referral-dx86-itk-request.xml": "simple",
        "nhs111/cleric-itk-ooh-referral-dx09-itk-request.xml": "3000 The message has expired: send it anew, with a new timestamp.",
        "nhs111/cleric-itk-ooh-referral-dx10-itk-request.xml": "3000 The message has expired: send it anew, with a new timestamp.",
        "nhs111/conformance-example-adastra-ooh-itk-request.xml": "simple",
        "nhs111/conformance-example-adastra-original-itk-request.xml": "simple",
        "nhs111/conformance-example-ic24-original-itk-request.xml": "simple",
        "nhs111/example-adastra-ooh-itk-request.xml": "simple",
        "nhs111/ic24-itk-ooh-referral-dx06-itk-request.xml": "simple",
        "nhs111/ic24-itk-ooh-referral-dx07-itk-request.xml": "simple",
        "nhs111/primary-emergency-itk-request.xml": "3000 The message has expired: send it anew, with a new timestamp.",
        "nhs111/repeat-caller-exampleV1-itk-request.xml": "simple",
        "nhs111/repeat-caller-itk-request.xml": "3000 The message has expired: send it anew, with a new timestamp.",
        "nhs111/tpp-ooh-T6-skillset.xml": "simple",
        "toolkit/INFNACKTriggerMessage.xml": "1000 WS-Security Created is no date and time with a time zone.",
        "toolkit/ITKEvents_ACK_2010_05.xml": "3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.",
        "toolkit/ITKEvents_RSP_K21-2010-05.xml": "3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.",
        "toolkit/ITKEvents_RSP_K22-2010-05.xml": "3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.",
        "toolkit/ITKEvents_RSP_ZV2-2010-05.xml": "3000 Nobody here expects messages of the organisation that senderAddress (or else auditIdentity) names. Ask whoever runs Chesil.",
        "toolkit/ITK_DE.xml": "unreadable",
        "toolkit/ITK_SOAP.xml": "3000 The message has expired: send it anew, with a new timestamp.",
      }
    `);
    await resolveAll(database);
    const { rows } = await database.pool.query(
      `select j.message_code as code, o.outcome, o.reason, count(*) from outcome o join journal j using (journal_id)
       where j.kind = 'message' group by 1, 2, 3 order by 1, 2, 3`,
    );
    expect(rows).toMatchInlineSnapshot(`
      [
        {
          "code": "CDA",
          "count": 14,
          "outcome": "applied",
          "reason": null,
        },
      ]
    `);
  });
});
