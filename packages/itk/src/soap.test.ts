import { describe, expect, it } from "vitest";
import { AT, reading, SERVICE, SOAP_MESSAGE } from "./example-messages.ts";
import { judgeSecurity } from "./security.ts";
import { judgeAction, readSoap } from "./soap.ts";

const changed = (from: string | RegExp, to: string) => {
  const text = SOAP_MESSAGE.replace(from, to);
  expect(text).not.toBe(SOAP_MESSAGE);
  return readSoap(reading(text));
};

const refusalOf = (soap: ReturnType<typeof readSoap>) =>
  soap.ok ? "understood" : `${soap.refusal.faultCode} ${soap.refusal.errorCode} ${soap.refusal.text}`;

describe("readSoap", () => {
  it("reads WS-Addressing and WS-Security", () => {
    expect(readSoap(reading(SOAP_MESSAGE))).toMatchObject({
      ok: true,
      message: {
        addressing: {
          messageId: "0D3C1A52-7E0B-4B57-9D4B-1B7C6E1A2F03",
          action: SERVICE,
          to: "https://record.example/itk",
          from: "https://pas.example/itk",
          replyTo: "http://www.w3.org/2005/08/addressing/anonymous",
        },
        security: { created: AT, expires: new Date("2026-03-01T12:30:10Z"), username: "PAS of RYY", isSigned: false },
        body: { name: "DistributionEnvelope" },
      },
    });
  });

  it("goes by namespaces, whatever the prefixes: the older WS-Addressing within the body means nothing", () => {
    const older = SOAP_MESSAGE.replace(
      "<itk:DistributionEnvelope",
      '<itk:DistributionEnvelope xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"',
    );
    const swapped = older.replaceAll("soap:", "x:").replaceAll("xmlns:x:", "xmlns:").replace("xmlns:soap=", "xmlns:x=");
    for (const text of [older, swapped]) {
      expect(readSoap(reading(text))).toMatchObject({ ok: true, message: { addressing: { action: SERVICE } } });
    }
    expect(
      changed("http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"),
    ).toMatchObject({
      ok: true,
      message: { addressing: {} },
    });
  });

  it.each<[string, string | RegExp, string, RegExp]>([
    ["SOAP 1.2", "schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope", /^VersionMismatch 1000/],
    [
      "a header that must be understood",
      "<soap:Header>",
      '<soap:Header><x:y xmlns:x="urn:x" soap:mustUnderstand="1"/>',
      /^MustUnderstand 1000/,
    ],
    [
      "one that is for the next who gets it",
      "<soap:Header>",
      '<soap:Header><x:y xmlns:x="urn:x" soap:actor="http://schemas.xmlsoap.org/soap/actor/next" soap:mustUnderstand="1"/>',
      /^MustUnderstand 1000/,
    ],
    [
      "an older WS-Addressing that must be",
      "<soap:Header>",
      '<soap:Header><a:To xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" soap:mustUnderstand="1"/>',
      /^MustUnderstand 1000/,
    ],
    [
      "neither 0 nor 1",
      "<soap:Header>",
      '<soap:Header><x:y xmlns:x="urn:x" soap:mustUnderstand="perhaps"/>',
      /^Client 1000 .*neither 0 nor 1/,
    ],
    ["no envelope", /soap:Envelope/g, "soap:Letter", /^Client 1000 .*no SOAP envelope/],
    ["no body", /soap:Body/g, "soap:Corpse", /^Client 1000 .*no body/],
    ["a second body", "</soap:Body>", "</soap:Body><soap:Body/>", /^Client 1000 .*behind its body/],
    ["two elements in the body", "</soap:Body>", "<b/></soap:Body>", /^Client 1000 .*exactly one element/],
    ["text in the body", "</soap:Body>", "text</soap:Body>", /^Client 1000 .*exactly one element/],
    ["an empty body", /<soap:Body>.*<\/soap:Body>/, "<soap:Body/>", /^Client 1000 .*exactly one element/],
    [
      "an encrypted body",
      /<soap:Body>.*<\/soap:Body>/,
      '<soap:Body><e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#"/></soap:Body>',
      /^Client 2200 .*encrypted/,
    ],
    [
      "two Actions",
      "<soap:Header>",
      "<soap:Header><wsa:Action>urn:x</wsa:Action>",
      /^Client 1000 .*Action stands twice/,
    ],
    [
      "reference parameters",
      "</wsa:Address>",
      "</wsa:Address><wsa:ReferenceParameters/>",
      /^Client 1000 .*reference parameters/,
    ],
    ["a day that is none", "2026-03-01T12:30:00Z", "2026-02-30T12:30:00Z", /^Client 1000 .*Created is no date/],
    ["a time without a zone", "2026-03-01T12:30:10Z", "2026-03-01T12:30:10", /^Client 1000 .*Expires is no date/],
    [
      "two timestamps",
      "<wsse:UsernameToken>",
      '<wsu:Timestamp xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"/><wsse:UsernameToken>',
      /^Client 1000 .*Timestamp twice/,
    ],
    ["a document type", "<soap:Envelope", "<!DOCTYPE soap:Envelope><soap:Envelope", /^Client 1000 .*document type/],
    ["half of it", /<\/soap:Body>.*/, "", /^Client 1000 .*not well-formed/],
  ])("refuses %s", (_, from, to, refusal) => {
    expect(refusalOf(changed(from, to))).toMatch(refusal);
  });

  it("takes headers that need not be understood, or are for somebody else", () => {
    expect(refusalOf(changed("<soap:Header>", '<soap:Header><x:y xmlns:x="urn:x" soap:mustUnderstand="0"/><y/>'))).toBe(
      "understood",
    );
    expect(
      refusalOf(
        changed("<soap:Header>", '<soap:Header><x:y xmlns:x="urn:x" soap:actor="urn:hub" soap:mustUnderstand="1"/>'),
      ),
    ).toBe("understood");
    expect(refusalOf(changed("<wsa:To>", '<wsa:To soap:mustUnderstand="1">'))).toBe("understood");
    expect(refusalOf(changed(/<soap:Header>.*<\/soap:Header>/, ""))).toBe("understood");
  });

  it("says what a refused message was, as far as it can", () => {
    expect(changed("</soap:Body>", "<b/></soap:Body>")).toMatchObject({
      addressing: { messageId: "0D3C1A52-7E0B-4B57-9D4B-1B7C6E1A2F03" },
    });
  });
});

describe("judgeSecurity", () => {
  const security = { created: AT, expires: new Date(AT.getTime() + 10_000), username: "PAS", isSigned: false };
  const later = (milliseconds: number) => ({
    at: new Date(AT.getTime() + milliseconds),
    clockSkewMs: 0,
    isRequired: true,
  });
  const verdict = (...[given, rules]: Parameters<typeof judgeSecurity>) => judgeSecurity(given, rules)?.text ?? "taken";

  it("takes a message within its time, and within what clocks may differ", () => {
    expect([0, 9_999].map((after) => verdict(security, later(after)))).toEqual(["taken", "taken"]);
    expect(verdict(security, { ...later(12_000), clockSkewMs: 2_001 })).toBe("taken");
    expect(verdict(security, { ...later(-2_000), clockSkewMs: 2_000 })).toBe("taken");
    expect(verdict(undefined, { ...later(0), isRequired: false })).toBe("taken");
  });

  it("refuses it before and after, and without what is required, as access denied", () => {
    expect(verdict(security, later(10_000))).toMatch(/expired/);
    expect(verdict(security, later(-1))).toMatch(/future/);
    expect(verdict({ ...security, expires: AT }, later(0))).toMatch(/before it was created/);
    expect(verdict(undefined, later(0))).toMatch(/no WS-Security timestamp/);
    expect(verdict({ created: AT, expires: security.expires, isSigned: false }, later(0))).toMatch(/username/);
    expect(judgeSecurity({ ...security, username: "PAS" }, later(10_000))).toMatchObject({
      faultCode: "Client",
      errorCode: 3000,
    });
    // What is not required is held against its time all the same.
    expect(verdict(security, { ...later(10_000), isRequired: false })).toMatch(/expired/);
  });
});

describe("judgeAction", () => {
  it("wants all who name the service to name the same", () => {
    expect(judgeAction({ action: SERVICE, service: SERVICE })).toBeUndefined();
    expect(judgeAction({ action: SERVICE, service: SERVICE, soapAction: `"${SERVICE}"` })).toBeUndefined();
    expect(judgeAction({ action: SERVICE, service: SERVICE, soapAction: '""' })).toBeUndefined();
    expect(judgeAction({ action: "urn:nhs-itk:services:201005:sendDistEnvelope", service: SERVICE })).toBeUndefined();
    expect(judgeAction({ action: undefined, service: SERVICE })).toMatchObject({ errorCode: 1000 });
    expect(judgeAction({ action: SERVICE, service: SERVICE, soapAction: '"urn:other"' })?.text).toMatch(/SOAPAction/);
    expect(judgeAction({ action: SERVICE.toLowerCase(), service: SERVICE })?.text).toMatch(/is not the service/);
  });
});
