import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { asText, FEED, latin1, msh, PID_SHORT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import { acknowledge } from "./acknowledgement.ts";
import { acknowledgeBatch } from "./acknowledgement-batch.ts";
import { acknowledgementDue } from "./acknowledgement-due.ts";
import { peek } from "./peek.ts";

const AT = new Date("2026-07-21T09:15:00Z");
const FHS = "FHS|^~\\&|PAS|RDZ|CHESIL|NHSDORSET|20260304||night.hl7|nightly|F7";
const BHS = "BHS|^~\\&|PAS|RDZ|CHESIL|NHSDORSET|20260304||N1|nightly|B7";

function answered(envelope: string, acknowledgements: readonly (Uint8Array | null)[]): string | null {
  const bytes = acknowledgeBatch({ envelope: latin1(envelope), acknowledgements, controlId: "77", at: AT });
  return bytes === null ? null : asText(bytes);
}

function acknowledgementOf(trigger: string, accept: string): Uint8Array | null {
  const { header } = peek(wire(msh(trigger, { rest: `|||${accept}|NE` }), PID_SHORT), FEED);
  const { code, wanted } = acknowledgementDue(header, "accept");
  return wanted ? acknowledge({ header, code, controlId: trigger, at: AT }) : null;
}

describe("the acknowledgement of a batch", () => {
  it("is a batch of acknowledgements, which names the batch it answers", () => {
    expect(answered(`${FHS}\r${BHS}\r`, [acknowledgementOf("A01", "AL"), acknowledgementOf("A03", "AL")])).toBe(
      [
        "FHS|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||||77|F7",
        "BHS|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||||77|B7",
        "MSH|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||ACK^A01^ACK|A01|P|2.4",
        "MSA|CA|C0001",
        "MSH|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||ACK^A03^ACK|A03|P|2.4",
        "MSA|CA|C0001",
        "BTS|2",
        "FTS|1",
        "",
      ].join("\r"),
    );
  });

  it("holds the acknowledgements that are wanted, and is none without any", () => {
    const some = answered(`${BHS}\r`, [acknowledgementOf("A01", "NE"), acknowledgementOf("A03", "SU"), null]);
    expect(some).toMatch(/\rMSA\|CA\|C0001\rBTS\|1\r$/);
    expect(some).not.toContain("FHS");
    expect(answered(`${BHS}\r`, [acknowledgementOf("A01", "NE"), acknowledgementOf("A03", "ER")])).toBeNull();
  });

  it("without messages is one without acknowledgements", () => {
    expect(answered(`${FHS}\r${BHS}\r`, [])).toBe(
      [
        "FHS|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||||77|F7",
        "BHS|^~\\&|CHESIL|NHSDORSET|PAS|RDZ|20260721101500+0100||||77|B7",
        "BTS|0",
        "FTS|1",
        "",
      ].join("\r"),
    );
  });

  it("is in the batch's own delimiters, byte for byte, also where messages in it have others", () => {
    const other = latin1("MSH$^~\\&$A\rMSA$CA$1\r");
    expect(answered("BHS#*~%&#A#caf\u00e9#C#D#2026####i*9", [other])).toBe(
      "BHS#*~%&#C#D#A#caf\u00e9#20260721101500+0100####77#i*9\rMSH$^~\\&$A\rMSA$CA$1\rBTS#1\r",
    );
  });

  it.each(["", "FHS", "BHS", "BHS|^^^^|A|B", "garbage", "\n\n"])("stands on an envelope of %j too", (envelope) => {
    const bytes = answered(envelope, [latin1("MSH|^~\\&|A\rMSA|AA|1\r")]);
    expect(bytes).toMatch(/^(?:FHS\|\^~\\&.*\r)?BHS\|\^~\\&\|/);
    expect(readMessage(Buffer.from(bytes ?? "").subarray((bytes ?? "").indexOf("MSH")))).toMatchObject({ ok: true });
  });
});
