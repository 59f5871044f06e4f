import { Buffer } from "node:buffer";

/**
 * Messages for this package's tests, made up for them. NHS numbers are of the range that is never issued
 * (999 000 0000 to 999 999 9999).
 */

/** As the wire has it: segments joined and ended by CR, UTF-8. */
export function wire(...segments: string[]): Uint8Array {
  return Buffer.from(`${segments.join("\r")}\r`, "utf8");
}

/** Bytes by one character each. */
export function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

export function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

export const FEED = { defaultAuthority: "RDZ" };

/** A receipt later than every time in these messages. */
export const RECEIVED_AT = new Date("2026-03-05T12:00:00Z");

export const MSH_A01 = "MSH|^~\\&|PAS|RDZ|CHESIL|NHSDORSET|20260304093000||ADT^A01^ADT_A01|C0001|P|2.4";
export const EVN_A01 = "EVN|A01|20260304092900|||U123^Clerk^Ada|20260304092500";
export const PID_FULL =
  "PID|1|9990004951|8001234^^^RDZ^MR~9990004951^^^NHS^NH||Marsh&van&Marsh^Ellen^Rose^Jr^Mrs^^L~Pebble^Ellen^^^^^M" +
  "||19800229|F|Nell^^^^^^N||12 Chesil Street^Fortuneswell^Portland^Dorset^dt51ab^GBR^H" +
  "||01305 555012^PRN^PH~07700 900123^PRN^CP|01305 555999^WPN^PH|EN|M|C22|A900^^^RDZ^AN||||A^White British";
export const PD1 = "PD1|||HARBOUR SURGERY^^J81000|G9999999^Tide^Morgan^^^Dr";
export const PV1_INPATIENT =
  "PV1|1|I|WARD7^BAY2^BED3^RDZ01|21|||C9999999^Cobb^Lyme^^^Mr|||300|||||||||V5001^^^RDZ^VN" +
  "|||||||||||||||||||||||||20260304091500";

export const ADT_A01 = wire(MSH_A01, EVN_A01, PID_FULL, PD1, PV1_INPATIENT, "AL1|1|DA|Z88.0");

/** MSH of an ADT event, in version 2.4. */
export function msh(trigger: string, options?: { version?: string; rest?: string }): string {
  const version = options?.version ?? "2.4";
  return `MSH|^~\\&|PAS|RDZ|CHESIL|NHSDORSET|20260304093000||ADT^${trigger}|C0001|P|${version}${options?.rest ?? ""}`;
}

export const PID_SHORT = "PID|1||8001234^^^RDZ^MR||Marsh^Ellen||19800229|F";
