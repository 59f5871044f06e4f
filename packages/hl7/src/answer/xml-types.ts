import { isVersionFrom } from "./version.ts";

/**
 * The data types of the fields that answers fill, as far as they have parts. Where the standard and the messages of
 * NHS ITK disagree (XPN.1 and XAD.1 are texts, PV1-10 is coded), they are as ITK's.
 */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["MSA.6", "CE"],
  ["ERR.2", "ERL"],
  ["ERR.3", "CWE"],
  ["QAK.3", "CE"],
  ["QPD.1", "CE"],
  ["QPD.3", "QSC"],
  ["QPD.4", "CX"],
  ["QPD.8", "CX"],
  ["PID.3", "CX"],
  ["PID.5", "XPN"],
  ["PID.11", "XAD"],
  ["PID.13", "XTN"],
  ["PID.14", "XTN"],
  ["PID.18", "CX"],
  ["PD1.3", "XON"],
  ["PD1.4", "XCN"],
  ["PV1.3", "PL"],
  ["PV1.7", "XCN"],
  ["PV1.10", "CE"],
  ["PV1.19", "CX"],
  ["CM_ELD.4", "CE"],
  ["CX.4", "HD"],
  ["CX.6", "HD"],
  ["ELD.4", "CE"],
  ["PL.4", "HD"],
  ["XCN.2", "FN"],
]);

const TIMES = new Set(["MSH.7", "PID.7", "PID.29", "PV1.44", "PV1.45"]);

/** The type of a field (`PID.3`) or component (`CX.4`) in this version; undefined: it has no parts. */
export function compositeType(name: string, version: string): string | undefined {
  const from = (minor: number, patch = 0) => isVersionFrom(version, 2, minor, patch);
  if (TIMES.has(name)) return from(6) ? undefined : "TS";
  switch (name) {
    case "MSH.3":
    case "MSH.4":
    case "MSH.5":
    case "MSH.6":
      return from(3) ? "HD" : undefined;
    case "MSH.9":
      return from(3, 1) ? "MSG" : "CM_MSG";
    case "MSH.11":
      return from(3) ? "PT" : undefined;
    case "MSH.12":
      return from(3, 1) ? "VID" : undefined;
    case "ERR.1":
      return from(3, 1) ? "ELD" : "CM_ELD";
  }
  return TYPES.get(name);
}
