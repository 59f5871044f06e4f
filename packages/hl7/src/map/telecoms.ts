import { CLEARED, EMPTY, type Said, type Telecom, value } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { locationOf, repetitionsIn, saidOf, textAt, type Warnings } from "./statement.ts";

type Kind = Telecom["kind"];
type Use = Telecom["use"];

/** XTN.2, HL7 table 0201 and what UK senders put there. */
const USES = new Map<string, Use>([
  ["PRN", "home"],
  ["PRS", "home"],
  ["H", "home"],
  ["HP", "home"],
  ["HOME", "home"],
  ["WPN", "work"],
  ["WP", "work"],
  ["WORK", "work"],
  ["BUSINESS", "work"],
  ["VHN", "temporary"],
  ["TMP", "temporary"],
  ["ORN", "other"],
  ["EMR", "other"],
  ["ASN", "other"],
  ["BPN", "other"],
]);

/** XTN.3, HL7 table 0202. */
const KINDS = new Map<string, Kind>([
  ["PH", "phone"],
  ["TDD", "phone"],
  ["TTY", "phone"],
  ["SAT", "phone"],
  ["CP", "mobile"],
  ["CELL", "mobile"],
  ["MOBILE", "mobile"],
  ["FX", "fax"],
  ["FAX", "fax"],
  ["INTERNET", "email"],
  ["EMAIL", "email"],
  ["X.400", "other"],
  ["MD", "other"],
  ["BP", "other"],
]);

/** UK mobile numbers; 070 (personal) and 076 (pagers) are not. */
const UK_MOBILE = /^(?:\+?44 ?(?:\(0\))?|0)7[1-57-9]/;

/** PID-13 and PID-14 as one list: whichever says anything states it; what says nothing adds nothing. */
export function telecomsSaid(pid: Segment, warnings: Warnings): Said<Telecom[]> | undefined {
  const home = telecomsIn(pid, 13, "home", warnings);
  const work = telecomsIn(pid, 14, "work", warnings);
  const telecoms = [home, work].flatMap((said) => (said?.said === "value" ? said.value : []));
  if (telecoms.length > 0) return value(telecoms);
  if (home?.said === "cleared" || work?.said === "cleared") return CLEARED;
  return home === undefined && work === undefined ? undefined : EMPTY;
}

function telecomsIn(pid: Segment, n: number, use: Use, warnings: Warnings): Said<Telecom[]> | undefined {
  const location = `PID-${n}`;
  return saidOf(pid.field(n), (field) => {
    const telecoms: Telecom[] = [];
    for (const [index, repetition] of repetitionsIn(field, location, warnings).entries()) {
      if (repetition.state !== "value") continue;
      const read = telecomsOf(repetition, use);
      if (read.length === 0) {
        const text = "What stands here is neither a number nor an e-mail address and was left out.";
        warnings.add(locationOf(location, index), "placeholder", text);
      }
      telecoms.push(...read);
    }
    return telecoms.length === 0 ? undefined : telecoms;
  });
}

/** One XTN may hold a number and an e-mail address. */
function telecomsOf(place: FieldView, useDefault: Use): Telecom[] {
  const sentUse = textAt(place, 2)?.toUpperCase() ?? "";
  const equipment = KINDS.get(textAt(place, 3)?.toUpperCase() ?? "");
  const use = USES.get(sentUse) ?? useDefault;
  const telecoms: Telecom[] = [];
  const number = numberOf(place);
  const unformatted = [textAt(place, 1), textAt(place, 12)].find((text) => text?.includes("@"));
  const email = textAt(place, 4) ?? unformatted;
  if (email?.includes("@")) telecoms.push({ kind: "email", use, value: email });
  if (number !== undefined) {
    const isPager = sentUse === "BPN";
    telecoms.push({ kind: isPager ? "other" : numberKind(number, equipment), use, value: number });
  }
  return telecoms;
}

/** As the sender wrote it (XTN.1, since 2.7 XTN.12), else put together from country, area, number and extension. */
function numberOf(place: FieldView): string | undefined {
  const written = [textAt(place, 1), textAt(place, 12)].find((text) => text !== undefined && isNumber(text));
  if (written !== undefined) return written;
  const [country, area, local, extension] = [5, 6, 7, 8].map((component) => textAt(place, component));
  if (local === undefined || !isNumber(local)) return undefined;
  const parts = [country === undefined ? undefined : `+${country.replace(/^\+/, "")}`, area, local];
  if (extension !== undefined) parts.push(`ext ${extension}`);
  return parts.filter((part) => part !== undefined).join(" ");
}

function isNumber(text: string): boolean {
  return /\d/.test(text) && !text.includes("@");
}

function numberKind(number: string, equipment: Kind | undefined): Kind {
  if (equipment !== undefined && equipment !== "email") return equipment;
  return UK_MOBILE.test(number) ? "mobile" : "phone";
}
