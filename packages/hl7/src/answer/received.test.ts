import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acknowledge, buildMessage, peek } from "../index.ts";
import { controlIdOf, readAcknowledgement } from "./received.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("an acknowledgement", () => {
  it("is read back from what Chesil answers, control id to the byte", () => {
    const controlIds = fc.string({ unit: fc.constantFrom(..."Ab9|^~\\& é."), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(controlIds, fc.constantFrom("AA", "AE", "AR", "CA", "CE", "CR"), (controlId, code) => {
        const pid = { id: "PID", fields: { 3: ["1", "", "", "A"] } };
        const fields = { 9: ["ADT", "A28"], 10: controlId, 11: "P", 12: "2.4" };
        const message = buildMessage([{ id: "MSH", fields }, pid]);
        const { header } = peek(message, { defaultAuthority: "A" });
        const answer = acknowledge({
          ...(header === undefined ? {} : { header }),
          code,
          controlId: "1",
          at: new Date(),
        });
        expect(readAcknowledgement(answer)).toMatchObject({ code, controlId: controlIdOf(message) });
      }),
    );
  });

  it("says what was wrong, from MSA-3 or from ERR", () => {
    const head = "MSH|^~\\&|A|B|C|D|20260101||ACK|1|P|2.5\r";
    expect(readAcknowledgement(bytes(`${head}MSA|AE|7|No patient\r`))?.text).toBe("No patient");
    expect(readAcknowledgement(bytes(`${head}MSA|AR|7\rERR||PID^1^3|101|E||||Required\r`))?.text).toBe("Required");
    expect(readAcknowledgement(bytes(`${head}MSA|AR|7\r`))?.text).toBe("");
  });

  it.each(["", "MSH", "MSH|^~\\&|||\r", "MSH|^~\\&|\rMSA|OK|1\r", "PID|1\r", "HTTP/1.1 400 Bad Request\r\n\r\n"])(
    "is not found in %j",
    (text) => expect(readAcknowledgement(bytes(text))).toBeUndefined(),
  );

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        readAcknowledgement(noise);
        controlIdOf(noise);
      }),
    );
  });
});
