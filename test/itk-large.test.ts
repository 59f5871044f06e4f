import { XML_SLICE_BYTES } from "@chesil/xml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cdaText } from "../packages/itk/src/cda/example-cda.ts";
import { openMessage } from "../services/api/src/documents/part-content.ts";
import { Dialects } from "../services/resolve/src/dialects.ts";
import { interpret, interpretInTurns } from "../services/resolve/src/interpret.ts";
import { freshDatabase } from "./database.ts";
import { activateItk, appendDocuments, ITK_DIALECT } from "./itk-journal.ts";
import { type Door, envelopeWith, FEED, openDoor, SERVICES_USED, soapWith } from "./itk-rig.ts";

const { document: SEND } = SERVICES_USED;
const MIB = 1024 * 1024;

/** Five megabytes, most of them words in tables. */
const ROW =
  "<tr><td>Amlodipine 5 mg tablets</td><td>One a day</td><td>Blood pressure well controlled; seen again in twelve weeks with the results of the blood tests</td></tr>";
const LARGE = cdaText({
  body: `<structuredBody><component><section><title>Medications</title><text><table><tbody>${ROW.repeat((5 * MIB) / ROW.length)}</tbody></table></text></section></component></structuredBody>`,
});
/** Others have a turn after each slice; two reads may share one. */
const TURNS_MIN = Math.floor(LARGE.length / XML_SLICE_BYTES / 2);

/** How many turns of the event loop others had while something was done. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const result = await work();
  isOver = true;
  return { turns, result };
}

describe("a document of five megabytes", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let door: Door;
  beforeEach(async () => {
    database = await freshDatabase();
    door = await openDoor(database);
  });
  afterEach(async () => {
    await door.close();
    await database.close();
  });

  it("is taken with turns for others, and kept byte for byte", async () => {
    const payload = { id: "uuid_L", mimeType: "text/xml", content: { xml: LARGE as never } };
    const body = soapWith(envelopeWith(SEND, [payload]), SEND);
    const { turns, result } = await turnsDuring(() => door.reply(body));
    expect(result.status).toBe(200);
    expect(turns).toBeGreaterThan(TURNS_MIN);
    const { rows } = await database.pool.query(
      "select feed, octet_length(raw) as bytes from journal where kind = 'message'",
    );
    expect(rows).toEqual([{ feed: FEED.name, bytes: Buffer.byteLength(LARGE) }]);
  });

  it("is understood with turns for others, as it would be without", async () => {
    await activateItk(database);
    const [journalId = 0] = await appendDocuments(database, [LARGE]);
    const dialects = new Dialects();
    dialects.activate(1, { feeds: { itk: ITK_DIALECT } } as never);
    const { rows } = await database.pool.query(
      `select journal_id as "journalId", kind, feed, raw, message_code as "messageCode", control_id as "controlId",
         received_at as "receivedAt" from journal where journal_id = $1`,
      [journalId],
    );
    const { turns, result } = await turnsDuring(() => interpretInTurns(rows[0], dialects));
    expect(turns).toBeGreaterThan(TURNS_MIN);
    expect(result).toEqual(interpret(rows[0], dialects));
    expect(result.kind).toBe("event");
  });

  it("is opened with turns for others", async () => {
    await activateItk(database);
    const [journalId = 0] = await appendDocuments(database, [LARGE]);
    const message = await openMessage({ database, dialectOf: () => ITK_DIALECT }, journalId);
    const { turns, result } = await turnsDuring(async () => message?.contentOf({ location: "document" } as never));
    expect(turns).toBeGreaterThan(TURNS_MIN);
    expect(result?.length).toBe(Buffer.byteLength(LARGE));
  });
});
