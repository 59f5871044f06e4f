import { openIdentityQueries } from "@chesil/api";
import { startIngest } from "@chesil/ingest";
import Client, { Message } from "node-hl7-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FixturePerson, writeRegion } from "../services/api/src/fhir/region-fixture.ts";
import { freshDatabase } from "./database.ts";
import { client, feed, text } from "./ingest-rig.ts";

/** Queries over a real socket, by our own client and by an independent one, against a real store. */

const PERSONS: readonly FixturePerson[] = [
  {
    number: 1,
    family: "SMITH",
    given: ["Jane"],
    birthDate: "1950-07-31",
    nhsNumber: "9990000018",
    ids: ["RBD|P1", "RDZ|77"],
  },
  { number: 2, family: "SMITH", given: ["June"], birthDate: "1960-01-02", ids: ["RBD|P2"] },
  { number: 3, family: "SMITH", given: ["Joan"], ids: ["RBD|P3"] },
];
const msh = (type: string, controlId: string) => `MSH|^~\\&|EPR|RDZ|CHESIL|DORSET|20260505||${type}|${controlId}|P|2.5`;
const pix = (controlId: string, id: string) =>
  `${msh("QBP^Q23^QBP_Q21", controlId)}\rQPD|IHE PIX Query|T1|${id}\rRCP|I\r`;
const adt = (controlId: string) => `${msh("ADT^A31", controlId)}\rPID|1||9^^^RDZ^MR||Marsh^Ellen\r`;

describe("queries over MLLP", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let ingest: Awaited<ReturnType<typeof startIngest>>;
  const received: string[] = [];
  const ignore = () => {};
  beforeAll(async () => {
    database = await freshDatabase();
    await writeRegion(database, PERSONS);
    await database.pool.query("truncate journal, journal_key");
    await database.pool.query(
      "insert into consent select person_id, true, 'test', now() from person where given_name = 'joan'",
    );
    const clock = () => new Date();
    ingest = await startIngest({
      database,
      feeds: [feed({ name: "epr", queries: true }), feed({ name: "pas" })],
      now: clock,
      answerQuery: openIdentityQueries({ database, clock }),
      telemetry: {
        ...{ acknowledged: ignore, connections: ignore, wire: ignore, batchFault: ignore, storageFailed: ignore },
        ...{ undelivered: ignore, received: (name, kind) => received.push(`${name} ${kind}`) },
        queried: (name) => received.push(`${name} queried`),
      },
    });
  });
  afterAll(async () => {
    await ingest?.stop();
    await database?.close();
  });
  const portOf = (name: string) => ingest.feeds().find((each) => each.name === name)?.port ?? 0;
  const journalled = async () =>
    (await database.pool.query("select control_id from journal order by journal_id")).rows.map((row) => row.control_id);

  it("are answered in their place among messages, each time from the store, and are no messages themselves", async () => {
    const sender = await client(portOf("epr"));
    const frames = [pix("Q1", "P1^^^RBD"), adt("M1"), pix("Q1", "P1^^^RBD"), pix("Q2", "P3^^^RBD"), adt("M2")];
    const answers = await Promise.all(frames.map(async (frame) => text(await sender.send(Buffer.from(frame)))));
    expect(answers.map((answer) => /\rMSA\|(\w\w\|\w+)/.exec(answer)?.[1])).toEqual([
      "AA|Q1",
      "AA|M1",
      "AA|Q1",
      "AE|Q2",
      "AA|M2",
    ]);
    expect(answers[0]).toContain("\rPID|||9990000018^^^NHS^NH~77^^^RDZ^MR||~^^^^^^S\r");
    expect(await journalled()).toEqual(["M1", "M2"]);
    expect(received.filter((each) => each === "epr accepted")).toHaveLength(2);
    expect(received.filter((each) => each === "epr queried")).toHaveLength(3);
    // Asked again under the same control id, after who it names opted out: nobody, and no answer of before.
    await database.pool.query(
      "insert into consent select person_id, true, 'test', now() from person where given_name = 'jane'",
    );
    expect(text(await sender.send(Buffer.from(pix("Q1", "P1^^^RBD"))))).toContain("\rMSA|AE|Q1|");
    await database.pool.query(
      "delete from consent c using person p where p.person_id = c.person_id and given_name = 'jane'",
    );
    const { rows } = await database.pool.query("select distinct username from audit");
    expect(rows).toEqual([{ username: "feed:epr" }]);
  });

  it("are refused, and kept, on a feed that may not ask", async () => {
    const sender = await client(portOf("pas"));
    const answer = text(await sender.send(Buffer.from(pix("Q7", "P1^^^RBD"))));
    expect(answer).toContain("\rMSA|AR|Q7|This query is not offered on this feed.");
    expect(answer).not.toContain("9990000018");
    expect(await journalled()).toContain("Q7");
  });

  it("of node-hl7-client are answered, page by page", async () => {
    const there = new Client({ host: "127.0.0.1", version: "2.5" });
    const answers: string[] = [];
    let heard = Promise.withResolvers<string>();
    const connection = there.createConnection({ port: portOf("epr"), version: "2.5" }, (response) =>
      heard.resolve(response.getMessage().toString()),
    );
    for (let pointer: string | undefined = ""; pointer !== undefined; ) {
      heard = Promise.withResolvers<string>();
      const dsc: string = pointer === "" ? "" : `\rDSC|${pointer}|I`;
      const query = `${msh("QBP^Q22^QBP_Q21", `N${answers.length}`)}\rQPD|IHE PDQ Query|T9|@PID.5.1.1^SMITH\rRCP|I|1^RD${dsc}`;
      await connection.sendMessage(new Message({ text: query }));
      const answer = await heard.promise;
      answers.push(answer);
      pointer = /\rDSC\|(\w+)/.exec(answer)?.[1];
    }
    await connection.close();
    expect(answers.map((answer) => /\rQAK\|(.*)/.exec(answer)?.[1])).toEqual([
      "T9|OK|IHE PDQ Query|2|1|1",
      "T9|OK|IHE PDQ Query|2|1|0",
    ]);
    expect(answers.map((answer) => /\rPID\|1\|\|([^|]*)\|\|([^|]*)/.exec(answer)?.slice(1))).toEqual([
      ["9990000018^^^NHS^NH~P1^^^RBD^MR~77^^^RDZ^MR", "SMITH^Jane^^^^^L"],
      ["P2^^^RBD^MR", "SMITH^June^^^^^L"],
    ]);
  });

  it("are answered as v2.xml to who asks in it", async () => {
    const sender = await client(portOf("epr"));
    const query =
      '<QBP_Q21 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>' +
      "<MSH.9><MSG.1>QBP</MSG.1><MSG.2>Q21</MSG.2></MSH.9><MSH.10>X1</MSH.10><MSH.11><PT.1>P</PT.1></MSH.11>" +
      "<MSH.12><VID.1>2.4</VID.1></MSH.12></MSH><QPD><QPD.1><CE.1>Q21</CE.1></QPD.1><QPD.2>T1</QPD.2>" +
      "<QPD.3><QSC.1>P2</QSC.1><QSC.4>RBD</QSC.4></QPD.3></QPD></QBP_Q21>";
    const answer = text(await sender.send(Buffer.from(query)));
    expect(answer).toContain('<RSP_K21 xmlns="urn:hl7-org:v2xml">');
    expect(answer).toContain("<MSA><MSA.1>AA</MSA.1><MSA.2>X1</MSA.2></MSA>");
    expect(answer).toContain("<PID.5><XPN.1>SMITH</XPN.1><XPN.2>June</XPN.2><XPN.7>L</XPN.7></PID.5>");
    await sender.close();
  });
});
