import { gzipSync } from "node:zlib";
import { readAnswer } from "@chesil/itk";
import { readXml } from "@chesil/xml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase } from "./database.ts";
import { AT, type Door, envelopeWith, er7Payload, openDoor, SERVICES_USED, soapWith } from "./itk-rig.ts";
import { adt } from "./region.ts";

const { admit, carried, document } = SERVICES_USED;
const MIB = 1024 * 1024;
/** What a hostile message may take beyond what there was, whatever it says that it comes to. */
const GROWTH_BYTES_MAX = 512 * MIB;
/** So that a hang fails; how long each takes is printed. */
const HANG_MS = 20_000;

const MESSAGE = adt("A31", { id: "7" }, { controlId: "C7" });
const envelope = envelopeWith(carried, [er7Payload(MESSAGE)]);
const soap = soapWith(envelope, carried);
/** The same with another payload in base64, as the manifest says of the first. */
const packed = (bytes: Uint8Array, isCompressed = false) => {
  const base64 = Buffer.from(bytes).toString("base64");
  const text = soap.replace(/(<itk:payload [^>]*>)[^<]*/, `$1${base64}`);
  return isCompressed ? text.replace(/base64="true"/, 'base64="true" compressed="true"') : text;
};
const within = (from: string | RegExp, to: string) => {
  const changed = soap.replace(from, to);
  if (changed === soap) throw new Error(`Nothing changed: ${from}`);
  return changed;
};
const ENTITY = (definition: string, use: string) =>
  `<?xml version="1.0"?><!DOCTYPE a [${definition}]>${soap.replace(/<\?xml[^>]*\?>/, "").replace("PAS of RXX", use)}`;
const LAUGHS = Array.from({ length: 30 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join(
  "",
);

/** What comes, and what is answered: HTTP's status, the code, and the words that say what to do. */
const ROWS: Readonly<Record<string, string | Buffer>> = {
  "an external entity of a file": ENTITY('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"),
  "an external entity of this machine": ENTITY('<!ENTITY e SYSTEM "http://127.0.0.1:1/x">', "&e;"),
  "an external document type": `<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">${soap.replace(/<\?xml[^>]*\?>/, "")}`,
  "a parameter entity": ENTITY('<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;', "x"),
  "entities of entities (10 to the 30th)": ENTITY(`<!ENTITY l0 "lol">${LAUGHS}`, "&l30;"),
  "one long entity a thousand times": ENTITY(`<!ENTITY e "${"x".repeat(100_000)}">`, "&e;".repeat(1_000)),
  "10,000 elements within each other": `${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}`,
  "1,000,000 elements": `<a>${"<b/>".repeat(1_000_000)}</a>`,
  "1,000,000 attributes": `<a ${Array.from({ length: 1_000_000 }, (_, index) => `a${index}=""`).join(" ")}/>`,
  "an attribute of 16 MiB": `<a b="${"x".repeat(16 * MIB)}"/>`,
  "an element that never ends": `<a>${"x".repeat(MIB)}`,
  nothing: "",
  "no XML": "MSH|^~\\&|A|B",
  "UTF-16": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(soap.replace(/<\?xml[^>]*\?>/, ""), "utf16le")]),
  "a NUL": within("PAS of RXX", "PAS\0"),
  "bytes that are no UTF-8": Buffer.concat([Buffer.from(soap.slice(0, -20)), Buffer.from([0xc3, 0x28, 0xff])]),
  "33 MiB": Buffer.alloc(33 * MIB, " "),
  "a quarter of a gigabyte of zeros, compressed": packed(gzipSync(Buffer.alloc(256 * MIB)), true),
  "gzip of gzip": packed(gzipSync(gzipSync(Buffer.from(MESSAGE))), true),
  "gzip that breaks off": packed(gzipSync(Buffer.alloc(100_000, "abc")).subarray(0, 100), true),
  "gzip that the manifest does not speak of": packed(gzipSync(Buffer.from(MESSAGE))),
  "base64 that is none": soap.replace(/(<itk:payload [^>]*>)[^<]*/, "$1%%%not base64%%%"),
  "an encrypted payload": within(/base64="true"/, 'base64="true" encrypted="true"'),
  "a manifest that counts wrong": within('manifest count="1"', 'manifest count="7"'),
  "a manifest that names another payload": within('manifestitem id="uuid_A"', 'manifestitem id="uuid_B"'),
  "payloads that are counted wrong": within('payloads count="1"', 'payloads count="2"'),
  "1,000 payloads": soapWith(
    envelopeWith(
      carried,
      Array.from({ length: 1_000 }, (_, index) => er7Payload(MESSAGE, { id: `uuid_${index}` })),
    ),
    carried,
  ),
  "two payloads of one id": soapWith(envelopeWith(carried, [er7Payload(MESSAGE), er7Payload(MESSAGE)]), carried),
  "no tracking id": within(/trackingid="[^"]*"/, 'trackingid=""'),
  "another Action than its service": soapWith(envelopeWith(admit, [er7Payload(MESSAGE)]), document),
  "no Action": within(/<wsa:Action>.*<\/wsa:Action>/, ""),
  "an unknown service": soapWith(
    envelopeWith("urn:nhs-itk:services:201005:doAnything", [er7Payload(MESSAGE)]),
    "urn:nhs-itk:services:201005:doAnything",
  ),
  "an expired timestamp": soapWith(envelope, carried, { created: new Date(AT.getTime() - 3_600_000) }),
  "a timestamp of tomorrow": soapWith(envelope, carried, { created: new Date(AT.getTime() + 86_400_000) }),
  "no security": within(/<wsse:Security.*<\/wsse:Security>/s, ""),
  "security twice": within(/(<wsse:Security.*<\/wsse:Security>)/s, "$1$1"),
  "a header that must be understood and is not": within(
    "</soap:Header>",
    '<x:y xmlns:x="urn:x" soap:mustUnderstand="1"/></soap:Header>',
  ),
  "SOAP 1.2": soap.replaceAll("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
};

describe("a hostile message", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let door: Door;
  beforeAll(async () => {
    database = await freshDatabase();
    door = await openDoor(database);
  });
  afterAll(async () => {
    await door.close();
    await database.close();
  });

  const kept = async () =>
    (await database.pool.query("select count(*)::int as count from journal where kind = 'message'")).rows[0].count;

  it("gets the answer that says what is wrong, is kept only where it is none, and takes no more than its share", async () => {
    const said: Record<string, string> = {};
    const figures: string[] = [];
    for (const [name, body] of Object.entries(ROWS)) {
      const before = process.memoryUsage.rss();
      const began = performance.now();
      const { status, body: answered } = await door.reply(body);
      const ms = performance.now() - began;
      const growth = process.memoryUsage.rss() - before;
      figures.push(`${name}: ${ms.toFixed(0)} ms, ${(growth / MIB).toFixed(0)} MiB`);
      expect([name, growth < GROWTH_BYTES_MAX, ms < HANG_MS]).toEqual([name, true, true]);
      const answer = readAnswer(readXml(Buffer.from(answered)));
      const words = answer.kind === "fault" ? `${answer.fault.errorCode} ${answer.fault.text}` : answer.kind;
      expect(words).not.toMatch(/root:|passwd|lol/);
      said[name] = `${status} ${words}`;
    }
    process.stdout.write(`${figures.join("\n")}\n`);
    expect(said).toMatchInlineSnapshot(`
      {
        "1,000 payloads": "500 1000 DE0006: The manifest has more than 100 items: send several messages.",
        "1,000,000 attributes": "500 1000 The XML has more than 64 attributes in one element (line 1, column 447).",
        "1,000,000 elements": "500 1000 The XML has more than 200000 elements (line 1, column 800003).",
        "10,000 elements within each other": "500 1000 The XML is more than 128 elements deep (line 1, column 387).",
        "33 MiB": "413 1000 A message has at most 32 MiB. This one has more, and nothing of it was stored.",
        "SOAP 1.2": "500 1000 The message is not of SOAP 1.1, which is what ITK uses.",
        "UTF-16": "200 simple",
        "a NUL": "500 1000 The XML is not well-formed (line 1, column 875).",
        "a header that must be understood and is not": "500 1000 A SOAP header must be understood and is not: only WS-Addressing 2005/08 and WS-Security are.",
        "a manifest that counts wrong": "500 1000 DE0006: The count of the manifest is not how many items it has.",
        "a manifest that names another payload": "500 1000 DE0012: Payload 1 is not in the manifest.",
        "a parameter entity": "500 1000 The XML has a document type, which is not taken (line 1, column 83).",
        "a quarter of a gigabyte of zeros, compressed": "500 1000 DE0012: Payload 1 of the manifest would grow beyond every measure when decompressed.",
        "a timestamp of tomorrow": "500 3000 The message was created in the future: compare the clocks.",
        "an attribute of 16 MiB": "500 1000 The XML has an attribute of more than 65536 characters (line 1, column 16777223).",
        "an element that never ends": "500 1000 The XML is not well-formed (line 1, column 1048579).",
        "an encrypted payload": "500 1000 DE0012: Payload 1 of the manifest is encrypted, and no keys are agreed: rely on TLS and send it as it is.",
        "an expired timestamp": "500 3000 The message has expired: send it anew, with a new timestamp.",
        "an external document type": "500 1000 The XML has a document type, which is not taken (line 1, column 46).",
        "an external entity of a file": "500 1000 The XML has a document type, which is not taken (line 1, column 75).",
        "an external entity of this machine": "500 1000 The XML has a document type, which is not taken (line 1, column 77).",
        "an unknown service": "500 1000 The service is none that is known here. Names are taken exactly as ITK has them.",
        "another Action than its service": "500 1000 The WS-Addressing Action is not the service that the Distribution Envelope names.",
        "base64 that is none": "500 1000 DE0012: Payload 1 of the manifest is no base64.",
        "bytes that are no UTF-8": "500 1000 The XML is not valid UTF-8.",
        "entities of entities (10 to the 30th)": "500 1000 The XML has a document type, which is not taken (line 1, column 1925).",
        "gzip of gzip": "500 1000 DE0012: Payload 1 of the manifest is compressed more often than the manifest says.",
        "gzip that breaks off": "500 1000 DE0012: Payload 1 of the manifest is damaged: it can not be decompressed.",
        "gzip that the manifest does not speak of": "500 1000 DE0012: Payload 1 of the manifest is compressed more often than the manifest says.",
        "no Action": "500 1000 The message has no WS-Addressing Action.",
        "no XML": "500 1000 The XML is not well-formed (line 1, column 8).",
        "no security": "500 3000 The message has no WS-Security timestamp with Created and Expires.",
        "no tracking id": "500 1000 DE0002: The header has no tracking id.",
        "nothing": "500 1000 The XML is not well-formed (line 1, column 0).",
        "one long entity a thousand times": "500 1000 The XML has a document type, which is not taken (line 1, column 100050).",
        "payloads that are counted wrong": "500 1000 DE0011: The count of the payloads is not how many there are.",
        "security twice": "500 1000 The SOAP header has WS-Security twice: send it once.",
        "two payloads of one id": "500 1000 DE0007: Manifest item 2 has the id of another one.",
      }
    `);
    // UTF-16 is XML, too.
    expect(await kept()).toBe(1);
  }, 300_000);

  it("keeps nobody from being heard", async () => {
    const before = await kept();
    const many = Array.from({ length: 200 }, (_, index) =>
      door.reply(
        index % 2 === 0
          ? "<a>"
          : soapWith(envelopeWith(carried, [er7Payload(MESSAGE)], { trackingId: `T${index}` }), carried),
      ),
    );
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(await kept()).toBe(before + 100);
  });
});
