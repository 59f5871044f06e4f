import type { EncounterStatement } from "@chesil/model";
import { NPFIT } from "./oids.ts";
import type { Place } from "./place.ts";

/** What is known of a kind of document beyond what it says itself. */
export type DocumentType = {
  /** `npfitlc:messageType`, with its version: `POCD_MT150001UK06`. "" where it has none. */
  readonly code: string;
  /**
   * What the local ids of its patients are. NHS 111, out-of-hours and ambulance services send the number of the call
   * there, which is another one each time. Of kinds not known here nobody knows, which is the safe side of the two.
   */
  readonly localIds: "patient" | "call";
  readonly visitClass: EncounterStatement["class"];
  /** It reports a visit that is over, whether or not it says when it ended. */
  readonly isOfPast: boolean;
  readonly isNullification: boolean;
};

type Known = Partial<Omit<DocumentType, "code">>;

const CALL: Known = { localIds: "call", visitClass: "other", isOfPast: true };
const hospital = (visitClass?: EncounterStatement["class"]): Known => ({
  localIds: "patient",
  visitClass,
  isOfPast: true,
});

/** By message type without its version. */
const TYPES: ReadonlyMap<string, Known> = new Map([
  // NHS 111 and Integrated Urgent Care.
  ["POCD_MT200001", CALL],
  // Out of hours.
  ["POCD_MT020001", CALL],
  // Ambulance service.
  ["POCD_MT030001", CALL],
  // Discharge.
  ["POCD_MT150001", hospital("inpatient")],
  ["POCD_MT160001", hospital("emergency")],
  ["POCD_MT170001", hospital("outpatient")],
  // Transfer of Care: from a ward or from the emergency department.
  ["POCD_MT000026", hospital()],
  ["POCD_MT130001", { isNullification: true }],
]);
const VERSION_AT = "POCD_MT000000".length;

export function documentTypeOf(document: Place): DocumentType {
  const code = document.all("messageType", NPFIT)[0]?.attribute("extension") ?? "";
  const {
    localIds = "call",
    visitClass,
    isOfPast = false,
    isNullification = false,
  } = TYPES.get(code.slice(0, VERSION_AT)) ?? {};
  return { code, localIds, visitClass, isOfPast, isNullification };
}
