import { CLEARED, EMPTY, type Said, type Telecom, value } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import type { MappingContext } from "./context.ts";
import { type FeedDialect, standardCode } from "./dialect.ts";
import { isNullAt, locationOf, repetitionsIn, saidOf, textAt } from "./statement.ts";

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

/** What each field speaks of: PID-14 of work, PID-13 of everything else. */
const HOME_USES: readonly Use[] = ["home", "temporary", "other"];
const WORK_USES: readonly Use[] = ["work"];

/**
 * PID-13 and PID-14 as one list, in which the field that says nothing changes nothing: what is stated of one use leaves
 * the others alone, so a use that a field no longer has, or deletes, is stated as deleted.
 */
export function telecomsSaid(pid: Segment, context: MappingContext): Said<Telecom[]> | undefined {
  const home = saidOf(pid.field(13), (field) => telecomsIn(field, "PID-13", "home", context));
  const work = saidOf(pid.field(14), (field) => telecomsIn(field, "PID-14", "work", context));
  if (home?.said === "cleared" && work?.said === "cleared") return CLEARED;
  const telecoms = [...statedBy(home, HOME_USES), ...statedBy(work, WORK_USES)];
  if (telecoms.length > 0) return value(telecoms);
  return home === undefined && work === undefined ? undefined : EMPTY;
}

function statedBy(said: Said<Telecom[]> | undefined, uses: readonly Use[]): Telecom[] {
  if (said === undefined || said.said === "empty") return [];
  if (said.said === "cleared") return uses.map(deletionOf);
  const isAllElsewhere = said.value.every((each) => each.cleared !== true && !uses.includes(each.use));
  return isAllElsewhere ? [...said.value, ...uses.map(deletionOf)] : said.value;
}

function deletionOf(use: Use): Telecom {
  return { kind: "phone", use, value: "", cleared: true };
}

/** The numbers and e-mail addresses of a field, or undefined when it has none; `""^WPN` deletes those of a use. */
export function telecomsIn(
  field: FieldView,
  location: string,
  use: Use,
  context: MappingContext,
): Telecom[] | undefined {
  const telecoms: Telecom[] = [];
  for (const [index, repetition] of repetitionsIn(field, location, context.warnings).entries()) {
    if (repetition.state !== "value") continue;
    const read = telecomsOf(repetition, use, context.feed);
    if (read.length === 0) {
      const text = "What stands here is neither a number nor an e-mail address and was left out.";
      context.warnings.add(locationOf(location, index), "placeholder", text);
    }
    telecoms.push(...read);
  }
  return telecoms.length === 0 ? undefined : telecoms;
}

/** One XTN may hold a number and an e-mail address. */
function telecomsOf(place: FieldView, useDefault: Use, feed: FeedDialect): Telecom[] {
  const sentUse = standardCode(feed, "telecomUse", textAt(place, 2) ?? "").toUpperCase();
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
  if (telecoms.length === 0 && [1, 4, 12].some((component) => isNullAt(place, component))) return [deletionOf(use)];
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
