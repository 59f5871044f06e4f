import { type Address, normalPostcode, type Said } from "@chesil/model";
import type { FieldView } from "../message/place.ts";
import type { Segment } from "../message/segment.ts";
import { isBefore, readDate } from "../message/time.ts";
import type { MappingContext } from "./context.ts";
import { standardCode } from "./dialect.ts";
import { isNullAt, locationOf, repetitionsIn, saidOf, textAt, wordAt } from "./statement.ts";

type AddressUse = Address["use"];
type ClearedPart = NonNullable<Address["cleared"]>[number];
const EVERY_PART: readonly ClearedPart[] = ["lines", "city", "county", "postcode", "country"];

/** XAD.7, HL7 table 0190 and what UK senders put there. A code that is not here is reported. */
const USES = new Map<string, AddressUse>([
  ["", "home"],
  ["H", "home"],
  ["HP", "home"],
  ["HOME", "home"],
  ["P", "home"],
  ["L", "home"],
  ["RH", "home"],
  ["C", "temporary"],
  ["T", "temporary"],
  ["TMP", "temporary"],
  ["TEMP", "temporary"],
  ["V", "temporary"],
  ["HV", "temporary"],
  ["B", "work"],
  ["O", "work"],
  ["W", "work"],
  ["WP", "work"],
  ["M", "mailing"],
  ["PST", "mailing"],
  ["SH", "mailing"],
  ["BI", "mailing"],
  ["BA", "previous"],
  ["OLD", "previous"],
  ["PREVIOUS", "previous"],
  ["N", "birth"],
  ["BDL", "birth"],
  ["BR", "birth"],
  ["F", "other"],
  ["S", "other"],
  ["TM", "other"],
]);

/** PID-11. */
export function addressesSaid(pid: Segment, context: MappingContext): Said<Address[]> | undefined {
  return saidOf(pid.field(11), (field) => addressesIn(field, "PID-11", context));
}

/**
 * The addresses of a field, or undefined when none of its repetitions is one. As with names, deletions are stated only
 * where there is nothing else.
 */
export function addressesIn(field: FieldView, location: string, context: MappingContext): Address[] | undefined {
  const addresses: Address[] = [];
  for (const [index, repetition] of repetitionsIn(field, location, context.warnings).entries()) {
    if (repetition.state !== "value") continue;
    const address = addressIn(repetition, locationOf(location, index), context);
    if (address !== undefined) addresses.push(address);
  }
  const stated = addresses.filter((each) => !isDeletion(each));
  const said = stated.length > 0 ? stated : addresses;
  return said.length === 0 ? undefined : said;
}

function addressIn(place: FieldView, location: string, context: MappingContext): Address | undefined {
  const lines = [streetLine(place), wordAt(place, 2)].filter((line) => line !== undefined);
  const city = wordAt(place, 3);
  const county = wordAt(place, 4) ?? wordAt(place, 9);
  const postcode = postcodeIn(place);
  const country = wordAt(place, 6);
  if ([1, 2, 3, 4, 5].some((n) => textAt(place, n) !== undefined && wordAt(place, n) === undefined)) {
    context.warnings.add(location, "placeholder", "A part of the address is a placeholder and was left out.");
  }
  const cleared = clearedParts(place, lines.length > 0);
  // A country alone, which some systems put on every patient, is no address.
  const isNowhere = lines.length === 0 && [city, county, postcode].every((each) => each === undefined);
  if (isNowhere && cleared.length === 0) return undefined;
  const use = useOf(place, location, context);
  if (isNowhere && cleared.includes("lines")) return { use, lines: [], cleared: [...EVERY_PART] };
  return {
    use,
    lines,
    ...(city === undefined ? {} : { city }),
    ...(county === undefined ? {} : { county }),
    ...(postcode === undefined ? {} : { postcode }),
    ...(country === undefined ? {} : { country }),
    ...(cleared.length === 0 ? {} : { cleared }),
  };
}

/** The parts that hold `""`. Lines that are stated and cleared are all the lines there are. */
function clearedParts(place: FieldView, hasLine: boolean): ClearedPart[] {
  const cleared: ClearedPart[] = [];
  if (isNullAt(place, 1) || (isNullAt(place, 2) && hasLine)) cleared.push("lines");
  if (isNullAt(place, 3)) cleared.push("city");
  if (isNullAt(place, 4) && wordAt(place, 9) === undefined) cleared.push("county");
  if (isNullAt(place, 5)) cleared.push("postcode");
  if (isNullAt(place, 6)) cleared.push("country");
  return cleared;
}

/** `""^^^^^^H`: the address of this use is deleted, all of it. */
function isDeletion({ cleared = [] }: Address): boolean {
  return EVERY_PART.every((part) => cleared.includes(part));
}

/** XAD.1 is the whole line; from 2.3.1 on it may be split into number and street, and the line is then put together. */
function streetLine(place: FieldView): string | undefined {
  const line = wordAt(place, 1);
  const street = wordAt(place, 1, 2);
  if (street === undefined || line?.includes(street)) return line;
  return [line ?? wordAt(place, 1, 3), street].filter((each) => each !== undefined).join(" ");
}

function postcodeIn(place: FieldView): string | undefined {
  const sent = wordAt(place, 5);
  return sent === undefined ? undefined : (normalPostcode(sent) ?? sent);
}

function useOf(place: FieldView, location: string, { feed, receivedAt, warnings }: MappingContext): AddressUse {
  const end = readDate(textAt(place, 14) ?? textAt(place, 12, 2) ?? "");
  if (end !== undefined && isBefore(end, receivedAt)) return "previous";
  const use = USES.get(standardCode(feed, "addressUse", textAt(place, 7) ?? "").toUpperCase());
  if (use !== undefined) return use;
  warnings.add(`${location}.7`, "bad-code", "The address type is not one of table 0190.");
  return "other";
}
