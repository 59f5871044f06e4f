import { HANDLING } from "@chesil/itk";
import { xmlElement, xmlText } from "@chesil/xml";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { freshDatabase } from "./database.ts";
import {
  AT,
  type Door,
  envelopeWith,
  er7Payload,
  FEED,
  journalled,
  openDoor,
  SERVICES_USED,
  soapWith,
  TRACKING_ID,
} from "./itk-rig.ts";
import { adt, resolveAll } from "./region.ts";

const { document, admit, carried, exchanged } = SERVICES_USED;

const PATIENT = { id: "6001", authority: "RXX", family: "MARSH", given: "ELLEN", birthDate: "19450214", sex: "F" };
const ADMISSION = adt("A01", PATIENT, { visit: "V1", controlId: "M1" });
const OTHER = adt("A08", { ...PATIENT, given: "ELLA" }, { controlId: "M2" });

/** A letter as an envelope has it; everything in it is made up. */
const letter = (words: string) => ({
  id: "uuid_L",
  mimeType: "text/xml",
  content: {
    xml: xmlElement("ClinicalDocument", { xmlns: "urn:hl7-org:v3" }, [
      xmlElement("id", { root: "7B0E4C52-5C1F-4B57-8D4B-0B7C6E1A2F02" }),
      xmlElement("code", { code: "373942005", codeSystem: "2.16.840.1.113883.2.1.3.2.4.15" }),
      xmlElement("title", {}, [xmlText(words)]),
      xmlElement("effectiveTime", { value: "20260301120000+0000" }),
      xmlElement("recordTarget", {}, [
        xmlElement("patientRole", {}, [
          xmlElement("id", { root: "2.16.840.1.113883.2.1.4.1", extension: "9990000018" }),
          xmlElement("patient", {}, [
            xmlElement("name", {}, [
              xmlElement("family", {}, [xmlText("MARSH")]),
              xmlElement("given", {}, [xmlText("ELLEN")]),
            ]),
            xmlElement("birthTime", { value: "19450214" }),
          ]),
        ]),
      ]),
    ]),
  },
});

const letters = (words = "Discharge summary") => soapWith(envelopeWith(document, [letter(words)]), document);

describe("an envelope", () => {
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

  it("is answered once each of its payloads stands in the journal, under its tracking id", async () => {
    const envelope = envelopeWith(carried, [
      er7Payload(ADMISSION),
      er7Payload(OTHER, { isCompressed: true, id: "uuid_B" }),
    ]);
    expect(await door.answer(soapWith(envelope, carried), `"${carried}"`)).toEqual({
      ...{ kind: "simple", trackingId: TRACKING_ID },
    });
    expect(await journalled(database)).toEqual([
      { feed: FEED.name, code: "ADT", sender: "RXX", controlId: TRACKING_ID, raw: Buffer.from(ADMISSION).toString() },
      {
        feed: FEED.name,
        code: "ADT",
        sender: "RXX",
        controlId: `${TRACKING_ID}#2`,
        raw: Buffer.from(OTHER).toString(),
      },
    ]);
    const { rows } = await database.pool.query(
      "select convert_from(header, 'UTF8') as body, messages from batch_envelope",
    );
    expect(rows).toEqual([{ body: soapWith(envelope, carried), messages: 2 }]);
    await resolveAll(database);
    const people = await database.pool.query(
      "select demographics #>> '{names,value,0,given}' as given from source_record",
    );
    expect(people.rows).toEqual([{ given: '["ELLA"]' }]);
  });

  it("is told by the service what answers it: HL7's own acknowledgement, or that it arrived", async () => {
    const answer = await door.answer(soapWith(envelopeWith(admit, [er7Payload(ADMISSION)]), admit));
    if (answer.kind !== "envelope") return expect.fail(answer.kind);
    expect(answer.envelope.service).toBe(`${admit}Response`);
    expect(Buffer.from(answer.envelope.payloads[0]?.bytes ?? []).toString()).toContain("MSA|AA|M1");
    const all = envelopeWith(exchanged, [er7Payload(OTHER)], { trackingId: "T2" });
    const arrived = await door.answer(soapWith(all, exchanged));
    if (arrived.kind !== "envelope") return expect.fail(arrived.kind);
    expect(arrived.acknowledgements).toMatchObject([
      { kind: "infrastructure", acknowledgement: { isOk: true, trackingId: "T2", service: exchanged } },
    ]);
  });

  it("comes bare, too, of who need show no WS-Security, and is answered so", async () => {
    const bare = envelopeWith(document, [letter("Letter")]);
    expect(await door.answer(bare)).toMatchObject({ fault: { errorCode: "3000" } });
    const trusting = await openDoor(database, { feeds: [{ ...FEED, isSecurityRequired: false }] });
    onTestFinished(() => trusting.close());
    const { status, headers, body } = await trusting.reply(bare);
    expect([status, headers["content-type"]]).toEqual([200, "text/xml; charset=utf-8"]);
    expect(body).toContain(`<itk:SimpleMessageResponse xmlns:itk="urn:nhs-itk:ns:201005">OK:${TRACKING_ID}<`);
    expect(body).not.toContain("Envelope");
  });

  it("that is sent again is answered again and kept once; other content under its tracking id is a conflict", async () => {
    await door.answer(letters());
    const again = await door.reply(
      soapWith(envelopeWith(document, [letter("Discharge summary")]), document, { messageId: "M-2" }),
    );
    expect([again.status, again.body.includes("<wsa:RelatesTo>M-2<")]).toEqual([200, true]);
    expect(await journalled(database)).toHaveLength(1);
    const other = await door.answer(letters("Another"));
    expect(other).toMatchObject({ kind: "fault", fault: { errorCode: "1000", mayRetry: false } });
    // Both are kept, and only the first is applied.
    await resolveAll(database);
    const { rows } = await database.pool.query("select content ->> 'title' as title from fact");
    expect(rows).toEqual([{ title: "Discharge summary" }]);
  });

  it("that can not be stored is to be sent again, and nothing is said to have arrived", async () => {
    await database.pool.query("alter table journal rename to away");
    expect(await door.answer(letters())).toMatchObject({ kind: "fault", fault: { errorCode: "2100", mayRetry: true } });
    await database.pool.query("alter table away rename to journal");
    expect(await door.answer(letters())).toMatchObject({ kind: "simple" });
  });

  it("of whom nobody knows, or who says another name, or at another time, is refused and not kept", async () => {
    const stranger = { sender: { uri: "urn:nhs-uk:addressing:ods:RYY" } };
    const late = { created: new Date(AT.getTime() - 3_600_000) };
    const refused = [
      soapWith(envelopeWith(document, [letter("A")], stranger), document),
      soapWith(envelopeWith(document, [letter("A")]), document, late),
    ];
    for (const body of refused)
      expect(await door.answer(body)).toMatchObject({ kind: "fault", fault: { errorCode: "3000" } });
    const named = await openDoor(database, { feeds: [{ ...FEED, usernames: ["somebody"] }] });
    onTestFinished(() => named.close());
    expect(await named.answer(letters())).toMatchObject({ fault: { errorCode: "3000" } });
    expect(await journalled(database)).toEqual([]);
  });

  it.each([
    ["no XML", "MSH|^~\\&|", "not well-formed"],
    ["an entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"],
    ["another Action", soapWith(envelopeWith(document, [letter("A")]), admit), "Action"],
    ["an unknown service", soapWith(envelopeWith("urn:x:unknown", [letter("A")]), "urn:x:unknown"), "service"],
    ["no payload", soapWith(envelopeWith(document, []), document), "carries nothing"],
    ["nothing that is taken", soapWith(envelopeWith(carried, [er7Payload("%PDF-1.4")]), carried), "Payload 1"],
    [
      "a query",
      soapWith(envelopeWith(carried, [er7Payload("MSH|^~\\&|A|B|||2026||QBP^Q22|1|P|2.5\r")]), carried),
      "may not send queries",
    ],
  ])("with %s gets a fault that says what is wrong, and quotes nothing", async (_, body, words) => {
    const answer = await door.answer(body);
    if (answer.kind !== "fault") return expect.fail(answer.kind);
    expect(answer.fault.text).toMatch(new RegExp(words, "i"));
    expect(answer.fault.text).not.toMatch(/passwd|%PDF|urn:x/);
  });

  it("that can not be read is refused by ITK's own codes, to who waits for an envelope", async () => {
    const handling = new Map([[HANDLING.infrastructureAcknowledgement, "true"]]);
    const broken = envelopeWith(exchanged, [er7Payload(ADMISSION)], { handling }).replace(
      '<itk:payloads count="1">',
      '<itk:payloads count="2">',
    );
    const answer = await door.answer(soapWith(broken, exchanged));
    if (answer.kind !== "envelope") return expect.fail(answer.kind);
    expect(answer.acknowledgements).toMatchObject([
      { acknowledgement: { isOk: false, trackingId: TRACKING_ID, errors: [{ code: "DE0011" }] } },
    ]);
    const [plain] = [
      soapWith(envelopeWith(document, [letter("A")]).replace('payloads count="1"', 'payloads count="2"'), document),
    ];
    expect(await door.answer(plain)).toMatchObject({
      kind: "fault",
      fault: { text: expect.stringContaining("DE0011") },
    });
    expect(await journalled(database)).toEqual([]);
  });

  it("that is a document ends as the document of its patient, shown whole", async () => {
    await door.answer(letters());
    await resolveAll(database);
    const { rows } = await database.pool.query(
      `select s.demographics #>> '{names,value,0,family}' as family, f.kind, f.content ->> 'title' as title,
         f.content #> '{parts,0,location}' as location
       from fact f join source_record s using (source_record_id)`,
    );
    expect(rows).toEqual([{ family: "MARSH", kind: "document", title: "Discharge summary", location: "document" }]);
  });
});
